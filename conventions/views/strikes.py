"""The page that strikes out a line recorded by mistake: it stays visible, with the reason."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from conventions.forms import StrikeForm
from conventions.models import Receipt
from conventions.money import in_euros
from territories.dates import in_figures
from territories.forms import refuse
from territories.roles import editable


def receipt_strike(request, pk):
    receipt = editable(
        request.user, Receipt.objects.select_related("pledge__convention__antenna"), pk=pk
    )
    what = _("Versement de %(sponsor)s : %(amount)s, reçu le %(day)s") % {
        "sponsor": receipt.pledge.sponsor,
        "amount": in_euros(receipt.amount),
        "day": in_figures(receipt.received_on),
    }
    return strike(request, receipt, what, receipt.pledge.get_absolute_url())


def strike(request, line, what, back, *, done="", **texts):
    """Ask why, then strike `line` out; `what` names it, `back` is the address of its list.

    `done` and `texts` say it otherwise than of a line, where another word is used.
    """
    form = StrikeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            line.strike(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, done or _("La ligne est rayée."))
            return redirect(back)
    context = {
        "form": form,
        "title": _("Rayer une ligne"),
        "intro": what,
        "warning": _(
            "Une ligne rayée ne compte plus, à aucune date. Elle reste visible avec son motif et ne"
            " se rétablit pas."
        ),
        "danger": True,
        "submit": _("Rayer la ligne"),
        "back": back,
        **texts,
    }
    return render(request, "components/form_page.html", context)
