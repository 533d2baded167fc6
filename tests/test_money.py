"""Euros, days and schedules: exact, whatever the database and whatever is typed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db.models import F, Sum
from hypothesis import example, given
from hypothesis import strategies as st

from committee.models import FinancingLine
from conventions.money import DayField, EuroField, TypedDecimalField, total
from conventions.schedule import Plan, add_months, late_amount, spread
from support.models import SkillDay
from tests.factories import ApplicationFactory, SkillDayFactory
from tests.refusals import refused

EUROS = st.decimals(0, 9_999_999_999, places=2)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


# What people type


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12 345,67 €", "12345.67"),
        ("12\u00a0345,67\u00a0€", "12345.67"),
        ("12\u202f345,67€", "12345.67"),
        ("12345.67", "12345.67"),
        ("12.345,67", "12345.67"),
        ("12,345.67", "12345.67"),
        ("1.234.567,89", "1234567.89"),
        ("1,5", "1.5"),
        ("0", "0"),
        ("-3,20 €", "-3.20"),
        ("\u22123,20 €", "-3.20"),
        ("  42 ", "42"),
    ],
)
def test_a_number_is_read_as_people_type_it(typed, read):
    assert TypedDecimalField().clean(typed) == Decimal(read)


@pytest.mark.parametrize("typed", ["", "   ", "€"])
def test_an_empty_amount_is_no_amount(typed):
    assert TypedDecimalField(required=False).clean(typed) is None
    with refused("required"):
        TypedDecimalField().clean(typed)


@pytest.mark.parametrize(
    "typed", ["douze", "1,2,3", "1.2.3", "12 345,67 $", "--1", "NaN", "Infinity"]
)
def test_what_is_no_number_is_refused_in_words(typed):
    with refused("invalid"):
        TypedDecimalField().clean(typed)


@given(st.decimals(-9_999_999_999, 9_999_999_999, places=2))
def test_an_amount_typed_as_it_is_shown_is_read_back(amount):
    shown = f"{amount:,.2f}".replace(",", "\u00a0").replace(".", ",") + "\u00a0€"
    assert TypedDecimalField().clean(shown) == amount


# What is stored


@pytest.mark.parametrize(
    "value",
    [
        "0.001",
        "12345678901",
        "1e50",
        "1e999999",
        "-1e30",
        "NaN",
        "Infinity",
        "1" * 60 + ".5",
        "x",
        "",
    ],
)
@pytest.mark.parametrize("field", [EuroField(), DayField()], ids=["euros", "days"])
def test_an_absurd_number_is_refused_and_never_an_error_page(field, value):
    with refused():
        field.clean(value, None)


@pytest.mark.parametrize("value", ["0.1", "0.3", "1.01"])
def test_days_are_counted_in_quarters(value):
    with refused("wrong_step"):
        DayField().clean(value, None)


@pytest.mark.parametrize("value", ["0.25", "0.5", "0.75", "1", "-2.50", 3])
def test_quarters_of_a_day_are_days(value):
    assert DayField().clean(value, None) == Decimal(value)


@given(EUROS)
@example(Decimal("9999999999.99"))
def test_an_amount_comes_back_from_the_database_as_it_went(amount):
    field = EuroField()
    assert field.from_db_value(field.get_prep_value(amount), None, None) == amount


def test_code_that_would_store_a_part_of_a_cent_fails_loudly(db):
    with pytest.raises(ValueError, match="not a whole number"):
        FinancingLine.objects.filter(amount=Decimal("0.001")).exists()
    with pytest.raises(ValueError, match="not a whole number"):
        SkillDay.objects.filter(days=Decimal("0.3")).exists()


def test_sums_are_exact(db):
    application = ApplicationFactory(plan=False)
    for amount in ("100.00", "0.10", "0.20"):
        FinancingLine.objects.create(application=application, side="need", amount=Decimal(amount))
    lines = application.financing_lines.all()
    assert total(lines) == Decimal("100.30")
    assert total(lines.none()) == 0
    assert isinstance(total(lines.none()), Decimal)
    assert str(lines.first().amount) == "100.00"


def test_days_are_summed_in_days(db):
    mission = SkillDayFactory(days=Decimal("0.25")).mission
    SkillDayFactory(mission=mission, days=Decimal("0.50"))
    assert total(SkillDay.objects.all(), "days") == Decimal("0.75")
    assert mission.skill_days.aggregate(most=Sum("days"))["most"] == Decimal("0.75")


def test_amounts_are_compared_and_sorted_as_euros(db):
    application = ApplicationFactory(plan=False)
    for amount in (Decimal("9.99"), 10, 2):
        FinancingLine.objects.create(application=application, side="need", amount=amount)
    lines = application.financing_lines.order_by("amount")
    assert [line.amount for line in lines] == [2, Decimal("9.99"), 10]
    assert lines.filter(amount__gt=Decimal("9.98")).count() == 2
    assert lines.filter(amount__in=[2, 10]).count() == 2


def test_columns_added_without_a_type_fail_instead_of_giving_cents(db):
    with pytest.raises(FieldError):
        list(SkillDay.objects.annotate(sum=F("days") + F("mission__days")))


# Schedules


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 5, 31), -3, date(2026, 2, 28)),
        (date(2026, 1, 10), -1, date(2025, 12, 10)),
        (date(2027, 1, 30), -36, date(2024, 1, 30)),
    ],
)
def test_months_are_added_to_the_day(start, months, end):
    assert add_months(start, months) == end


@given(DAYS, st.integers(-600, 600))
def test_a_day_so_many_months_later_is_in_that_month(start, months):
    end = add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(1)).day == 1)


@pytest.mark.parametrize(
    ("amount", "count", "first", "last"),
    [
        ("10000", 36, "277.77", "278.05"),
        ("100", 3, "33.33", "33.34"),
        ("0.02", 3, "0.00", "0.02"),
        ("100", 1, "100", "100"),
        ("12000", 12, "1000", "1000"),
    ],
)
def test_the_last_instalment_takes_the_leftover_cents(amount, count, first, last):
    lines = spread(Decimal(amount), Plan(date(2026, 1, 31), count).dates())
    assert len(lines) == count
    assert (lines[0].amount, lines[-1].amount) == (Decimal(first), Decimal(last))


@given(EUROS, st.integers(1, 120), DAYS)
def test_instalments_sum_to_the_advance_in_order_and_never_negative(amount, count, first_due):
    lines = spread(amount, Plan(first_due, count).dates())
    assert sum(line.amount for line in lines) == amount
    assert lines[0].due_on == first_due
    assert all(line.amount >= 0 for line in lines)
    assert all(a.due_on < b.due_on for a, b in zip(lines, lines[1:], strict=False))
    assert all(line.amount == line.amount.quantize(Decimal("0.01")) for line in lines)


def test_a_schedule_without_instalment_is_a_mistake_of_the_code():
    with pytest.raises(ValueError, match="a date at least"):
        spread(Decimal(100), Plan(date(2026, 1, 1), 0).dates())


@pytest.mark.parametrize(
    ("on", "repaid", "late"),
    [
        (date(2026, 1, 31), 0, 0),  # due that day: it can still come
        (date(2026, 2, 1), 0, 40),  # the day after
        (date(2026, 3, 1), 0, 80),
        (date(2026, 3, 1), 50, 30),
        (date(2026, 3, 1), 80, 0),
        (date(2026, 3, 1), 100, 0),  # paid early: nothing is negative
        (date(2030, 1, 1), 0, 120),
    ],
)
def test_what_is_late_is_what_was_due_and_not_repaid(on, repaid, late):
    lines = spread(Decimal(120), Plan(date(2026, 1, 31), 3).dates())
    assert late_amount(lines, Decimal(repaid), on) == late


@given(EUROS, st.integers(1, 60), DAYS, DAYS, DAYS)
def test_lateness_only_grows_with_time(amount, count, first_due, one_day, another):
    lines = spread(amount, Plan(first_due, count).dates())
    earlier, later = sorted((one_day, another))
    repaid = amount / 3
    assert late_amount(lines, repaid, earlier) <= late_amount(lines, repaid, later)
    assert late_amount(lines, amount, later) == 0


def test_a_form_field_keeps_what_a_model_field_says(db):
    field = FinancingLine._meta.get_field("amount").formfield()
    assert isinstance(field, TypedDecimalField)
    with pytest.raises(ValidationError):
        FinancingLine(side="need", label="x", amount=Decimal("1.001")).clean_fields(["application"])
