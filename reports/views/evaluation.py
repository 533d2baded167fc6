"""Pages of figures: a convention's overview, evaluation and simulation."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from committee.proposals import forget_all
from conventions.models import Convention
from conventions.tabs import header
from reports.breakdowns import BREAKDOWNS
from reports.display import KINDS, full_label, label
from reports.evaluation import Evaluation, first_day_of, refuse_outside
from reports.files import file_of
from reports.gauges import gauge_lines
from reports.pace import METHOD
from reports.refusals import refusals
from reports.report import Report
from reports.rows import DISCREET, FIGURES, KEYS, discreet
from reports.simulation_forms import SimulationPage
from territories.files import Column
from territories.forms import HouseMixin
from territories.listing import Unfiltered, listing
from territories.roles import editable, evaluation_reader_required, visible


class DateForm(HouseMixin, forms.Form):
    """The day of an evaluation; today unless the reader says otherwise."""

    au = forms.DateField(label=_("Bilan au"))

    def __init__(self, *args, convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.convention = convention

    def clean_au(self):
        day = self.cleaned_data["au"]
        refuse_outside(self.convention, day)
        return day


def convention(request, pk):
    row = visible(request.user, Convention.objects.select_related("antenna", "predecessor"), pk=pk)
    evaluation = Evaluation(row, timezone.localdate())
    context = {
        **header(row),
        "evaluation": evaluation,
        "balance_label": label("balance", evaluation),
        "gauges": gauge_lines(evaluation),
        "entries": row.entries.order_by("-on", "-pk")[:8],
        "steps": row.steps.select_related("by"),
        "successor": Convention.objects.filter(predecessor=row).first(),
        "verdict": row.verdicts.known_on(evaluation.at).first(),
        "may_report": may_report(request.user, row),
    }
    return render(request, "reports/convention.html", context)


class RowsForm(DateForm):
    """Which figure, at which day."""

    chiffre = forms.ChoiceField(
        label=_("Chiffre"),
        choices=lambda: [(figure.slug, full_label(key)) for key, figure in FIGURES.items()],
    )
    par = forms.CharField(required=False, widget=forms.HiddenInput)
    valeur = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["chiffre", "au"]

    def clean(self):
        """A part that no table has is refused: all the rows would pass for it."""
        key = KEYS.get(self.cleaned_data.get("chiffre"))
        by, part = self.cleaned_data.get("par"), self.cleaned_data.get("valeur")
        breakdown = BREAKDOWNS.get(by)
        unreadable = {"par", "valeur"} & {*self.errors}
        forged = (by or part) and not (breakdown and key in breakdown.figures)
        if key and (unreadable or forged):
            self.add_error(
                "chiffre",
                _("Ce chiffre n’est pas réparti ainsi. « Afficher » montre toutes ses lignes."),
            )


def reportable(request, pk):
    """The convention, for its funders as for its antenna, and what its page begins with."""
    readable = Convention.objects.reportable_to(request.user).select_related("antenna")
    row = get_object_or_404(readable, pk=pk)
    works_here = Convention.objects.visible_to(request.user).filter(pk=pk).exists()
    context = {"works_here": works_here, "may_report": may_report(request.user, row)}
    return row, header(row, tabs=works_here) | context


def may_report(user, convention):
    """Whether a person may keep copies, send them, and record verdicts: antenna and network do."""
    return user.is_national or user.may_edit(convention.antenna)


def writable(request, rows, **lookup):
    """A row of a convention, for who `may_report`: 404 for a funder, 403 for a reader."""
    row = visible(request.user, rows, **lookup)
    if not may_report(request.user, row):
        raise PermissionDenied
    return row


def to_come(request, convention):
    """What is said of a draft where a signed convention has something to keep, or to judge."""
    context = {**header(convention), "here": reverse("reports:evaluation", args=[convention.pk])}
    return render(request, "reports/evaluation_to_come.html", context | {"is_unsigned": True})


def _dated(request):
    """Give the address its day, today if it says none: every link to rows and files carries it."""
    if not request.GET.get("au"):
        request.GET = request.GET.copy()
        request.GET["au"] = timezone.localdate().isoformat()
    return request.GET["au"]


def evaluation_rows(request, pk):
    """The rows that a figure of the evaluation is made of."""
    row, context = reportable(request, pk)
    context["here"] = reverse("reports:evaluation", args=[pk])
    asked = {
        "au": _dated(request),
        "chiffre": request.GET.get("chiffre") or next(iter(KEYS)),
        "par": request.GET.get("par"),
        "valeur": request.GET.get("valeur"),
    }
    form = RowsForm(asked, convention=row)
    context["form"] = form
    if not form.is_valid():
        return render(request, "reports/evaluation_rows.html", context)
    key, at = KEYS[form.cleaned_data["chiffre"]], form.cleaned_data["au"]
    figure, figures = FIGURES[key], Evaluation(row, at)
    rows, total, title = figure.rows(figures), getattr(figures, key), full_label(key, figures)
    if breakdown := BREAKDOWNS.get(form.cleaned_data["par"]):
        rows, group, total = breakdown.part(key, figures, form.cleaned_data["valeur"])
        title = f"{title} – {group.name}"
    columns = figure.columns
    if figure.kind == "entries" and not context["works_here"]:
        rows, columns = discreet(rows, Convention.objects.reportable_to(request.user)), DISCREET
    return listing(
        request,
        Unfiltered(rows),
        "reports/evaluation_rows.html",
        columns=[*columns, Column(label(key, figures), "counts")],
        filename=f"{row.reference}-{figure.slug}-{at.isoformat()}",
        title=title,
        kind=KINDS[key],
        at=at,
        figures=figures,
        total=total,
        shown=columns,
        links=context["works_here"],
        **context | {"in_force": figures.terms},
    )


def evaluation(request, pk):
    """Funders read it as antennas do, at any date."""
    row, context = reportable(request, pk)
    if first_day_of(row) > timezone.localdate():
        return render(request, "reports/evaluation_to_come.html", context)
    form = DateForm({"au": _dated(request)}, convention=row)
    context["form"] = form
    if form.is_valid():
        figures = Evaluation(row, form.cleaned_data["au"])
        readable = Convention.objects.reportable_to(request.user).filter(antenna=row.antenna)
        keys = set(readable.values_list("pk", flat=True))
        root = request.build_absolute_uri("/").rstrip("/")
        report = Report(figures, root=root, readable=keys)
        if file := file_of(report, request.GET.get("format")):
            return file
        context |= {
            "evaluation": figures,
            "in_force": figures.terms,
            "status_then": Convention.Status(figures.status).label,
            "gauges": report.gauges,
            "method": METHOD,
            "sections": report.sections,
            "refusals": refusals(figures),
            "tables": report.filled_tables,
            "verdict": report.verdict,
            "chain": report.chain,
            "readable": keys,
            "amendments": report.amendments,
            "comparison": report.comparison,
        }
    return render(request, "reports/evaluation.html", context)


@evaluation_reader_required
def evaluation_list(request):
    conventions = (
        Convention.objects.reportable_to(request.user)
        .with_end(timezone.localdate())
        .select_related("antenna")
    )
    return render(request, "reports/evaluation_list.html", {"conventions": conventions})


def simulation(request, pk):
    """What the next session could grant: tried by who may propose it, read by the others."""
    rows = Convention.objects.select_related("antenna").prefetch_related("terms__amendment")
    find = editable if request.method == "POST" else visible
    row = find(request.user, rows, pk=pk)
    page = SimulationPage(row, timezone.localdate(), request.POST or None)
    if "enregistrer" in request.POST and page.save():
        messages.success(request, gettext("Les propositions sont enregistrées."))
        return redirect("reports:simulation", pk)
    if "effacer" in request.POST:
        forget_all(row)
        messages.success(request, gettext("Les propositions sont effacées."))
        return redirect("reports:simulation", pk)
    context = {
        **header(row),
        "here": row.get_absolute_url(),
        "page": page,
        "edits": request.user.may_edit(row.antenna),
    }
    return render(request, "reports/simulation.html", context)
