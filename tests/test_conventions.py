"""What conventions say, the steps of their life, who reads how they went."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conventions.models import Convention, Terms
from conventions.schedule import add_months
from tests.factories import (
    TODAY,
    ConventionFactory,
    SponsorFactory,
    TermsFactory,
    TerritoryFactory,
    UserFactory,
    day,
)
from tests.refusals import refused, refused_by


def amended(convention, *, signed_on=None, reason="Comité de pilotage", territories=None, **fields):
    """Put in force the latest terms, changed by `fields`."""
    terms = convention.terms.last()
    for name, value in fields.items():
        setattr(terms, name, value)
    signed_on = signed_on or min(terms.effective_on, TODAY)
    return convention.amend(terms, signed_on=signed_on, reason=reason, territories=territories)


# What the database refuses


def write_convention_that_follows_itself():
    convention = ConventionFactory()
    Convention.objects.filter(pk=convention.pk).update(predecessor=convention)


DATABASE_REFUSES = [
    ("convention_status_known", lambda: ConventionFactory(status="typo", signed=False)),
    ("convention_does_not_follow_itself", write_convention_that_follows_itself),
    (
        "convention_step_status_known",
        lambda: ConventionFactory().steps.create(status="typo", on=TODAY),
    ),
    (
        "terms_without_amendment_once_in_its_convention",
        lambda: TermsFactory(convention=ConventionFactory()),
    ),
    (
        "terms_difficulty_is_a_part_of_the_aid",
        lambda: ConventionFactory(terms={"target_aid": 10, "target_difficulty": 11}),
    ),
    (
        "terms_targets_not_negative",
        lambda: ConventionFactory(terms={"target_aid": 0, "target_difficulty": -1}),
    ),
    ("terms_targets_not_negative", lambda: ConventionFactory(terms={"target_days": -1})),
    (
        "terms_headcount_limits_in_order",
        lambda: ConventionFactory(terms={"minimum_headcount": 51, "maximum_headcount": 50}),
    ),
    ("terms_majority_known", lambda: ConventionFactory(terms={"majority": "typo"})),
    (
        "terms_business_majority_known",
        lambda: ConventionFactory(terms={"business_majority": "typo"}),
    ),
    ("terms_frequency_known", lambda: ConventionFactory(terms={"frequency": 2})),
    ("terms_rescheduled_by_known", lambda: ConventionFactory(terms={"rescheduled_by": "typo"})),
    ("terms_has_an_instalment", lambda: ConventionFactory(terms={"instalments": 0})),
]


@pytest.mark.parametrize(("constraint", "write"), DATABASE_REFUSES)
def test_the_database_refuses(constraint, write, db):
    with refused_by(constraint):
        write()


def test_a_reference_serves_once_and_is_made_of_capitals(convention):
    with refused(field="reference"):
        Convention(antenna=convention.antenna, reference=convention.reference).full_clean()
    for reference in ("longwy-1", "LONGWY 1", "É-1", "-1"):
        with refused(field="reference"):
            Convention(antenna=convention.antenna, reference=reference).full_clean()


# The steps of its life


def test_a_suspension_says_why(convention):
    with refused(field="reason"):
        convention.suspend(on=TODAY, reason="  ")


def test_a_convention_is_signed_suspended_resumed_and_closed(alice):
    convention = ConventionFactory(signed=False)
    assert (convention.status, convention.signed_on) == ("draft", None)
    convention.sign(on=day(-300), by=alice)
    convention.suspend(on=day(-200), reason="Évaluation en cours", by=alice)
    convention.resume(on=day(-100), by=alice)
    convention.close(on=day(-10), by=alice)

    convention = Convention.objects.get()
    assert convention.status == "closed"
    assert convention.signed_on == day(-300)
    assert {step.by for step in convention.steps.all()} == {alice}


@pytest.mark.parametrize(
    ("offset", "status"),
    [
        (-301, "draft"),
        (-300, "signed"),
        (-200, "suspended"),
        (-101, "suspended"),
        (-100, "signed"),
        (-10, "closed"),
        (0, "closed"),
    ],
)
def test_its_status_at_any_date_stays_answerable(offset, status, db):
    convention = ConventionFactory(signed=False)
    convention.sign(on=day(-300))
    convention.suspend(on=day(-200), reason="Évaluation en cours")
    convention.resume(on=day(-100))
    convention.close(on=day(-10))
    assert convention.status_on(day(offset)) == status


@pytest.mark.parametrize(
    ("before", "verb"),
    [
        ([], "suspend"),
        ([], "resume"),
        ([], "close"),
        (["sign"], "sign"),
        (["sign"], "resume"),
        (["sign", "suspend"], "sign"),
        (["sign", "suspend"], "suspend"),
        (["sign", "close"], "sign"),
        (["sign", "close"], "suspend"),
        (["sign", "close"], "resume"),
        (["sign", "close"], "close"),
    ],
)
def test_a_step_that_does_not_follow_is_refused(before, verb, db):
    convention = ConventionFactory(signed=False)

    def take(step):
        reason = {"reason": "Parce que"} if step == "suspend" else {}
        getattr(convention, step)(on=day(-5), **reason)

    for step in before:
        take(step)
    status = convention.status
    with refused("wrong_step"):
        take(verb)
    assert Convention.objects.get().status == convention.status == status
    assert convention.steps.count() == len(before)


def test_somebody_else_s_step_is_seen(convention):
    Convention.objects.get(pk=convention.pk).close(on=TODAY)
    with refused("wrong_step"):
        convention.suspend(on=TODAY, reason="Trop tard")


def test_steps_follow_the_calendar(convention):
    convention.suspend(on=day(-20), reason="Évaluation en cours")
    with refused(field="on"):
        convention.resume(on=day(-21))
    with refused(field="on"):
        convention.resume(on=day(2))
    convention.refresh_from_db()
    assert convention.status == "suspended"
    convention.resume(on=day(-20))


def test_a_convention_without_a_text_is_not_signed(toul):
    convention = Convention.objects.create(antenna=toul, reference="VIDE", starts_on=TODAY)
    with refused("no_terms"):
        convention.sign(on=TODAY)


# Its term


@pytest.mark.parametrize(
    ("on", "elapsed"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 0.1),
        (date(2026, 1, 5), 0.5),
        (date(2026, 1, 10), 1),
        (date(2027, 1, 1), 1),
    ],
)
def test_the_share_of_time_gone(on, elapsed, db):
    convention = ConventionFactory(
        starts_on=date(2026, 1, 1), signed=False, terms={"ends_on": date(2026, 1, 10)}
    )
    assert convention.time_elapsed(on) == elapsed


@given(st.integers(-2000, 3000), st.integers(0, 500))
def test_time_only_goes_by(offset, more):
    convention = Convention(starts_on=date(2020, 1, 1))
    convention.terms_on = lambda on: Terms(ends_on=date(2022, 12, 31))
    one_day = date(2020, 1, 1) + timedelta(offset)
    shares = [convention.time_elapsed(on) for on in (one_day, one_day + timedelta(more))]
    assert 0 <= shares[0] <= shares[1] <= 1


@pytest.mark.parametrize(
    ("offset", "running"), [(-366, False), (-365, True), (0, True), (99, True), (100, False)]
)
def test_a_convention_runs_from_its_first_day_to_its_last(offset, running, db):
    ConventionFactory(terms={"ends_on": day(99)})
    assert Convention.objects.running_on(day(offset)).exists() == running


def test_a_draft_or_a_closed_convention_does_not_run(convention):
    ConventionFactory(signed=False)
    assert list(Convention.objects.running_on(TODAY)) == [convention]
    convention.suspend(on=TODAY, reason="Évaluation en cours")
    assert Convention.objects.running_on(TODAY).exists()
    convention.close(on=TODAY)
    assert not Convention.objects.running_on(TODAY).exists()


def test_a_convention_ends_after_its_start(db):
    convention = ConventionFactory(signed=False)
    with refused(field="ends_on"):
        Terms(convention=convention, ends_on=convention.starts_on).full_clean()


# Amendments


def test_what_was_in_force_stays_answerable_at_its_date(convention):
    amended(convention, effective_on=day(-100), target_jobs=90)
    amended(convention, effective_on=day(-50), target_jobs=120)
    amended(convention, effective_on=day(30), target_jobs=150)
    targets = {
        offset: convention.terms_on(day(offset)).target_jobs
        for offset in (-1000, -365, -101, -100, -51, -50, 0, 29, 30, 1000)
    }
    assert list(targets.values()) == [0, 0, 0, 90, 90, 120, 120, 120, 150, 150]


def test_an_amendment_is_numbered_and_tells_what_it_changes(convention, alice):
    before = convention.terms.last()
    briey = TerritoryFactory(antenna=convention.antenna, name="Bassin de Briey")
    first = amended(convention, effective_on=day(-100), target_aid=Decimal(990_000))
    second = amended(convention, effective_on=day(-50), territories=[briey])
    assert [str(first), str(second)] == ["Avenant 1", "Avenant 2"]
    [(label, was, becomes)] = first.terms.changes_from(before)
    assert (str(label), was, becomes) == ("aide à engager (€)", 0, Decimal(990_000))
    [(label, was, becomes)] = second.terms.changes_from(first.terms)
    assert (str(label), was, becomes) == ("territoires", "", "Bassin de Briey")


def test_territories_stay_unless_the_amendment_changes_them(convention):
    longwy = TerritoryFactory(antenna=convention.antenna)
    convention.terms.get().territories.add(longwy)
    amended(convention, effective_on=day(-100), target_jobs=90)
    assert list(convention.terms.last().territories.all()) == [longwy]
    amended(convention, effective_on=day(-90), territories=[])
    assert list(convention.terms.last().territories.all()) == []


def test_an_amendment_that_changes_nothing_is_refused(convention):
    longwy = TerritoryFactory(antenna=convention.antenna)
    amended(convention, effective_on=day(-100), territories=[longwy])
    for territories in (None, [longwy]):
        with refused("no_change"):
            amended(convention, effective_on=day(-50), territories=territories)
    assert convention.amendments.count() == 1


def test_two_amendments_of_one_day_the_later_wins(convention):
    for jobs in (10, 20):
        amended(convention, effective_on=day(-100), target_jobs=jobs)
    assert convention.terms_on(day(-100)).target_jobs == 20


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("effective_on", {"effective_on": day(-101)}),
        ("ends_on", {"effective_on": day(-50), "ends_on": day(-365)}),
        ("signed_on", {"effective_on": day(-50), "signed_on": day(2)}),
        ("reason", {"effective_on": day(-50), "reason": ""}),
        ("target_aid", {"effective_on": day(-50), "target_aid": Decimal("0.001")}),
        ("instalments", {"effective_on": day(-50), "instalments": 0}),
        ("__all__", {"effective_on": day(-50), "target_difficulty": 1}),
    ],
)
def test_a_wrong_amendment_is_told_beside_its_field_and_leaves_nothing(convention, field, changes):
    amended(convention, effective_on=day(-100), target_jobs=90)
    with refused(field=field):
        amended(convention, **changes)
    assert convention.amendments.count() == 1
    assert convention.terms.count() == 2


def test_the_numbers_of_amendments_are_kept_by_the_database(convention):
    amended(convention, effective_on=day(-100), target_jobs=90)
    with refused_by("amendment_numbered_once_in_its_convention"):
        convention.amendments.create(number=1, signed_on=TODAY, reason="x")


def test_only_a_living_convention_is_amended(db):
    convention = ConventionFactory(signed=False)
    with refused("wrong_step"):
        amended(convention, effective_on=TODAY, target_jobs=90)
    convention.sign(on=day(-10))
    convention.suspend(on=day(-9), reason="Évaluation en cours")
    amended(convention, effective_on=TODAY, target_jobs=90)
    convention.close(on=TODAY)
    with refused("wrong_step"):
        amended(convention, effective_on=TODAY, target_jobs=91)


def test_a_prolongation_lets_the_convention_run_on(db):
    convention = ConventionFactory(terms={"ends_on": day(-10)})
    assert not Convention.objects.running_on(TODAY).exists()
    amended(convention, effective_on=day(-15), ends_on=day(10))
    assert Convention.objects.running_on(TODAY).exists()
    assert not Convention.objects.running_on(day(11)).exists()


# Renewal


def renewed(convention, **fields):
    given = {
        "reference": "SUITE",
        "name": "Suite",
        "starts_on": day(-20),
        "ends_on": add_months(day(-20), 36),
    }
    return convention.renew(**given | fields)


def test_a_renewal_copies_the_latest_rules_and_is_a_draft(convention):
    territory = TerritoryFactory(antenna=convention.antenna)
    amended(convention, effective_on=day(-100), minimum_jobs=5, territories=[territory])
    successor = renewed(convention)

    assert (successor.status, successor.predecessor) == ("draft", convention)
    assert convention.successor == successor
    terms = successor.terms.get()
    assert (terms.minimum_jobs, terms.amendment) == (5, None)
    assert (terms.effective_on, terms.ends_on) == (day(-20), add_months(day(-20), 36))
    assert list(terms.territories.all()) == [territory]
    assert convention.terms.count() == 2
    assert successor.balance() == 0


def test_a_convention_is_renewed_once(convention):
    renewed(convention)
    with refused(field="predecessor"):
        renewed(convention, reference="AUTRE")


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("starts_on", {"starts_on": day(-365)}),
        ("ends_on", {"ends_on": day(-20)}),
        ("reference", {"reference": "suite"}),
    ],
)
def test_a_wrong_renewal_leaves_nothing(convention, field, fields):
    with refused(field=field):
        renewed(convention, **fields)
    assert Convention.objects.count() == 1


# Who reads its evaluation


def test_a_funder_reads_the_evaluation_of_the_conventions_opened_to_him(convention, fred, alice):
    other = ConventionFactory()
    convention.readers.add(fred)
    assert list(Convention.objects.reportable_to(fred)) == [convention]
    assert list(Convention.objects.visible_to(fred)) == []
    assert list(Convention.objects.reportable_to(alice)) == [convention]
    other.readers.add(alice)
    assert list(Convention.objects.reportable_to(alice)) == [convention]  # no funder
    assert not Convention.objects.reportable_to(UserFactory()).exists()


def test_the_national_team_reads_every_evaluation_once(convention, nadia, fred, alice):
    convention.readers.add(fred, nadia, alice)
    for user in (nadia, alice):
        assert list(Convention.objects.reportable_to(user)) == [convention]


# A draft prepared by mistake


def test_a_draft_is_discarded_with_its_text(convention):
    successor = renewed(convention)
    successor.discard()
    assert not Convention.objects.filter(reference="SUITE").exists()
    assert not Terms.objects.filter(convention__reference="SUITE").exists()
    assert renewed(convention).predecessor == convention


def test_a_draft_with_a_pledge_stays_whole(convention):
    successor = renewed(convention)
    successor.pledge(SponsorFactory(), origin="public", days=5, on=day(-5))
    with refused("protected"):
        successor.discard()
    assert Terms.objects.filter(convention=successor).exists()


def test_a_signed_convention_is_not_discarded(convention):
    with refused("wrong_step"):
        convention.discard()


# Dates out of order


def test_an_amendment_never_ends_the_convention_before_it_takes_effect(convention):
    with refused(field="ends_on"):
        amended(convention, effective_on=day(-50), ends_on=day(-60))
    assert convention.terms.count() == 1


def test_a_convention_is_signed_after_the_one_that_it_follows(convention):
    successor = renewed(convention)
    with refused(field="on"):
        successor.sign(on=convention.signed_on - timedelta(1))
    successor.sign(on=convention.signed_on)
    draft = ConventionFactory(signed=False)
    with refused(field="on"):
        renewed(draft, reference="APRES").sign(on=TODAY)


@pytest.mark.parametrize("typed", ["zz", "25.62; 10", "1", "10,11", "2562ZZ"])
def test_sectors_are_beginnings_of_codes(convention, typed):
    with refused(field="sectors"):
        amended(convention, sectors=typed)
