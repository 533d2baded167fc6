"""Where a figure goes at its pace."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.evaluation import Evaluation
from reports.gauges import gauge_lines
from reports.pace import forecast
from tests import factories as make
from tests.factories import TODAY, day

FIRST, LAST = date(2025, 1, 1), date(2025, 4, 10)  # a hundred days
TERM = {"starts_on": FIRST, "ends_on": LAST}


def after(days):
    """The last of so many days gone."""
    return FIRST + timedelta(days - 1)


@pytest.mark.parametrize(
    ("realised", "gone", "value", "why_not"),
    [
        (3, 9, None, "early"),
        (3, 10, 30, ""),
        (3, 50, 6, ""),
        (3, 70, 4, ""),
        (0, 70, None, "nothing"),
        (3, 99, 3, ""),
        (3, 100, None, "over"),
        (3, 400, None, "over"),
        (3, -5, None, "early"),
    ],
)
def test_what_was_done_goes_on_at_the_same_pace(realised, gone, value, why_not):
    assert forecast(realised, **TERM, at=after(gone)) == (value, LAST, why_not)


def test_days_are_foreseen_by_quarters():
    found = forecast(Decimal("1.25"), **TERM, at=after(70), step=Decimal("0.25"))
    assert found.value == Decimal("1.75")


@given(st.integers(1, 10_000), st.integers(10, 99))
def test_a_forecast_is_neither_below_what_is_done_nor_above_the_pace(realised, gone):
    value = forecast(realised, **TERM, at=after(gone)).value
    assert realised <= value <= realised * 100 / gone < value + 1


def test_the_gauges_say_where_the_pace_leads(toul):
    terms = {"target_jobs": 9, "ends_on": day(599)}
    convention = make.ConventionFactory(
        antenna=toul, starts_on=day(-300), funds=50_000, terms=terms
    )
    make.JobFactory(application=make.approved(convention=convention))
    euros, days, jobs = (line.forecast for line in gauge_lines(Evaluation(convention, TODAY)))
    last = f"{day(599):%d/%m/%Y}"
    assert jobs == f"À ce rythme\u00a0: 2 emplois sur 9 au {last}."
    assert "Rien n’est encore réalisé" in days and "Rien n’est encore réalisé" in euros
    early = gauge_lines(Evaluation(convention, day(-250)))[0].forecast
    assert "trop tôt" in early


def test_an_amendment_that_prolongs_the_term_moves_the_forecast(toul):
    terms = {"ends_on": day(300)}
    convention = make.ConventionFactory(antenna=toul, starts_on=day(-300), funds=9_000, terms=terms)
    text = convention.terms.get()
    text.effective_on, text.ends_on = day(-1), day(900)
    convention.amend(text, signed_on=day(-1), reason="Prolongation")
    ends = [Evaluation(convention, day(at)).forecasts["jobs"].on for at in (-2, -1)]
    assert ends == [day(300), day(900)]


def test_nothing_is_foreseen_of_a_convention_that_is_suspended_or_closed(toul):
    convention = make.ConventionFactory(
        antenna=toul, starts_on=day(-300), funds=50_000, terms={"ends_on": day(300)}
    )
    file = make.approved(convention=convention, on=day(-90))
    make.JobFactory(application=file, starts_on=day(-60), observed_on=day(-50))
    convention.suspend(on=day(-20), reason="Contrôle")
    convention.resume(on=day(-10))
    convention.close(on=day(-5), reason="Fin")
    told = {at: Evaluation(convention, day(at)).forecasts["jobs"] for at in (-21, -15, -7, 0)}
    assert [each.why_not for each in told.values()] == ["", "suspended", "", "closed"]
    [line] = [line for line in gauge_lines(Evaluation(convention, TODAY)) if line.key == "jobs"]
    assert "close" in line.forecast and line.foreseen.value is None
