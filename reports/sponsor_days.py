"""The skill-days of a sponsor at a date: one read-only object for its page, its files and its PDF.

Definitions: docs/indicators.md. What the committee reserved for a file is of no sponsor yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q, Sum
from django.utils import timezone

from companies.models import Sponsor
from conventions.models import Convention, Pledge
from support.days import contracted_on
from support.models import SkillDay

ZERO = Decimal(0)


class ConventionLine(NamedTuple):
    """What a sponsor does for one convention; days, and euros that nobody pays."""

    convention: Convention
    pledged: Decimal
    contracted: Decimal
    delivered: Decimal
    certified: Decimal
    companies: int
    day_value: Decimal
    value: Decimal


class CompanyLine(NamedTuple):
    """What one company got from a sponsor."""

    pk: int
    name: str
    missions: int
    delivered: Decimal
    certified: Decimal


class MissionLine(NamedTuple):
    """What the people of a sponsor did in one mission."""

    subject: str
    company: str
    experts: str
    delivered: Decimal
    certified: Decimal


@dataclass(frozen=True)
class SponsorDays:
    """What a sponsor promised and gave, at the end of the day `at`. Costs five queries, once.

    With `since`, what was given is that of the period, and what of it was certified `by` a later
    day counts; what is promised and contracted is that of the conventions of the period, whole.
    `antennas`: keys, None for all.
    """

    sponsor: Sponsor
    at: date
    since: date | None = None
    by: date | None = None
    antennas: frozenset[int] | None = None

    @classmethod
    def of_year(cls, sponsor, year, antennas=None):
        """Those of a year as they are known today; of all time when `year` is None."""
        today = timezone.localdate()
        if year is None:
            return cls(sponsor, today, antennas=antennas)
        last = min(date(year, 12, 31), today)
        return cls(sponsor, last, since=date(year, 1, 1), by=today, antennas=antennas)

    # The rows that count

    def _within(self, rows):
        if self.antennas is None:
            return rows
        return rows.filter(**{f"{rows.antenna_path}__in": self.antennas})

    @property
    def pledges(self):
        return self._within(Pledge.objects.standing_on(self.at)).filter(sponsor=self.sponsor)

    @property
    def missions(self):
        """Those that its people lead, once their agreement was signed."""
        return self._within(contracted_on(self.at)).filter(expert__sponsor=self.sponsor)

    @property
    def skill_days(self):
        """Those that its people gave in the period."""
        days = SkillDay.objects.standing().filter(expert__sponsor=self.sponsor)
        days = self._within(days).filter(done_on__lte=self.at)
        return days.filter(done_on__gte=self.since) if self.since else days

    @property
    def certified_by(self):
        """The day on which it is asked what was certified."""
        return self.by or self.at

    @cached_property
    def _given(self):
        """Days of the period, by mission and expert."""
        certified = Q(certified_on__lte=self.certified_by)
        file = "mission__application__"
        return list(
            self.skill_days.order_by(
                f"{file}company__search", "mission__subject", "mission", "expert__search"
            )
            .values(
                f"{file}convention",
                f"{file}company",
                f"{file}company__name",
                "mission",
                "mission__subject",
                "expert__first_name",
                "expert__last_name",
            )
            .annotate(
                delivered=Sum("days"),
                certified=Sum("days", filter=certified, default=0),
            )
        )

    @cached_property
    def _pledged(self):
        """Days promised, by key of their convention."""
        sums = self.pledges.filter(days__gt=0).order_by().values_list("convention")
        return dict(sums.annotate(Sum("days")))

    @cached_property
    def _contracted(self):
        """Days of missions, by key of their convention; of a mission that stopped, those given."""
        sums = self.missions.order_by().values_list("application__convention")
        return dict(sums.annotate(Sum("contracted")))

    # Lines

    @cached_property
    def conventions(self) -> list[ConventionLine]:
        """One line a convention that has days, the latest first."""
        by_convention = _grouped(self._given, "mission__application__convention")
        keys = {*self._pledged, *self._contracted, *by_convention}
        rows = Convention.objects.filter(pk__in=keys).select_related("antenna")
        rows = rows.prefetch_related("terms").order_by("-starts_on", "reference")
        return [
            self._line(convention, by_convention.get(convention.pk, []))
            for convention in rows
            if convention.pk in by_convention or self._runs(convention)
        ]

    def _runs(self, convention):
        ends_on = convention.terms_on(self.at).ends_on
        return convention.starts_on <= self.at and (not self.since or ends_on >= self.since)

    def _line(self, convention, given):
        delivered, day_value = _sum(given, "delivered"), convention.terms_on(self.at).day_value
        return ConventionLine(
            convention,
            self._pledged.get(convention.pk, ZERO),
            self._contracted.get(convention.pk, ZERO),
            delivered,
            _sum(given, "certified"),
            _helped(given),
            day_value,
            delivered * day_value,
        )

    @cached_property
    def companies(self) -> list[CompanyLine]:
        """One line a company, by name."""
        return [
            CompanyLine(
                key,
                rows[0]["mission__application__company__name"],
                len({row["mission"] for row in rows}),
                _sum(rows, "delivered"),
                _sum(rows, "certified"),
            )
            for key, rows in _grouped(self._given, "mission__application__company").items()
        ]

    @cached_property
    def mission_lines(self) -> list[MissionLine]:
        """One line a mission, by company."""
        return [
            MissionLine(
                rows[0]["mission__subject"],
                rows[0]["mission__application__company__name"],
                ", ".join(
                    f"{row['expert__first_name']} {row['expert__last_name']}" for row in rows
                ),
                _sum(rows, "delivered"),
                _sum(rows, "certified"),
            )
            for rows in _grouped(self._given, "mission").values()
        ]

    # In all

    @property
    def pledged(self) -> Decimal:
        """Days promised."""
        return sum((line.pledged for line in self.conventions), ZERO)

    @property
    def contracted(self) -> Decimal:
        """Days of missions whose agreement is signed."""
        return sum((line.contracted for line in self.conventions), ZERO)

    @property
    def delivered(self) -> Decimal:
        """Days given by its people."""
        return _sum(self._given, "delivered")

    @property
    def certified(self) -> Decimal:
        """Of those, the ones that a company certified."""
        return _sum(self._given, "certified")

    @property
    def companies_helped(self) -> int:
        """Companies that got days, each counted once."""
        return _helped(self._given)

    @property
    def value(self) -> Decimal:
        """Euros that the days given are worth, each at the value of its convention."""
        return sum((line.value for line in self.conventions), ZERO)


def _grouped(rows: Iterable[dict], key: str) -> dict:
    found = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def _sum(rows, name):
    return sum((row[name] for row in rows), ZERO)


def _helped(rows):
    return len({row["mission__application__company"] for row in rows})
