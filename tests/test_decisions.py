"""The committee: who sits, what it decides, and what that commits."""

from datetime import timedelta
from decimal import Decimal

import pytest

from committee.models import Application, Condition, Decision
from committee.quorum import business_majority
from conventions.models import Convention
from tests.factories import (
    TODAY,
    AidFactory,
    AntennaFactory,
    CommitteeFactory,
    ConventionFactory,
    SeatFactory,
    approved,
    day,
    submitted,
)
from tests.refusals import refused, refused_by

# What the database refuses


def write_decision(**fields):
    """A decision written behind the verbs' back: an approval of ten days, unless told."""
    given = {"outcome": "approved", "decided_on": day(-5), "days": 10}
    given["application"] = fields.pop("application", None) or submitted()
    return Decision.objects.create(**given | fields)


def write_two_decisions(first, second):
    application = submitted()
    for outcome in (first, second):
        days = 10 if outcome == "approved" else 0
        write_decision(application=application, outcome=outcome, days=days, reason="x")


def committed():
    return ConventionFactory(funds=100).commit(10, on=TODAY, label="x")


def write_condition(**fields):
    Condition.objects.create(decision=approved().approval, label="Accord", **fields)


DATABASE_REFUSES = [
    ("condition_met_with_its_proof", lambda: write_condition(met_on=TODAY)),
    ("condition_met_with_its_proof", lambda: write_condition(proof="Courrier")),
    ("decision_gives_nothing_negative", lambda: write_decision(days=-1)),
    ("decision_gives_nothing_negative", lambda: write_decision(advance=-1)),
    ("decision_gives_nothing_negative", lambda: write_decision(grant=-1)),
    ("decision_gives_something_when_approved", lambda: write_decision(days=0)),
    (
        "decision_gives_something_when_approved",
        lambda: write_decision(outcome="typo", reason="x", days=0),
    ),
    (
        "decision_gives_something_when_approved",
        lambda: write_decision(outcome="refused", reason="x"),
    ),
    (
        "decision_gives_something_when_approved",
        lambda: write_decision(outcome="adjourned", reason="x", days=0, jobs_created=1),
    ),
    ("decision_refusal_has_a_reason", lambda: write_decision(outcome="refused", days=0)),
    ("decision_refusal_has_a_reason", lambda: write_decision(outcome="adjourned", days=0)),
    ("decision_money_is_in_the_ledger", lambda: write_decision(advance=10)),
    ("decision_money_is_in_the_ledger", lambda: write_decision(grant=10)),
    ("decision_money_is_in_the_ledger", lambda: write_decision(entry=committed())),
    ("decision_is_final_once", lambda: write_two_decisions("approved", "approved")),
    ("decision_is_final_once", lambda: write_two_decisions("approved", "refused")),
    (
        "decision_annulled_after_it_was_taken",
        lambda: write_decision(annulled_on=day(-6), annulled_reason="x"),
    ),
    ("decision_annulled_with_a_reason", lambda: write_decision(annulled_on=TODAY)),
    ("decision_annulled_with_a_reason", lambda: write_decision(annulled_reason="x")),
    ("committee_ends_after_it_starts", lambda: CommitteeFactory(since=TODAY, until=day(-1))),
    (
        "seat_mandate_ends_after_it_starts",
        lambda: SeatFactory(mandate_from=TODAY, mandate_until=day(-1)),
    ),
    ("seat_college_known", lambda: SeatFactory(college="typo")),
]


@pytest.mark.parametrize(("constraint", "write"), DATABASE_REFUSES)
def test_the_database_refuses(constraint, write, db):
    with refused_by(constraint):
        write()


def test_a_file_can_be_adjourned_any_number_of_times(db):
    write_two_decisions("adjourned", "adjourned")


# Who sits


@pytest.mark.parametrize(
    ("colleges", "majority"),
    [
        ([], False),
        (["business"], True),
        (["business", "bank"], False),
        (["business", "business", "bank"], True),
        (["business"] * 6 + ["institution"] * 4, True),  # Longwy's ten
        (["business"] * 5 + ["institution"] * 5, False),
        (["institution", "bank"], False),
    ],
)
def test_company_heads_are_in_the_majority_beyond_half_of_the_seats(colleges, majority):
    assert business_majority(colleges) is majority
    assert business_majority(iter(colleges)) is majority


def test_the_majority_is_that_of_the_mandates_of_the_day(db):
    committee = CommitteeFactory()
    SeatFactory(committee=committee, mandate_until=day(-100))
    bank = SeatFactory(committee=committee, college="bank", mandate_from=day(-200))
    assert committee.has_business_majority(day(-300))
    assert not committee.has_business_majority(day(-150))
    assert committee.seats_on(day(-100)) != [bank]
    assert committee.seats_on(day(-99)) == [bank]
    assert committee.seats_on(day(-400)) == []


# Approval


def test_an_approval_commits_the_ledger(alice):
    application = submitted()
    committee = SeatFactory(committee__antenna=application.antenna).committee
    decision = application.approve(
        on=day(-30),
        advance=Decimal(8_000),
        grant=Decimal("1500.50"),
        days=Decimal("2.25"),
        jobs_created=3,
        jobs_maintained=1,
        conditions=["Apport des associés", "Accord de la banque"],
        committee=committee,
        by=alice,
    )
    application = Application.objects.get()
    assert (application.status, application.approval) == ("approved", decision)
    assert decision.money == Decimal("9500.50")
    entry = decision.entry
    assert (entry.amount, entry.on, entry.kind) == (Decimal("-9500.50"), day(-30), "commitment")
    assert entry.label == str(application)
    assert entry.created_by == decision.recorded_by == alice
    assert [each.label for each in decision.conditions.all()] == [
        "Apport des associés",
        "Accord de la banque",
    ]
    assert application.steps.last().by == alice


def test_days_alone_commit_no_money(db):
    application = submitted()
    decision = application.approve(on=TODAY, days=3)
    assert decision.entry is None
    assert application.convention.balance() == 100_000


def test_money_comes_from_the_envelope_of_the_file(convention):
    application = submitted(convention=convention, envelope="difficulty")
    with refused("overdrawn"):
        application.approve(on=TODAY, grant=20_001)
    application.approve(on=TODAY, grant=20_000)
    assert (convention.balance("difficulty"), convention.balance("general")) == (0, 100_000)


WRONG_APPROVALS = [
    ({}, "__all__"),  # nothing at all
    ({"grant": 100_001}, None),
    ({"grant": Decimal("0.001")}, None),
    ({"grant": 100, "advance": -50}, None),
    ({"grant": 100, "days": Decimal("0.3")}, "days"),
    ({"grant": 100, "days": -1}, None),
    ({"grant": 100, "jobs_created": -1}, "jobs_created"),
    ({"grant": 100, "on": day(2)}, None),
    ({"days": 2, "on": day(2)}, "decided_on"),
    ({"grant": 100, "on": day(-61)}, "decided_on"),  # before the file was received
    ({"grant": 100, "on": day(-400)}, None),  # before the convention
]


@pytest.mark.parametrize(("fields", "field"), WRONG_APPROVALS)
def test_an_approval_passes_or_fails_as_a_whole(fields, field, db):
    application = submitted()
    with refused(field=field):
        application.approve(**{"on": TODAY} | fields, conditions=["Accord de la banque"])
    assert application.convention.balance() == 100_000
    assert Application.objects.get().status == application.status == "submitted"
    assert not Decision.objects.exists()
    assert not Condition.objects.exists()
    assert application.steps.count() == 1


@pytest.mark.parametrize(
    ("terms", "award", "field"),
    [
        ({"advance_allowed": False}, {"advance": 100, "days": 1}, "advance"),
        ({"advance_cap": 15_000}, {"advance": Decimal("15000.01"), "days": 1}, "advance"),
        ({"advance_cap": 0}, {"advance": 1, "days": 1}, "advance"),
        ({"advance_needs_days": True}, {"advance": 100}, "days"),
        ({"advance_allowed": False}, {"grant": 100}, None),
        ({"advance_cap": 15_000}, {"advance": 15_000, "grant": 5_000}, None),
        ({"advance_cap": None}, {"advance": 90_000}, None),
        ({"advance_needs_days": True}, {"advance": 100, "days": Decimal("0.25")}, None),
        ({"advance_needs_days": True}, {"grant": 100}, None),
        ({"advance_needs_days": False}, {"advance": 100}, None),
    ],
)
def test_the_rules_of_the_convention_bind_the_award(terms, award, field, db):
    convention = ConventionFactory(funds=100_000)
    application = submitted(convention=convention)
    convention.terms.update(**terms)
    if field:
        with refused(field=field):
            application.approve(on=TODAY, **award)
    else:
        application.approve(on=TODAY, **award)


def test_the_rules_are_those_of_the_day_of_the_decision(convention):
    terms = convention.terms.last()
    terms.effective_on, terms.advance_cap = day(-20), 5_000
    convention.amend(terms, signed_on=day(-20), reason="Plafond")
    late, early = (submitted(convention=convention) for _ in range(2))
    with refused(field="advance"):
        late.approve(on=day(-20), advance=6_000)
    early.approve(on=day(-21), advance=6_000)


def test_a_suspended_convention_approves_nothing(convention):
    application = submitted(convention=convention)
    Convention.objects.get().suspend(on=day(-20), reason="Évaluation en cours")
    with refused("not_running"):
        application.approve(on=day(-20), grant=100)
    application.approve(on=day(-21), grant=100)


# Refusal and adjournment


@pytest.mark.parametrize("verb", ["refuse", "adjourn"])
def test_a_no_is_motivated_and_commits_nothing(verb, alice):
    application = submitted()
    with refused():
        getattr(application, verb)(on=TODAY, reason="")
    assert application.status == "submitted"
    decision = getattr(application, verb)(on=TODAY, reason="Hors territoire", by=alice)
    assert (decision.reason, decision.money, decision.entry) == ("Hors territoire", 0, None)
    assert application.approval is None
    assert application.convention.balance() == 100_000


@pytest.mark.parametrize("verb", ["refuse", "adjourn"])
@pytest.mark.parametrize("offset", [2, -61])
def test_a_no_is_dated_between_the_receipt_and_today(verb, offset, db):
    application = submitted()
    with refused(field="decided_on"):
        getattr(application, verb)(on=day(offset), reason="Hors territoire")
    assert Application.objects.get().status == application.status == "submitted"


# Annulment


def test_an_annulled_approval_gives_its_money_back_and_the_file_waits_again(alice):
    application = approved(on=day(-30), advance=8_000, grant=1_000)
    application.annul(on=day(-10), reason="Montant mal saisi", by=alice)

    application = Application.objects.get()
    assert (application.status, application.approval) == ("submitted", None)
    convention = application.convention
    assert convention.balance() == 100_000
    assert convention.balance(on=day(-11)) == 91_000
    [decision] = application.decisions.all()
    assert (decision.annulled_on, decision.annulled_reason) == (day(-10), "Montant mal saisi")
    assert decision.entry.amount == -9_000

    with refused(field="on"):  # on that day the wrong decision still stood
        application.approve(on=day(-30), grant=500)
    application.approve(on=day(-10), grant=500)
    assert convention.balance() == 99_500


def test_a_decision_annulled_on_its_own_day_never_counted(db):
    application = approved(on=day(-30), advance=9_000)
    application.annul(on=day(-30), reason="Montant mal saisi")
    application.approve(on=day(-30), advance=8_000, days=2)
    assert application.convention.balance(on=day(-30)) == 92_000
    [standing] = application.decisions.standing_on(day(-30))
    assert standing.advance == 8_000


def test_what_stood_on_a_day_stays_answerable(db):
    application = approved(on=day(-30))
    application.annul(on=day(-10), reason="Erreur de saisie")
    standing = {
        offset: application.decisions.approved().standing_on(day(offset)).exists()
        for offset in (-31, -30, -11, -10, 0)
    }
    assert standing == {-31: False, -30: True, -11: True, -10: False, 0: False}
    assert not Application.objects.approved().exists()


def test_an_annulled_refusal_lets_the_file_be_decided_again(db):
    application = submitted()
    application.refuse(on=day(-20), reason="Hors territoire")
    application.annul(on=TODAY, reason="Mauvais dossier")
    application.approve(on=TODAY, grant=100)
    assert application.decisions.count() == 2


@pytest.mark.parametrize(
    ("on", "reason"), [(day(-31), "Erreur"), (day(2), "Erreur"), (TODAY, ""), (TODAY, "x" * 201)]
)
def test_a_wrong_annulment_leaves_everything(on, reason, db):
    application = approved(on=day(-30))
    with refused():
        application.annul(on=on, reason=reason)
    application = Application.objects.get()
    assert application.status == "approved"
    assert application.approval.annulled_on is None
    assert application.convention.balance() == 90_000


def test_two_people_cannot_annul_the_same_decision(db):
    application = approved()
    Application.objects.get().annul(on=TODAY, reason="Erreur")
    with refused("wrong_step"):
        application.annul(on=TODAY, reason="Erreur")
    assert application.convention.balance() == 100_000


def test_a_decision_under_contract_is_not_annulled(db):
    aid = AidFactory()
    aid.disburse(100, on=TODAY)
    with refused("under_contract"):
        aid.application.annul(on=TODAY, reason="Erreur")
    assert aid.convention.balance() == 90_000


# The convention and the committee of a decision


def test_days_alone_are_not_granted_while_the_convention_is_suspended(convention):
    application = submitted(convention=convention)
    convention.suspend(on=day(-40), reason="Bilan")
    with refused("not_running"):
        application.approve(on=day(-30), days=3)
    assert Application.objects.get().status == Application.Status.SUBMITTED


@pytest.mark.parametrize(
    ("committee", "sentence"),
    [
        ({"since": day(-29)}, "ne siège pas"),
        ({"since": day(-400), "until": day(-31)}, "ne siège pas"),
        ({"antenna": None}, "une autre antenne"),
    ],
)
def test_a_decision_is_of_a_committee_that_sits_that_day(convention, committee, sentence):
    application = submitted(convention=convention)
    antenna = convention.antenna if "antenna" not in committee else AntennaFactory()
    committee = CommitteeFactory(**committee | {"antenna": antenna})
    with refused(field="committee") as refusal:
        application.refuse(on=day(-30), reason="Trop tard", committee=committee)
    assert sentence in str(refusal.value)


def test_a_condition_is_met_after_the_decision(convention):
    decision = approved(convention=convention, conditions=["Bail"]).approval
    condition = decision.conditions.get()
    with refused(field="met_on"):
        condition.meet(on=decision.decided_on - timedelta(1), proof="Bail")
    condition.meet(on=decision.decided_on, proof="Bail")
