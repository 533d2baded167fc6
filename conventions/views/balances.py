"""What the bank says of an antenna's fund: listed, typed, struck out."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conventions.call_forms import BankBalanceForm
from conventions.filters import BankBalanceFilterSet
from conventions.models import BankBalance
from conventions.money import in_euros
from conventions.views.strikes import strike
from territories.dates import in_figures
from territories.files import Column
from territories.forms import refuse
from territories.listing import listing
from territories.models import Antenna
from territories.roles import editable, visible

COLUMNS = [
    Column(gettext_lazy("Date"), "on"),
    Column(gettext_lazy("Solde (€)"), "amount"),
    Column(gettext_lazy("Précisions"), "note"),
    Column(gettext_lazy("Saisi par"), "created_by"),
    Column(gettext_lazy("Rayé le"), "struck_at"),
]


def balance_list(request, pk):
    antenna = visible(request.user, Antenna.objects, pk=pk)
    balances = antenna.bank_balances.select_related("created_by")
    return listing(
        request,
        BankBalanceFilterSet(request.GET, balances, request=request),
        "conventions/balance_list.html",
        columns=COLUMNS,
        filename=f"soldes-bancaires-{slugify(antenna.name)}",
        antenna=antenna,
    )


def balance_add(request, pk):
    antenna = editable(request.user, Antenna.objects, pk=pk)
    form = BankBalanceForm(request.POST or None, initial={"on": timezone.localdate()})
    back = reverse("conventions:balance_list", args=[antenna.pk])
    if request.method == "POST" and form.is_valid():
        try:
            BankBalance.record(antenna, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le relevé est enregistré."))
            return redirect(back)
    context = {
        "form": form,
        "title": _("Nouveau relevé de banque"),
        "intro": _("Ce que le compte affiche pour le fonds de l’antenne, à la fin de la journée."),
        "back": back,
    }
    return render(request, "components/form_page.html", context)


def balance_strike(request, pk):
    balance = editable(request.user, BankBalance.objects.select_related("antenna"), pk=pk)
    what = _("Relevé du %(day)s : %(amount)s") % {
        "day": in_figures(balance.on),
        "amount": in_euros(balance.amount),
    }
    return strike(request, balance, what, balance.get_absolute_url())
