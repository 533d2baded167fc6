"""The jobs and approvals of companies, as the rules of support/counting.py read them."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import FloatField
from django.db.models.functions import Cast

from committee.models import Decision
from support.counting import CREATED, Approval, Row, Text, judged, why_by_itself
from support.models import Job

COMPANY = "application__company__siret"


def why_not_counting(jobs, day):
    """Why each of these jobs, by its key, does not count at the end of `day`; None: it counts.

    Three queries, however many jobs.
    """
    companies = list(jobs.order_by().values_list(COMPANY, flat=True).distinct())
    return judged(rows_of(companies), approvals_of(companies), day)


def rows_of(companies):
    """Every job of these companies, by SIRET, struck ones too."""
    return [
        Row(
            job.pk,
            job.application_id,
            job.kind,
            job.contract,
            job.fte,
            job.starts_on,
            job.ends_on,
            job.observed_on,
            job.struck_at is not None,
        )
        for job in Job.objects.filter(**{f"{COMPANY}__in": companies})
    ]


def approvals_of(companies):
    """Every approval of these companies, with what the convention counted that day."""
    approvals = (
        Decision.objects.approved()
        .filter(**{f"{COMPANY}__in": companies})
        .select_related("application__company", "application__convention")
        .prefetch_related("application__convention__terms")
    )
    return [
        Approval(
            decision.application_id,
            decision.application.company.siret,
            decision.application.received_on,
            decision.decided_on,
            decision.annulled_on,
            _text_of(decision),
        )
        for decision in approvals
    ]


def _text_of(decision):
    return _text(decision.application.convention.terms_on(decision.decided_on))


def _text(terms):
    return Text(terms.counted_contracts, terms.minimum_fte, terms.jobs_horizon_months)


class Counted(NamedTuple):
    """How many jobs of a file count on a day; never added to one another."""

    created: int
    maintained: int
    verified: int  # of those created


def counted_by_file(days: list[date], conventions) -> list[dict[int, Counted]]:
    """For each of `days`, the jobs that count, by key of their file; none is left out.

    `conventions`: all of them by key, their terms brought along. Two queries, whatever the number
    of days: asked of every row at once, the rules themselves are quicker than their SQL
    (`Job.objects.counting_on`), whose answer this is.
    """
    approvals, facts = _approvals_by_company(max(days), conventions), _facts_by_file(max(days))
    found = []
    for day in days:
        sums = defaultdict(lambda: [0, 0, 0])
        for of_company in approvals.values():
            for row, verified_on in _counting(of_company, facts, day):
                mine = sums[row.file]
                mine[row.kind != CREATED] += 1
                mine[2] += bool(row.kind == CREATED and verified_on and verified_on <= day)
        found.append({file: Counted(*numbers) for file, numbers in sums.items()})
    return found


def _counting(approvals, facts, day):
    """(row, day verified) of the jobs of one company that count; with one file, it has no rival."""
    standing = [each for each in approvals if each.stands_on(day)]
    lines = [line for each in standing for line in facts.get(each.file, ())]
    if len(standing) == 1:
        [approval] = standing
        return [line for line in lines if why_by_itself(line[0], approval, day) is None]
    whys = judged([row for row, _verified_on in lines], standing, day)
    return [line for line in lines if whys[line[0].key] is None]


def _facts_by_file(until):
    """(row, day verified) of the jobs that somebody had seen by the day `until`."""
    facts = ["kind", "contract", "time", "starts_on", "ends_on", "observed_on", "verified_on"]
    jobs = Job.objects.standing().filter(starts_on__lte=until, observed_on__lte=until).order_by()
    jobs = jobs.annotate(time=Cast("fte", FloatField()))
    found, exact = defaultdict(list), {}  # a Decimal for each working time, not for each row
    for key, file, kind, contract, time, *days, verified_on in jobs.values_list(
        "pk", "application", *facts
    ):
        if time not in exact:
            exact[time] = Decimal(str(time))
        found[file].append((Row(key, file, kind, contract, exact[time], *days), verified_on))
    return found


def _approvals_by_company(until, conventions):
    """Every approval given by the day `until`, by SIRET."""
    given = Decision.objects.approved().filter(decided_on__lte=until).order_by()
    lines = given.values_list(
        COMPANY,
        "application",
        "application__received_on",
        "decided_on",
        "annulled_on",
        "application__convention",
    )
    found, texts = defaultdict(list), {}
    for company, file, received_on, decided_on, annulled_on, convention in lines:
        terms = conventions[convention].terms_on(decided_on)
        if terms.pk not in texts:
            texts[terms.pk] = _text(terms)
        text = texts[terms.pk]
        approval = Approval(file, company, received_on, decided_on, annulled_on, text)
        found[company].append(approval)
    return found
