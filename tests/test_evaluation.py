"""What a convention has done at a date, on conventions typed by hand."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.definitions import DEFINITIONS
from reports.display import KINDS
from reports.evaluation import Evaluation, refuse_outside
from reports.indicators import LABELS, RATIOS, Gauge, Shares
from reports.rows import FIGURES
from support.models import Aid
from tests import factories as make
from tests.factories import day
from tests.refusals import refused

TODAY = day(0)
NOTHING = {
    "pledged_by_sponsor": {},
    "predecessor": None,
    "successor": None,
    "time_elapsed": 0.0009,
}
COUNTS = ("jobs", "companies", "applications", "sample", "sessions", "seats", "advances_late")
NOTHING |= {key: 0 for key in LABELS if key.startswith(COUNTS)}
NOTHING |= {"decision_days": 0, "payment_days": 0}
NOTHING |= dict.fromkeys([*RATIOS, "verified_share_low", "verified_share_high"])  # of nothing


HELPED = {
    "aid_committed": "10000.00",
    "aid_committed_difficulty": "0.00",
    "aid_disbursed": "6000.00",
    "advances_disbursed": "6000.00",
    "aid_repaid": "100.00",
    "aid_recovered": "0.00",
    "aid_written_off": "0.00",
    "aid_outstanding": "5900.00",
    "aid_late": "0.00",
    "advances_late": 0,
    "fees": "250.50",
    "refilled": "100.00",
    "carried_over": "0.00",
    "balance": "109849.50",
    "balance_difficulty": "20000.00",
    "pledged": "120000.00",
    "pledged_public": "0.00",
    "pledged_private": "120000.00",
    "pledges_lost": "0.00",
    "called": "0.00",
    "calls_unreceived": "0.00",
    "calls_late": "0.00",
    "calls_given_up": "0.00",
    "received": "0.00",
    "received_on_call": "0.00",
    "skill_days_pledged": "0.00",
    "skill_days_granted": "2.00",
    "skill_days_reserved": "2.00",
    "skill_days_contracted": "2.00",
    "skill_days_delivered": "0.75",
    "skill_days_certified": "0.00",
    "skill_days_value": "0.00",
    "jobs_promised": 3,
    "jobs_validated": 3,
    "jobs_to_create": 3,
    "jobs_created": 1,
    "jobs_verified": 0,
    "creation_rate": 0.3333,
    "realisation_rate": 0.0,
    "cost_per_job": "6000.00",
    "cost_per_job_with_days": "6000.00",
    "cost_per_job_net": "5900.00",
    "jobs_maintained": 0,
    "sample_files_checked": 0,
    "sample_files_proved": 0,
    "verified_share": None,
    "verified_share_low": None,
    "verified_share_high": None,
    "jobs_maintained_verified": 0,
    "project_cost": "15000.00",
    "aid_granted": "10000.00",
    "leverage": "0.50",
    "companies_supported": 1,
    "companies_under_10_staff": 1,
    "applications_received": 1,
    "applications_approved": 1,
    "applications_refused": 0,
    "applications_waiting": 0,
    "applications_withdrawn": 0,
    "applications_adjourned": 0,
    "applications_decided": 1,
    "decision_days": 30,
    "days_to_decision": "30.00",
    "applications_paid": 1,
    "payment_days": 15,
    "days_to_payment": "15.00",
    "sessions_held": 0,
    "seats_convened": 0,
    "seats_present": 0,
    "seats_remote": 0,
    "seats_represented": 0,
    "attendance_rate": None,
    "predecessor": None,
    "successor": None,
}


def figures(convention, at=TODAY):
    return Evaluation(convention, at).as_dict()


def help_a_company(convention, **fields):
    """A file followed to its end: 10 000 €, two thirds paid, one day, one job, 100 € paid back."""
    application = make.approved(convention=convention, **fields)
    aid = make.AidFactory(decision=application.approval)
    aid.disburse(Decimal(6_000), on=day(-15))
    aid.repay(Decimal(100), on=day(-3))
    mission = make.MissionFactory(application=application)
    make.SkillDayFactory(mission=mission, days=Decimal("0.75"), done_on=day(-8))
    make.JobFactory(application=application, starts_on=day(-10), observed_on=day(-6))
    return application


@pytest.fixture
def helped(convention):
    return help_a_company(convention)


def test_a_convention_without_any_row_gives_zeros_and_nothing_else(toul):
    convention = make.ConventionFactory(antenna=toul, starts_on=TODAY)
    expected = {key: NOTHING.get(key, "0.00") for key in LABELS}
    assert figures(convention) == expected


def test_a_convention_typed_by_hand_gives_its_own_figures(convention, helped):
    convention.charge_fee(Decimal("250.50"), on=day(-2), label="Frais")
    rows = figures(convention)
    names = sorted(convention.pledges.values_list("sponsor__name", "amount"))
    assert rows.pop("pledged_by_sponsor") == {name: f"{amount:.2f}" for name, amount in names}
    assert rows == HELPED | {"time_elapsed": rows["time_elapsed"]}


def test_another_convention_changes_nothing(convention, helped):
    before = figures(convention)
    help_a_company(make.ConventionFactory(antenna=convention.antenna, funds=50_000))
    assert figures(convention) == before


@pytest.mark.parametrize(
    ("key", "on", "before", "after"),
    [
        ("applications_received", -60, 0, 1),
        ("jobs_promised", -60, 0, 3),
        ("applications_approved", -30, 0, 1),
        ("aid_committed", -30, "0.00", "10000.00"),
        ("skill_days_granted", -30, "0.00", "2.00"),
        ("jobs_validated", -30, 0, 3),
        ("companies_supported", -30, 0, 1),
        ("companies_under_10_staff", -30, 0, 1),
        ("aid_disbursed", -15, "0.00", "6000.00"),
        ("aid_outstanding", -15, "0.00", "6000.00"),
        ("skill_days_reserved", -30, "0.00", "2.00"),
        ("skill_days_contracted", -20, "0.00", "2.00"),
        ("skill_days_delivered", -8, "0.00", "0.75"),
        ("jobs_created", -6, 0, 1),
        ("aid_repaid", -3, "0.00", "100.00"),
        ("balance", -3, "110000.00", "110100.00"),
    ],
)
def test_a_row_counts_from_its_own_day(convention, helped, key, on, before, after):
    assert figures(convention, day(on - 1))[key] == before
    assert figures(convention, day(on))[key] == after


def test_an_annulled_approval_counts_until_the_day_before(convention):
    application = make.approved(convention=convention, on=day(-30))
    application.annul(on=day(-10), reason="Saisie sur le mauvais dossier")
    before, after = figures(convention, day(-11)), figures(convention, day(-10))
    assert (before["applications_approved"], before["aid_committed"]) == (1, "10000.00")
    assert (after["applications_approved"], after["aid_committed"]) == (0, "0.00")
    assert after["companies_supported"] == after["jobs_validated"] == 0
    assert after["applications_received"] == 1


def test_a_withdrawn_pledge_counts_until_the_day_before(convention):
    pledge = convention.pledge(
        make.SponsorFactory(name="Side"), origin="public", amount=500, days=4, on=day(-90)
    )
    pledge.withdraw(on=day(-10), reason="Retrait")
    before, after = figures(convention, day(-11)), figures(convention, day(-10))
    assert (before["pledged_public"], before["skill_days_pledged"]) == ("500.00", "4.00")
    assert before["pledged_by_sponsor"]["Side"] == "500.00"
    assert (after["pledged_public"], after["skill_days_pledged"]) == ("0.00", "0.00")
    assert "Side" not in after["pledged_by_sponsor"]


def test_a_sponsor_of_days_only_is_not_listed_among_the_euros(convention):
    convention.pledge(make.SponsorFactory(name="Club"), origin="private", days=4, on=day(-90))
    assert "Club" not in figures(convention)["pledged_by_sponsor"]
    assert figures(convention)["skill_days_pledged"] == "4.00"


def test_two_pledges_of_one_sponsor_are_added(convention):
    sponsor = make.SponsorFactory(name="Région")
    for origin, amount in (("public", "100.10"), ("public", "0.05"), ("private", "1.00")):
        convention.pledge(sponsor, origin=origin, amount=Decimal(amount), on=day(-90))
    rows = figures(convention)
    assert rows["pledged_by_sponsor"]["Région"] == "101.15"
    assert rows["pledged_public"] == "100.15"


def test_money_received_counts_by_the_day_it_came(convention):
    pledge = convention.pledges.first()
    pledge.receive(Decimal(70), on=day(-5))
    assert figures(convention, day(-6))["received"] == "0.00"
    assert figures(convention)["received"] == "70.00"


@pytest.mark.parametrize(
    ("rows", "key", "before", "after"),
    [
        ("jobs", "jobs_created", 1, 0),
        ("skill_days", "skill_days_delivered", "0.75", "0.00"),
        ("repayments", "aid_repaid", "100.00", "0.00"),
        ("repayments", "balance", "110100.00", "110000.00"),
    ],
)
def test_a_row_struck_out_counts_at_no_date(convention, helped, rows, key, before, after):
    assert figures(convention)[key] == before
    getattr(Evaluation(convention, TODAY), rows).get().strike(reason="Erreur de saisie")
    assert figures(convention)[key] == after
    assert figures(convention, day(-1))[key] == after


def test_a_corrected_job_counts_once_with_its_new_kind(convention, helped):
    helped.jobs.get().correct(reason="Emploi existant", kind="maintained")
    rows = figures(convention)
    assert (rows["jobs_created"], rows["jobs_maintained"]) == (0, 1)


def test_a_job_that_ended_no_longer_counts(convention, helped):
    make.JobFactory(application=helped, ends_on=day(-2), observed_on=day(-5))
    assert figures(convention, day(-3))["jobs_created"] == 2
    assert figures(convention, day(-2))["jobs_created"] == 1


def test_days_are_certified_from_the_day_of_the_certificate(convention, helped):
    mission = helped.missions.get()
    mission.certify(mission.skill_days.all(), on=day(-4), by="Jeanne Marchal")
    assert figures(convention, day(-5))["skill_days_certified"] == "0.00"
    assert figures(convention, day(-4))["skill_days_certified"] == "0.75"


def test_a_grant_is_never_due(convention):
    application = make.approved(convention=convention, advance=0, grant=Decimal(3_000))
    aid = make.AidFactory(decision=application.approval, instrument=Aid.Instrument.GRANT)
    aid.disburse(Decimal(3_000), on=day(-5))
    rows = figures(convention)
    assert (rows["aid_disbursed"], rows["aid_outstanding"]) == ("3000.00", "0.00")


def test_the_difficulty_envelope_is_told_apart(convention):
    make.approved(convention=convention, envelope="difficulty", advance=Decimal(7_000))
    make.approved(convention=convention, advance=Decimal(5_000))
    rows = figures(convention)
    assert rows["aid_committed"] == "12000.00"
    assert rows["aid_committed_difficulty"] == "7000.00"


def test_a_company_with_two_approved_files_counts_once(convention):
    first = make.approved(convention=convention, baseline_headcount=12)
    for headcount in (9, 8):
        make.approved(convention=convention, company=first.company, baseline_headcount=headcount)
    make.approved(convention=convention, baseline_headcount=10)
    rows = figures(convention)
    assert rows["applications_approved"] == 4
    assert rows["companies_supported"] == 2
    assert rows["companies_under_10_staff"] == 1


def test_drafts_and_adjournments_are_neither_received_twice_nor_refused(convention):
    make.ApplicationFactory(convention=convention)
    adjourned = make.submitted(convention=convention)
    adjourned.adjourn(on=day(-40), reason="Devis manquant")
    adjourned.submit(on=day(-20))
    make.submitted(convention=convention).refuse(on=day(-30), reason="Hors du territoire")
    make.submitted(convention=convention).withdraw(on=day(-30), reason="Projet abandonné")
    rows = figures(convention)
    assert rows["applications_received"] == 3
    assert rows["applications_refused"] == 1
    assert rows["applications_approved"] == 0
    assert (rows["applications_waiting"], rows["applications_withdrawn"]) == (1, 1)


def test_the_successor_shows_from_its_signature(convention):
    successor = convention.renew(
        reference="SUITE", name="Suite", starts_on=day(10), ends_on=day(900)
    )
    assert figures(convention)["successor"] is None
    successor.sign(on=day(-1))
    assert figures(convention, day(-2))["successor"] is None
    assert figures(convention)["successor"] == "SUITE"
    assert figures(successor)["predecessor"] == convention.reference


def test_time_elapsed_goes_from_nought_to_one(toul):
    convention = make.ConventionFactory(
        antenna=toul, starts_on=day(-9), terms={"ends_on": day(-2)}, signed=False
    )
    convention.sign(on=day(-20))
    assert [figures(convention, day(at))["time_elapsed"] for at in (-10, -9, -6, -2, 0)] == [
        0,
        0.125,
        0.5,
        1,
        1,
    ]


# The gauges


def test_the_gauges_compare_targets_with_what_was_done(toul):
    targets = {"target_aid": 20_000, "target_days": 4, "target_jobs": 10}
    convention = make.ConventionFactory(antenna=toul, funds=50_000, terms=targets)
    help_a_company(convention)
    gauges = Evaluation(convention, TODAY).gauges
    assert gauges["euros"] == Gauge(20_000, 10_000, 6_000, 14_000, Shares(50, 30, 70), None)
    assert gauges["days"] == (4, 2, Decimal("0.75"), Decimal("3.25"), (50, 19, 81), 0)
    assert gauges["jobs"] == (10, 3, 1, 9, (30, 10, 90), 0)


def test_maintained_jobs_count_when_the_convention_says_so(toul):
    terms = {"target_jobs": 1, "maintained_jobs_count": True}
    convention = make.ConventionFactory(antenna=toul, funds=50_000, terms=terms)
    application = help_a_company(convention)
    make.JobFactory(application=application, kind="maintained")
    assert Evaluation(convention, TODAY).gauges["jobs"] == (1, 3, 2, 0, (300, 200, 0), 0)


def test_a_gauge_without_a_target_has_no_share():
    assert Gauge.of(target=0, committed=3, realised=1) == (0, 3, 1, 0, None, None)


def test_targets_are_those_of_the_text_in_force(toul):
    convention = make.ConventionFactory(antenna=toul, terms={"target_jobs": 5})
    terms = convention.terms.get()
    terms.effective_on, terms.target_jobs = day(-10), 8
    convention.amend(terms, signed_on=day(-10), reason="Plus d’ambition")
    targets = [Evaluation(convention, day(at)).gauges["jobs"].target for at in (-11, -10)]
    assert targets == [5, 8]


# Its cost, its definitions


def test_an_evaluation_costs_the_same_for_one_row_and_for_many(convention):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            evaluation = Evaluation(type(convention).objects.get(pk=convention.pk), TODAY)
            assert evaluation.as_dict() and evaluation.gauges
        return len(queries)

    help_a_company(convention)
    first = cost()
    for _ in range(4):
        help_a_company(convention)
    assert cost() == first <= 25


def test_every_figure_is_defined_for_who_reads_it_and_for_who_checks_it():
    text = (Path(__file__).parent.parent / "docs" / "indicators.md").read_text()
    assert set(re.findall(r"`(\w+)`", text)) >= set(LABELS)
    assert set(DEFINITIONS) == set(LABELS)


def test_every_figure_has_rows_or_is_made_of_figures_that_have():
    about_it = {"predecessor", "successor", "time_elapsed", "pledged_by_sponsor"}
    interval = {"verified_share_low", "verified_share_high"}  # of a division above them
    assert not set(FIGURES) & set(RATIOS)
    assert {*FIGURES, *RATIOS, *interval, *about_it} == set(LABELS)
    assert {*FIGURES, *RATIOS, *interval} == set(KINDS)
    assert {part for parts, whole in RATIOS.values() for part in (*parts, whole)} <= set(FIGURES)


# Days without an evaluation


@pytest.mark.parametrize(("offset", "code"), [(1, "future"), (-366, "too_early")])
def test_a_day_without_an_evaluation_is_refused(convention, offset, code):
    with refused(code):
        refuse_outside(convention, day(offset))


def test_a_convention_signed_early_is_evaluated_from_its_signature(toul):
    convention = make.ConventionFactory(antenna=toul, starts_on=day(30), signed=False)
    with refused("too_early"):
        refuse_outside(convention, TODAY)
    convention.sign(on=TODAY)
    refuse_outside(convention, TODAY)


# The command


def evaluate(capsys, *arguments):
    """Exit code, standard output, standard error."""
    code = 0
    try:
        call_command("evaluate", *arguments)
    except SystemExit as exit:
        code = exit.code
    return code, *capsys.readouterr()


def test_the_command_prints_the_json_of_the_page(capsys, client, alice, convention, helped):
    code, out, _ = evaluate(capsys, convention.reference, "--format", "json")
    assert code == 0
    client.force_login(alice)
    address = reverse("reports:evaluation", args=[convention.pk])
    assert json.loads(out) == client.get(address, {"format": "json"}).json()
    assert figures(convention).items() <= json.loads(out).items()


def test_the_command_prints_the_figures_to_read(capsys, convention, helped):
    at = day(-8)
    _, out, _ = evaluate(capsys, convention.reference, "--at", at.isoformat())
    out = out.replace("\u00a0", " ")
    lines = out.splitlines()
    assert lines[1] == f"Bilan au {at:%d/%m/%Y}"
    assert re.search(r"^Aide engagée +10 000,00 €$", out, re.MULTILINE)
    assert re.search(r"^Journées faites +0,75 jours$", out, re.MULTILINE)
    assert re.search(r"^Emplois créés +0$", out, re.MULTILINE)
    widths = {len(line) for line in lines[3:] if not line.startswith("Apports promis, par")}
    assert len(widths) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["RIEN-1"], "Aucune convention"),
        (["CONV", "--at", "2999-01-01"], "dans le futur"),
        (["CONV", "--at", "1999-01-01"], "précède la convention"),
        (["CONV", "--at", "30/11/2010"], "Date illisible"),
        (["CONV", "--at", "2010-02-30"], "Date illisible"),
        (["CONV", "--at", ""], "Date illisible"),
        (["CONV", "--format", "xml"], "Format inconnu"),
        (["CONV", "--depuis", "2010"], "Écrivez"),
        (["CONV\nDEUX"], "Aucune convention"),
        ([], "Écrivez"),
    ],
)
def test_a_wrong_command_gets_one_line_and_exit_code_2(capsys, toul, arguments, words):
    make.ConventionFactory(antenna=toul, reference="CONV")
    code, out, error = evaluate(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in error
    assert error.count("\n") == 1
    assert "usage" not in error.lower() and "Traceback" not in error


def test_the_day_of_the_command_is_today_unless_told(capsys, convention):
    _, out, _ = evaluate(capsys, convention.reference)
    assert f"Bilan au {TODAY:%d/%m/%Y}" in out
    assert TODAY - timedelta(days=365) == convention.starts_on
