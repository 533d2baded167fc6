"""The page of an antenna's fund, at a date."""

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.fund import Fund
from territories.forms import HouseMixin
from territories.models import Antenna
from territories.roles import visible


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
    context = {"antenna": antenna, "form": form, "fund": Fund(antenna, on)}
    return render(request, "reports/fund.html", context)
