"""The fund of an antenna: the cash and the ledgers agree, on every day."""

import re
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from conventions.models import BankBalance, Pledge
from conventions.money import in_euros, total
from reports.evaluation import Evaluation
from reports.fund import Fund
from reports.origins import split
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
    assert fund.cash - fund.credits - fund.to_pay + fund.to_receive == fund.balance
    assert fund.balance - fund.left_over == fund.available
    assert sum(share.outstanding for share in fund.origins) == fund.outstanding
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
    due = Instalment.objects.in_force_on(day(-210)).filter(due_on__lt=day(-210))
    assert before.late == total(due) == 1_600


def test_what_is_expected_is_spread_over_the_months_and_sums_to_what_is_owed(lived):
    fund = Fund(lived, day(-265))
    expected = sum(month.amount for month in fund.months) + fund.beyond
    assert (expected, fund.late) == (16_000, 0)
    assert len(fund.months) == 36
    assert {month.amount for month in fund.months} == {0, 1_600}
    assert {month.height for month in fund.months} == {0, 20}


def test_nothing_taken_has_no_minus(client, alice, toul):
    client.force_login(alice)
    page = client.get(reverse("reports:fund", args=[toul.pk])).text.replace("\u00a0", " ")
    assert page.count("0,00 €") > 10 and "− 0,00" not in page


def test_funders_are_told_by_origin(lived):
    pledge = Pledge.objects.get(amount__gt=0)
    (funder,) = Fund(lived, TODAY).funders
    assert (funder.name, funder.origin) == (pledge.sponsor.name, pledge.get_origin_display())
    assert (funder.promised, funder.received, funder.expected) == (100_000, 60_000, 40_000)
    assert Fund(lived, day(-360)).funders[0].received == 0


def test_what_a_funder_never_brings_stays_promised_and_is_told_as_lost(lived):
    convention = lived.conventions.get()
    side = make.SponsorFactory(name="Side")
    pledge = convention.pledge(side, origin="private", on=day(-90), amount=Decimal(8_000))
    pledge.give_up(on=day(-10), reason="Liquidation")
    before, after = Fund(lived, day(-11)), Fund(lived, TODAY)
    assert (before.promised, before.lost, before.to_receive) == (108_000, 0, 48_000)
    assert (after.promised, after.lost, after.to_receive) == (108_000, 8_000, 40_000)
    assert after.available == before.available - 8_000
    found = {each.name: each for each in after.funders}["Side"]
    assert (found.promised, found.lost, found.received, found.expected) == (8_000, 8_000, 0, 0)
    (share,) = after.conventions
    assert (share.promised, share.lost) == (108_000, 8_000)
    assert Evaluation(convention, TODAY).pledged == share.promised


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


def test_what_lies_on_a_closed_convention_is_not_available_for_new_aid(lived):
    first = lived.conventions.get()
    first.renew(reference="SUITE", name="Suite", starts_on=day(-20), ends_on=day(900))
    second = lived.conventions.get(reference="SUITE")
    second.sign(on=day(-20))
    first.close(on=day(-15))
    first.carry_over(Decimal(1_000), on=day(-10))
    open_, closed, after = (Fund(lived, day(offset)) for offset in (-16, -15, -10))
    assert (open_.left_over, open_.available) == (0, 90_900)
    assert (closed.left_over, closed.available) == (90_900, 0)
    assert (after.left_over, after.available) == (89_900, 1_000)
    assert {fund.balance for fund in (open_, closed, after)} == {90_900}


# Whose money is still out


@pytest.mark.parametrize(
    ("amount", "received", "parts"),
    [
        ("100.00", {"public": "1", "private": "2"}, {"public": "33.34", "private": "66.66"}),
        ("100.00", {"private": "1", "public": "2"}, {"public": "66.67", "private": "33.33"}),
        ("0.01", {"private": "999", "public": "1"}, {"public": "0.01", "private": "0.00"}),
        ("0.03", {"private": "5"}, {"private": "0.03"}),
        ("7.00", {"private": "5", "public": "0"}, {"private": "7.00"}),
        ("7.00", {}, {"": "7.00"}),
    ],
)
def test_the_parts_of_each_origin_sum_to_the_amount_and_the_last_cent_is_public(
    amount, received, parts
):
    euros = {origin: Decimal(each) for origin, each in received.items()}
    found = split(Decimal(amount), euros)
    assert found == {origin: Decimal(each) for origin, each in parts.items()}
    assert sum(found.values()) == Decimal(amount)


@given(st.integers(1, 10**11), st.integers(0, 10**11), st.integers(0, 10**11))
def test_any_amount_is_shared_to_the_cent(amount, public, private):
    amount, public, private = (Decimal(each) / 100 for each in (amount, public, private))
    parts = split(amount, {"public": public, "private": private})
    assert sum(parts.values()) == amount and min(parts.values()) >= 0
    if public and private:
        exact = amount * private / (public + private)
        assert 0 <= exact - parts["private"] < Decimal("0.01")


def lend(convention, amount, *, on):
    file = make.approved(convention=convention, advance=Decimal(amount), on=on)
    aid = make.AidFactory(decision=file.approval, contract_on=on)
    aid.disburse(Decimal(amount), on=on)
    return aid


@pytest.fixture
def two_origins(toul):
    """Paid in: a public third and two private ones; 100,00 € lent, then more private money."""
    convention = make.ConventionFactory(antenna=toul, funds=10_000, starts_on=day(-400))
    private = convention.pledges.get(amount__gt=0, origin="private")
    public = convention.pledge(
        make.SponsorFactory(), origin="public", on=day(-380), amount=Decimal(10_000)
    )
    aid = lend(convention, 100, on=day(-300))
    public.receive(Decimal(1_000), on=day(-290))
    private.receive(Decimal(2_000), on=day(-290))
    private.receive(Decimal(1_000), on=day(-100))
    aid.repay(Decimal(40), on=day(-50))
    return convention


def outstanding(antenna, on):
    return {share.origin: share.outstanding for share in Fund(antenna, on).origins}


def test_advances_are_shared_by_what_their_convention_had_received_that_day(toul, two_origins):
    unknown = outstanding(toul, day(-295))
    assert unknown == {"Public": 0, "Privé": 0, "Inconnue": 100}
    assert outstanding(toul, day(-200)) == {"Public": Decimal("33.34"), "Privé": Decimal("66.66")}
    assert outstanding(toul, day(-100)) == {"Public": 25, "Privé": 75}
    assert outstanding(toul, TODAY) == {"Public": 15, "Privé": 45}
    assert [share.received for share in Fund(toul, day(-200)).origins] == [1_000, 2_000]


def test_a_convention_that_received_nothing_is_shared_as_the_one_it_follows(toul, two_origins):
    two_origins.renew(reference="SUITE", name="Suite", starts_on=day(-90), ends_on=day(900))
    second = toul.conventions.get(reference="SUITE")
    second.sign(on=day(-90))
    two_origins.carry_over(Decimal(500), on=day(-30))
    lend(second, 80, on=day(-20))
    assert outstanding(toul, TODAY) == {"Public": 15 + 20, "Privé": 45 + 60}
    pledge = second.pledge(make.SponsorFactory(), origin="public", on=day(-10), amount=Decimal(300))
    pledge.receive(Decimal(300), on=day(-5))
    assert outstanding(toul, day(-6)) == {"Public": 15 + 20, "Privé": 45 + 60}
    assert outstanding(toul, TODAY) == {"Public": 15 + 80, "Privé": 45}


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


def test_the_page_leaves_as_a_file_of_its_day(client, alice, lived):
    client.force_login(alice)
    url, on = reverse("reports:fund", args=[lived.pk]), day(-210)
    BankBalance.record(lived, Decimal(40_000), on=day(-220))
    asked = {"au": on.isoformat()}
    page = words(client.get(url, asked)).replace("−", "").replace(" €", "")
    workbook = client.get(url, asked | {"format": "xlsx"})
    assert f"fonds-toul-{on}.xlsx" in workbook["Content-Disposition"]
    content = BytesIO(b"".join(workbook.streaming_content))
    heading, *rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    assert heading == ["Tableau", "Ligne", "Chiffre", "Montant (€)"]
    assert len({row[0] for row in rows}) == 7
    for row in rows:
        assert in_euros(abs(row[3])).replace("\u00a0", " ").replace("\u202f", " ")[:-2] in page, row
    told = {tuple(row[:3]): row[3] for row in rows}
    fund, bridge = Fund(lived, on), "De la caisse au disponible"
    assert told[bridge, "Débloqué aux entreprises", "Montant"] == -fund.disbursed
    assert told[bridge, "Disponible pour de nouvelles aides", "Montant"] == fund.available
    table = client.get(url, asked | {"format": "csv"})
    text = b"".join(table.streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == len(rows) + 1
    assert f"{bridge};En caisse;Montant;{fund.cash}".replace(".", ",") in text
    assert all(re.search(r";-?\d+,\d\d$", line) for line in text.splitlines()[1:])
    wrong = client.get(url, {"au": "hier", "format": "csv"})
    assert wrong["Content-Type"].startswith("text/html")


def test_the_page_costs_the_same_for_one_advance_and_for_many(
    client, alice, lived, django_assert_max_num_queries
):
    client.force_login(alice)
    convention = lived.conventions.get()
    for extra in (1, 4):
        for _ in range(extra):
            file = make.approved(convention=convention, advance=Decimal(1_000), on=day(-5))
            make.AidFactory(decision=file.approval, contract_on=day(-5)).disburse(9, on=day(-4))
        with django_assert_max_num_queries(24):
            client.get(reverse("reports:fund", args=[lived.pk]))
