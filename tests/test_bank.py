"""Statements of the bank: a line is told once, settled once, and says what it was."""

from decimal import Decimal

import pytest
from django.utils import timezone

from support.bank_file import read_table
from support.bank_forms import SettlementPage
from support.bank_lines import Columns
from support.models import (
    BankColumns,
    BankLine,
    Credit,
    Repayment,
    SettlementRefused,
    Statement,
)
from support.statements import typed_already
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
    with refused("before_payment", field="received_on"):
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


# Beyond what is owed


def left_to_settle():
    return {line.amount for line in BankLine.objects.to_settle()}


def test_what_an_advance_does_not_owe_is_kept_only_for_the_lines_that_say_so(aid, lines, alice):
    first, second, third = lines
    statement, choices = first.statement, dict.fromkeys([line.pk for line in lines], aid)
    before = aid.convention.balance()
    with pytest.raises(SettlementRefused) as caught:
        statement.settle(choices, keeping=[first.pk, second.pk])
    assert list(caught.value.refusals) == [third.pk] and not Credit.objects.exists()
    aid.repay(50, on=make.day(-5))
    statement.settle(
        {first.pk: aid, third.pk: aid, second.pk: aid}, keeping=[second.pk, third.pk], by=alice
    )
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.repayment.amount, second.credit) == (200, None)
    assert (third.repayment.amount, third.credit.amount) == (150, 150)
    assert (third.credit.excess_of, third.credit.created_by) == (third.repayment, alice)
    assert third.credit.label == third.label and third.outcome == "recorded"
    assert "150,00 € de trop-perçu" in third.state and second.state == "Remboursement enregistré"
    assert aid.convention.balance() == before + 500
    assert Statement.objects.with_counts().get().euros == 450


def test_a_line_taken_back_takes_its_repayment_and_its_credit(aid, lines):
    aid.repay(400, on=make.day(-5))
    before = aid.convention.balance()
    lines[2].record(aid, keep_credit=True)
    repayment, credit = lines[2].repayment, lines[2].credit
    with refused("bank_line"):
        credit.strike(reason="Erreur")
    with refused("recorded"):
        lines[2].reopen()
    repayment.strike(reason="Mauvaise avance")
    credit.refresh_from_db()
    assert credit.struck_at and aid.convention.balance() == before
    assert left_to_settle() == {100, 200, 300}
    line = BankLine.objects.get(pk=lines[2].pk)
    assert (line.state, line.kept) == ("À traiter", 0)
    line.ignore("other")
    assert (line.repayment, line.credit) == (None, None)
    assert left_to_settle() == {100, 200}


def test_a_credit_that_was_given_back_keeps_its_line_as_it_is(aid, lines):
    aid.repay(400, on=make.day(-5))
    lines[2].record(aid, keep_credit=True)
    lines[2].credit.send_back(on=make.day(0))
    with refused("used"):
        lines[2].repayment.strike(reason="Mauvaise avance")
    assert Repayment.objects.get(pk=lines[2].repayment_id).struck_at is None
    assert left_to_settle() == {100, 200}


def test_a_line_rejected_by_the_bank_stays_settled_without_its_credit(aid, lines):
    aid.repay(400, on=make.day(-5))
    lines[2].record(aid, keep_credit=True)
    lines[2].repayment.reject(on=make.day(-1), reason="Sans provision")
    line = BankLine.objects.get(pk=lines[2].pk)
    assert line.is_settled and line.kept == 0 and line.credit.is_rejected
    assert left_to_settle() == {100, 200}


def test_money_for_an_advance_that_owes_nothing_is_a_credit_alone(aid, lines):
    aid.repay(500, on=make.day(-5))
    with refused(field="amount"):
        lines[0].record(aid)
    lines[0].record(aid, keep_credit=True)
    line = BankLine.objects.get(pk=lines[0].pk)
    assert (line.outcome, line.repayment, line.credit.amount) == ("kept", None, 100)
    assert line.is_settled and not line.may_be_reopened
    with refused("recorded"):
        line.reopen()
    line.credit.strike(reason="Mauvaise avance")
    assert left_to_settle() == {100, 200, 300}
    line = BankLine.objects.get(pk=line.pk)
    assert not line.is_settled
    line.ignore("other")


def test_what_comes_after_a_loss_has_no_excess_to_keep(aid, lines):
    aid.write_off(500, on=make.day(-5), reference="PV", reason="Liquidation")
    aid.recover(300, on=make.day(-4))
    with refused(field="amount"):
        lines[2].record(aid, keep_credit=True)
    assert not Credit.objects.exists()


def test_a_repayment_typed_with_its_excess_is_recognised_whole(aid, lines):
    aid.repay(400, on=make.day(-5))
    typed = aid.repay(300, on=make.day(-4), keep_credit=True)
    assert typed_already(lines)[lines[2].pk] == [typed]
    assert typed_already(lines)[lines[0].pk] == []
    lines[2].recognise(typed)
    line = BankLine.objects.get(pk=lines[2].pk)
    assert (line.repayment, line.kept, line.may_be_reopened) == (typed, 200, True)
    line.reopen()
    assert (line.repayment, line.credit) == (None, None)
    typed.kept.strike(reason="Erreur")
    with refused("amount"):
        line.recognise(typed)


def test_a_credit_is_of_one_line(aid, lines):
    aid.repay(500, on=make.day(-5))
    lines[0].record(aid, keep_credit=True)
    with refused_by("support_bankline_credit_id_key"):
        BankLine.objects.filter(pk=lines[1].pk).update(
            outcome="kept", settled_at=timezone.now(), credit=lines[0].credit
        )


def test_what_is_owed_is_the_least_from_the_day_on(aid, toul):
    aid.repay(450, on=make.day(-2))
    assert aid.owed_since(make.day(-3)) == aid.lowest_outstanding(make.day(-3)) == 50
    assert aid.owed_since(make.day(-11)) == aid.lowest_outstanding(make.day(-11)) == 0


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
        ("bank_line_told_by_its_money", {"outcome": "recorded", "settled_at": timezone.now()}),
        ("bank_line_told_by_its_money", {"outcome": "kept", "settled_at": timezone.now()}),
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


def test_a_line_dated_before_a_loss_says_so_when_it_is_settled(aid, lines):
    aid.write_off(500, on=make.day(-1), reference="PV", reason="Liquidation")
    for keep in (False, True):
        with refused("before_loss", field="received_on"):
            lines[0].record(aid, keep_credit=keep)
    [page] = SettlementPage(aid.antenna.statements.get(), lines[:1]).forms
    assert not page.excesses


def test_a_line_dated_in_the_future_says_so_and_chooses_nothing(aid, toul):
    future = make.statement(toul, 500, on=make.day(3), label=f"VIR {aid.number}")
    [form] = SettlementPage(future, future.lines.all()).forms
    assert "datée du futur" in form.why and not form["choice"].initial


@pytest.mark.parametrize(
    ("label", "told"), [("VIR DUPONT", "rien d’autre ne le désigne"), ("", "est-ce celui-ci")]
)
def test_a_repayment_typed_already_is_asked_about_as_far_as_the_label_says(aid, toul, label, told):
    aid.repay(500, on=make.day(-4))
    found = make.statement(toul, 500, on=make.day(-3), label=label or f"VIR {aid.number}")
    [form] = SettlementPage(found, found.lines.all()).forms
    assert told in form.why
