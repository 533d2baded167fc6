"""What the findings tell of the plan, of earlier aid, and of ties with sponsors and committee."""

import re
from decimal import Decimal

import pytest
from django.conf import settings

from committee.findings import Level
from committee.models import FinancingLine
from committee.screening import RULES, findings, findings_of
from conventions.models import Terms
from tests.factories import (
    TODAY,
    AidFactory,
    ApplicationFactory,
    CompanyFactory,
    CompanyFiguresFactory,
    ConventionFactory,
    ExpertFactory,
    SeatFactory,
    SponsorFactory,
    approved,
    day,
    siret,
)
from tests.numbers import siren
from tests.refusals import refused_by


@pytest.fixture
def file(convention):
    """A draft of Tôlerie Marchal, of the group Marchal & Fils."""
    company = CompanyFactory(
        antenna=convention.antenna,
        name="Tôlerie Marchal",
        siret=siret(77),
        group_name="Marchal & Fils",
    )
    return ApplicationFactory(convention=convention, company=company)


def told(file, rule):
    """(level, sentence) of what `rule` finds, None when it finds nothing."""
    [found] = [each for each in findings(file, TODAY) if each.rule == rule] or [None]
    return found and (found.level, found.sentence.replace("\u00a0", " "))


# The plan


PLANS = [
    ({}, None, None),
    ({"need": 15_000, "resource": 5_000}, "équilibré : l’aide représente 67 %", "0,50 € d’autres"),
    ({"need": 40_000, "own": 10_000, "resource": 20_000}, "25 %", "Fonds propres : 10 000,00 €"),
    ({"need": 10_000}, "100 %", "soit 0,00 € d’autres ressources par euro d’aide"),
    ({"need": 18_000, "resource": 5_000}, "à équilibrer (écart de 3 000,00 €)", "67 %"),
    ({"need": 12_000, "resource": 5_000}, "à équilibrer (écart de 3 000,00 €)", "67 %"),
]


@pytest.mark.parametrize(("plan", "balance", "leverage"), PLANS)
def test_the_plan_tells_what_stands_beside_the_aid(convention, plan, balance, leverage):
    file = ApplicationFactory(convention=convention, plan=False)
    for side, amount in plan.items():
        own = side == "own"
        FinancingLine.objects.create(
            application=file,
            side="resource" if own else side,
            label="Ligne",
            amount=Decimal(amount),
            is_own_funds=own,
        )
    found = told(file, "financing_plan")
    if balance is None:
        assert found is None
    else:
        assert found[0] == Level.INFO and balance in found[1] and leverage in found[1]


def test_days_alone_need_no_leverage(convention):
    file = ApplicationFactory(convention=convention, requested_advance=0)
    assert told(file, "financing_plan") is None


def test_own_funds_are_a_resource(file):
    with refused_by("financing_line_own_funds_are_a_resource"):
        file.financing_lines.filter(side="need").update(is_own_funds=True)


# Earlier aid


def aid_of(company, *, paid, repaid):
    """An earlier advance of 10 000 €, so many euros of it paid out and paid back."""
    convention = ConventionFactory(antenna=company.antenna, funds=90_000)
    decision = approved(convention=convention, company=company).approval
    aid = AidFactory(decision=decision)
    if paid:
        aid.disburse(Decimal(paid), on=day(-15))
    if repaid:
        aid.repay(Decimal(repaid), on=day(-10))
    return aid


OUTCOMES = [
    (0, 0, None),
    (4_000, 0, "4 000,00 € débloqués, 0,00 € remboursés, 4 000,00 € restent"),
    (10_000, 2_500, "10 000,00 € débloqués, 2 500,00 € remboursés, 7 500,00 € restent"),
    (10_000, 10_000, "10 000,00 € débloqués, 10 000,00 € remboursés, 0,00 € restent"),
]


@pytest.mark.parametrize(("paid", "repaid", "said"), OUTCOMES)
def test_what_became_of_earlier_advances_is_told(file, paid, repaid, said):
    aid_of(file.company, paid=paid, repaid=repaid)
    assert "déjà 1 accord" in told(file, "previous_aid")[1]
    found = told(file, "previous_advances")
    assert found is None if said is None else said in found[1]


def test_aid_of_the_group_counts_in_every_antenna_and_a_payment_struck_out_does_not(file, longwy):
    sister = CompanyFactory(antenna=longwy, group_name="MARCHAL & FILS")
    aid = aid_of(sister, paid=6_000, repaid=1_000)
    aid_of(file.company, paid=2_000, repaid=0)
    aid_of(CompanyFactory(antenna=longwy), paid=9_000, repaid=0)
    aid.disburse(Decimal(500), on=day(-14)).strike(reason="Doublon")
    assert "déjà 2 accords" in told(file, "previous_aid")[1]
    assert "8 000,00 € débloqués, 1 000,00 € remboursés" in told(file, "previous_advances")[1]
    assert sister.name not in str(findings(file, TODAY))


# Sponsors and committee


SPONSORS = [
    ({"siren": siren(77)}, True),
    ({"name": "MARCHAL & fils"}, True),
    ({"name": "Tôlerie Marchal"}, False),
    ({"name": "Marchal", "siren": siren(78)}, False),
]


@pytest.mark.parametrize(("sponsor", "is_tied"), SPONSORS)
def test_a_company_that_is_a_sponsor_is_told(file, sponsor, is_tied):
    row = SponsorFactory(**sponsor)
    expected = (Level.INFO, f"L’entreprise ou son groupe est un apporteur du réseau : {row}.")
    assert told(file, "sponsor_tie") == (expected if is_tied else None)
    assert told(file, "expert_tie") is None
    file.expert = ExpertFactory(sponsor=row, antennas=[file.antenna])
    level = is_tied and told(file, "expert_tie")[0]
    assert level == (Level.WARNING if is_tied else False)


def test_a_company_without_a_group_has_no_sponsor_without_a_name(convention):
    file = ApplicationFactory(convention=convention)
    SponsorFactory(name="!")
    assert told(file, "sponsor_tie") is None


SEATS = [
    ({"employer_siren": siren(77)}, Level.WARNING, "emploie un membre"),
    ({"employer_group": "Marchal & Fils"}, Level.WARNING, "emploie un membre"),
    ({"employer_group": "Marchal"}, None, None),
    ({"employer_siren": siren(77), "mandate_until": day(-1)}, None, None),
]


@pytest.mark.parametrize(("tie", "level", "said"), SEATS)
def test_who_steps_aside_and_who_is_left_are_told(file, tie, level, said):
    first = SeatFactory(committee__antenna=file.antenna, holder="Maria Rossi", **tie)
    SeatFactory(committee=first.committee)
    SeatFactory(committee=first.committee, college="bank")
    found = told(file, "stepping_aside")
    if level is None:
        assert found is None
    else:
        assert found[0] == level and said in found[1]
        assert (
            "Maria Rossi. Sièges qui restent : 2 sur 3, dont 1 de chefs d’entreprise." in found[1]
        )


def test_who_lends_the_expert_steps_aside_which_is_only_told_unless_nobody_is_left(file):
    file.expert = ExpertFactory(antennas=[file.antenna])
    seat = SeatFactory(committee__antenna=file.antenna, employer=file.expert.sponsor)
    level, sentence = told(file, "stepping_aside")
    assert level == Level.WARNING and "restent : 0 sur 1" in sentence
    SeatFactory(committee=seat.committee)
    level, sentence = told(file, "stepping_aside")
    assert level == Level.INFO and "restent : 1 sur 2" in sentence


def test_all_of_it_is_frozen_with_the_decision(file):
    SeatFactory(committee__antenna=file.antenna, employer_siren=siren(77), holder="Maria Rossi")
    file.submit(on=day(-1))
    decision = file.refuse(on=TODAY, reason="Trop tôt")
    kept = {each["rule"]: each for each in decision.findings}
    assert kept["stepping_aside"]["facts"]["who"] == "Maria Rossi"
    assert kept["financing_plan"]["facts"]["leverage"] == "0.50"


def test_findings_cost_the_same_for_one_file_and_for_many(
    convention, django_assert_max_num_queries
):
    def read():
        files = convention.applications.select_related(
            "company__commune", "company__naf", "expert"
        ).prefetch_related("waivers", "recusals", "financing_lines", "company__figures")
        return findings_of(list(files), TODAY)

    def tied(number):
        company = CompanyFactory(antenna=convention.antenna, siret=siret(number))
        CompanyFiguresFactory(company=company)
        SponsorFactory(siren=siren(number))
        SeatFactory(committee__antenna=convention.antenna, employer_siren=siren(number))
        aid_of(company, paid=4_000, repaid=0)
        expert = ExpertFactory(antennas=[convention.antenna])
        ApplicationFactory(convention=convention, company=company, expert=expert)

    tied(1)
    with django_assert_max_num_queries(60) as few:
        read()
    for number in range(2, 6):
        tied(number)
    with django_assert_max_num_queries(len(few)):
        assert len(read()) == 5


# The table of the rules


def rows_of_the_table():
    """The cells of each rule in docs/rules.md."""
    text = (settings.BASE_DIR / "docs/rules.md").read_text(encoding="utf-8")
    [_before, section] = text.split("## Screening of a file")
    lines = section.split("\n## ")[0].splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("| `")
    ]


def test_the_table_has_one_row_for_each_rule():
    assert [row[0] for row in rows_of_the_table()] == [f"`{rule.__name__}`" for rule in RULES]
    assert all(rule.__doc__ for rule in RULES)


@pytest.mark.parametrize("row", rows_of_the_table(), ids=lambda row: row[0])
def test_a_row_of_the_table_names_settings_and_tests_that_exist(row):
    _rule, looks_at, level, setting, source, test = row
    assert looks_at and level and source
    named = re.findall(r"`(\w+)\.(\w+)`", setting)
    assert "none" in setting or "dated" in setting or named
    for model, field in named:
        assert model == "Terms" and Terms._meta.get_field(field)
    tests = "".join(path.read_text() for path in (settings.BASE_DIR / "tests").glob("test_*.py"))
    names = re.findall(r"`(test_\w+)`", test)
    assert names and all(f"def {name}(" in tests for name in names)
