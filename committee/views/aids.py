"""Pages of the de minimis aid of a company: its register, and what it declares."""

from typing import NamedTuple

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committee.aid_account import AidAccount
from committee.forms import DayForm, DeclaredAidForm
from committee.models import DeclaredAid
from companies.models import Company
from companies.tabs import company_tabs
from conventions.money import in_euros
from conventions.views.strikes import strike
from territories.dates import in_figures
from territories.exports import root_url
from territories.files import Column, Link, csv_response, xlsx_response
from territories.roles import editable, visible

COLUMNS = [
    Column(gettext_lazy("Accordée le"), "granted_on"),
    Column(gettext_lazy("Entreprise"), "company"),
    Column(gettext_lazy("SIREN"), "company.siren"),
    Column(gettext_lazy("Financeur"), "grantor"),
    Column(gettext_lazy("Règlement"), "regulation"),
    Column(gettext_lazy("Montant (€)"), "amount"),
    Column(gettext_lazy("Équivalent-subvention brut (€)"), "equivalent"),
]


class Elsewhere(NamedTuple):
    """All the aid of companies that the reader may not see: one sum, no name and no date."""

    company: str
    equivalent: object


def company_aids(request, pk):
    """The aid that counts on a day, as a page or as the register that the law asks for."""
    company = visible(request.user, Company.objects.select_related("antenna"), pk=pk)
    form = DayForm({"au": request.GET.get("au") or timezone.localdate()})
    context = {"company": company, "tabs": company_tabs(company), "form": form}
    if not form.is_valid():
        return render(request, "committee/company_aids.html", context)
    on, account = form.cleaned_data["au"], AidAccount(company)
    lines = _shown(account, on, request.user)
    columns = [*COLUMNS, Link(root_url(request), "row.get_absolute_url")]
    filename = f"de-minimis-{company.siren}-{on.isoformat()}"
    match request.GET.get("format"):
        case "csv":
            return csv_response([lines], columns, filename)
        case "xlsx":
            return xlsx_response([lines], columns, filename)
    context |= {
        "on": on,
        "lines": lines,
        "total": account.total(on),
        "ceiling": account.ceiling(on),
        "room": account.room(on),
        "struck": DeclaredAid.objects.filter(company=company).exclude(struck_at=None),
    }
    return render(request, "committee/company_aids.html", context)


def _shown(account, on, user):
    """The lines of `on`; those of companies that `user` may not see are one sum."""
    seen = set(account.companies.visible_to(user).values_list("pk", flat=True))
    lines = account.lines_on(on)
    shown = [line for line in lines if line.company.pk in seen]
    elsewhere = sum(line.equivalent for line in lines if line.company.pk not in seen)
    return [*shown, Elsewhere(_("Une autre antenne du réseau"), elsewhere)] if elsewhere else shown


def declared_aid_add(request, pk):
    company = editable(request.user, Company.objects.select_related("antenna"), pk=pk)
    aid = DeclaredAid(company=company, created_by=request.user)
    ceiling = AidAccount(company).ceiling(timezone.localdate())
    form = DeclaredAidForm(request.POST or None, instance=aid, initial={"regulation": ceiling})
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("L’aide déclarée est enregistrée."))
        return redirect(aid)
    context = {
        "form": form,
        "title": _("Nouvelle aide déclarée"),
        "intro": company.name,
        "back": aid.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def declared_aid_strike(request, pk):
    aid = editable(request.user, DeclaredAid.objects.select_related("company__antenna"), pk=pk)
    what = _("Aide de %(grantor)s : %(amount)s, accordée le %(day)s") % {
        "grantor": aid.grantor,
        "amount": in_euros(aid.amount),
        "day": in_figures(aid.granted_on),
    }
    return strike(request, aid, what, aid.get_absolute_url())
