"""The page of a sponsor's days, the same figures as a file, and its statement before it leaves."""

from django import forms
from django.db.models import Min
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from companies.models import Sponsor
from companies.tabs import sponsor_tabs
from conventions.models import Pledge
from reports.sponsor_days import SponsorDays
from reports.sponsor_lines import COLUMNS, lines
from reports.statements import statement_of, statement_pdf
from reports.views.fund import FILES
from support.models import SkillDay, YearlyStatement
from territories.models import Antenna
from territories.roles import visible
from territories.typeset import pdf_response

ALL = "tout"


class YearForm(forms.Form):
    """A year since the first of `since`, or all of them."""

    annee = forms.ChoiceField(
        label=_("Année"), error_messages={"invalid_choice": _("Choisissez dans la liste.")}
    )

    def __init__(self, *args, since, every=True, **kwargs):
        super().__init__(*args, **kwargs)
        years = range(timezone.localdate().year, since - 1, -1)
        choices = [(str(year), str(year)) for year in years]
        self.fields["annee"].choices = [(ALL, _("Depuis le début")), *choices][not every :]

    @property
    def year(self):
        """The year chosen; None for all of them, or when what was asked is no year."""
        chosen = self.cleaned_data.get("annee") if self.is_valid() else None
        return int(chosen) if chosen and chosen != ALL else None


def antennas_read(user):
    """Keys of the antennas whose days `user` reads; None for all."""
    return None if user.is_national else frozenset(user.antenna_ids)


def first_year(sponsor, user):
    """That of the first promise or day of a sponsor, of those that `user` reads."""
    pledges = Pledge.objects.visible_to(user).filter(sponsor=sponsor)
    days = SkillDay.objects.visible_to(user).standing().filter(expert__sponsor=sponsor)
    found = [
        pledges.aggregate(first=Min("pledged_on"))["first"],
        days.aggregate(first=Min("done_on"))["first"],
    ]
    return min(filter(None, found), default=timezone.localdate()).year


def sponsor_days(request, pk):
    sponsor = visible(request.user, Sponsor.objects, pk=pk)
    form = YearForm(
        {"annee": request.GET.get("annee") or ALL}, since=first_year(sponsor, request.user)
    )
    days = SponsorDays.of_year(sponsor, form.year, antennas_read(request.user))
    as_file = FILES.get(request.GET.get("format"))
    if as_file and form.is_valid():
        name = f"journees-{slugify(sponsor.name)}-{form.year or days.at}"
        return as_file([lines(days)], COLUMNS, name)
    statements = YearlyStatement.objects.visible_to(request.user).unprinted()
    context = {
        "sponsor": sponsor,
        "tabs": sponsor_tabs(sponsor),
        "form": form,
        "days": days,
        "year": form.year,
        "statements": statements.filter(sponsor=sponsor)
        .select_related("antenna")
        .order_by("-year", "antenna__name", "rank"),
    }
    return render(request, "reports/sponsor_days.html", context)


@require_safe
def statement_preview(request, pk):
    """The statement as it would leave today: of last year unless told, of one antenna or of all."""
    sponsor = visible(request.user, Sponsor.objects, pk=pk)
    asked = request.GET.get("annee") or str(timezone.localdate().year - 1)
    if not asked.isdecimal() or not 1950 <= int(asked[:5]) <= timezone.localdate().year:
        raise Http404
    antenna = None
    if key := request.GET.get("antenne"):
        if not key.isdecimal():
            raise Http404
        antenna = visible(request.user, Antenna.objects, pk=key)
    days = statement_of(sponsor, int(asked), antenna, antennas_read(request.user))
    content = statement_pdf(days, antenna=antenna, at=timezone.now())
    return pdf_response(content, f"journees-{sponsor.name}-{days.at.year}")
