"""The jobs and approvals of companies, as the rules of support/counting.py read them."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.db.models import Count

from committee.models import Decision
from support.counting import CREATED, Approval, Row, Text, judged
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
    return _text(decision.application.convention, decision.decided_on)


def _text(convention, day):
    terms = convention.terms_on(day)
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
    approvals, rows = _approvals_by_company(max(days), conventions), _facts_by_company(max(days))
    found = []
    for day in days:
        sums = defaultdict(lambda: [0, 0, 0])
        for company, facts in rows.items():
            of_company = approvals.get(company, [])
            if any(approval.stands_on(day) for approval in of_company):
                _add_up(sums, facts, of_company, day)
        found.append({file: Counted(*numbers) for file, numbers in sums.items()})
    return found


def _add_up(sums, facts, approvals, day):
    """Adds the jobs of one company that count to [created, maintained, verified] of their file."""
    whys = judged([row for row, _verified_on, _number in facts], approvals, day)
    for row, verified_on, number in facts:
        if whys[row.key] is not None:
            continue
        if row.kind == CREATED:
            sums[row.file][0] += number
            sums[row.file][2] += number if verified_on and verified_on <= day else 0
        else:
            sums[row.file][1] += number


def _facts_by_company(until):
    """(row, day verified, number of such rows) of each fact told of jobs by the day `until`."""
    facts = ["application", "kind", "contract", "fte", "starts_on", "ends_on", "observed_on"]
    jobs = Job.objects.standing().filter(starts_on__lte=until, observed_on__lte=until).order_by()
    lines = jobs.values_list(COMPANY, "verified_on", *facts).annotate(number=Count("pk"))
    found = defaultdict(list)
    for key, (company, verified_on, *told, number) in enumerate(lines):
        found[company].append((Row(key, *told), verified_on, number))
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
    found = defaultdict(list)
    for company, file, received_on, decided_on, annulled_on, convention in lines:
        text = _text(conventions[convention], decided_on)
        approval = Approval(file, company, received_on, decided_on, annulled_on, text)
        found[company].append(approval)
    return found
