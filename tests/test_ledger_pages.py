"""Pages of a convention's money: pledges, receipts, the ledger and its lines made by hand."""

import csv
from decimal import Decimal

import pytest
from django.urls import reverse

from conventions.models import Entry, Pledge, Receipt
from tests.factories import TODAY, ConventionFactory, SponsorFactory, day


def url(name, *args):
    return reverse(f"conventions:{name}", args=args)


def text_of(response):
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def errors(response):
    """The messages of the page's form, by field."""
    assert response.status_code == 200
    return response.context["form"].errors


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


# Pledges


def test_a_pledge_its_receipts_and_what_is_still_expected(as_alice, alice, convention):
    sponsor = SponsorFactory(name="Side")
    response = as_alice.post(
        url("pledge_add", convention.pk),
        {
            "sponsor": sponsor.pk,
            "origin": "private",
            "envelope": "general",
            "amount": "1 000,50",
            "days": "2,5",
            "pledged_on": day(-5).isoformat(),
        },
    )
    assert response.url == url("pledge_list", convention.pk)
    pledge = Pledge.objects.get(sponsor=sponsor)
    assert pledge.entries.get().created_by == alice
    as_alice.post(
        url("receipt_add", pledge.pk), {"amount": "400,25", "received_on": TODAY.isoformat()}
    )
    page = text_of(as_alice.get(url("pledge_list", convention.pk), {"q": "side"}))
    assert "400,25 €" in page
    assert "600,25 €" in page
    response = as_alice.post(
        url("receipt_add", pledge.pk), {"amount": "600,26", "received_on": TODAY.isoformat()}
    )
    assert "il reste" in str(errors(response)["amount"])
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("amount", {"amount": "-5"}),
        ("amount", {"amount": "12,345"}),
        ("days", {"days": "0,1"}),
        ("pledged_on", {"pledged_on": day(1).isoformat()}),
        ("sponsor", {"sponsor": "x"}),
        ("amount", {"amount": "0"}),
    ],
)
def test_a_wrong_pledge_is_told_beside_its_field(as_alice, convention, field, changes):
    data = {
        "sponsor": SponsorFactory().pk,
        "origin": "public",
        "envelope": "general",
        "amount": "5",
        "days": "0",
        "pledged_on": TODAY.isoformat(),
    }
    response = as_alice.post(url("pledge_add", convention.pk), data | changes)
    assert field in errors(response)
    assert Pledge.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("amount", {"amount": "-5"}),
        ("amount", {"amount": "0"}),
        ("amount", {"amount": "12,345"}),
        ("received_on", {"received_on": day(1).isoformat()}),
    ],
)
def test_a_wrong_receipt_is_told_beside_its_field(as_alice, convention, field, changes):
    pledge = convention.pledges.first()
    data = {"amount": "5", "received_on": TODAY.isoformat()}
    assert field in errors(as_alice.post(url("receipt_add", pledge.pk), data | changes))
    assert not Receipt.objects.exists()


def test_a_pledge_is_withdrawn_unless_something_came(as_alice, convention):
    kept, gone = convention.pledges.all()
    kept.receive(1, on=TODAY)
    data = {"on": TODAY.isoformat(), "reason": "Le groupe renonce"}
    assert errors(as_alice.post(url("pledge_withdraw", kept.pk), data))
    assert as_alice.get(url("pledge_withdraw", gone.pk)).status_code == 200
    as_alice.post(url("pledge_withdraw", gone.pk), data)
    page = text_of(as_alice.get(url("pledge_list", convention.pk)))
    assert "Retiré le" in page
    [total] = convention.pledges.totals()
    assert (total["total_amount"], total["total_expected"]) == (100_000, 99_999)


# The ledger


def test_the_ledger_gives_the_balance_of_its_envelope_after_each_line(as_alice, convention):
    convention.charge_fee(1_000, on=day(-3), label="Frais 1")
    convention.charge_fee(Decimal("0.01"), on=day(-9), label="Frais 2", envelope="difficulty")

    def balances(**query):
        page = as_alice.get(url("entry_list", convention.pk), query).context["page"]
        return [entry.running_balance for entry in page]

    assert balances() == [99_000, Decimal("19999.99"), 20_000, 100_000]
    assert balances(kind="fee", envelope="general") == [99_000]
    assert balances(since=day(-4).isoformat()) == [99_000]
    assert balances(au=day(-300).isoformat()) == [20_000, 100_000]
    assert balances(q="frais 2") == [Decimal("19999.99")]
    text = as_alice.get(url("entry_list", convention.pk), {"format": "csv"}).getvalue().decode()
    assert "Frais 1;Enveloppe générale;-1000,00;99000,00" in text


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("amount", {"amount": "-5"}),
        ("amount", {"amount": "12,345"}),
        ("amount", {"amount": "100000,01"}),
        ("on", {"on": day(1).isoformat()}),
        ("label", {"label": "x" * 2_000_000}),
        ("envelope", {"envelope": "mine"}),
    ],
)
def test_a_wrong_fee_is_told_beside_its_field(as_alice, convention, field, changes):
    data = {"envelope": "general", "amount": "5", "on": TODAY.isoformat(), "label": "Frais"}
    assert field in errors(as_alice.post(url("fee_add", convention.pk), data | changes))
    assert convention.balance() == 120_000


def test_a_fee_is_charged_then_undone(as_alice, alice, convention):
    as_alice.post(
        url("fee_add", convention.pk),
        {"envelope": "general", "amount": "500", "on": TODAY.isoformat(), "label": "Frais 2026"},
    )
    fee = Entry.objects.get(kind="fee")
    assert (fee.amount, fee.created_by) == (-500, alice)
    undo = url("entry_reverse", fee.pk)
    assert undo in text_of(as_alice.get(url("entry_list", convention.pk)))
    assert "label" in errors(as_alice.post(undo, {"label": ""}))
    as_alice.post(undo, {"label": "Saisis deux fois"})
    assert convention.balance() == 120_000
    again = as_alice.post(undo, {"label": "Encore"}, follow=True)
    assert "déjà annulée" in text_of(again) and convention.balance() == 120_000
    assert undo not in text_of(as_alice.get(url("entry_list", convention.pk)))
    text = as_alice.get(url("entry_list", convention.pk), {"format": "csv"}).getvalue().decode()
    lines = {row["Libellé"]: row for row in csv.DictReader(text[1:].splitlines(), delimiter=";")}
    undoing, undone = lines["Saisis deux fois"], lines["Frais 2026"]
    assert undoing["Annule l’écriture n°"] == undone["Écriture n°"]
    assert undone["Annule l’écriture n°"] == ""


def test_the_line_of_a_pledge_is_not_undone_by_hand(as_alice, convention):
    line = convention.entries.first()
    answer = as_alice.post(url("entry_reverse", line.pk), {"label": "x"}, follow=True)
    assert "ne s’annule pas à la main" in text_of(answer)
    assert convention.balance() == 120_000


def test_what_is_left_goes_to_the_successor(as_alice, convention):
    page = url("carry_over", convention.pk)
    assert "préparez d’abord sa reconduction" in text_of(as_alice.get(page))
    data = {"envelope": "difficulty", "amount": "20000", "on": TODAY.isoformat()}
    assert errors(as_alice.post(page, data))
    successor = ConventionFactory(
        antenna=convention.antenna, predecessor=convention, starts_on=day(-2)
    )
    form = as_alice.get(page, {"enveloppe": "difficulty"}).context["form"]
    assert form.initial["amount"] == 20_000
    assert "amount" in errors(as_alice.post(page, data | {"amount": "20000,01"}))
    as_alice.post(page, data)
    assert (convention.balance(), successor.balance()) == (100_000, 20_000)
