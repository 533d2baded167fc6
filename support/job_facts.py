"""The jobs and approvals of companies, as the rules of support/counting.py read them."""

from committee.models import Decision
from support.counting import Approval, Row, Text, judged
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
    terms = decision.application.convention.terms_on(decision.decided_on)
    return Text(terms.counted_contracts, terms.minimum_fte, terms.jobs_horizon_months)
