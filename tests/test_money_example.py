"""The worked example of docs/money.md, told by its rows and recomputed by the verbs."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from conventions.grant_equivalent import advance_equivalent
from conventions.money import in_euros
from conventions.schedule import Instalment
from support.models import Aid
from tests.factories import AidFactory, ConventionFactory, approved

PAGE = Path("docs/money.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d\d/\d\d/\d{4}) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.M)


def euros(text):
    return Decimal(text.replace("€", "").replace(",", ".").replace(" ", "").replace("–", "0"))


def a_day(text):
    return datetime.strptime(text, "%d/%m/%Y").date()


@pytest.fixture
def advance(db):
    convention = ConventionFactory(starts_on=date(2023, 1, 1), funds=100_000)
    convention.terms.update(ends_on=date(2027, 12, 31))
    decision = approved(
        convention=convention, on=date(2024, 1, 10), advance=Decimal(23_000)
    ).approval
    return AidFactory(
        decision=decision, contract_on=date(2024, 1, 15), deferral_months=6, instalments=36
    )


def act(aid, on, what, amount):
    if "paid out" in what:
        aid.disburse(amount, on=on)
    elif "paid back" in what:
        aid.repay(amount, on=on)
    elif what.startswith("rescheduled"):
        times, first = re.search(r"(\d+) times .* from (\S+)$", what).groups()
        plan = {"first_due_on": a_day(first), "instalments": int(times), "frequency": 1}
        asked = aid.ask_rescheduling("rescheduling", on=on, reason="Perte d’un client", **plan)
        asked.approve(on=on, reference="PV")
    elif what.startswith("default"):
        asked = aid.ask_rescheduling("default", on=on, reason="Sans effet", first_due_on=None)
        asked.approve(on=on, reference="PV")
    elif what.startswith("written off"):
        aid.write_off(amount, on=on, reference="PV", reason="Liquidation")
    elif what.startswith("recovered"):
        aid.recover(amount, on=on)
    else:
        assert what in ("nothing came since", "the day after")


def test_the_example_of_the_page_is_what_the_program_computes(advance):
    rows = ROW.findall(PAGE)
    assert len(rows) == 16
    for on, what, amount, *_figures in rows:
        act(Aid.objects.get(), a_day(on), what, euros(amount))
    aid = Aid.objects.get()
    for on, what, _amount, outstanding, late, envelope in rows:
        on = a_day(on)
        figures = (aid.outstanding_on(on), aid.late_on(on), aid.convention.balance(on=on))
        assert figures == tuple(map(euros, (outstanding, late, envelope))), what
    assert [(aid.disbursed, aid.repaid, aid.lost)] == [
        tuple(Decimal(each) for each in ("23000", "7678.20", "15321.80"))
    ]
    told = PAGE.rpartition("In the end")[2].replace(" ", "\u00a0")
    for figure in (aid.disbursed, aid.repaid, aid.recovered_on(date.max), aid.lost):
        assert in_euros(figure).replace("\u202f", "\u00a0") in told


def test_the_schedule_of_the_page_is_the_one_of_the_first_payment(advance):
    advance.disburse(Decimal(23_000), on=date(2024, 1, 31))
    *first, last = Aid.objects.get().schedule()
    assert {line.amount for line in first} == {Decimal("638.88")}
    assert (first[0].due_on, first[-1].due_on) == (date(2024, 8, 31), date(2027, 6, 30))
    assert (len(first), last) == (35, (date(2027, 7, 31), Decimal("639.20")))
    for told in ("31/08/2024 to 30/06/2027: 35 | 638,88 €", "31/07/2027: the last | 639,20 €"):
        assert told in PAGE


EXAMPLE = re.compile(r"^\| (.+ days) \| (\S+) % \| (\d+) \| .+ \| (.+ €) \|$", re.M)


@pytest.mark.parametrize(("paid_back", "base", "margin", "equivalent"), EXAMPLE.findall(PAGE))
def test_the_grant_equivalents_of_the_page_are_those_of_the_program(
    paid_back, base, margin, equivalent
):
    granted_on = date(2025, 3, 1)
    lines = [
        Instalment(granted_on + timedelta(int(days)), euros(amount))
        for amount, days in re.findall(r"([\d ,]+ €) after (\d+) days", paid_back)
    ]
    computed = advance_equivalent(
        lines, granted_on=granted_on, base_rate=euros(base), margin=int(margin)
    )
    assert computed == euros(equivalent)


def test_the_page_has_three_grant_equivalents():
    assert len(EXAMPLE.findall(PAGE)) == 3
