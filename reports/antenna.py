"""What an antenna does, at the end of a day: its pipeline, what is late, its last twelve months.

Definitions: docs/indicators.md. The same at any past date: later facts do not count. As many
queries for one row as for many.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Q, Sum
from django.utils import timezone

from committee.models import Application, ApplicationStatus, Session
from committee.pipeline import AGE_LABELS, at_step_for
from conventions.models import PledgeCall
from conventions.money import ZERO
from reports.gauges import gauge_lines
from reports.glance import glances, running_on
from reports.year import Year
from support.ageing import AGE_LABELS as LATE_AGES
from support.late import late_on, total_by_age
from support.models import Aid, Campaign
from support.models.register import DELAY
from support.register import to_declare
from territories.models import Antenna

# Where a file waits for the company, the antenna or the committee; elsewhere nothing grows old.
WAITING = [ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, ApplicationStatus.ADJOURNED]


class Aged(NamedTuple):
    """Files at one step for about as long; None where none waits."""

    age: str
    label: str
    count: int | None


class Step(NamedTuple):
    """The files at one step, and for how long they have been there."""

    status: str
    label: str
    count: int
    ages: list[Aged]


class Late(NamedTuple):
    """Advances whose oldest late instalment is of one age, and all the euros late of that age."""

    age: str
    label: str
    count: int
    euros: Decimal


class Sums(NamedTuple):
    count: int
    euros: Decimal


class Undeclared(NamedTuple):
    """Aids that wait for the national register, and those whose delay is over."""

    count: int
    overdue: int


@dataclass(frozen=True)
class AntennaFigures:
    """One antenna at the end of the day `on`."""

    antenna: Antenna
    on: date

    @property
    def past(self):
        """The day, when it is over; else None."""
        return self.on if self.on < timezone.localdate() else None

    @cached_property
    def conventions(self):
        """(convention, its evaluation, its gauges) of each convention that runs."""
        running = glances(running_on(self.antenna, self.on), self.on)
        return [(each.convention, each, gauge_lines(each)) for each in running]

    @cached_property
    def year(self):
        return Year(self.antenna, self.on)

    # Files by step

    @cached_property
    def steps(self):
        """Every step, in order, those without a file too; aged, those where something waits."""
        ages = {age: Count("pk", filter=at_step_for(age, self.on)) for age in AGE_LABELS}
        files = Application.objects.filter(convention__antenna=self.antenna).with_step(self.on)
        rows = (
            files.exclude(step=None).order_by().values("step").annotate(count=Count("pk"), **ages)
        )
        found = {row["step"]: row for row in rows}
        return [self._step(status, found.get(status, {})) for status in ApplicationStatus]

    @staticmethod
    def _step(status, row):
        waits = status in WAITING
        aged = [
            Aged(age, label, row.get(age, 0) if waits else None)
            for age, label in AGE_LABELS.items()
        ]
        return Step(status.value, status.label, row.get("count", 0), aged)

    @property
    def files(self):
        return sum(step.count for step in self.steps)

    # What is late

    @property
    def _aids(self):
        return Aid.objects.filter(decision__application__convention__antenna=self.antenna)

    @cached_property
    def late(self):
        """Late advances by the age of their oldest late instalment, those without any too."""
        found = late_on(self._aids, self.on)
        counts = Counter(late.age for late in found)
        euros = total_by_age(found)
        return [
            Late(age, label, counts[age], getattr(euros, age)) for age, label in LATE_AGES.items()
        ]

    @property
    def late_advances(self):
        return Sums(
            sum(each.count for each in self.late), sum((each.euros for each in self.late), ZERO)
        )

    @cached_property
    def late_calls(self):
        """Calls for funds whose money should have come."""
        calls = PledgeCall.objects.late_on(self.on).filter(pledge__convention__antenna=self.antenna)
        sums = calls.aggregate(count=Count("pk"), euros=Sum("left", default=0))
        return Sums(sums["count"], ZERO + sums["euros"])

    @cached_property
    def silent_campaigns(self):
        """Campaigns that wait beyond their day, with `silent`: companies that did not answer."""
        silent = Q(surveys__asked_on__lte=self.on) & (
            Q(surveys__answered_on=None) | Q(surveys__answered_on__gt=self.on)
        )
        running = Q(closed_on=None) | Q(closed_on__gt=self.on)
        campaigns = Campaign.objects.filter(running, antenna=self.antenna, answer_by__lte=self.on)
        return list(
            campaigns.annotate(silent=Count("surveys", filter=silent))
            .filter(silent__gt=0)
            .select_related("antenna")
            .order_by("answer_by", "pk")
        )

    @cached_property
    def undeclared(self):
        overdue = Q(decision__decided_on__lt=self.on - DELAY)
        aids = to_declare(self._aids, self.past).order_by()
        sums = aids.aggregate(count=Count("pk"), overdue=Count("pk", filter=overdue))
        return Undeclared(**sums)

    @property
    def nothing_is_late(self):
        return not (
            self.late_advances.count
            or self.late_calls.count
            or self.silent_campaigns
            or self.undeclared.count
        )

    # The committee

    @cached_property
    def session(self):
        """The next session; of a day that is over, the one that was held next. None without any."""
        rows = Session.objects.filter(committee__antenna=self.antenna)
        if self.past:
            rows = rows.filter(on__gt=self.past, status=Session.Status.CLOSED)
        else:
            rows = rows.live()
        rows = rows.select_related("committee").prefetch_related("items__application__company")
        return rows.order_by("on", "at", "pk").first()
