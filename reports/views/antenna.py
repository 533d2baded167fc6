"""The dashboard of an antenna, at a date, and its twelve months as a file."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify

from reports.antenna import AntennaFigures
from reports.dashboard import Dashboard
from reports.views.fund import FILES
from reports.year import COLUMNS
from territories.filters import AsOfForm
from territories.models import Antenna
from territories.roles import visible


def dashboard(request, pk):
    """What awaits is of today: nobody can act on another day."""
    antenna = visible(request.user, Antenna.objects, pk=pk)
    form = AsOfForm(request.GET)
    context = {"antenna": antenna, "form": form}
    if form.is_valid():
        figures = AntennaFigures(antenna, form.day)
        if as_file := FILES.get(request.GET.get("format")):
            name = f"douze-mois-{slugify(antenna.name)}-{form.day.isoformat()}"
            return as_file([figures.year.lines], COLUMNS, name)
        context["figures"] = figures
        if not form.past:
            context["dashboard"] = Dashboard(antenna, timezone.localdate())
    return render(request, "reports/dashboard.html", context)
