"""The fund of an antenna: the cash and the ledgers agree, on every day."""

from decimal import Decimal

import pytest
from django.urls import reverse

from conventions.models import BankBalance, Pledge
from conventions.money import total
from reports.fund import Fund
from support.models import Aid, Instalment
from tests import factories as make
from tests.numbers import TODAY, day


@pytest.fixture
def lived(toul, alice):
    """100 000 € promised, 60 000 € received; two advances of which everything happened."""
    convention = make.ConventionFactory(antenna=toul, funds=100_000, starts_on=day(-400))
    pledge = convention.pledges.get(amount__gt=0)
    pledge.receive(Decimal(60_000), on=day(-350))
    convention.charge_fee(Decimal(2_500), on=day(-300), label="Animation")
    first, second = (
        make.AidFactory(
            decision=make.approved(convention=convention, on=day(-280)).approval,
            contract_on=day(-279),
            deferral_months=0,
            instalments=10,
        )
        for _ in range(2)
    )
    first.disburse(10_000, on=day(-270))
    first.repay(3_000, on=day(-200))
    first.write_off(7_000, on=day(-100), reference="PV", reason="Liquidation")
    first.recover(400, on=day(-50))
    second.disburse(6_000, on=day(-270))
    second.release(on=day(-150), reason="Projet réduit")
    rejected = second.repay(600, on=day(-240))
    rejected.reject(on=day(-230), reason="Sans provision")
    second.repay(5_000, on=day(-120))
    second.repay(1_150, on=day(-60), keep_credit=True)
    return toul


@pytest.mark.parametrize("offset", [0, -55, -61, -101, -121, -151, -201, -235, -245, -275, -340])
def test_cash_and_ledgers_agree_on_every_day(lived, offset):
    fund = Fund(lived, day(offset))
    cash = fund.received - fund.disbursed + fund.repaid - fund.fees + fund.credits
    assert fund.cash == cash
    assert fund.cash - fund.credits - fund.to_pay + fund.to_receive == fund.available
    assert fund.outstanding == sum(
        aid.outstanding_on(day(offset)) for aid in Aid.objects.with_money()
    )


def test_the_figures_of_today_and_of_a_past_day(lived):
    today, before = Fund(lived, TODAY), Fund(lived, day(-210))
    assert (today.received, today.disbursed, today.fees) == (60_000, 16_000, 2_500)
    assert (today.repaid, today.credits, today.cash) == (9_400, 150, 51_050)
    assert (today.to_pay, today.to_receive, today.outstanding, today.late) == (0, 40_000, 0, 0)
    assert today.available == 100_000 - 2_500 - 16_000 + 9_400
    assert (before.repaid, before.outstanding, before.to_pay) == (0, 16_000, 4_000)
    assert before.late == total(Instalment.objects.filter(until=None, due_on__lt=day(-210)))


def test_what_is_expected_is_spread_over_the_months_and_sums_to_what_is_owed(lived):
    fund = Fund(lived, day(-265))
    expected = sum(month.amount for month in fund.months) + fund.beyond
    assert (expected, fund.late) == (16_000, 0)
    assert len(fund.months) == 36
    assert {month.amount for month in fund.months} == {0, 1_600}
    assert {month.height for month in fund.months} == {0, 20}


def test_funders_are_told_by_origin(lived):
    pledge = Pledge.objects.get(amount__gt=0)
    (funder,) = Fund(lived, TODAY).funders
    assert (funder.name, funder.origin) == (pledge.sponsor.name, pledge.get_origin_display())
    assert (funder.promised, funder.received, funder.expected) == (100_000, 60_000, 40_000)
    assert Fund(lived, day(-360)).funders[0].received == 0


def test_each_convention_tells_its_part_and_what_was_carried_over(lived):
    first = lived.conventions.get()
    first.renew(reference="SUITE", name="Suite", starts_on=day(-20), ends_on=day(900))
    second = lived.conventions.get(reference="SUITE")
    second.sign(on=day(-20))
    first.carry_over(Decimal(1_000), on=day(-10))
    after, before = Fund(lived, TODAY), Fund(lived, day(-11))
    assert [(share.convention, share.carried) for share in after.conventions] == [
        (second, 1_000),
        (first, -1_000),
    ]
    assert [share.convention for share in before.conventions] == [first]
    for fund in (before, after):
        assert sum(share.balance for share in fund.conventions) == fund.available


def test_the_bank_is_compared_on_the_day_of_its_statement(lived):
    BankBalance.record(lived, Decimal(53_900), on=day(-90))
    assert Fund(lived, day(-91)).bank is None
    assert Fund(lived, TODAY).gap == 53_900 - Fund(lived, day(-90)).cash


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_the_page_tells_the_fund_at_a_date(client, alice, lived):
    client.force_login(alice)
    url = reverse("reports:fund", args=[lived.pk])
    page = words(client.get(url))
    for told in ("51 050,00 €", "90 900,00 €", "Aucune avance n’est à rembourser.", "Frais"):
        assert told in page, told
    page = words(client.get(url, {"au": day(-265).isoformat()}))
    assert "1 600,00 €" in page and "16 000,00 €" in page
    assert "Cette date est dans le futur." in words(client.get(url, {"au": day(1).isoformat()}))
    assert client.get(url, {"au": "hier"}).status_code == 200


def test_the_page_costs_the_same_for_one_advance_and_for_many(
    client, alice, lived, django_assert_max_num_queries
):
    client.force_login(alice)
    convention = lived.conventions.get()
    for extra in (1, 4):
        for _ in range(extra):
            file = make.approved(convention=convention, advance=Decimal(1_000), on=day(-5))
            make.AidFactory(decision=file.approval, contract_on=day(-5)).disburse(9, on=day(-4))
        with django_assert_max_num_queries(22):
            client.get(reverse("reports:fund", args=[lived.pk]))
