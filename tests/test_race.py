"""However many people press the button at once. These tests run on real transactions."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection

from committee.aid_account import AidAccount
from committee.models import Application, Decision, DeMinimisCeiling, Motion, Session
from conventions.models import Convention, Pledge, PledgeCall
from reports.freezing import freeze
from reports.models import FrozenReport, Verdict
from support.late import late_on
from support.models import (
    Aid,
    BankLine,
    Disbursement,
    PaymentOrder,
    Reminder,
    ReminderStep,
    Repayment,
    Statement,
)
from support.reminders import send
from tests.factories import (
    TODAY,
    AidFactory,
    ApplicationFactory,
    CompanyFactory,
    ContactFactory,
    ConventionFactory,
    UserFactory,
    approved,
    day,
    late_advance,
    siret,
    statement,
    submitted,
)
from tests.rooms import opened, put

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 10


def at_once(action, arguments):
    """Call `action` on each argument, all at the same moment; the sentences of the refusals."""
    arguments = list(arguments)
    start = Barrier(len(arguments))

    def attempt(argument):
        try:
            start.wait(timeout=30)
            action(argument)
        except ValidationError as refusal:
            return refusal.messages[0]
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(arguments)) as pool:
        return [sentence for sentence in pool.map(attempt, arguments) if sentence]


def test_ten_simultaneous_approvals_never_overdraw_the_envelope():
    convention = ConventionFactory(funds=500)
    keys = [submitted(convention=convention).pk for _ in range(MANY)]

    refusals = at_once(lambda pk: Application.objects.get(pk=pk).approve(on=TODAY, grant=100), keys)

    assert len(refusals) == 5
    assert {sentence.split("\u00a0")[0] for sentence in refusals} == {"Solde insuffisant"}
    assert convention.balance() == 0
    assert Application.objects.approved().count() == 5
    assert Application.objects.awaiting_committee().count() == 5


def test_one_file_approved_by_ten_people_is_approved_once():
    application = submitted(convention=ConventionFactory(funds=500))

    refusals = at_once(
        lambda pk: Application.objects.get(pk=pk).approve(on=TODAY, grant=100),
        [application.pk] * MANY,
    )

    assert len(refusals) == MANY - 1
    assert application.convention.balance() == 400


def test_antennas_that_race_for_the_last_euros_of_an_undertaking_stop_at_its_ceiling():
    DeMinimisCeiling.objects.update_or_create(
        since=day(-1), defaults={"amount": 500, "regulation": "Règlement d’essai"}
    )
    companies = [CompanyFactory(siret=siret(1)) for _ in range(MANY)]
    keys = [
        submitted(
            company=company, convention=ConventionFactory(antenna=company.antenna, funds=500)
        ).pk
        for company in companies
    ]

    refusals = at_once(lambda pk: Application.objects.get(pk=pk).approve(on=TODAY, grant=100), keys)

    assert len(refusals) == 5
    assert all(sentence.startswith("Plafond de minimis dépassé") for sentence in refusals)
    assert AidAccount(companies[0]).total(TODAY) == 500


def test_ten_simultaneous_payments_never_exceed_the_award():
    aid = AidFactory(decision=approved(advance=500).approval)

    refusals = at_once(lambda pk: Aid.objects.get(pk=pk).disburse(100, on=TODAY), [aid.pk] * MANY)

    assert len(refusals) == 5
    assert Aid.objects.get().disbursed == 500


def test_one_payment_struck_out_by_ten_people_is_struck_out_once():
    line = AidFactory().disburse(100, on=TODAY)

    refusals = at_once(
        lambda pk: Disbursement.objects.get(pk=pk).strike(reason="Rejeté"), [line.pk] * MANY
    )

    assert len(refusals) == MANY - 1


def test_simultaneous_calls_never_exceed_the_promise_and_are_numbered_without_a_gap():
    convention = ConventionFactory(funds=500, difficulty_funds=500)
    keys = [pledge.pk for pledge in convention.pledges.all()] * (MANY // 2)

    refusals = at_once(
        lambda pk: Pledge.objects.get(pk=pk).call(200, on=TODAY, due_on=day(30)), keys
    )

    assert len(refusals) == 6
    assert {sentence.split("\u00a0")[0] for sentence in refusals} == {"Appel trop élevé"}
    numbers = sorted(call.reference[-3:] for call in PledgeCall.objects.all())
    assert numbers == ["001", "002", "003", "004"]


def test_ten_simultaneous_repayments_never_exceed_what_is_owed():
    aid = AidFactory()
    aid.disburse(500, on=TODAY)
    before = aid.convention.balance()

    refusals = at_once(lambda pk: Aid.objects.get(pk=pk).repay(100, on=TODAY), [aid.pk] * MANY)

    assert len(refusals) == 5
    assert aid.convention.balance() == before + 500


def test_one_statement_settled_by_ten_people_is_settled_once():
    aid = AidFactory()
    aid.disburse(500, on=day(-10))
    read = statement(aid.antenna, 100, 200)
    choices = dict.fromkeys(read.lines.values_list("pk", flat=True), aid)

    refusals = at_once(lambda pk: Statement.objects.get(pk=pk).settle(choices), [read.pk] * MANY)

    assert len(refusals) == MANY - 1
    assert Aid.objects.get().repaid == 300


def test_one_file_read_by_ten_people_is_read_once():
    antenna = ConventionFactory().antenna

    at_once(lambda antenna: statement(antenna, 100, 200), [antenna] * MANY)

    assert Statement.objects.count() == 1
    assert BankLine.objects.count() == 2


def test_ten_files_opened_at_once_get_ten_numbers():
    convention = ConventionFactory()
    companies = [CompanyFactory(antenna=convention.antenna) for _ in range(MANY)]

    refusals = at_once(
        lambda company: ApplicationFactory(convention=convention, company=company, plan=False),
        companies,
    )

    assert refusals == []
    numbers = Application.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, MANY + 1))


def test_ten_carry_overs_move_the_money_once():
    convention = ConventionFactory(funds=100)
    successor = convention.renew(
        reference="SUITE", name="Suite", starts_on=TODAY, ends_on=TODAY.replace(year=TODAY.year + 3)
    )
    successor.sign(on=TODAY)

    refusals = at_once(
        lambda pk: Convention.objects.get(pk=pk).carry_over(100, on=TODAY), [convention.pk] * MANY
    )

    assert len(refusals) == MANY - 1
    assert (convention.balance(), successor.balance()) == (0, 100)


def test_a_seat_that_presses_ten_times_votes_once_and_a_vote_is_closed_once():
    room = opened(ConventionFactory(funds=100_000))
    motion = put(room)
    seats = [room.anne] * MANY + [room.marc] * MANY

    refusals = at_once(lambda seat: held(room).vote(Motion.objects.get(), seat, "for"), seats)

    assert len(refusals) == 2 * MANY - 2 and set(refusals) == {"Ce siège a déjà voté."}
    refusals = at_once(lambda pk: held(room).close_vote(Motion.objects.get(pk=pk)), [motion.pk] * 5)
    assert refusals == ["Ce vote est clos."] * 4
    assert Decision.objects.count() == 1
    assert Motion.objects.get().in_favour == 2


def test_votes_in_secret_are_all_counted_when_they_arrive_at_once():
    names = ["anne", "marc", "bank", "club", "lise"]
    room = opened(ConventionFactory(funds=100_000), names, secret_vote=True)
    put(room)

    refusals = at_once(
        lambda name: held(room).vote(Motion.objects.get(), getattr(room, name), "for"), names
    )

    assert not refusals
    assert Motion.objects.get().in_favour == 5


def held(room):
    return Session.objects.get(pk=room.session.pk)


def test_one_repayment_rejected_by_ten_people_leaves_the_ledger_once():
    aid = AidFactory()
    aid.disburse(100, on=day(-10))
    line = aid.repay(100, on=day(-5))
    balance = aid.convention.balance()

    refusals = at_once(
        lambda pk: Repayment.objects.get(pk=pk).reject(on=TODAY, reason="Sans provision"),
        [line.pk] * MANY,
    )

    assert len(refusals) == MANY - 1
    assert aid.convention.balance() == balance - 100


def test_one_payment_approved_by_ten_people_leaves_once():
    aid = AidFactory()
    aid.convention.terms.update(second_person_above=0)
    order = aid.pay(100, on=TODAY, by=UserFactory())
    people = [UserFactory() for _ in range(MANY)]

    refusals = at_once(
        lambda person: PaymentOrder.objects.get(pk=order.pk).approve(on=TODAY, by=person), people
    )

    assert len(refusals) == MANY - 1
    assert Aid.objects.get().disbursed == 100


def test_payments_of_several_aids_at_once_are_added_up_for_their_company():
    convention = ConventionFactory(funds=50_000)
    convention.terms.update(second_person_above=1_000)
    company = CompanyFactory(antenna=convention.antenna)
    files = [approved(convention=convention, company=company, advance=600) for _ in range(4)]
    aids = [AidFactory(decision=file.approval) for file in files]

    refusals = at_once(lambda aid: aid.disburse(600, on=TODAY), aids)

    assert len(refusals) == 3 and Disbursement.objects.count() == 1


def test_approvals_that_race_with_repayments_spend_only_what_came_back():
    convention = ConventionFactory(funds=500)
    aid = AidFactory(decision=approved(convention=convention, advance=500).approval)
    aid.disburse(500, on=TODAY)
    keys = [submitted(convention=convention).pk for _ in range(MANY)]

    def act(pk):
        if pk:
            Application.objects.get(pk=pk).approve(on=TODAY, grant=100)
        else:
            Aid.objects.get(pk=aid.pk).repay(100, on=TODAY)

    refusals = at_once(act, [*keys, None, None, None])

    granted = Application.objects.approved().count() - 1
    assert len(refusals) == MANY - granted
    assert 0 <= granted <= 3
    assert convention.balance() == 300 - 100 * granted >= 0


def test_a_reminder_sent_by_several_people_at_once_leaves_once():
    aid = late_advance(convention=ConventionFactory(funds=10_000))
    contact = ContactFactory(company=aid.application.company, email="jeanne@marchal.example")
    texts = {"subject": "Votre avance", "body": "Payez, s’il vous plaît."}
    step = {"kind": "letter", **texts}  # what migrations wrote may be gone
    ReminderStep.objects.update_or_create(days=30, antenna=None, defaults=step)
    [late] = late_on(Aid.objects.all(), TODAY)
    people = [UserFactory() for _ in range(MANY)]

    refusals = at_once(lambda by: send(late, contact=contact, by=by, **texts), people)

    assert len(refusals) == MANY - 1
    assert len(mail.outbox) == Reminder.objects.count() == 1


def test_copies_frozen_at_once_are_numbered_without_a_gap():
    convention, by = ConventionFactory(), UserFactory()

    refusals = at_once(
        lambda ago: freeze(Convention.objects.get(pk=convention.pk), day(-ago), by=by), range(MANY)
    )

    assert refusals == []
    numbers = FrozenReport.objects.values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, MANY + 1))


def test_a_day_frozen_by_ten_people_at_once_has_one_copy():
    convention, people = ConventionFactory(), [UserFactory() for _ in range(MANY)]

    refusals = at_once(
        lambda by: freeze(Convention.objects.get(pk=convention.pk), TODAY, by=by), people
    )

    assert len(refusals) == MANY - 1
    assert FrozenReport.objects.count() == 1


def test_one_meeting_told_by_ten_people_has_one_verdict():
    convention, people = ConventionFactory(), [UserFactory() for _ in range(MANY)]
    fields = {"outcome": "renewed", "met_on": TODAY, "text": "Bon bilan."}

    refusals = at_once(
        lambda by: Verdict.record(Convention.objects.get(pk=convention.pk), by=by, **fields),
        people,
    )

    assert len(refusals) == MANY - 1
    assert Verdict.objects.count() == 1
