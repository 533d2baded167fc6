"""The EU's undertaking in difficulty: each test of its definition, and what nobody can tell."""

import pytest

from companies.difficulty import Difficulty, Sign, difficulty
from tests.factories import CompanyFiguresFactory

SOUND = {
    "capital": 20_000,
    "own_funds": 45_000,
    "is_insolvent": False,
    "has_rescue_aid": False,
    "is_sme": True,
    "is_young": False,
}


@pytest.mark.parametrize(
    ("facts", "signs", "answer"),
    [
        ({}, [], False),
        # More than half of the capital has disappeared: own funds below half of it.
        ({"own_funds": 10_000}, [], False),
        ({"own_funds": 9_999}, [Sign.CAPITAL], True),
        ({"own_funds": -1}, [Sign.CAPITAL], True),
        ({"capital": 0, "own_funds": 0}, [], False),
        ({"capital": 0, "own_funds": -1}, [Sign.CAPITAL], True),
        ({"own_funds": None}, [], None),
        ({"capital": None}, [], None),
        # An SME younger than three years is spared that test, and that test alone.
        ({"own_funds": -1, "is_young": True}, [], False),
        ({"own_funds": None, "capital": None, "is_young": True}, [], False),
        ({"own_funds": -1, "is_young": None}, [], None),
        ({"own_funds": 45_000, "is_young": None}, [], False),
        ({"own_funds": -1, "is_young": True, "is_insolvent": True}, [Sign.INSOLVENCY], True),
        ({"own_funds": -1, "is_young": True, "has_rescue_aid": True}, [Sign.RESCUE], True),
        # A large company has no such delay, and a test of ratios that we do not make.
        ({"is_sme": False}, [], None),
        ({"is_sme": False, "own_funds": -1, "is_young": True}, [Sign.CAPITAL], True),
        # One sign is enough, whatever is missing.
        ({"is_insolvent": True, "own_funds": None}, [Sign.INSOLVENCY], True),
        ({"has_rescue_aid": True, "is_sme": False}, [Sign.RESCUE], True),
        (
            {"own_funds": 0, "is_insolvent": True, "has_rescue_aid": True},
            [Sign.CAPITAL, Sign.INSOLVENCY, Sign.RESCUE],
            True,
        ),
    ],
)
def test_a_company_is_in_difficulty_by_one_sign_of_the_definition(facts, signs, answer):
    assert difficulty(**SOUND | facts) == Difficulty(signs, answer)


def test_the_figures_of_a_year_answer(db):
    figures = CompanyFiguresFactory(subscribed_capital=20_000, own_funds=-3_000)
    assert figures.difficulty(is_young=False).signs == [Sign.CAPITAL]
    assert figures.difficulty(is_young=True).answer is False
    figures.linked_headcount = 300
    assert figures.difficulty(is_young=True).answer is True
