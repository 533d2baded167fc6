"""The figures of the network at a date: every antenna, in as many queries for thirty as for one.

Each figure means what it means in the evaluation of a convention (docs/indicators.md): a test sums
the evaluations and finds the same. Read-only; nothing dated later counts.
"""

from collections import defaultdict
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from statistics import median

from django.db.models import Count, Q, Sum
from django.utils import timezone

from committee.models import Application, Decision
from conventions.models import Convention, ConventionStatus, Entry, EntryKind
from conventions.money import ZERO
from conventions.schedule import add_months
from reports.indicators import each, rounded, share
from support.job_facts import counted_by_file
from support.models import Aid, Disbursement, Repayment, SkillDay, WriteOff
from territories.models import Antenna

CONVENTION, ANTENNA = "application__convention", "application__convention__antenna"
OF_AN_AID = "aid__decision__application__convention"
DEPARTMENT = "application__company__commune__department"
YEAR = 12  # months between what is compared
RUNNING = [ConventionStatus.SIGNED, ConventionStatus.SUSPENDED]
NO_DAYS, TENTH = Decimal("0.00"), Decimal("0.1")


@dataclass
class Figures:
    """What some antennas did by a day; euros, days and numbers, none of jobs ever added up."""

    companies_supported: int = 0
    applications_approved: int = 0
    aid_committed: Decimal = ZERO
    aid_disbursed: Decimal = ZERO
    aid_outstanding: Decimal = ZERO
    advances_late: int = 0
    arrears: Decimal = ZERO  # euros late, of what is outstanding
    skill_days_delivered: Decimal = NO_DAYS
    skill_days_certified: Decimal = NO_DAYS
    jobs_promised: int = 0
    jobs_validated: int = 0
    jobs_to_create: int = 0
    jobs_created: int = 0
    jobs_maintained: int = 0
    jobs_verified: int = 0

    def add(self, **amounts):
        for name, amount in amounts.items():
            setattr(self, name, getattr(self, name) + (amount or 0))

    def is_nothing(self):
        return not any(getattr(self, each.name) for each in fields(self))

    @property
    def realisation_rate(self) -> float | None:
        """Jobs created and verified over jobs to create validated."""
        return share(self.jobs_verified, self.jobs_to_create)

    @property
    def creation_rate(self) -> float | None:
        """Jobs created over jobs to create validated."""
        return share(self.jobs_created, self.jobs_to_create)

    @property
    def cost_per_job(self) -> Decimal | None:
        """Euros of aid paid out for each job created."""
        return each(self.aid_disbursed, self.jobs_created)

    @property
    def validated_per_project(self) -> Decimal | None:
        """Jobs validated for each file approved, to one decimal."""
        files = self.applications_approved
        return (Decimal(self.jobs_validated) / files).quantize(TENTH) if files else None

    @property
    def late_share(self) -> float | None:
        """Share of what is outstanding that is late."""
        return share(self.arrears, self.aid_outstanding)


@dataclass
class Realised:
    """What one convention has made real, against its targets; the share of its term gone."""

    convention: Convention
    time: float
    targets: dict[str, Decimal | int]  # euros, days, jobs
    realised: dict[str, Decimal | int]

    def share(self, kind) -> float | None:
        """Share of the target that is real; None without a target."""
        return share(self.realised[kind], self.targets[kind])


@dataclass
class Pace:
    """How the running conventions of an antenna advance; None without one, or without a target."""

    conventions: list[Realised] = field(default_factory=list)

    @property
    def time(self):
        """Mean share of the terms gone."""
        shares = [each.time for each in self.conventions]
        return rounded(sum(shares) / len(shares)) if shares else None

    def share(self, kind):
        target = sum(each.targets[kind] for each in self.conventions)
        return share(sum(each.realised[kind] for each in self.conventions), target)


class Picture:
    """The figures of every antenna, convention and département on one day: eight queries.

    `antenna_of` a convention, `place_of` a file (convention and département), by their keys.
    """

    def __init__(self, at: date, antenna_of, place_of, counted):
        self.at, self.antenna_of, self.place_of = at, antenna_of, place_of
        self.antennas: dict[int, Figures] = {}
        self.departments: dict[str, Figures] = {}
        self.conventions: dict[int, Figures] = {}
        self._companies_and_files()
        self._money()
        self._late()
        self._days()
        self._jobs(counted)

    def figures(self, antenna):
        return self.antennas.setdefault(antenna, Figures())

    def _of_convention(self, convention, department=None, **amounts):
        """Adds to a convention, to its antenna, and to a département when one is told."""
        self.conventions.setdefault(convention, Figures()).add(**amounts)
        self._of_antenna(self.antenna_of[convention], department, **amounts)

    def _of_antenna(self, antenna, department=None, **amounts):
        self.figures(antenna).add(**amounts)
        if department:
            self.departments.setdefault(department, Figures()).add(**amounts)

    def _companies_and_files(self):
        # A company is of one antenna and one commune: counted in each pair, it is counted once.
        decided = Decision.objects.approved().standing_on(self.at).order_by()
        for antenna, department, companies, files, created, kept in decided.values_list(
            ANTENNA, DEPARTMENT
        ).annotate(
            companies=Count("application__company", distinct=True),
            files=Count("pk"),
            created=Sum("jobs_created"),
            kept=Sum("jobs_maintained"),
        ):
            self._of_antenna(
                antenna,
                department,
                companies_supported=companies,
                applications_approved=files,
                jobs_validated=created + kept,
                jobs_to_create=created,
            )
        received = Application.objects.filter(received_on__lte=self.at).order_by()
        for convention, created, kept in received.values_list("convention").annotate(
            Sum("planned_jobs_created"), Sum("planned_jobs_maintained")
        ):
            self._of_convention(convention, jobs_promised=created + kept)

    def _money(self):
        moves = Entry.objects.until(self.at).of(EntryKind.COMMITMENT, EntryKind.RELEASE)
        for convention, amount in _by("convention", moves, Sum("amount")):
            self._of_convention(convention, aid_committed=-amount)
        paid = Disbursement.objects.standing().filter(paid_on__lte=self.at)
        advances = Sum("amount", filter=Q(aid__instrument=Aid.Instrument.ADVANCE), default=0)
        for convention, amount, due in _by(OF_AN_AID, paid, Sum("amount"), advances):
            self._of_convention(convention, aid_disbursed=amount, aid_outstanding=due)
        repaid = Repayment.objects.counting_on(self.at).filter(is_recovery=False)
        lost = WriteOff.objects.standing().filter(written_off_on__lte=self.at)
        for settled in (repaid, lost):
            for convention, amount in _by(OF_AN_AID, settled, Sum("amount")):
                self._of_convention(convention, aid_outstanding=-amount)

    def _late(self):
        late = Aid.objects.late_on(self.at).order_by()
        for convention, euros in late.values_list("decision__application__convention", "arrears"):
            self._of_convention(convention, advances_late=1, arrears=euros)

    def _days(self):
        given = SkillDay.objects.standing().filter(done_on__lte=self.at)
        certified = Sum("days", filter=Q(certified_on__lte=self.at), default=0)
        rows = _by(f"mission__{CONVENTION}", given, Sum("days"), certified)
        for convention, done, acknowledged in rows:
            self._of_convention(
                convention, skill_days_delivered=done, skill_days_certified=acknowledged
            )

    def _jobs(self, counted):
        sums = defaultdict(lambda: [0, 0, 0])
        for file, jobs in counted.items():
            mine = sums[self.place_of[file]]
            for kind, number in enumerate(jobs):
                mine[kind] += number
        for place, (created, maintained, verified) in sums.items():
            self._of_convention(
                *place, jobs_created=created, jobs_maintained=maintained, jobs_verified=verified
            )


def _places(files):
    """(convention, département) of each of these files, by its key."""
    rows = Application.objects.filter(received_on__isnull=False).order_by()
    places = rows.values_list("pk", "convention", "company__commune__department")
    return {key: tuple(place) for key, *place in places if key in files}


def _by(path, rows, *sums):
    named = {f"sum_{number}": sum for number, sum in enumerate(sums)}
    return rows.order_by().values_list(path).annotate(**named)


@dataclass
class Line:
    """One antenna: its figures of the day, those of the year before, the pace of both."""

    antenna: Antenna
    now: Figures
    before: Figures
    pace: Pace
    pace_before: Pace

    def value(self, column, before=False):
        """A figure of the comparison, by its key; None where there is nothing to tell."""
        if column in PACES:
            pace = self.pace_before if before else self.pace
            return pace.time if column == "time" else pace.share(column.removeprefix("pace_"))
        return getattr(self.before if before else self.now, column)


PACES = ["time", "pace_euros", "pace_days", "pace_jobs"]


class Network:
    """The national picture at the end of the day `at`, beside that of a year before."""

    def __init__(self, at: date):
        self.at = at
        self.year_before = add_months(at, -YEAR)
        self.conventions = list(
            Convention.objects.select_related("antenna").prefetch_related(
                "steps", "terms__territories"
            )
        )
        by_key = {each.pk: each for each in self.conventions}
        antenna_of = {key: each.antenna_id for key, each in by_key.items()}
        days = [at, self.year_before]
        counted = counted_by_file(days, by_key)
        place_of = _places({file for files in counted for file in files})
        self.now, self.before = (
            Picture(day, antenna_of, place_of, jobs)
            for day, jobs in zip(days, counted, strict=True)
        )

    @property
    def past_asked(self) -> dict[str, date]:
        """What the address of a page that reads a day says of this one; nothing of today."""
        return {"au": self.at} if self.at < timezone.localdate() else {}

    @cached_property
    def prepared(self) -> list[Convention]:
        """Conventions not signed yet; nobody dates a draft, so that of a past day none is known."""
        if self.past_asked:
            return []
        return [each for each in self.conventions if each.status == ConventionStatus.DRAFT]

    @cached_property
    def antennas(self) -> list[Antenna]:
        return list(Antenna.objects.all())

    @cached_property
    def open(self) -> list[Antenna]:
        """Antennas that were open on the day; without a first day, once they are no project."""
        return [each for each in self.antennas if is_open(each, self.at)]

    @cached_property
    def planned(self) -> list[Antenna]:
        """Antennas in project: they have no date yet, so that of a past day nothing is known."""
        if self.past_asked:
            return []
        return [each for each in self.antennas if each.status == Antenna.Status.PROJECT]

    @cached_property
    def lines(self) -> list[Line]:
        """The antennas open on the day, and those closed that have figures, by name."""
        wanted = {each.pk for each in self.open}
        return [
            self._line(each)
            for each in self.antennas
            if each.pk in wanted or not self.now.figures(each.pk).is_nothing()
        ]

    def _line(self, antenna):
        pace, pace_before = (
            Pace([each for each in found if each.convention.antenna_id == antenna.pk])
            for found in (self.running, self.running_before)
        )
        now, before = self.now.figures(antenna.pk), self.before.figures(antenna.pk)
        return Line(antenna, now, before, pace, pace_before)

    @cached_property
    def running(self) -> list[Realised]:
        """The conventions that ran on the day."""
        return self._running(self.now)

    @cached_property
    def running_before(self):
        return self._running(self.before)

    def _running(self, picture):
        day = picture.at
        found = []
        for convention in self.conventions:
            if convention.status_on(day) not in RUNNING:
                continue
            terms = convention.terms_on(day)
            if convention.starts_on <= day <= terms.ends_on:
                figures = picture.conventions.get(convention.pk, Figures())
                found.append(_realised(convention, terms, figures, day))
        return found

    @cached_property
    def territories(self) -> int:
        """Territories of the conventions that ran on the day, each counted once."""
        terms = [each.convention.terms_on(self.at) for each in self.running]
        return len({territory.pk for each in terms for territory in each.territories.all()})

    @cached_property
    def total(self) -> Figures:
        """Every antenna since the origin, those closed since included."""
        return _sum(self.now.antennas.values())

    @cached_property
    def total_before(self) -> Figures:
        return _sum(self.before.antennas.values())

    def median(self, column, before=False):
        """Of the antennas open on the day that have the figure; None when none has."""
        wanted = {each.pk for each in self.open}
        lines = [line for line in self.lines if line.antenna.pk in wanted]
        values = [line.value(column, before) for line in lines]
        known = [value for value in values if value is not None]
        return rounded(median(known)) if known else None

    @cached_property
    def origin(self) -> date | None:
        """The first day of the first convention or antenna."""
        days = [each.starts_on for each in self.conventions]
        days += [each.opened_on for each in self.antennas if each.opened_on]
        return min(days, default=None)


def is_open(antenna: Antenna, day: date) -> bool:
    """True when an antenna had opened by `day`, and had not closed by the end of it."""
    if antenna.closed_on and antenna.closed_on <= day:
        return False
    if antenna.opened_on:
        return antenna.opened_on <= day
    return antenna.status in (Antenna.Status.ACTIVE, Antenna.Status.DORMANT)


def _realised(convention, terms, figures, day):
    kept = figures.jobs_maintained if terms.maintained_jobs_count else 0
    return Realised(
        convention=convention,
        time=convention.time_elapsed(day),
        targets={
            "euros": terms.target_aid,
            "days": terms.target_days,
            "jobs": terms.target_jobs,
        },
        realised={
            "euros": figures.aid_disbursed,
            "days": figures.skill_days_delivered,
            "jobs": figures.jobs_created + kept,
        },
    )


def _sum(many):
    whole = Figures()
    for one in many:
        whole.add(**{each.name: getattr(one, each.name) for each in fields(Figures)})
    return whole
