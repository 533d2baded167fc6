"""Pages of the companies that antennas follow."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from companies.filters import CompanyFilterSet
from companies.forms import CompanyForm, FirstFiguresForm, save_company
from companies.models import Company, Lead
from companies.tabs import company_tabs
from territories.files import Column
from territories.forms import refuse
from territories.listing import listing
from territories.roles import coordinator_required, editable, reader_required, visible


@reader_required
def company_list(request):
    companies = Company.objects.visible_to(request.user).with_size()
    companies = companies.select_related("antenna", "naf", "commune__department")
    return listing(
        request,
        CompanyFilterSet(request.GET, companies, request=request),
        "companies/company_list.html",
        columns=[
            Column(_("Raison sociale"), "name"),
            Column(_("SIREN"), "siren"),
            Column(_("SIRET"), "siret"),
            Column(_("Antenne"), "antenna"),
            Column(_("Code NAF"), "naf.code"),
            Column(_("Activité"), "naf.label"),
            Column(_("Commune"), "commune.name"),
            Column(_("Département"), "commune.department"),
            Column(_("Groupe"), "group_name"),
            Column(_("Date de création"), "founded_on"),
            Column(_("Chiffres au"), "latest_figures.closed_on"),
            Column(_("Effectif"), "latest_figures.headcount"),
            Column(_("Chiffre d’affaires (€)"), "latest_figures.turnover"),
            Column(_("Total du bilan (€)"), "latest_figures.balance_sheet"),
            Column(_("Taille"), "latest_figures.size.label"),
        ],
        filename="entreprises",
    )


def company(request, pk):
    companies = Company.objects.select_related("antenna", "naf", "commune")
    companies = companies.prefetch_related("figures", "contacts")
    company = visible(request.user, companies, pk=pk)
    return render(
        request, "companies/company.html", {"company": company, "tabs": company_tabs(company)}
    )


@coordinator_required
def company_add(request):
    lead = _asked(request)
    form = CompanyForm(request.POST or None, user=request.user, initial=lead and lead.told)
    figures = FirstFiguresForm(request.POST or None)
    if request.method == "POST" and all([form.is_valid(), figures.is_valid()]):
        try:
            company = save_company(form, figures, lead, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(
                request,
                _("L’entreprise est enregistrée. Vous pouvez maintenant ouvrir son dossier."),
            )
            _warn_of_another_antenna(request, company)
            return redirect(company)
    context = {"form": form, "figures": figures, "title": _("Nouvelle entreprise")}
    return render(request, "companies/company_form.html", context)


def _asked(request):
    """The request for help that a new company comes from (`?demande=`), if it does."""
    pk = request.GET.get("demande", "")
    if not pk.isdecimal():
        return None
    mine = Lead.objects.filter(antenna__in=request.user.edited_antennas)
    return get_object_or_404(mine, pk=pk[:18])


def company_edit(request, pk):
    company = editable(request.user, Company.objects.select_related("antenna"), pk=pk)
    form = CompanyForm(request.POST or None, instance=company, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("L’entreprise est à jour."))
        if "siret" in form.changed_data:
            _warn_of_another_antenna(request, company)
        return redirect(company)
    context = {"form": form, "title": _("Modifier l’entreprise"), "company": company}
    return render(request, "companies/company_form.html", context)


def _warn_of_another_antenna(request, company):
    if company.namesakes().exclude(antenna=company.antenna_id).exists():
        messages.warning(
            request,
            _(
                "Une autre antenne du réseau suit déjà une entreprise de ce SIREN :"
                " parlez-en à l’équipe du réseau."
            ),
        )
