"""The demonstration: the founding case comes out exactly, the present fills every page."""

import json
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Q
from django.test import override_settings
from stdnum.fr import siren, siret

from accounts.models import User
from alize.demo.places import PASSWORD
from alize.demo.story import Story, parse_day
from alize.demo.world import read_data
from committee.aid_account import AidAccount
from committee.filetypes import extension_of, extensions_of
from committee.models import Application, Committee, Condition, Decision, Document, PieceKind
from companies.models import Company, Expert, Sponsor
from conventions.models import Convention, ReferenceRate
from conventions.money import total
from reports.dashboard import Dashboard
from reports.evaluation import Evaluation
from reports.freezing import compared
from reports.models import FrozenReport, Verdict
from reports.rows import FIGURES
from support.bank_forms import SettlementPage
from support.models import Aid, Disbursement, Job, Mission, Release, SkillDay, Statement
from territories.models import Antenna, Closure
from tests.factories import day
from tests.forms_read import Forms
from tests.printed import read

CASE = json.loads((Path(__file__).parent / "cases" / "longwy.json").read_text())


def run_demo():
    out = StringIO()
    with override_settings(LOCAL=True):
        call_command("demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The whole demonstration, loaded once for this file and then forgotten; what it printed."""
    with django_db_blocker.unblock(), transaction.atomic():
        printed = run_demo()
        connection.check_constraints()  # now, not again at the end of each test
        yield printed
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db):
    return loaded


def evaluate(reference, *arguments):
    out = StringIO()
    call_command("evaluate", reference, *arguments, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


# Every figure opens its rows


@pytest.mark.parametrize("at", [date(2009, 6, 30), date(2010, 11, 30), day(-200), day(0)])
def test_the_rows_of_every_figure_sum_to_it(demo, at):
    seen = 0
    for convention in Convention.objects.filter(starts_on__lte=at):
        evaluation = Evaluation(convention, at)
        for key, figure in FIGURES.items():
            counts = [row.counts for row in figure.rows(evaluation)]
            assert sum(counts) == getattr(evaluation, key), (convention.reference, key)
            seen += len(counts)
    assert seen > 100


def test_every_figure_is_seen_with_rows(demo):
    filled = {
        key
        for convention in Convention.objects.filter(starts_on__lte=day(0))
        for key, figure in FIGURES.items()
        if figure.rows(Evaluation(convention, day(0)))
    }
    assert filled == set(FIGURES)


# Every form carries the same numbers


@pytest.mark.parametrize(
    ("reference", "at"),
    [
        ("LONGWY-1", date(2010, 11, 30)),
        ("LONGWY-2", date(2011, 6, 30)),
        ("TOULOIS-1", date(2011, 6, 30)),
        ("TOULOIS-6", day(0)),
        ("LONGWY-7", day(0)),
        ("LONGWY-2", day(0)),
    ],
)
def test_page_and_files_of_a_report_carry_the_same_numbers(demo, client, reference, at):
    client.force_login(User.objects.get(email="reseau@demo.alize.example"))
    forms = Forms(client, Convention.objects.get(reference=reference), at)
    assert forms.check() > 40
    assert 4 <= len(read(forms.get("pdf")).pages) <= 8


def test_longwy_is_renewed_and_extended_by_its_funders(demo):
    longwy = Convention.objects.get(reference="LONGWY-1")
    verdict, copy = longwy.verdicts.get(), longwy.frozen_reports.get()
    assert (verdict.outcome, verdict.report) == ("extended", None)
    assert copy.at == date(2010, 11, 30)
    assert json.loads(copy.figures)["jobs_created"] == 77
    sent = [each.email for each in copy.deliveries.all()]
    assert "financeur@demo.alize.example" in sent and len(sent) == len(set(sent))


def test_funders_read_no_copy_frozen_after_their_meeting(demo):
    read = Verdict.objects.exclude(report=None)
    assert read and all(each.report.frozen_on <= each.met_on for each in read)


def test_some_copies_still_say_what_the_data_say_and_some_do_not(demo):
    changed = {
        any(line.is_changed for line in compared(each)) for each in FrozenReport.objects.all()
    }
    assert changed == {True, False}


# The founding case


@pytest.mark.parametrize("key", CASE["expected"])
def test_longwy_comes_out_as_published(demo, key):
    assert evaluate("LONGWY-1", "--at", "2010-11-30")[key] == CASE["expected"][key]


@pytest.mark.parametrize("key", CASE["toulois"]["expected"])
def test_toulois_comes_out_as_published(demo, key):
    figure, expected = evaluate("TOULOIS-1")[key], CASE["toulois"]["expected"][key]
    if isinstance(expected, dict):
        figure = {name: figure[name] for name in expected}
    assert figure == expected


def test_the_renewal_extends_to_briey_with_nearly_a_million(demo):
    renewal = Convention.objects.get(reference="LONGWY-2")
    assert evaluate("LONGWY-2")["pledged"] == evaluate("TOULOIS-1")["pledged"] == "990000.00"
    assert "Bassin de Briey" in [str(area) for area in renewal.terms.get().territories.all()]
    assert evaluate("LONGWY-2")["predecessor"] == "LONGWY-1"


def test_the_day_before_the_signature_there_is_no_successor(demo):
    assert evaluate("LONGWY-1", "--at", "2010-11-29")["successor"] is None


def test_what_a_closed_convention_was_promised_came_or_is_lost(demo):
    for convention in Convention.objects.filter(status="closed"):
        found = Evaluation(convention, day(0))
        assert found.pledged == found.received + found.pledges_lost


def test_what_is_left_over_goes_to_the_renewal_by_ledger_lines(demo):
    assert evaluate("LONGWY-1")["balance"] == "0.00"
    assert evaluate("LONGWY-1", "--at", "2010-12-19")["balance"] != "0.00"


def test_longwy_has_a_committee_of_ten_with_a_majority_of_company_heads(demo):
    for antenna_day in (day(0), date(2010, 11, 30)):
        committees = Committee.objects.filter(antenna__name="Longwy").prefetch_related("seats")
        [committee] = [each for each in committees if each.seats_on(antenna_day)]
        assert len(committee.seats_on(antenna_day)) == 10
        assert committee.has_business_majority(antenna_day)


def test_toul_answers_to_the_closure_of_kleber(demo):
    closure = Closure.objects.get(company_name="Kléber")
    assert (closure.jobs_cut, closure.recreation_target, closure.jobs_recreated) == (826, 900, 540)
    assert closure.recreated_by == "Side"
    assert closure.share_recreated == 0.6


def test_five_antennas_of_lorraine_are_active_or_planned(demo):
    assert Counter(Antenna.objects.values_list("status", flat=True)) == {"active": 4, "project": 1}


def test_the_data_file_says_what_is_published_and_what_is_chosen():
    founding = read_data()["founding"]
    for name in ("antennas", "territories", "closures", "committees", "conventions"):
        assert all(
            "published" in row["source"] or "chosen" in row["source"] for row in founding[name]
        )


# Its figures live: they are the sums of rows


@pytest.mark.parametrize(
    ("rows", "key", "after"),
    [
        (Job.objects.standing().created(), "jobs_created", 76),
        (SkillDay.objects.standing().filter(days=1), "skill_days_delivered", "79.00"),
        (Job.objects.standing().maintained(), "jobs_maintained", 20),
    ],
)
def test_striking_one_row_moves_the_published_figure(demo, rows, key, after):
    of_longwy = Q(application__convention__reference="LONGWY-1")
    if rows.model is SkillDay:
        of_longwy = Q(mission__application__convention__reference="LONGWY-1")
    rows.filter(of_longwy).first().strike(reason="Erreur de saisie")
    assert evaluate("LONGWY-1", "--at", "2010-11-30")[key] == after


def test_each_ledger_agrees_with_the_decisions_and_payments_it_comes_from(demo):
    for convention in Convention.objects.all():
        evaluation = Evaluation(convention, day(0))
        granted = sum(decision.money for decision in evaluation.decisions.approved())
        released = total(Release.objects.filter(entry__convention=convention))
        assert evaluation.aid_committed == granted - released
        assert evaluation.balance >= 0


# The present


def test_every_siren_and_siret_is_valid_and_none_is_a_real_company_s(demo):
    companies = list(Company.objects.all())
    assert len(companies) == len({company.siren for company in companies}) > 40
    for company in companies:
        assert siren.is_valid(company.siren) and siret.is_valid(company.siret)
        assert company.siren.startswith("000")


def test_every_plan_put_before_a_committee_balances(demo):
    files = Application.objects.exclude(received_on=None).prefetch_related("financing_lines")
    assert files.count() > 40
    for file in files:
        assert file.imbalance == 0
        assert file.missing(file.received_on) == []
        assert file.financing_lines.all() or not file.requested_money


def test_present_conventions_say_that_they_are_fictitious(demo):
    present = Convention.objects.filter(starts_on__year__gt=2011)
    assert present.count() >= 5
    assert all("(données fictives)" in convention.name for convention in present)
    assert not Company.objects.exclude(notes__icontains="fictif").exclude(
        notes__icontains="fictive"
    )


def test_conventions_run_today_end_soon_are_suspended_and_in_preparation(demo):
    running = set(Convention.objects.running_on(day(0)).values_list("reference", flat=True))
    assert running >= {"LONGWY-7", "TOULOIS-6", "MEUSE-3", "VOSGES-2"}
    statuses = Counter(Convention.objects.values_list("status", flat=True))
    assert set(statuses) == {"draft", "signed", "suspended", "closed"}
    ends_on = Convention.objects.with_end(day(0)).get(reference="MEUSE-3").ends_on
    assert day(0) < ends_on < day(92)


def test_a_group_followed_by_two_antennas_is_one_undertaking(demo):
    company = Company.objects.get(name="Ateliers Brossel")
    account = AidAccount(company)
    assert {each.antenna.name for each in account.companies} == {"Longwy", "Toulois"}
    assert account.total(day(0)) == 62_000


def test_an_advance_granted_under_a_known_rate_is_worth_a_part_of_itself(demo):
    advances = Decision.objects.approved().filter(advance__gt=0, grant=0)
    rates = {each: ReferenceRate.objects.in_force_on(each.decided_on) for each in advances}
    for decision, rate in rates.items():
        assert 0 < decision.grant_equivalent <= decision.advance
        assert (decision.grant_equivalent < decision.advance) is bool(rate)


def test_files_are_at_every_step(demo):
    statuses = set(
        Application.objects.filter(convention__reference="LONGWY-7").values_list(
            "status", flat=True
        )
    )
    assert statuses == set(Application.Status.values)
    drafts = Application.objects.filter(status="draft")
    assert {bool(draft.missing()) for draft in drafts} == {True, False}


def test_the_dashboard_of_longwy_has_something_of_everything(demo):
    dashboard = Dashboard(Antenna.objects.get(name="Longwy"), day(0))
    for name in (
        "conventions",
        "sessions",
        "to_tell",
        "to_complete",
        "awaiting_committee",
        "to_sign",
        "to_pay",
        "late",
        "missions_ending",
        "days_to_certify",
        "jobs_to_observe",
        "surveys",
    ):
        assert len(getattr(dashboard, name)), name


def test_missions_days_jobs_and_money_are_in_every_state(demo):
    today = day(0)
    missions = Mission.objects.all()
    assert missions.running_on(today).count() > 3
    assert missions.filter(starts_on__gt=today) and missions.filter(ends_on__lt=today)
    assert any(mission.warnings() for mission in missions.prefetch_related("skill_days"))
    assert SkillDay.objects.exclude(struck_at=None) and SkillDay.objects.standing().certified()
    assert Job.objects.exclude(corrects=None) and Job.objects.exclude(ends_on=None)
    assert set(Aid.objects.values_list("instrument", flat=True)) == {"advance", "grant"}
    assert Disbursement.objects.standing().exists()
    assert Condition.objects.filter(met_on=None) and Condition.objects.exclude(met_on=None)
    assert Expert.objects.filter(is_available=True).count() >= 12
    assert Sponsor.objects.count() >= 12


# The command


def test_one_account_for_each_role_can_sign_in(demo, client):
    accounts = read_data()["present"]["accounts"]
    assert len(accounts) == User.objects.count() == 8
    for account in accounts:
        assert account["email"] in demo
        user = User.objects.get(email=account["email"])
        assert user.check_password(PASSWORD)
        address = user.emailaddress_set.get()
        assert address.verified and address.primary
        assert client.login(email=user.email, password=PASSWORD)
    assert PASSWORD in demo


def test_the_accounts_hold_what_their_names_say(demo):
    funder = User.objects.get(email="financeur@demo.alize.example")
    readable = set(funder.readable_conventions.values_list("reference", flat=True))
    assert readable == {"LONGWY-1", "LONGWY-2", "LONGWY-7"}
    seats = User.objects.exclude(seats=None).values_list("email", "seats__is_chair")
    assert dict(seats) == {
        "membre@demo.alize.example": False,
        "presidente@demo.alize.example": True,
    }
    assert User.objects.get(is_superuser=True).email == "admin@demo.alize.example"


def test_a_second_run_keeps_what_was_typed(demo):
    company = Company.objects.first()
    company.name = "Renommée"
    company.save()
    before = {model: model.objects.count() for model in (Company, Application, Job, User)}
    printed = run_demo()
    assert "conservées" in printed and "animateur@demo.alize.example" in printed
    assert before == {model: model.objects.count() for model in before}
    assert Company.objects.filter(name="Renommée").exists()


def test_the_demonstration_refuses_to_load_in_production():
    with pytest.raises(CommandError, match="LOCAL"), override_settings(LOCAL=False):
        call_command("demo")


# Its calendar


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-20d", "2026-11-03"),
        ("-2m", "2026-09-23"),
        ("-1m", "2026-10-23"),
        ("-14m/01", "2025-09-01"),
        ("+2m/01", "2027-01-01"),
        ("-2d", "2026-11-20"),  # 21/11/2026 is a Saturday
    ],
)
def test_days_are_counted_from_today(text, expected):
    today = date(2026, 11, 23)
    assert parse_day(text, today).isoformat() == expected


@pytest.mark.parametrize("text", ["hier", "14m", "-14", "-14m/1", ""])
def test_a_day_that_means_nothing_is_an_error(text):
    with pytest.raises(ValueError, match="not a day"):
        parse_day(text, day(0))


def test_a_story_is_told_in_the_order_of_the_days():
    story, told = Story(), []

    def first():
        told.append("first")
        story.on(day(2), told.append, "third")

    story.on(day(3), told.append, "last")
    story.on(day(1), first)
    story.on(day(1), told.append, "second")
    assert story.replay() == 4
    assert told == ["first", "second", "third", "last"]


def test_an_event_that_fails_says_when():
    story = Story()
    story.on(day(-1), lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError) as caught:
        story.replay()
    assert f"{day(-1):%d/%m/%Y}" in caught.value.__notes__[0]


# The papers


def test_present_files_have_the_papers_that_the_network_requires(demo):
    required = PieceKind.objects.exclude(required_since=None)
    assert required.count() == 2
    recent = Application.objects.filter(received_on__gte=day(-40))
    assert recent.count() >= 5
    for file in recent:
        assert all(documents for _kind, documents in file.pieces())
    assert not Document.objects.filter(application__convention__reference="LONGWY-1").exists()


def test_the_papers_are_what_they_say(demo):
    documents = Document.objects.all()
    for document in documents:
        with document.file.open("rb") as file:
            assert extension_of(document.original_name) in extensions_of(file)
    assert {extension_of(each.original_name) for each in documents} == {"pdf", "png"}


def test_the_bank_of_the_demonstration_told_what_is_certain_and_what_is_not(demo):
    statement = Statement.objects.get()
    page = SettlementPage(statement, statement.lines.to_settle())
    certain, typed, unsure, beyond = page.forms
    assert certain.match.chosen and certain["choice"].initial
    assert typed.match.proposals and unsure.match.proposals and not unsure["choice"].initial
    assert beyond.offers_to_keep and not beyond["choice"].initial and beyond.excesses[0][2] > 0
    assert statement.lines.settled().get().label == "COTISATION CLUB DES ENTREPRISES"
