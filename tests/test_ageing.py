"""What is late and for how long; which reminder comes next: pure rules, as tables."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conventions.schedule import Instalment, late_amount
from support.ageing import Ages, age_of, by_age, late_instalments
from support.instalments import follow
from support.late import next_step
from support.models import ReminderStep

DAY = date(2026, 9, 1)
EUROS = st.integers(0, 500_000).map(lambda cents: Decimal(cents) / 100)


def due(*days_ago, amount=100):
    """Instalments of 100 € that were due so many days before `DAY`."""
    return [Instalment(DAY - timedelta(days=days), Decimal(amount)) for days in days_ago]


def late(instalments, repaid):
    return late_instalments(instalments, late_amount(instalments, Decimal(repaid), DAY), DAY)


@pytest.mark.parametrize(
    ("days_late", "age"),
    [
        (1, "up_to_30"),
        (30, "up_to_30"),
        (31, "up_to_90"),
        (90, "up_to_90"),
        (91, "up_to_180"),
        (180, "up_to_180"),
        (181, "beyond"),
        (4_000, "beyond"),
    ],
)
def test_an_age_ends_on_its_last_day(days_late, age):
    assert age_of(days_late) == age
    assert by_age(late(due(days_late), 0), DAY) == Ages(**{age: Decimal(100)})


@pytest.mark.parametrize(
    ("days_ago", "repaid", "ages"),
    [
        ([0], 0, [0, 0, 0, 0]),  # due today: late from tomorrow on
        ([-5], 0, [0, 0, 0, 0]),
        ([1], 0, [100, 0, 0, 0]),
        ([1], 100, [0, 0, 0, 0]),
        ([200, 100, 40, 10], 0, [100, 100, 100, 100]),
        ([200, 100, 40, 10], 100, [100, 100, 100, 0]),  # the oldest is paid back first
        ([200, 100, 40, 10], 150, [100, 100, 50, 0]),
        ([200, 190, 10, -20], 20, [100, 0, 0, 180]),
        ([10, 40], 100, [100, 0, 0, 0]),  # in whatever order they are given
        ([40, 10], 900, [0, 0, 0, 0]),
    ],
)
def test_euros_late_by_age(days_ago, repaid, ages):
    assert list(by_age(late(due(*days_ago), repaid), DAY)) == ages


def test_what_is_left_of_an_instalment_is_told_with_its_amount():
    [oldest, latest] = late(due(40, 10), 30)
    assert (oldest.due_on, oldest.amount, oldest.left) == (DAY - timedelta(days=40), 100, 70)
    assert (oldest.days_late(DAY), latest.left) == (40, 100)


@given(
    st.lists(st.tuples(st.integers(-60, 400), EUROS), max_size=12),
    EUROS,
)
def test_ages_add_up_to_what_is_late_instalment_by_instalment(lines, repaid):
    dates = {DAY - timedelta(days=days): euros for days, euros in lines}
    instalments = [Instalment(due_on, dates[due_on]) for due_on in sorted(dates)]
    found = late(instalments, repaid)
    assert sum(by_age(found, DAY)) == late_amount(instalments, repaid, DAY)
    followed = [line for line in follow(instalments, repaid, DAY) if line.is_late]
    assert [(line.due_on, line.left) for line in found] == [
        (line.due_on, line.amount - line.covered) for line in followed
    ]


def test_ages_are_added_one_by_one():
    assert sum([Ages(up_to_30=1, beyond=2), Ages(up_to_30=3)], Ages()) == Ages(4, 0, 0, 2)


STEPS = [ReminderStep(days=days) for days in (90, 8, 30, 60)]


@pytest.mark.parametrize(
    ("days_late", "sent", "step"),
    [
        (0, [], None),
        (7, [], None),
        (8, [], 8),
        (29, [8], None),
        (30, [8], 30),
        (45, [], 30),  # the first was never sent: time has overtaken it
        (45, [30], None),
        (65, [30], 60),
        (89, [8, 30, 60], None),
        (300, [60], 90),
        (300, [90], None),
        (65, [90], None),  # a later one left, whatever the steps have become
    ],
)
def test_the_step_to_send_is_the_last_that_was_reached_unless_it_left(days_late, sent, step):
    found = next_step(STEPS, days_late, sent)
    assert (found and found.days) == step


def test_without_a_step_nothing_is_ever_to_send():
    assert next_step([], 400, []) is None
