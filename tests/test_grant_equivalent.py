"""What an interest-free advance is worth as a grant, and the rates that this is counted with."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conventions.grant_equivalent import (
    DIFFICULTY_MARGIN,
    MARGINS,
    USUAL_MARGIN,
    advance_equivalent,
)
from conventions.models import ReferenceRate
from conventions.schedule import Instalment, Plan, add_months, spread
from tests.refusals import refused, refused_by

GRANTED = date(2026, 3, 2)


def after(*lines):
    """Instalments of (days after the grant, euros)."""
    return [Instalment(GRANTED + timedelta(days), Decimal(euros)) for days, euros in lines]


def equivalent(instalments, base_rate=2, margin=400):
    return advance_equivalent(
        instalments, granted_on=GRANTED, base_rate=Decimal(str(base_rate)), margin=margin
    )


@pytest.mark.parametrize(
    ("instalments", "base_rate", "margin", "euros"),
    [
        # 1 000 € for a year at 2 + 4 = 6 %: 60 € of interest, discounted at 2 + 1 = 3 %:
        # 60 / 1.03 = 58.2524…
        (after((365, 1_000)), 2, 400, "58.25"),
        # Then 500 € for a second year: 60 / 1.03 + 30 / 1.03² = 58.2524 + 28.2779 = 86.5303
        (after((365, 500), (730, 500)), 2, 400, "86.53"),
        # The same in difficulty, at 2 + 10 = 12 %: twice as much, 173.0606
        (after((365, 500), (730, 500)), 2, 1_000, "173.06"),
        # 73 days are a fifth of a year: 1 000 × 6 % / 5 = 12 €, over 1.03^0.2 = 1.0059292: 11.9293
        (after((73, 1_000)), 2, 400, "11.93"),
        # No interest is spared by paying back on the day of the grant.
        (after((0, 1_000)), 2, 400, "0.00"),
        # The base rate of 2022: 1 000 × (−0.49 + 4) % = 35.10, over 1 − 0.49 % + 1 % = 1.0051
        (after((365, 1_000)), "-0.49", 400, "34.92"),
        # A reference rate is never below zero.
        (after((365, 1_000)), "-0.90", 60, "0.00"),
        # Half a cent is rounded up: 100 € for a year at 1 %, discounted at 0 %, is 1 €.
        (after((365, "100.50")), -1, 200, "1.01"),
        ([], 2, 400, "0.00"),
    ],
)
def test_the_interest_spared_is_discounted_to_the_day_of_the_grant(
    instalments, base_rate, margin, euros
):
    assert equivalent(instalments, base_rate, margin) == Decimal(euros)


def test_the_usual_advance_is_worth_about_a_ninth_of_itself():
    lines = spread(Decimal(20_000), Plan(add_months(GRANTED, 7), 36).dates())
    assert Decimal(2_200) < equivalent(lines, "2.19", USUAL_MARGIN) < Decimal(2_600)


def test_an_advance_is_never_worth_more_than_itself():
    lines = spread(Decimal(1_000), Plan(add_months(GRANTED, 61), 120).dates())
    assert equivalent(lines, 5, DIFFICULTY_MARGIN) == 1_000


@pytest.mark.parametrize("days", [(10, 5), (-1, 5)])
def test_instalments_out_of_order_are_an_error(days):
    with pytest.raises(ValueError, match="in order"):
        equivalent(after(*((day, 1) for day in days)))


ADVANCES = st.decimals("0.01", 100_000, places=2)
MONTHS = st.integers(0, 24)
COUNTS = st.integers(1, 48)
RATES = st.decimals(-1, 8, places=2)
ALL_MARGINS = st.sampled_from(sorted({each for row in MARGINS.values() for each in row}))


@given(ADVANCES, MONTHS, COUNTS, RATES, ALL_MARGINS)
def test_it_grows_with_the_rate_the_margin_and_the_deferral_and_stays_below_the_advance(
    advance, deferral, count, base_rate, margin
):
    def worth(deferral=deferral, base_rate=base_rate, margin=margin):
        lines = spread(advance, Plan(add_months(GRANTED, deferral + 1), count).dates())
        return equivalent(lines, base_rate, margin)

    told = worth()
    assert 0 <= told < advance or (told, advance) == (Decimal("0.01"), Decimal("0.01"))
    assert told <= worth(base_rate=base_rate + 1)
    assert told <= worth(margin=margin + 100)
    assert told <= worth(deferral=deferral + 6)


def test_a_rating_or_a_collateral_that_is_worse_costs_more():
    for row in MARGINS.values():
        assert list(row) == sorted(row)
    for column in zip(*MARGINS.values(), strict=True):
        assert list(column) == sorted(column)
    assert (USUAL_MARGIN, DIFFICULTY_MARGIN) == (400, 1_000)


# The table of base rates


@pytest.fixture
def rates(db):
    ReferenceRate.objects.all().delete()
    return ReferenceRate.objects


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2024, 12, 31), None),
        (date(2025, 1, 1), "2.50"),
        (date(2025, 6, 30), "2.50"),
        (date(2025, 7, 1), "2.20"),
        (date(2025, 12, 31), "2.20"),
        (date(2026, 1, 1), None),
        (date(2026, 2, 1), "2.10"),
        (date(2036, 2, 1), "2.10"),
    ],
)
def test_a_rate_is_in_force_until_its_end_or_the_next_one(rates, on, expected):
    rates.create(since=date(2025, 1, 1), base_rate="2.50", source="x")
    rates.create(since=date(2025, 7, 1), until=date(2025, 12, 31), base_rate="2.20", source="x")
    rates.create(since=date(2026, 2, 1), base_rate="2.10", source="x")
    found = rates.in_force_on(on)
    assert (found and str(found.base_rate)) == expected


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("reference_rate_ends_after_it_starts", {"until": date(2024, 12, 31)}),
        ("reference_rate_sensible", {"base_rate": "-1.01"}),
        ("reference_rate_sensible", {"base_rate": "30.01"}),
    ],
)
def test_the_database_refuses(rates, constraint, fields):
    with refused_by(constraint):
        rates.create(**{"since": date(2025, 1, 1), "base_rate": "2.50", "source": "x"} | fields)


def test_an_absurd_rate_is_told_in_plain_words(rates):
    with refused("base_rate") as caught:
        ReferenceRate(since=date(2025, 1, 1), base_rate=Decimal(50), source="x").full_clean()
    assert "30\u00a0%." in caught.value.messages[0]


def test_rates_that_public_texts_prove_are_there_from_the_start(db):
    assert ReferenceRate.objects.in_force_on(date(2010, 4, 30)).base_rate == Decimal("1.24")
    assert ReferenceRate.objects.in_force_on(date(2010, 5, 1)) is None
    assert all(rate.source for rate in ReferenceRate.objects.all())
