"""Calls for the funds promised, what comes of them, what is late, what is given up."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from conventions.calls import draft_letter, printed, send_letter
from conventions.models import BankBalance, CallLetter, CallState, Pledge, PledgeCall, Receipt
from reports.dashboard import Dashboard
from reports.evaluation import Evaluation
from tests.factories import TODAY, AntennaFactory, ConventionFactory, SponsorFactory, called, day
from tests.printed import is_accessible, words
from tests.refusals import refused, refused_by

ASKED, DUE = day(-40), day(-10)


@pytest.fixture
def pledge(convention):
    """1 000 € promised a hundred days ago by Side, whose page says whom to write to."""
    side = SponsorFactory(
        name="Side",
        contact_name="Ève Klein",
        email="eve@side.example",
        address="1 rue de la Gare\n54200 Toul",
    )
    return convention.pledge(side, origin="private", on=day(-100), amount=Decimal(1_000))


def asked(pledge, amount=600, *, on=ASKED, due_on=DUE):
    """A call that was made by other means."""
    return pledge.call(amount, on=on, due_on=due_on)


def state(call, on=TODAY):
    return PledgeCall.objects.with_state(on).get(pk=call.pk).state


def test_nobody_is_asked_to_pay_in_more_than_ten_years(pledge):
    with refused("year", field="due_on"):
        asked(pledge, due_on=day(11 * 366))


def money(pledge, on=TODAY):
    """(expected, called, waiting, late) of a pledge, in euros."""
    row = Pledge.objects.with_received().with_calls(on).get(pk=pledge.pk)
    return row.expected, row.called, row.waiting, row.late


def write_call(pledge=None, **fields):
    pledge = pledge or ConventionFactory(funds=1_000).pledges.get()
    given = {"pledge": pledge, "reference": "AF-1", "amount": 5, "due_on": TODAY}
    return PledgeCall.objects.create(**given | fields)


def write_letter(**fields):
    given = {"subject": "Appel", "body": "Merci de verser."}
    return CallLetter.objects.create(**{"call": write_call()} | given | fields)


def twice(make):
    """The same row written twice."""
    first = make()
    first.pk, first._state.adding = None, True
    first.save()


def lost_and_cancelled():
    convention = ConventionFactory(funds=1_000)
    entry = convention.pledges.get().give_up(on=TODAY, reason="Faillite")
    write_call(
        convention.pledges.get(), given_up=entry, struck_at=timezone.now(), struck_reason="Double"
    )


def write_balance(**fields):
    return BankBalance.objects.create(antenna=AntennaFactory(), on=TODAY, amount=5, **fields)


DATABASE_REFUSES = [
    ("pledgecall_struck_out_with_a_reason", lambda: write_call(struck_reason="Sans date")),
    ("pledge_call_amount_positive", lambda: write_call(amount=0)),
    ("pledge_call_due_after_it_was_made", lambda: write_call(called_on=TODAY, due_on=day(-1))),
    ("pledge_call_cancelled_or_given_up", lost_and_cancelled),
    ("call_letter_drafted_once_for_a_call", lambda: twice(write_letter)),
    ("call_letter_sent_with_its_document", lambda: write_letter(sent_at=timezone.now())),
    ("call_letter_says_something", lambda: write_letter(body="")),
    ("bankbalance_struck_out_with_a_reason", lambda: write_balance(struck_reason="Sans date")),
    ("bank_balance_once_a_day", lambda: twice(write_balance)),
]


@pytest.mark.parametrize(("constraint", "write"), DATABASE_REFUSES)
def test_the_database_refuses(constraint, write, db):
    with refused_by(constraint):
        write()


# What may be called


def test_what_is_promised_is_called_once_until_it_is_received_or_cancelled(pledge, alice):
    first = asked(pledge, 600)
    with refused("beyond_pledge"):
        asked(pledge, Decimal("400.01"))
    asked(pledge, 400)
    assert money(pledge) == (1_000, 1_000, 1_000, 1_000)
    first.strike(reason="Montant faux", by=alice)
    assert money(pledge) == (1_000, 400, 400, 400)
    pledge.receive(100, on=TODAY)
    with refused("beyond_pledge"):
        asked(pledge, Decimal("500.01"))
    assert asked(pledge, 500).reference.endswith("-003")


def test_calls_are_numbered_within_their_convention(convention, pledge):
    other = convention.pledge(SponsorFactory(), origin="public", on=day(-50), amount=50)
    references = [asked(each, 10).reference for each in (pledge, other, pledge)]
    assert references == [f"AF-{convention.reference}-00{number}" for number in (1, 2, 3)]
    elsewhere = ConventionFactory(funds=500).pledges.get()
    assert asked(elsewhere, 5).reference.endswith("-001")


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("__all__", {"amount": 0}),
        ("called_on", {"on": day(1), "due_on": day(2)}),
        ("called_on", {"on": day(-101)}),
        ("__all__", {"due_on": day(-41)}),
        ("due_on", {"on": None, "due_on": day(-1)}),
    ],
)
def test_a_wrong_call_is_told_beside_its_field(pledge, field, fields):
    with refused(field=field):
        asked(pledge, **fields)
    assert not PledgeCall.objects.exists()


def test_nothing_is_called_of_a_draft_nor_of_what_was_withdrawn(toul, pledge):
    draft = ConventionFactory(antenna=toul, signed=False, funds=500)
    with refused("not_signed"):
        asked(draft.pledges.get(), 5)
    call = asked(pledge)
    pledge.withdraw(on=TODAY, reason="Budget non voté")
    assert state(call) == CallState.CANCELLED
    with refused("withdrawn"):
        asked(pledge)


# What comes of a call


def test_a_call_is_late_the_day_after_it_was_due(pledge):
    call = asked(pledge, on=day(-40), due_on=day(-1))
    assert state(call, day(-1)) == CallState.WAITING
    assert not PledgeCall.objects.late_on(day(-1)).exists()
    late = PledgeCall.objects.late_on(TODAY).get()
    assert (late.state, late.days_late, late.left) == (CallState.LATE, 1, 600)


def test_the_state_of_a_call_is_that_of_the_day_one_asks(pledge):
    call = asked(pledge, due_on=day(-20))
    pledge.receive(200, on=day(-30), call=call)
    pledge.receive(400, on=day(-5), call=call)
    days = [day(-40), day(-30), day(-20), day(-19), day(-5)]
    assert [state(call, on) for on in days] == ["waiting", "partly", "partly", "late", "received"]
    assert not PledgeCall.objects.late_on(TODAY).exists()
    assert money(pledge) == (400, 600, 0, 0)


def test_money_goes_to_a_call_or_leaves_it_what_it_waits_for(pledge, convention):
    call = asked(pledge, 600)
    with refused("beyond_pledge") as caught:
        pledge.receive(601, on=TODAY, call=call)
    assert "attend encore 600" in str(caught.value.messages)
    with refused("beyond_pledge") as caught:
        pledge.receive(401, on=TODAY)
    assert "rattachez" in str(caught.value.messages)
    with refused("beyond_pledge") as caught:
        pledge.receive(1_001, on=TODAY)
    assert "trop élevé" in str(caught.value.messages)
    pledge.receive(400, on=TODAY)
    other = convention.pledge(SponsorFactory(), origin="public", on=day(-50), amount=50)
    with refused(field="call"):
        other.receive(5, on=TODAY, call=call)
    pledge.receive(600, on=TODAY, call=call)
    with refused("beyond_pledge"):
        pledge.receive(Decimal("0.01"), on=TODAY, call=call)
    assert Receipt.objects.count() == 2


def test_money_that_never_came_is_waited_for_again(pledge):
    call = asked(pledge)
    receipt = pledge.receive(600, on=TODAY, call=call)
    with refused("received"):
        call.strike(reason="Trop tard")
    receipt.strike(reason="Virement rejeté")
    assert state(call) == CallState.LATE
    call.strike(reason="Rappelé autrement")
    assert state(call) == CallState.CANCELLED and money(pledge) == (1_000, 0, 0, 0)


# Its letters


def test_a_call_is_of_the_day_its_letter_leaves(pledge, alice):
    call = called(pledge, 600, due_on=day(30), by=alice)
    assert state(call) == CallState.TO_SEND and call.called_on is None
    letter = call.letters.get()
    send_letter(letter, by=alice)
    call.refresh_from_db()
    assert call.called_on == TODAY and state(call) == CallState.WAITING
    [message] = mail.outbox
    assert (message.to, message.reply_to) == (["eve@side.example"], ["alice@example.org"])
    [(name, content, kind)] = message.attachments
    assert kind == "application/pdf" and name == f"{call.reference.lower()}.pdf"
    assert bytes(CallLetter.objects.get().pdf) == content == printed(letter, at=timezone.now())
    for verb in (lambda: send_letter(letter, by=alice), lambda: letter.correct(subject="Autre")):
        with refused("sent"):
            verb()


def test_the_letter_says_what_for_how_much_by_when_and_how_to_pay(pledge, alice, convention):
    pledge.receive(150, on=day(-60))
    letter = called(pledge, 600, by=alice).letters.get()
    at = timezone.make_aware(datetime(2026, 3, 2, 10))
    told = words(printed(letter, at=at))
    for part in (
        f"« {convention.name} » ({convention.reference})",
        "apporter 1 000,00 €",
        "Nous avons déjà reçu 150,00 €",
        "bien vouloir verser 600,00 €",
        "selon les coordonnées bancaires que vous connaissez",
        letter.call.reference,
        "À l’attention de Ève Klein",
        "1 rue de la Gare",
        "Le 2 mars 2026",
        "alice@example.org",
    ):
        assert part in told
    assert is_accessible(printed(letter, at=at), title=letter.subject)


def test_a_reminder_says_so_goes_where_the_call_went_and_is_kept_beside_it(pledge, alice):
    call = called(pledge, 600, by=alice)
    first = call.letters.get()
    first.correct(recipient="Zoé Adam", email="zoe@side.example")
    send_letter(first, by=alice)
    call.refresh_from_db()
    pledge.receive(100, on=TODAY, call=call)
    reminder = draft_letter(call, by=alice)
    assert draft_letter(call, by=alice) == reminder and reminder.is_reminder
    assert reminder.subject.startswith("Relance") and reminder.recipient == "Zoé Adam"
    told = words(printed(reminder, at=timezone.now()))
    assert "il reste 500,00 € à verser" in told
    send_letter(reminder, by=alice, by_post=True)
    assert len(mail.outbox) == 1 and reminder.destination == "par la poste"
    assert CallLetter.objects.sent().count() == 2


def test_a_letter_leaves_while_there_is_something_to_ask(pledge, alice):
    call = called(pledge, 600, by=alice)
    letter = call.letters.get()
    letter.correct(email="")
    with refused("nobody"):
        send_letter(letter, by=alice)
    PledgeCall.objects.update(due_on=day(-1))
    letter = CallLetter.objects.get()
    with refused("overdue"):
        send_letter(letter, by=alice, by_post=True)
    call.strike(reason="Échéance passée")
    with refused("not_waiting"):
        send_letter(letter, by=alice)
    assert draft_letter(asked(pledge, 5), by=alice).is_reminder
    received = asked(pledge, 100)
    pledge.receive(100, on=TODAY, call=received)
    with refused("not_waiting"):
        draft_letter(received, by=alice)


def test_a_letter_the_mail_server_does_not_take_did_not_leave(pledge, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    call = called(pledge, 600, by=alice)
    with refused("not_sent"):
        send_letter(call.letters.get(), by=alice)
    assert not CallLetter.objects.sent().exists() and state(call) == CallState.TO_SEND


def test_a_letter_sent_by_two_people_at_once_is_two_letters(pledge, alice):
    call = called(pledge, 600, by=alice)
    first, second = CallLetter.objects.get(), CallLetter.objects.get()
    send_letter(first, by=alice)
    second.keep_as_sent(b"x", at=timezone.now(), by=alice, email="a@example.org")
    assert call.letters.sent().count() == 2


# What will never come


def test_what_never_comes_leaves_the_envelope_and_is_no_longer_expected(pledge, convention, alice):
    balance = convention.balance()
    call, unsent = asked(pledge, 600), called(pledge, 200, by=alice)
    pledge.receive(250, on=day(-20), call=call)
    entry = pledge.give_up(on=day(-2), reason="Liquidation", by=alice)
    assert (entry.amount, entry.kind, entry.pledge) == (-750, "write_off", pledge)
    assert entry.label == "Side – Liquidation" and convention.balance() == balance - 750
    assert money(pledge) == (0, 600, 0, 0)
    assert (state(call), state(call, day(-3)), state(unsent)) == ("given_up", "late", "given_up")
    totals = {row["origin"]: row for row in Pledge.objects.filter(pk=pledge.pk).totals()}
    assert totals["private"]["total_expected"] == 0
    assert totals["private"]["total_written_off"] == 750
    for verb in (pledge.give_up, pledge.withdraw):
        with refused():
            verb(on=TODAY, reason="Encore")
    with refused("beyond_pledge"):
        pledge.receive(1, on=TODAY)
    with refused("received"):
        call.strike(reason="Trop tard")


def test_an_evaluation_tells_what_was_promised_received_and_lost(pledge, convention):
    pledge.receive(250, on=day(-20))
    before = Evaluation(convention, day(-3))
    pledge.give_up(on=day(-2), reason="Liquidation")
    after = Evaluation(convention, TODAY)
    assert after.pledged == before.pledged and after.received == before.received
    assert after.balance == before.balance - 750
    assert Evaluation(convention, day(-3)).balance == before.balance
    assert (before.pledges_lost, after.pledges_lost) == (0, 750)
    brought = after.pledged - after.pledges_lost + after.carried_over + after.refilled
    assert after.balance == brought - after.aid_committed - after.fees


def test_called_and_received_are_read_together(pledge, convention):
    pledge.receive(300, on=day(-50))  # before any call
    call = pledge.call(500, on=day(-40), due_on=day(-20))
    pledge.receive(100, on=day(-30), call=call)
    pledge.give_up(on=day(-10), reason="Liquidation")
    told = [
        (found.called, found.received, found.received_on_call, found.calls_unreceived)
        + (found.calls_late, found.calls_given_up)
        for found in (Evaluation(convention, day(offset)) for offset in (-45, -40, -20, -19, -10))
    ]
    assert told == [
        (0, 300, 0, 0, 0, 0),
        (500, 300, 0, 500, 0, 0),
        (500, 400, 100, 400, 0, 0),
        (500, 400, 100, 400, 400, 0),
        (500, 400, 100, 400, 0, 400),
    ]


def test_a_lost_call_waits_for_nothing_and_one_that_never_left_is_not_to_be_sent(
    pledge, convention, alice, client
):
    call = called(pledge, 200, by=alice)
    expected = PledgeCall.objects.with_state(TODAY).get().expected
    pledge.give_up(on=TODAY, reason="Liquidation")
    lost = PledgeCall.objects.with_state(TODAY).get()
    assert (expected, lost.expected, lost.left) == (200, 0, 200)
    client.force_login(alice)
    for query in ({}, {"format": "csv"}):
        page = client.get(reverse("conventions:call_list"), query).getvalue().decode()
        assert page.count("200,00") == 1
    assert "à envoyer" not in client.get(call.get_absolute_url()).text


def test_a_loss_is_undone_and_its_calls_wait_again(pledge, convention):
    balance, call = convention.balance(), asked(pledge, 600)
    with refused("nothing_given_up"):
        pledge.expect_again(on=TODAY, reason="Erreur")
    with refused(field="reason"):
        pledge.give_up(on=TODAY, reason=" ")
    with refused(field="on"):
        pledge.give_up(on=day(-101), reason="Liquidation")
    pledge.give_up(on=day(-5), reason="Liquidation")
    with refused("given_up"):
        pledge.withdraw(on=TODAY, reason="Liquidation")
    with refused(field="on"):
        pledge.expect_again(on=day(-6), reason="Erreur")
    pledge.expect_again(on=day(-5), reason="Erreur")
    assert convention.balance() == balance and money(pledge) == (1_000, 600, 600, 600)
    assert state(call) == CallState.LATE
    pledge.withdraw(on=TODAY, reason="Budget non voté")
    assert convention.balance() == balance - 1_000


def test_what_is_committed_cannot_be_given_up(toul):
    convention = ConventionFactory(antenna=toul, funds=1_000)
    pledge = convention.pledges.get()
    pledge.receive(300, on=TODAY)
    convention.commit(400, on=TODAY, label="Aide")
    with refused("overdrawn") as caught:
        pledge.give_up(on=TODAY, reason="Liquidation")
    assert "il reste 600" in caught.value.messages[0].replace("\u00a0", " ")


def test_calls_that_wait_again_never_exceed_what_is_expected(pledge):
    call = asked(pledge, 600)
    receipt = pledge.receive(100, on=TODAY, call=call)
    pledge.give_up(on=TODAY, reason="Liquidation")
    receipt.strike(reason="Virement rejeté")
    asked(pledge, 100)
    pledge.receive(100, on=TODAY, call=PledgeCall.objects.waiting().get())
    with refused("beyond_pledge"):
        pledge.receive(1, on=TODAY)


# What the antenna is told


def test_the_dashboard_tells_the_calls_that_are_late(pledge, convention, longwy):
    late, _other = asked(pledge, 600), asked(pledge, 100, due_on=TODAY)
    dashboard = Dashboard(convention.antenna, TODAY)
    assert dashboard.late_calls == [late] and not dashboard.is_quiet
    assert Dashboard(longwy, TODAY).late_calls == []


def test_calls_cost_the_same_however_many(pledge, django_assert_num_queries):
    for _time in range(2):
        for _each in range(3):
            asked(pledge, 5)
        with django_assert_num_queries(2):
            list(PledgeCall.objects.with_state(TODAY))
            list(Pledge.objects.with_received().with_calls(TODAY))


# What the bank says


def test_one_balance_stands_a_day_and_an_antenna(toul, longwy, alice):
    first = BankBalance.record(toul, Decimal("-5.20"), on=day(-2), by=alice)
    BankBalance.record(longwy, 7, on=day(-2))
    with refused("on"):
        BankBalance.record(toul, 6, on=day(-2))
    with refused(field="on"):
        BankBalance.record(toul, 6, on=day(1))
    first.strike(reason="Autre compte", by=alice)
    again = BankBalance.record(toul, 6, on=day(-2))
    BankBalance.record(toul, 8, on=TODAY)
    assert toul.bank_balances.latest_on(day(-1)) == again
    assert toul.bank_balances.latest_on(day(-3)) is None
