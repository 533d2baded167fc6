"""The page of an antenna's fund, at a date, and the same figures as a file."""

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from reports.fund import Fund
from reports.fund_lines import COLUMNS, lines
from territories.files import csv_response, xlsx_response
from territories.forms import HouseMixin
from territories.models import Antenna
from territories.roles import visible

FILES = {"csv": csv_response, "xlsx": xlsx_response}


class FundDateForm(HouseMixin, forms.Form):
    """The day that the page tells; today unless the reader says otherwise."""

    au = forms.DateField(label=_("Fonds au"))

    def clean_au(self):
        day = self.cleaned_data["au"]
        if day > timezone.localdate():
            raise ValidationError(_("Cette date est dans le futur."), code="future")
        return day


def fund(request, pk):
    antenna = visible(request.user, Antenna.objects, pk=pk)
    today = timezone.localdate()
    form = FundDateForm({"au": request.GET.get("au") or today})
    on = form.cleaned_data["au"] if form.is_valid() else today
    figures = Fund(antenna, on)
    as_file = FILES.get(request.GET.get("format"))
    if as_file and form.is_valid():
        return as_file([lines(figures)], COLUMNS, f"fonds-{slugify(antenna.name)}-{on}")
    context = {"antenna": antenna, "form": form, "fund": figures}
    return render(request, "reports/fund.html", context)
