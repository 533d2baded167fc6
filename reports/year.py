"""The last twelve months of an antenna, month by month, at the end of a day.

Definitions: docs/indicators.md. Seven queries, however many rows.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from committee.models import Application, Decision
from conventions.models import Entry, EntryKind
from conventions.money import ZERO
from conventions.schedule import add_months
from support.models import Disbursement, Job, Repayment, SkillDay
from territories.files import Column
from territories.models import Antenna

MONTHS = 12
HEIGHT = 20  # of the largest bar
OF_AN_AID = "aid__decision__application__convention__antenna"
OF_A_FILE = "application__convention__antenna"


class Measure(NamedTuple):
    """One figure of a month: its name, how it is written, what shares the scale of its bars."""

    key: str
    label: str
    kind: str
    scale: str


MEASURES = [
    Measure("received", _("Dossiers déposés"), "number", "files"),
    Measure("decided", _("Dossiers décidés"), "number", "files"),
    Measure("committed", _("Aide engagée"), "euros", "euros"),
    Measure("disbursed", _("Aide débloquée"), "euros", "euros"),
    Measure("repaid", _("Aide remboursée"), "euros", "euros"),
    Measure("days", _("Journées faites"), "days", "days"),
    Measure("jobs", _("Emplois créés"), "number", "jobs"),
]
COLUMNS = [
    Column(_("Mois"), "name"),
    Column(_("Dossiers déposés"), "received"),
    Column(_("Dossiers décidés"), "decided"),
    Column(_("Aide engagée (€)"), "committed"),
    Column(_("Aide débloquée (€)"), "disbursed"),
    Column(_("Aide remboursée (€)"), "repaid"),
    Column(_("Journées faites"), "days"),
    Column(_("Emplois créés"), "jobs"),
]


@dataclass
class Month:
    """What is dated in one month; euros, days, counts."""

    first_day: date | None  # none of the twelve months together
    received: int = 0
    decided: int = 0
    committed: Decimal = ZERO
    disbursed: Decimal = ZERO
    repaid: Decimal = ZERO
    days: Decimal = ZERO
    jobs: int = 0

    @property
    def name(self):
        return date_format(self.first_day, "F Y") if self.first_day else str(_("En tout"))

    @property
    def cells(self):
        return [(measure, getattr(self, measure.key)) for measure in MEASURES]


class Chart(NamedTuple):
    """The bars of one measure, and its sum over the months."""

    measure: Measure
    heights: list[int]
    total: object


@dataclass(frozen=True)
class Year:
    """Twelve months, the last of which ends with the day `on`."""

    antenna: Antenna
    on: date

    @property
    def first_day(self):
        return add_months(self.on.replace(day=1), 1 - MONTHS)

    @cached_property
    def months(self):
        """The oldest first, those without anything too."""
        days = [add_months(self.first_day, number) for number in range(MONTHS)]
        months = {day: Month(day) for day in days}
        for key, lines in self._sums().items():
            for day, value in lines:
                setattr(months[day], key, value)
        return list(months.values())

    @cached_property
    def whole(self):
        """The twelve months together."""
        whole = Month(None)
        for month in self.months:
            for measure in MEASURES:
                key = measure.key
                setattr(whole, key, getattr(whole, key) + getattr(month, key))
        return whole

    @property
    def is_empty(self):
        return not any(value for _measure, value in self.whole.cells)

    @cached_property
    def charts(self):
        """Small bars; those that share a scale compare with one another."""
        largest = {}
        for month in self.months:
            for measure, value in month.cells:
                largest[measure.scale] = max(largest.get(measure.scale, 0), value)
        charts = []
        for measure in MEASURES:
            values = [max(getattr(month, measure.key), 0) for month in self.months]
            top = largest[measure.scale] or 1
            heights = [round(HEIGHT * value / top) for value in values]
            charts.append(Chart(measure, heights, getattr(self.whole, measure.key)))
        return charts

    @property
    def lines(self):
        """The months, then all of them: the rows of the table, and of its file."""
        return [*self.months, self.whole]

    def _sums(self):
        """By measure, (first day of a month, its figure)."""
        kinds = [EntryKind.COMMITMENT, EntryKind.RELEASE]
        decisions = Decision.objects.standing_on(self.on).exclude(
            outcome=Decision.Outcome.ADJOURNED
        )
        files, euros, days = Count("pk"), Sum("amount"), Sum("days")
        committed = self._by_month(Entry.objects.of(*kinds), "convention__antenna", "on", euros)
        return {
            "received": self._by_month(
                Application.objects, "convention__antenna", "received_on", files
            ),
            "decided": self._by_month(decisions, OF_A_FILE, "decided_on", files),
            "committed": [(month, -amount) for month, amount in committed],
            "disbursed": self._by_month(
                Disbursement.objects.standing(), OF_AN_AID, "paid_on", euros
            ),
            "repaid": self._by_month(
                Repayment.objects.counting_on(self.on), OF_AN_AID, "received_on", euros
            ),
            "days": self._by_month(
                SkillDay.objects.standing(), f"mission__{OF_A_FILE}", "done_on", days
            ),
            "jobs": self._by_month(
                Job.objects.counting_on(self.on).created(), OF_A_FILE, "starts_on", files
            ),
        }

    def _by_month(self, rows, antenna, day, figure):
        """The rows of the antenna dated in these months, summed."""
        found = rows.filter(**{antenna: self.antenna, f"{day}__range": (self.first_day, self.on)})
        return list(
            found.annotate(in_month=TruncMonth(day))
            .order_by()
            .values_list("in_month")
            .annotate(figure)
        )
