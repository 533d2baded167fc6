"""Rules of `committee/screening.py`: each finds what breaks it, and nothing else."""

from decimal import Decimal

import pytest
from django.urls import reverse

from committee.findings import Level
from committee.models import Application, Decision, DeMinimisCeiling, Waiver
from committee.screening import findings
from conventions.schedule import add_months
from tests.factories import (
    TODAY,
    ApplicationFactory,
    CommuneFactory,
    CompanyFactory,
    CompanyFiguresFactory,
    ConventionFactory,
    TerritoryFactory,
    approved,
    day,
    submitted,
)
from tests.refusals import refused, refused_by

LOOSE = {"minimum_jobs": 0, "maximum_headcount": None}


def found(toul, *, terms=None, company=None, figures=None, on=TODAY, **fields):
    convention = ConventionFactory(
        antenna=toul, funds=20_000, difficulty_funds=20_000, terms=LOOSE | (terms or {})
    )
    company = CompanyFactory(antenna=toul, **{"founded_on": day(-4_000)} | (company or {}))
    if figures != {}:
        CompanyFiguresFactory(company=company, **figures or {})
    application = ApplicationFactory(convention=convention, company=company, **fields)
    told = [each for each in findings(application, on) if each.rule != "financing_plan"]
    return [(finding.level, finding.sentence) for finding in told]


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
        ({"terms": {"windfall_blocks": True}, "project_starts_on": day(-1)}, "aubaine"),
        ({"terms": {"windfall_blocks": True}, "without_aid": "same"}, "aubaine"),
        ({"terms": {"windfall_blocks": True}, "hires_signed": 2}, "2 embauches du projet"),
        ({"figures": {"headcount": 10, "linked_headcount": 240}}, "plafonds de la PME"),
        ({"on": day(801), "project_starts_on": day(900)}, "a pris fin le"),
    ],
)
def test_a_broken_rule_is_told(toul, case, sentence):
    (level, told), *others = found(toul, **case)
    assert level == Level.BLOCKING and sentence in told
    assert Level.BLOCKING not in [level for level, _told in others]


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
        {"on": (add_months(day(-365), 36)), "project_starts_on": day(900)},
    ],
)
def test_a_rule_just_kept_says_nothing(toul, case):
    assert found(toul, **case) == []


@pytest.mark.parametrize(
    "case, level",
    [
        ({"without_aid": "same"}, Level.WARNING),
        ({"requested_advance": 20_001}, Level.WARNING),
        ({"project_starts_on": day(-1)}, Level.WARNING),
        ({"terms": {"minimum_age_years": 3}, "company": {"founded_on": None}}, Level.INFO),
        ({"terms": {"sectors": "10"}, "company": {"naf": None}}, Level.INFO),
        ({"figures": {"own_funds": 9_000}}, Level.WARNING),
        ({"figures": {"is_insolvent": True}}, Level.WARNING),
        ({"figures": {"has_rescue_aid": True}}, Level.WARNING),
        ({"figures": {"own_funds": None}}, Level.INFO),
        ({"figures": {"own_funds": 9_000}, "company": {"founded_on": None}}, Level.INFO),
        ({"figures": {"own_funds": 9_000}, "company": {"founded_on": day(-400)}}, None),
        ({"figures": {"own_funds": None}, "company": {"founded_on": day(-400)}}, None),
        ({"envelope": "difficulty", "figures": {"own_funds": 9_000}}, None),
        ({"envelope": "difficulty"}, Level.WARNING),
        ({"envelope": "difficulty", "figures": {"own_funds": None}}, Level.INFO),
    ],
)
def test_what_is_doubtful_or_unknown_only_warns(toul, case, level):
    assert [told for told, _sentence in found(toul, **case)] == [level] * (level is not None)


def test_the_company_is_in_the_territory_of_the_convention(toul):
    convention = ConventionFactory(antenna=toul, funds=20_000, terms=LOOSE)
    territory = TerritoryFactory(antenna=toul)
    convention.terms.get().territories.add(territory)
    application = ApplicationFactory(convention=convention)
    assert "territoire" in findings(application, TODAY)[0].sentence
    territory.communes.add(CommuneFactory())
    assert "area" not in [each.rule for each in findings(application, TODAY)]


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


def test_earlier_awards_are_told_wherever_they_were_given(toul, longwy):
    company = CompanyFactory(antenna=toul)
    there = CompanyFactory(antenna=longwy, siret=company.siret)
    for antenna, row in ((toul, company), (longwy, there)):
        convention = ConventionFactory(antenna=antenna, funds=20_000)
        approved(convention=convention, company=row, grant=Decimal("1.50"))
    refused_once = submitted(
        convention=ConventionFactory(antenna=toul, funds=20_000), company=company
    )
    refused_once.refuse(on=TODAY, reason="Trop tôt")
    application = ApplicationFactory(
        convention=ConventionFactory(antenna=toul, funds=20_000), company=company
    )
    [told] = [each.sentence for each in findings(application, TODAY) if each.rule == "previous_aid"]
    assert "déjà 2 accords" in told and "20\u00a0003,00\u00a0€" in told


# Lifting a finding


@pytest.fixture
def against_the_rules(toul):
    convention = ConventionFactory(antenna=toul, funds=90_000, terms={"minimum_jobs": 5})
    return ApplicationFactory(convention=convention)


def test_a_file_against_the_rules_is_not_put_before_the_committee(against_the_rules):
    with refused("against_the_rules") as refusal:
        against_the_rules.submit(on=TODAY)
    assert "La convention en demande 5" in refusal.value.messages[0]
    assert Application.objects.get().status == "draft"


def test_a_finding_is_lifted_in_writing_and_stays_with_the_decision(against_the_rules, alice):
    file = against_the_rules
    file.waive("jobs", reason="Trois emplois rares", on=day(-3), by=alice)
    file.submit(on=day(-2))
    file.convention.terms.update(minimum_jobs=4)
    decision = file.refuse(on=day(-1), reason="Non")
    [kept] = [each for each in decision.findings if each["rule"] == "jobs"]
    assert (kept["level"], kept["facts"]["minimum"]) == ("blocking", "4")
    file.convention.terms.update(minimum_jobs=5)
    [told] = [each for each in findings(file, TODAY) if each.rule == "jobs"]
    assert told.waiver.by == alice and not told.blocks
    assert Decision.objects.get().findings == decision.findings


def test_a_waiver_is_for_the_facts_it_was_written_for(client, alice, against_the_rules):
    against_the_rules.waive("jobs", reason="Trois emplois rares", on=TODAY)
    Application.objects.update(planned_jobs_created=1)
    with refused("against_the_rules"):
        Application.objects.get().submit(on=TODAY)
    client.force_login(alice)
    history = reverse("committee:application_history", args=[against_the_rules.pk])
    assert "Trois emplois rares" in client.get(history).content.decode()


@pytest.mark.parametrize("rule", ["area", "unknown", "started_before"])
def test_only_what_blocks_is_lifted(against_the_rules, rule):
    with refused("not_found"):
        against_the_rules.waive(rule, reason="Pour voir", on=TODAY)


def test_a_finding_is_lifted_once_with_a_reason(against_the_rules):
    with refused(field="reason"):
        against_the_rules.waive("jobs", reason="", on=TODAY)
    waiver = against_the_rules.waive("jobs", reason="Trois emplois rares", on=TODAY)
    with refused("not_found"):
        against_the_rules.waive("jobs", reason="Encore", on=TODAY)
    with refused_by("waiver_has_a_reason"):
        Waiver.objects.update(reason="")
    waiver.pk = None
    with refused_by("waiver_once_for_what_was_found"):
        waiver.save(force_insert=True)


def test_the_page_of_a_file_leads_to_the_lifting_of_what_blocks_it(
    client, alice, bob, against_the_rules
):
    file = against_the_rules
    page = reverse("committee:finding_waive", args=[file.pk]) + "?regle=jobs"
    client.force_login(alice)
    assert page in client.get(file.get_absolute_url()).content.decode()
    submit = client.get(reverse("committee:application_submit", args=[file.pk]))
    assert "contraire à une règle" in submit.content.decode()
    assert client.post(page, {"reason": ""}).context["form"].errors["reason"]
    assert client.post(page, {"reason": "Emplois rares"}).url == file.get_absolute_url()
    seen = client.get(file.get_absolute_url()).content.decode()
    assert "Levé par" in seen and "Emplois rares" in seen and page not in seen
    assert client.get(page).status_code == 302
    client.force_login(bob)
    assert client.get(page).status_code == 403


def test_the_findings_kept_are_those_the_committee_saw(toul):
    application = submitted(convention=ConventionFactory(antenna=toul, funds=10_000))
    seen = [each.rule for each in findings(application, TODAY)]
    decision = application.approve(on=TODAY, advance=Decimal(10_000), days=2)
    assert [each["rule"] for each in decision.findings] == seen
    assert "envelope_room" not in seen


def test_the_law_binds_the_award_though_its_finding_was_lifted(toul):
    DeMinimisCeiling.objects.update(amount=5_000)
    application = ApplicationFactory(convention=ConventionFactory(antenna=toul, funds=20_000))
    application.waive("de_minimis", reason="Une aide sort du compte demain", on=TODAY)
    application.submit(on=TODAY)
    with refused("de_minimis"):
        application.approve(on=TODAY, advance=Decimal(10_000), days=2)
