"""Pages of the calls for funds, of what is given up, and of what the bank says."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conventions.calls import send_letter
from conventions.models import BankBalance, CallLetter, PledgeCall, Receipt
from tests.factories import TODAY, SponsorFactory, called, day


def url(name, row=None):
    return reverse(f"conventions:{name}", args=[row.pk] if row else [])


def text(response):
    """The words of the page on one line, every space a plain one."""
    return " ".join(re.sub(r"<[^>]*>", " ", unescape(response.text)).split())


@pytest.fixture
def pledge(convention):
    """1 000 € promised by Side, whom nobody knows how to reach yet."""
    side = SponsorFactory(name="Side")
    return convention.pledge(side, origin="private", on=day(-100), amount=Decimal(1_000))


@pytest.fixture
def late(pledge, alice):
    """A call of 600 € that should have been paid ten days ago."""
    return called(pledge, 600, on=day(-40), due_on=day(-10), by=alice)


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def send(client, letter, **typed):
    """Confirm a letter as it is read."""
    form = client.get(url("call_letter_send", letter)).context["form"]
    return client.post(
        url("call_letter_send", letter), {"seen": form.current, **typed}, follow=True
    )


def test_from_the_promise_to_the_money(as_alice, pledge, convention):
    assert "Appeler les fonds" in text(as_alice.get(url("pledge_list", convention)))
    page = text(as_alice.get(url("call_add", pledge)))
    assert "Promis : 1 000,00 €. Reçu : 0,00 €. Reste à appeler : 1 000,00 €." in page
    typed = {"amount": "600", "due_on": day(30).isoformat(), "called_on": ""}
    page = text(as_alice.post(url("call_add", pledge), typed, follow=True))
    call, letter = PledgeCall.objects.get(), CallLetter.objects.get()
    assert f"L’appel {call} est enregistré." in page
    assert "À envoyer" in page and "selon les coordonnées bancaires que vous connaissez" in page

    typed = {"recipient": "Ève Klein", "email": "eve@side.example", "address": "1 rue de la Gare"}
    typed |= {"subject": "Votre\r\nengagement", "body": letter.body}
    as_alice.post(url("call_letter_edit", letter), typed)
    page = text(send(as_alice, letter))
    assert "Courrier envoyé à Ève Klein (eve@side.example)." in page and "En attente" in page
    [sent] = mail.outbox
    assert sent.subject == "Votre engagement"
    assert as_alice.get(url("call_letter_pdf", letter)).content == sent.attachments[0][1]

    response = as_alice.get(url("receipt_add", pledge))
    assert "Un appel de fonds attend ce versement : il est choisi." in text(response)
    assert response.context["form"].initial["call"] == str(call.pk)
    typed = {"amount": "600", "received_on": TODAY.isoformat(), "call": call.pk}
    as_alice.post(url("receipt_add", pledge), typed)
    assert Receipt.objects.get().call == call
    page = text(as_alice.get(url("pledge_list", convention)))
    assert f"Side {call}" in page and "400,00 €" in page
    assert "n’attend plus" not in page and "Reçu" in text(as_alice.get(url("call", call)))


def test_a_call_beyond_what_is_left_is_told_beside_the_amount(as_alice, pledge, late):
    typed = {"amount": "400,01", "due_on": day(30).isoformat()}
    response = as_alice.post(url("call_add", pledge), typed)
    assert "il reste 400,00" in str(response.context["form"].errors["amount"])
    typed = {"amount": "400", "due_on": day(30).isoformat(), "called_on": day(-3).isoformat()}
    assert "En attente" in text(as_alice.post(url("call_add", pledge), typed, follow=True))
    assert url("call_add", pledge) not in as_alice.get(pledge.get_absolute_url()).text


def test_when_several_calls_wait_one_says_which_is_paid(as_alice, pledge, late):
    second = called(pledge, 100)
    response = as_alice.get(url("receipt_add", pledge))
    assert "call" not in response.context["form"].initial
    typed = {"amount": "50", "received_on": TODAY.isoformat()}
    response = as_alice.post(url("receipt_add", pledge), typed)
    assert "call" in response.context["form"].errors
    chosen = as_alice.get(url("receipt_add", pledge), {"appel": second.pk}).context["form"]
    assert chosen.initial["call"] == str(second.pk) and chosen.initial["amount"] == 100
    as_alice.post(url("receipt_add", pledge), typed | {"call": "none"})
    assert Receipt.objects.get().call is None
    response = as_alice.post(url("receipt_add", pledge), typed | {"amount": "301", "call": "none"})
    assert "rattachez ce versement" in str(response.context["form"].errors["amount"])


def test_a_late_call_is_listed_reminded_of_and_told_on_the_dashboard(as_alice, pledge, late):
    called(pledge, 100)
    page = text(as_alice.get(url("call_list"), {"retard": "on"}))
    assert str(late) in page and "depuis 10 jours" in page and "1 résultat" in page
    assert "600,00 € en retard" in text(as_alice.get(pledge.get_absolute_url()))
    dashboard = reverse("reports:dashboard", args=[late.antenna.pk])
    assert "Appels de fonds en retard" in text(as_alice.get(dashboard))
    page = text(as_alice.post(url("call_letter_draft", late), follow=True))
    assert "Relance : appel de fonds" in page and "pas encore reçu ces 600,00 €" in page
    letter = late.letters.get()
    form = as_alice.get(url("call_letter_send", letter)).context["form"]
    assert [value for value, _label in form.fields["by_post"].choices] == ["yes"]
    assert "(par la poste)" in text(send(as_alice, letter, by_post="yes")) and not mail.outbox
    assert "Préparer une relance" in text(as_alice.get(url("call", late)))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 2),
        ({"q": "side"}, 2),
        ({"q": "-002"}, 1),
        ({"state": "late"}, 1),
        ({"state": "to_send"}, 1),
        ({"state": "received"}, 0),
        ({"o": "-left"}, 2),
    ],
)
def test_calls_are_found_by_what_one_knows(as_alice, pledge, late, asked, found):
    called(pledge, 100)
    page = as_alice.get(url("call_list"), asked).context["page"]
    assert page.paginator.count == found


def test_calls_are_found_by_convention_sponsor_and_antenna(client, nadia, late, convention):
    client.force_login(nadia)
    known = {"convention": convention.pk, "sponsor": late.pledge.sponsor_id}
    known |= {"antenna": convention.antenna_id}
    assert client.get(url("call_list"), known).context["page"].paginator.count == 1
    other = {"sponsor": SponsorFactory().pk}
    assert client.get(url("call_list"), other).context["page"].paginator.count == 0


def test_calls_are_exported(as_alice, late):
    lines = as_alice.get(url("call_list"), {"format": "csv"}).getvalue().decode().splitlines()
    assert lines[0].endswith("Reste attendu (€);État;Jours de retard;Lien")
    assert ";600,00;En retard;10;http://testserver/appels/" in lines[1]
    assert as_alice.get(url("call_list"), {"format": "xlsx"}).status_code == 200


def test_a_call_is_cancelled_with_its_reason(as_alice, late):
    assert "prévenez aussi l’apporteur" in text(as_alice.get(url("call_strike", late)))
    page = text(
        as_alice.post(url("call_strike", late), {"reason": "Appelé deux fois"}, follow=True)
    )
    assert "Appelé deux fois" in page and "Préparer" not in page
    page = text(as_alice.post(url("call_letter_draft", late), follow=True))
    assert "n’attend plus rien" in page


def test_what_left_no_longer_changes(as_alice, alice, pledge):
    letter = called(pledge, 600, by=alice).letters.get()
    send_letter(letter, by=alice, by_post=True)
    for name in ("call_letter_edit", "call_letter_send"):
        assert as_alice.get(url(name, letter)).url == letter.get_absolute_url()
    assert "Corriger" not in text(as_alice.get(letter.get_absolute_url()))


def test_a_letter_changed_since_it_was_read_is_read_again_before_it_leaves(as_alice, pledge):
    letter = called(pledge, 600).letters.get()
    seen = as_alice.get(url("call_letter_send", letter)).context["form"].current
    letter.correct(body="Autre texte")
    response = as_alice.post(url("call_letter_send", letter), {"seen": seen, "by_post": "yes"})
    assert "Quelqu’un a enregistré" in text(response) and not CallLetter.objects.sent().exists()


def test_a_letter_that_does_not_leave_says_why(as_alice, pledge):
    letter = called(pledge, 600).letters.get()
    letter.call.strike(reason="Appelé deux fois")
    response = as_alice.post(url("call_letter_send", letter), {"by_post": "yes"})
    assert "n’attend plus rien" in text(response)
    typed = {"subject": "a", "body": "b"}
    assert "n’attend plus rien" in text(as_alice.post(url("call_letter_edit", letter), typed))


def test_what_never_comes_is_given_up_and_expected_again(as_alice, pledge, late, convention):
    pledge.receive(100, on=day(-5), call=late)
    assert "Passer en perte" in text(as_alice.get(pledge.get_absolute_url()))
    assert "900,00 € ne viendront jamais" in text(as_alice.get(url("pledge_give_up", pledge)))
    typed = {"on": TODAY.isoformat(), "reason": "Liquidation judiciaire"}
    page = text(as_alice.post(url("pledge_give_up", pledge), typed, follow=True))
    assert "900,00 € en perte" in page and "Attendre de nouveau" in page
    assert "Side – Liquidation judiciaire" in text(as_alice.get(url("entry_list", convention)))
    assert "Passé en perte 500,00 €" in text(as_alice.get(url("call", late)))
    response = as_alice.post(url("pledge_give_up", pledge), typed)
    assert "Plus rien n’est attendu" in text(response)
    page = text(as_alice.post(url("pledge_expect_again", pledge), typed, follow=True))
    assert "de nouveau attendu" in page and "500,00 € en retard" in page


def test_what_the_bank_says_is_typed_and_struck_out(as_alice, toul):
    assert "Aucun relevé" in text(as_alice.get(url("balance_list", toul)))
    typed = {"on": day(-1).isoformat(), "amount": "-12,50", "note": "Compte courant"}
    page = text(as_alice.post(url("balance_add", toul), typed, follow=True))
    assert "−12,50 €" in page and "Compte courant" in page
    response = as_alice.post(url("balance_add", toul), typed)
    assert "déjà un relevé" in str(response.context["form"].errors["on"])
    balance = BankBalance.objects.get()
    struck = as_alice.post(url("balance_strike", balance), {"reason": "Autre compte"}, follow=True)
    assert "Autre compte" in text(struck)


def test_a_reader_reads_calls_and_writes_nothing(client, bob, late, toul):
    client.force_login(bob)
    for page in (url("call", late), url("call_list"), late.pledge.get_absolute_url()):
        words = text(client.get(page))
        assert "Appeler les fonds" not in words and "Préparer" not in words
    assert "Nouveau relevé" not in text(client.get(url("balance_list", toul)))
    for name in ("call_add", "pledge_give_up", "pledge_expect_again"):
        assert client.post(url(name, late.pledge)).status_code == 403
    assert client.post(url("balance_add", toul)).status_code == 403


def test_lists_cost_the_same_however_many(as_alice, pledge, convention, toul):
    def queries():
        with CaptureQueriesContext(connection) as found:
            as_alice.get(url("call_list"))
            as_alice.get(url("pledge_list", convention))
            as_alice.get(url("balance_list", toul))
        return len(found)

    costs = set()
    for first in (1, 2):
        for number in range(first, 5 * first):
            pledge.receive(1, on=TODAY, call=called(pledge, 5, on=day(-12), due_on=day(-number)))
            BankBalance.record(toul, 5, on=day(-10 * first - number))
        costs.add(queries())
    assert len(costs) == 1


def test_administrators_read_calls_letters_and_balances(client, root, late, toul):
    called(late.pledge, 5)
    BankBalance.record(toul, 5, on=TODAY)
    client.force_login(root)
    for model in (PledgeCall, CallLetter, BankBalance):
        name = f"admin:conventions_{model._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        row = model.objects.first()
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        assert client.get(reverse(f"{name}_add")).status_code == 403
