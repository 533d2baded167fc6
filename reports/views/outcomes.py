"""The page that sets what came of the files side by side, and the same figures as a file."""

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from reports.outcomes import GROUPINGS, outcomes
from reports.views.fund import FILES
from territories.exports import root_url
from territories.files import Column, Link
from territories.filters import AsOfForm
from territories.roles import reader_required

COLUMNS = [
    Column(_("Groupe"), "label"),
    Column(_("Dossiers accordés"), "files"),
    Column(_("Emplois à créer"), "to_create"),
    Column(_("Emplois créés"), "created"),
    Column(_("dont vérifiés"), "verified"),
    Column(_("Taux de création"), "creation_rate"),
    Column(_("Taux de réalisation"), "realisation_rate"),
    Column(_("Aide débloquée (€)"), "disbursed"),
    Column(_("Aide remboursée (€)"), "repaid"),
    Column(_("Valeur des journées (€)"), "value"),
    Column(_("Aide par emploi créé (€)"), "cost_per_job"),
    Column(_("Aide et journées par emploi créé (€)"), "cost_per_job_with_days"),
    Column(_("Aide non remboursée par emploi créé (€)"), "cost_per_job_net"),
]


class OutcomeForm(AsOfForm):
    par = forms.ChoiceField(label=_("Par"), choices=list(GROUPINGS.items()))

    def __init__(self, asked):
        super().__init__(asked)
        self.data["par"] = asked.get("par") or "convention"


@reader_required
def outcome_list(request):
    form = OutcomeForm(request.GET)
    context = {"form": form}
    if form.is_valid():
        by, at = form.cleaned_data["par"], form.cleaned_data["au"]
        lines, whole = outcomes(request.user, by, at)
        if as_file := FILES.get(request.GET.get("format")):
            columns = [*COLUMNS, Link(root_url(request), "url")]
            return as_file([[*lines, whole]], columns, f"resultats-{at}")
        context |= {"lines": lines, "whole": whole, "by": by, "at": at, "heading": GROUPINGS[by]}
    return render(request, "reports/outcome_list.html", context)
