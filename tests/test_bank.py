"""Statements of the bank: a line is told once, settled once, and says what it was."""

from decimal import Decimal

import pytest
from django.utils import timezone

from support.bank_file import read_table
from support.bank_lines import Columns
from support.models import BankColumns, BankLine, Repayment, SettlementRefused, Statement
from tests import factories as make
from tests.refusals import refused, refused_by


@pytest.fixture
def aid(convention):
    """500 € lent and paid out ten days ago."""
    aid = make.AidFactory(decision=make.approved(convention=convention).approval)
    aid.disburse(500, on=make.day(-10))
    return aid


@pytest.fixture
def lines(toul):
    """Three sums of 100, 200 and 300 €, received three days ago."""
    return list(make.statement(toul, 100, 200, 300).lines.all())


def test_lines_are_settled_together_in_the_order_in_which_money_came(aid, lines, alice):
    first, second, _third = lines
    before = aid.convention.balance()
    first.statement.settle({second.pk: aid, first.pk: aid}, by=alice)
    assert [each.amount for each in Repayment.objects.order_by("pk")] == [100, 200]
    assert aid.convention.balance() == before + 300
    first.refresh_from_db()
    assert (first.outcome, first.settled_by, first.repayment.created_by) == (
        "recorded",
        alice,
        alice,
    )
    assert first.repayment.label == first.label == "VIR 2"


def test_the_line_that_breaks_a_rule_is_named_and_nothing_is_written(aid, lines):
    first, second, third = lines
    with pytest.raises(SettlementRefused) as caught:
        first.statement.settle({first.pk: aid, second.pk: aid, third.pk: aid})
    assert list(caught.value.refusals) == [third.pk]
    assert not Repayment.objects.exists()
    assert BankLine.objects.to_settle().count() == 3


def test_a_line_of_another_statement_is_left_alone(aid, lines, toul):
    other = make.statement(toul, 50, name="autre.csv").lines.get()
    assert lines[0].statement.settle({other.pk: aid}) == []
    assert not Repayment.objects.exists()


def test_money_that_came_before_any_left_is_refused_and_no_account_is_kept(aid, toul):
    early = make.statement(toul, 50, on=make.day(-11), name="CA20261125_00012345678.csv")
    assert early.name == "CA20261125_[…].csv"
    with refused("before_payment"):
        early.lines.get().record(aid)


def test_a_line_is_settled_once(aid, lines):
    lines[0].record(aid)
    seen_before = BankLine.objects.get(pk=lines[0].pk)
    for verb in (
        lambda: seen_before.record(aid),
        lambda: seen_before.ignore("other"),
        lambda: seen_before.recognise(Repayment.objects.get()),
    ):
        with refused("settled"):
            verb()


def test_a_repayment_is_recognised_once_with_its_own_amount(aid, lines):
    typed = aid.repay(100, on=make.day(-4))
    with refused("amount"):
        lines[1].recognise(typed)
    lines[0].recognise(typed)
    again = make.statement(aid.antenna, 100, label="VIREMENT", name="b.csv").lines.get()
    with refused("recognised"):
        again.recognise(typed)
    lines[0].reopen()
    typed.strike(reason="Erreur")
    with refused("recognised"):
        again.recognise(typed)


def test_a_line_told_again_by_another_file_is_kept_once_and_keeps_its_file(toul, lines):
    again = make.statement(toul, 100, 200, 300, name="autre.csv")
    assert set(again.known.all()) == set(lines) and not again.lines.exists()
    with refused("settled"):
        lines[0].statement.remove()
    again.remove()
    lines[0].statement.remove()
    assert not Statement.objects.exists() and not BankLine.objects.exists()


def test_columns_are_remembered_by_headings_and_the_last_choice_stays(toul, longwy, alice):
    table = read_table(b"Date;Quoi FR7630006000011234567890189;Montant\n05/03/2026;VIR;1,00\n")
    for labels in ([], [1]):
        BankColumns.remember(toul, table, Columns(0, labels, amount=2), by=alice)
    known = BankColumns.objects.known(toul, table)
    assert known.columns == (0, [1], 2, None, None)
    assert known.headings == ["Date", "Quoi […]", "Montant"]
    assert BankColumns.objects.known(longwy, table) is None
    unnamed = read_table(b"05/03/2026;VIR;1,00\n05/03/2026;VIR;1,00\n")
    BankColumns.remember(toul, unnamed, Columns(0, [], amount=2))
    assert BankColumns.objects.known(toul, unnamed) is None


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("bank_line_amount_positive", {"amount": Decimal(0)}),
        ("bank_line_outcome_known", {"outcome": "lost", "settled_at": timezone.now()}),
        ("bank_line_told_by_a_repayment", {"outcome": "recorded", "settled_at": timezone.now()}),
        ("bank_line_settled_on_a_day", {"outcome": "other"}),
        ("bank_line_settled_on_a_day", {"settled_at": timezone.now()}),
    ],
)
def test_the_database_refuses_a_line_that_makes_no_sense(lines, constraint, fields):
    with refused_by(constraint):
        BankLine.objects.filter(pk=lines[0].pk).update(**fields)


def test_the_database_keeps_a_line_and_a_file_once(lines, toul):
    with refused_by("bank_line_once_in_an_antenna"):
        BankLine.objects.filter(pk=lines[0].pk).update(fingerprint=lines[1].fingerprint)
    with refused_by("statement_once_in_an_antenna"):
        Statement.objects.create(antenna=toul, name="x", sha256=lines[0].statement.sha256)


@pytest.mark.parametrize("fields", [{"credit": 3}, {"amount": None}, {"debit": 3}])
def test_the_database_refuses_columns_that_tell_amounts_two_ways(toul, fields):
    with refused_by("bank_columns_tell_amounts_one_way"):
        make.BankColumnsFactory(antenna=toul, **fields)


def test_the_database_keeps_one_choice_of_columns_for_the_same_headings(toul):
    make.BankColumnsFactory(antenna=toul, fingerprint="x")
    with refused_by("bank_columns_once_for_a_header"):
        make.BankColumnsFactory(antenna=toul, fingerprint="x")
