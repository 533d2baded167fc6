"""Pages of figures: a convention's overview and evaluation, an antenna's dashboard."""

from django import forms
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conventions.models import Convention
from conventions.tabs import convention_tabs
from reports.dashboard import Dashboard
from reports.display import gauge_lines, sections
from reports.evaluation import Evaluation, refuse_outside
from territories.forms import DatesMixin
from territories.models import Antenna
from territories.roles import visible


class DateForm(DatesMixin, forms.Form):
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
        "convention": row,
        "evaluation": evaluation,
        "gauges": gauge_lines(evaluation),
        "tabs": convention_tabs(row),
        "entries": row.entries.order_by("-on", "-pk")[:8],
        "steps": row.steps.select_related("by"),
        "successor": Convention.objects.filter(predecessor=row).first(),
    }
    return render(request, "reports/convention.html", context)


def evaluation(request, pk):
    """Funders read it as antennas do, at any date."""
    readable = Convention.objects.reportable_to(request.user).select_related("antenna")
    row = get_object_or_404(readable, pk=pk)
    form = DateForm({"au": request.GET.get("au") or timezone.localdate()}, convention=row)
    works_here = Convention.objects.visible_to(request.user).filter(pk=pk).exists()
    context = {
        "convention": row,
        "form": form,
        "tabs": convention_tabs(row) if works_here else [],
    }
    if form.is_valid():
        figures = Evaluation(row, form.cleaned_data["au"])
        context |= {
            "evaluation": figures,
            "gauges": gauge_lines(figures),
            "sections": sections(figures),
        }
    return render(request, "reports/evaluation.html", context)


def evaluation_list(request):
    conventions = (
        Convention.objects.reportable_to(request.user)
        .with_end(timezone.localdate())
        .select_related("antenna")
    )
    return render(request, "reports/evaluation_list.html", {"conventions": conventions})


def dashboard(request, pk):
    antenna = visible(request.user, Antenna.objects, pk=pk)
    context = {"antenna": antenna, "dashboard": Dashboard(antenna, timezone.localdate())}
    return render(request, "reports/dashboard.html", context)
