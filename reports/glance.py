"""The gauges of several conventions at a date, in as many queries for ten as for one."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, ExpressionWrapper, F, Q, Sum

from committee.models import Decision
from conventions.models import Convention, ConventionStatus, Entry, EntryKind
from conventions.money import ZERO, EuroField
from reports.evaluation import Evaluation
from support.models import Disbursement, Job, SkillDay

RUN = [ConventionStatus.SIGNED, ConventionStatus.SUSPENDED]


def _read(name):
    return property(lambda glance: glance.sums[name])


@dataclass(frozen=True)
class Glance(Evaluation):
    """An evaluation whose gauges were read along with those of other conventions.

    Its other figures are those of any evaluation, and cost their queries.
    """

    sums: dict = field(hash=False)

    aid_committed = _read("aid_committed")
    balance = _read("balance")
    aid_disbursed = _read("aid_disbursed")
    skill_days_granted = _read("skill_days_granted")
    skill_days_delivered = _read("skill_days_delivered")
    skill_days_certified = _read("skill_days_certified")
    jobs_validated = _read("jobs_validated")
    jobs_to_create = _read("jobs_to_create")
    jobs_created = _read("jobs_created")
    jobs_maintained = _read("jobs_maintained")
    jobs_verified = _read("jobs_verified")
    jobs_maintained_verified = _read("jobs_maintained_verified")


def running_on(antenna, day: date) -> list[Convention]:
    """The conventions of an antenna that ran on a day, whatever became of them since.

    Each has the `status` of that day: none is to be saved.
    """
    rows = (
        Convention.objects.filter(antenna=antenna, starts_on__lte=day)
        .with_end(day)
        .filter(ends_on__gte=day)
        .select_related("antenna")
        .prefetch_related("terms", "steps")
    )
    for row in rows:
        row.status = row.status_on(day)
    return [row for row in rows if row.status in RUN]


def glances(conventions: list[Convention], at: date) -> list[Glance]:
    """What the gauges of each show at the end of a day. Five queries for all."""
    found = {row.pk: {} for row in conventions}
    for figures in _figures(found, at) if found else ():
        for key, sums in figures:
            found[key] |= sums
    return [Glance(row, at, NONE | found[row.pk]) for row in conventions]


NONE = {
    "aid_committed": ZERO,
    "balance": ZERO,
    "aid_disbursed": ZERO,
    "skill_days_granted": ZERO,
    "skill_days_delivered": ZERO,
    "skill_days_certified": ZERO,
    "jobs_validated": 0,
    "jobs_to_create": 0,
    "jobs_created": 0,
    "jobs_maintained": 0,
    "jobs_verified": 0,
    "jobs_maintained_verified": 0,
}


def _figures(keys, at):
    """For each kind of rows, (key of a convention, figures)."""
    committed = Q(kind__in=[EntryKind.COMMITMENT, EntryKind.RELEASE])
    created = F("jobs_created") + F("jobs_maintained")
    paid = "aid__decision__application__convention"
    taken = ExpressionWrapper(F("amount") * -1, output_field=EuroField())
    yield _of(
        Entry.objects.until(at).annotate(taken=taken),
        "convention",
        keys,
        balance=Sum("amount"),
        aid_committed=Sum("taken", filter=committed, default=0),
    )
    yield _of(
        Disbursement.objects.standing().filter(paid_on__lte=at),
        paid,
        keys,
        aid_disbursed=Sum("amount"),
    )
    yield _of(
        Decision.objects.standing_on(at),
        "application__convention",
        keys,
        skill_days_granted=Sum("days"),
        jobs_to_create=Sum("jobs_created"),
        jobs_validated=Sum(created),
    )
    yield _of(
        SkillDay.objects.standing().filter(done_on__lte=at),
        "mission__application__convention",
        keys,
        skill_days_delivered=Sum("days"),
        skill_days_certified=Sum("days", filter=Q(certified_on__lte=at), default=0),
    )
    yield _of(Job.objects.counting_on(at), "application__convention", keys, **_jobs(at))


def _jobs(at):
    created, kept = Q(kind=Job.Kind.CREATED), Q(kind=Job.Kind.MAINTAINED)
    verified = Q(verified_on__lte=at)
    return {
        "jobs_created": Count("pk", filter=created),
        "jobs_maintained": Count("pk", filter=kept),
        "jobs_verified": Count("pk", filter=created & verified),
        "jobs_maintained_verified": Count("pk", filter=kept & verified),
    }


def _of(rows, path, keys, **sums):
    lines = rows.order_by().filter(**{f"{path}__in": list(keys)}).values(path).annotate(**sums)
    return [(line.pop(path), line) for line in lines]
