"""The database counts jobs as the pure rules do: on chosen days, on every kind of row."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from committee.models import Decision
from conventions.models import Convention
from support.counting import Why
from support.job_facts import Counted, counted_by_file, why_not_counting
from support.models import Job
from tests import factories as make
from tests.factories import day

SINCE = -900


@pytest.fixture
def world(toul):
    """Two companies with three files each, in a convention that was amended between them."""
    convention = make.ConventionFactory(
        antenna=toul,
        starts_on=day(SINCE - 40),
        funds=300_000,
        terms={"jobs_horizon_years": 1, "minimum_fte": Decimal("0.5")},
    )
    companies = [make.CompanyFactory(antenna=toul) for _ in range(2)]
    files = []
    for position, on in enumerate([SINCE, SINCE + 300, SINCE + 600]):
        if position == 1:
            terms = convention.terms.last()
            terms.effective_on, terms.temporary_counts = day(SINCE + 200), False
            convention.amend(terms, signed_on=day(SINCE + 200), reason="Sans intérim")
        for company in companies:
            fields = {"convention": convention, "company": company, "on": day(on)}
            files.append(make.submitted(**fields))
    for file in files:
        file.approve(on=file.received_on + timedelta(20), advance=1_000, days=1, jobs_created=3)
    Decision.objects.filter(application=files[2]).update(
        annulled_on=day(SINCE + 500), annulled_reason="Erreur"
    )
    return files


def random_jobs(files, number):
    chance = random.Random(7)
    jobs = []
    for position in range(number):
        starts_on = day(chance.randint(SINCE - 30, -1))
        lasts = chance.choice([None, None, chance.randint(0, 400)])
        struck = {} if position % 9 else {"struck_at": timezone.now(), "struck_reason": "Erreur"}
        jobs.append(
            Job(
                application=chance.choice(files),
                kind=chance.choice(Job.Kind.values),
                contract=chance.choice(Job.Contract.values),
                fte=Decimal(chance.choice(["0.49", "0.5", "0.8", "1"])),
                starts_on=starts_on,
                ends_on=lasts and starts_on + timedelta(lasts),
                observed_on=starts_on + timedelta(chance.randint(0, 200)),
                **struck,
            )
        )
    Job.objects.bulk_create(jobs)


def test_the_database_counts_what_the_rules_count(world):
    random_jobs(world, 250)
    whys = set()
    for offset in range(SINCE, 200, 90):
        judged = why_not_counting(Job.objects.all(), day(offset))
        counted = {key for key, why in judged.items() if why is None}
        assert set(Job.objects.counting_on(day(offset)).values_list("pk", flat=True)) == counted
        whys |= set(judged.values())
    assert whys == {None, *Why}  # every reason was met


def test_counted_file_by_file_on_several_days_they_are_those_that_the_database_counts(
    world, django_assert_num_queries
):
    random_jobs(world, 250)
    for job in Job.objects.filter(struck_at=None)[:120]:
        job.verify(on=job.observed_on, how="DSN")
    days = [day(offset) for offset in range(SINCE, 200, 90)]
    conventions = Convention.objects.prefetch_related("terms").in_bulk()
    with django_assert_num_queries(2):
        found = counted_by_file(days, conventions)
    seen = Counted(0, 0, 0)
    for at, counted in zip(days, found, strict=True):
        expected = {}
        for file in world:
            rows = Job.objects.counting_on(at).filter(application=file)
            created = rows.created()
            numbers = created.count(), rows.maintained().count(), created.verified_on(at).count()
            if any(numbers):
                expected[file.pk] = Counted(*numbers)
                seen = Counted(*map(max, seen, numbers))
        assert counted == expected
    assert min(seen) > 0


def test_no_job_counts_in_no_file(db):
    assert counted_by_file([day(0)], {}) == [{}]
