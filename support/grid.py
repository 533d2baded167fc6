"""Days of several weeks in a grid: what is logged, what may be typed, saved whole or not at all."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import Expert
from support.models import Mission, SkillDay
from territories.dates import in_words

WEEKS = 3
NAME = re.compile(r"m\d+-e\d+-\d{4}-\d\d-\d\d")  # of a cell
QUANTITIES = [("", "–"), ("0.25", "¼"), ("0.5", "½"), ("0.75", "¾"), ("1", "1")]
SHORT = {Decimal(value): label for value, label in QUANTITIES if value}


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def latest() -> date:
    """The first Monday of a grid that ends with this week."""
    return monday_of(timezone.localdate()) - timedelta(weeks=WEEKS - 1)


@dataclass
class Cell:
    """One day of one expert in one mission: logged already, closed, or to be typed."""

    name: str
    day: date
    label: str
    logged: Decimal = Decimal(0)
    is_open: bool = True
    typed: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def takes(self):
        """True when it shows a field: it is open, or what was typed was refused."""
        return self.is_open or bool(self.errors)

    @property
    def shown(self):
        """What is logged, short: beyond a day, as a number."""
        return SHORT.get(self.logged, f"{self.logged.normalize():f}".replace(".", ","))


@dataclass
class Row:
    """One expert of one mission."""

    mission: Mission
    expert: Expert
    cells: list[Cell]


class Grid:
    """Missions × the working days of three weeks. Costs four queries, however many rows."""

    def __init__(self, missions: Iterable[Mission], first: date, typed=None):
        self.first = monday_of(first)
        self.missions = list(missions)
        self.typed = typed or {}

    @property
    def last(self):
        return self.first + timedelta(days=7 * WEEKS - 3)

    @property
    def before(self):
        return self.first - timedelta(weeks=WEEKS)

    @property
    def after(self):
        return self.first + timedelta(weeks=WEEKS)

    @cached_property
    def days(self) -> list[date]:
        """Mondays to Fridays."""
        every = (self.first + timedelta(days=number) for number in range(7 * WEEKS))
        return [day for day in every if day.weekday() < 5]

    @cached_property
    def rows(self) -> list[Row]:
        """In the order of the missions, who leads first."""
        return [
            Row(mission, expert, [self._cell(mission, expert, day) for day in self.days])
            for mission in self.missions
            for expert in mission.team
        ]

    @cached_property
    def _logged(self):
        days = SkillDay.objects.standing().filter(
            mission__in=self.missions, done_on__range=(self.first, self.last)
        )
        sums = days.order_by().values_list("mission", "expert", "done_on")
        return {(*key, day): total for *key, day, total in sums.annotate(Sum("days"))}

    def _cell(self, mission, expert, day):
        name = f"m{mission.pk}-e{expert.pk}-{day.isoformat()}"
        label = _("%(company)s, %(expert)s, %(day)s") % {
            "company": mission.application.company,
            "expert": expert,
            "day": in_words(day, "l j F"),
        }
        logged = self._logged.get((mission.pk, expert.pk, day), Decimal(0))
        is_open = not logged and _takes(mission, day)
        return Cell(name, day, label, logged, is_open, self.typed.get(name, ""))

    @property
    def cells(self):
        return [cell for row in self.rows for cell in row.cells]

    @property
    def refused(self):
        return [cell for cell in self.cells if cell.errors]

    @property
    def lost(self):
        """True when something was typed for a mission that is no longer there."""
        known = {cell.name for cell in self.cells}
        typed = (name for name, value in self.typed.items() if value and NAME.fullmatch(name))
        return any(name not in known for name in typed)

    @property
    def is_refused(self):
        return bool(self.refused or self.lost)

    def save(self, *, by) -> list[SkillDay]:
        """Log what was typed: all of it, or nothing, with why beside each cell that is refused."""
        written = []
        with transaction.atomic():
            _lock(row.expert for row in self.rows)
            for row in self.rows:
                for cell in row.cells:
                    if cell.typed:
                        written += self._log(row, cell, by)
            if self.is_refused:
                transaction.set_rollback(True)
                return []
        return written

    def _log(self, row, cell, by):
        quantities = dict(QUANTITIES)
        if cell.typed not in quantities:
            cell.typed, cell.errors = "", [_("Choisissez dans la liste.")]
            return []
        if cell.logged:
            cell.errors = [_("Cette journée a été saisie entre-temps.")]
            return []
        try:
            with transaction.atomic():
                days = Decimal(cell.typed)
                return [row.mission.log(days, on=cell.day, expert=row.expert, by=by)]
        except ValidationError as error:
            cell.errors = error.messages
            return []


def editable_missions(user, first: date):
    """The missions that run in the three weeks from `first` and that `user` may write."""
    last = first + timedelta(days=7 * WEEKS - 3)
    missions = Mission.objects.filter(
        Q(stopped_on=None) | Q(stopped_on__gte=first),
        application__convention__antenna__in=user.edited_antennas,
        starts_on__lte=last,
        ends_on__gte=first,
    )
    missions = missions.select_related(
        "application__company", "application__convention__antenna", "expert"
    )
    missions = missions.prefetch_related("others", "pauses")
    return missions.order_by("application__company__search", "subject", "pk")


def _takes(mission, day):
    """Whether a day may be logged there, as far as the mission knows."""
    last = min(filter(None, [mission.ends_on, mission.stopped_on, timezone.localdate()]))
    paused = any(
        pause.starts_on <= day and (not pause.ends_on or day < pause.ends_on)
        for pause in mission.pauses.all()
    )
    return mission.starts_on <= day <= last and not paused


def _lock(experts):
    """One writer at a time for each expert, in the order of their keys: two grids never wait."""
    keys = sorted({expert.pk for expert in experts})
    list(Expert.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
