"""The page of an antenna's fund, at a date, and the same figures as a file."""

from django.shortcuts import render
from django.utils.text import slugify

from reports.fund import Fund
from reports.fund_lines import COLUMNS, lines
from territories.files import csv_response, xlsx_response
from territories.filters import AsOfForm
from territories.models import Antenna
from territories.roles import visible

FILES = {"csv": csv_response, "xlsx": xlsx_response}


def fund(request, pk):
    antenna = visible(request.user, Antenna.objects, pk=pk)
    form = AsOfForm(request.GET)
    figures = Fund(antenna, form.day)
    as_file = FILES.get(request.GET.get("format"))
    if as_file and form.is_valid():
        return as_file([lines(figures)], COLUMNS, f"fonds-{slugify(antenna.name)}-{form.day}")
    context = {"antenna": antenna, "form": form, "fund": figures}
    return render(request, "reports/fund.html", context)
