"""What a company paid in excess: kept, used, given back, and each of these undone."""

import pytest
from django.urls import reverse

from reports.fund import Fund
from support.models import Aid, BankLine, Credit, Disbursement, PaymentOrder, Repayment
from tests.factories import AidFactory, approved, day, statement
from tests.refusals import refused


@pytest.fixture
def advance(convention):
    """1 000 € paid out a hundred days ago, of 10 000 € granted."""
    decision = approved(convention=convention, on=day(-300)).approval
    aid = AidFactory(decision=decision, contract_on=day(-300))
    aid.disburse(1_000, on=day(-100))
    return aid


@pytest.fixture
def received(advance, alice):
    """1 300 € came fifty days ago: 300 € too many."""
    return advance.repay(1_300, on=day(-50), keep_credit=True, by=alice)


def held(on=0):
    return [credit.amount for credit in Credit.objects.held_on(day(on))]


def test_a_giving_back_typed_by_mistake_is_struck_out_then_the_repayment_is(received, alice):
    received.kept.send_back(on=day(-10), by=alice)
    for act in (
        lambda: received.strike(reason="Erreur"),
        lambda: received.reject(on=day(-5), reason="Sans provision"),
    ):
        with refused("used"):
            act()
    received.kept.strike(reason="Jamais parti", by=alice)
    struck = Credit.objects.get(struck_reason="Jamais parti")
    assert (struck.used_on, struck.struck_by) == (day(-10), alice)
    assert held() == held(-10) == [300]
    assert received.kept.created_by == alice
    received.strike(reason="Mauvaise avance", by=alice)
    assert held() == held(-50) == [] and not Repayment.objects.standing().exists()


def test_a_use_that_is_struck_out_takes_its_repayment_and_its_rest_along(advance, received):
    advance.disburse(200, on=day(-20))
    balance = advance.convention.balance()
    used = Credit.objects.get()
    used.apply(on=day(-10))
    assert held() == [100] and advance.convention.balance() == balance + 200
    with refused("used"):
        received.strike(reason="Erreur")
    Credit.objects.get(used_on=day(-10)).strike(reason="Pas d’accord")
    assert held() == [300] and advance.convention.balance() == balance
    assert Aid.objects.get().outstanding == 200
    received.reject(on=day(-5), reason="Sans provision")
    assert Aid.objects.get().outstanding == 1_200


def test_a_use_whose_rest_was_used_is_struck_out_after_it(advance, received):
    advance.disburse(200, on=day(-20))
    used = Credit.objects.get()
    used.apply(on=day(-10))
    rest = used.rest
    rest.send_back(on=day(-5))
    assert not used.may_be_struck
    with refused("rest_used"):
        used.strike(reason="Erreur")
    rest.strike(reason="Erreur")
    Credit.objects.get(pk=used.pk).strike(reason="Erreur")
    assert held() == [300]


def test_a_transfer_that_the_bank_rejects_has_one_lifetime(advance, received):
    fund = Fund(advance.antenna, day(-20))
    before = fund.cash, fund.credits
    received.reject(on=day(-10), reason="Sans provision")
    fund = Fund(advance.antenna, day(-20))
    assert (fund.cash, fund.credits) == before
    assert held(-11) == [300] and held(-10) == held() == []
    credit = Credit.objects.get()
    for verb in (
        lambda: credit.send_back(on=day(-5)),
        lambda: credit.apply(on=day(-5)),
        lambda: credit.strike(reason="Erreur"),
    ):
        with refused("rejected"):
            verb()


def test_the_line_of_the_bank_follows_the_money_that_it_brought(advance, toul):
    line = statement(toul, 1_300, on=day(-3)).lines.get()
    line.record(advance, keep_credit=True)
    line.credit.send_back(on=day(-1))
    line = BankLine.objects.get()
    assert not line.may_be_struck
    line.credit.strike(reason="Jamais parti")
    line = BankLine.objects.get()
    assert line.kept == 300 and line.credit == line.repayment.kept and line.may_be_struck
    line.repayment.reject(on=day(-1), reason="Sans provision")
    line = BankLine.objects.get()
    told = f"rejeté par la banque le {day(-1):%d/%m/%Y}"
    assert told in line.state and line.is_settled and line.kept == 0
    assert not line.may_be_struck


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def links(name, row):
    return f'href="{reverse(f"support:{name}", args=[row.pk])}"'


def test_the_page_offers_only_what_would_not_be_refused(client, alice, advance, received):
    client.force_login(alice)
    page = advance.get_absolute_url()
    refusing = [links(f"repayment_{verb}", received) for verb in ("strike", "reject")]
    assert all(link in words(client.get(page)) for link in refusing)
    credit = received.kept
    credit.send_back(on=day(-10))
    told = words(client.get(page))
    assert not any(link in told for link in refusing)
    assert links("credit_strike", credit) in told
    address = reverse("support:credit_strike", args=[credit.pk])
    assert "de nouveau gardé pour l’entreprise" in words(client.get(address))
    told = words(client.post(address, {"reason": "Jamais parti"}, follow=True))
    assert "Trop-perçu de 300,00 €, gardé pour l’entreprise" in told
    assert "Jamais parti" in told and all(link in told for link in refusing)
    received.reject(on=day(-5), reason="Sans provision")
    told = words(client.get(page))
    assert "Trop-perçu de 300,00 €, rejeté par la banque avec son remboursement" in told
    assert links("credit_strike", received.kept) not in told


# Two people for what leaves


def test_what_leaves_for_a_company_is_added_up_over_its_aids_and_what_is_given_back(
    advance, received, alice, nadia
):
    advance.convention.terms.update(second_person_above=5_000)
    decision = approved(
        convention=advance.convention,
        company=advance.application.company,
        on=day(-30),
        advance=0,
        grant=6_000,
    ).approval
    grant = AidFactory(decision=decision, instrument="grant", contract_on=day(-30))
    assert isinstance(grant.pay(4_800, on=day(-2), by=alice), Disbursement)
    assert isinstance(advance.pay(201, on=day(-2), by=alice), PaymentOrder)
    with refused("second_person"):
        advance.disburse(201, on=day(-2), by=alice)
    with refused("second_person"):
        Credit.objects.get().send_back(on=day(-2), by=alice)  # who recorded it
    Credit.objects.get().send_back(on=day(-3), by=alice)
    assert isinstance(grant.pay(1_200, on=day(-3), by=alice), Disbursement)
    Credit.objects.get().strike(reason="Erreur", by=alice)
    Credit.objects.get(struck_at=None).send_back(on=day(-2), by=nadia)
