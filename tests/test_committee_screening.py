"""Rules of `committee/screening.py`: each finds what breaks it, and nothing else."""

import pytest

from committee.screening import Level, findings
from tests.factories import (
    TODAY,
    ApplicationFactory,
    CommuneFactory,
    CompanyFactory,
    ConventionFactory,
    TerritoryFactory,
    day,
)

LOOSE = {"minimum_jobs": 0, "maximum_headcount": None}


def found(toul, *, terms=None, company=None, on=TODAY, **fields):
    convention = ConventionFactory(antenna=toul, funds=20_000, terms=LOOSE | (terms or {}))
    company = CompanyFactory(antenna=toul, **company or {})
    application = ApplicationFactory(convention=convention, company=company, **fields)
    return [(finding.level, finding.sentence) for finding in findings(application, on)]


def test_a_file_within_every_rule_has_no_finding(toul):
    assert found(toul) == []


@pytest.mark.parametrize(
    "case, sentence",
    [
        (
            {"terms": {"minimum_age_years": 3}, "company": {"founded_on": day(-400)}},
            "moins de 3 ans",
        ),
        ({"terms": {"minimum_headcount": 10}}, "inférieur au minimum"),
        ({"terms": {"maximum_headcount": 7}}, "dépasse le maximum"),
        ({"terms": {"sectors": "10 11"}}, "secteurs admis"),
        ({"terms": {"minimum_jobs": 4}}, "Emplois prévus"),
        ({"terms": {"minimum_jobs": 4}, "planned_jobs_maintained": 9}, "Emplois prévus"),
        ({"terms": {"advance_allowed": False}}, "ne prévoit pas d’avance"),
        ({"terms": {"advance_cap": 9_999}}, "dépasse le plafond"),
        ({"terms": {"advance_needs_days": True}, "requested_days": 0}, "sans journées"),
        ({"requested_advance": 20_001}, "Il reste"),
        ({"terms": {"windfall_blocks": True}, "project_starts_on": day(-1)}, "aubaine"),
        ({"terms": {"windfall_blocks": True}, "without_aid": "same"}, "aubaine"),
    ],
)
def test_a_broken_rule_is_told(toul, case, sentence):
    [(level, told)] = found(toul, **case)
    assert level == Level.BLOCKING and sentence in told


@pytest.mark.parametrize(
    "case",
    [
        {"terms": {"minimum_age_years": 3}, "company": {"founded_on": day(-3 * 366)}},
        {"terms": {"minimum_headcount": 8, "maximum_headcount": 8}},
        {"terms": {"sectors": "10 25.62"}},
        {"terms": {"sectors": "2562"}},
        {
            "terms": {"minimum_jobs": 4, "maintained_jobs_count": True},
            "planned_jobs_maintained": 1,
        },
        {"terms": {"advance_cap": 10_000}},
        {"terms": {"advance_needs_days": True}},
        {"terms": {"advance_needs_days": True}, "requested_advance": 0, "requested_days": 0},
        {"requested_advance": 20_000},
        {"project_starts_on": TODAY},
    ],
)
def test_a_rule_just_kept_says_nothing(toul, case):
    assert found(toul, **case) == []


@pytest.mark.parametrize(
    "case, level",
    [
        ({"without_aid": "same"}, Level.WARNING),
        ({"project_starts_on": day(-1)}, Level.WARNING),
        ({"terms": {"minimum_age_years": 3}}, Level.INFO),
        ({"terms": {"sectors": "10"}, "company": {"naf": None}}, Level.INFO),
    ],
)
def test_what_is_doubtful_or_unknown_only_warns(toul, case, level):
    [(told, _sentence)] = found(toul, **case)
    assert told == level


def test_the_company_is_in_the_territory_of_the_convention(toul):
    convention = ConventionFactory(antenna=toul, funds=20_000, terms=LOOSE)
    territory = TerritoryFactory(antenna=toul)
    convention.terms.get().territories.add(territory)
    application = ApplicationFactory(convention=convention)
    assert "territoire" in findings(application, TODAY)[0].sentence
    territory.communes.add(CommuneFactory())
    assert findings(application, TODAY) == []


def test_the_gravest_comes_first(toul):
    levels = [
        level
        for level, _sentence in found(
            toul,
            terms={"sectors": "10", "minimum_jobs": 9},
            company={"naf": None},
            without_aid="same",
        )
    ]
    assert levels == [Level.BLOCKING, Level.WARNING, Level.INFO]
