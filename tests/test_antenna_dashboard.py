"""The dashboard of an antenna at a date: gauges, steps, late things, session, twelve months."""

import re
from datetime import datetime, time
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from committee.models import Application, ApplicationStatus
from conventions.models import Convention
from conventions.schedule import add_months
from reports.antenna import AntennaFigures
from reports.evaluation import Evaluation
from reports.gauges import gauge_lines
from reports.glance import glances, running_on
from reports.year import Year
from support.models import Aid
from tests import factories as make
from tests.factories import TODAY, day
from tests.left import surveyed

GAUGES = ["aid_committed", "balance", "aid_disbursed", "skill_days_granted"]
GAUGES += ["skill_days_delivered", "jobs_validated", "jobs_to_create", "jobs_created"]
GAUGES += ["jobs_maintained", "skill_days_certified", "jobs_verified", "gauges", "time_elapsed"]
GAUGES += ["jobs_maintained_verified"]


def help_a_company(convention, **company):
    """10 000 €, half of them paid, one day and one job."""
    company = make.CompanyFactory(antenna=convention.antenna, **company)
    application = make.approved(convention=convention, company=company)
    aid = make.AidFactory(decision=application.approval)
    aid.disburse(Decimal(5_000), on=day(-10))
    mission = make.MissionFactory(application=application)
    make.SkillDayFactory(mission=mission, done_on=day(-8))
    make.JobFactory(application=application, starts_on=day(-9), observed_on=day(-6))
    return application


def begun(application, days_ago):
    """A draft that was typed so many days ago."""
    moment = timezone.make_aware(datetime.combine(day(-days_ago), time()))
    Application.objects.filter(pk=application.pk).update(created_at=moment)
    return application


def address(antenna):
    return reverse("reports:dashboard", args=[antenna.pk])


def words(response):
    return " ".join(unescape(response.content.decode()).replace("\u00a0", " ").split())


@pytest.mark.parametrize("ago", [0, 7, 9, 30, 300])
def test_the_gauges_of_several_conventions_are_those_of_their_evaluations(convention, ago):
    help_a_company(convention)
    other = make.ConventionFactory(antenna=convention.antenna, funds=30_000)
    for read in glances(running_on(convention.antenna, day(-ago)), day(-ago)):
        alone = Evaluation(Convention.objects.get(pk=read.convention.pk), day(-ago))
        for name in GAUGES:
            assert getattr(read, name) == getattr(alone, name), name
    help_a_company(other)
    assert len(glances(running_on(convention.antenna, TODAY), TODAY)) == 2


def test_gauges_cost_the_same_for_one_convention_and_for_ten(
    convention, django_assert_max_num_queries
):
    antenna = convention.antenna
    with django_assert_max_num_queries(20) as few:
        [gauge_lines(each) for each in glances(running_on(antenna, TODAY), TODAY)]
    for _ in range(9):
        make.ConventionFactory(antenna=antenna, funds=1_000)
    with django_assert_max_num_queries(len(few)):
        assert len([gauge_lines(each) for each in glances(running_on(antenna, TODAY), TODAY)]) == 10


def test_a_convention_closed_since_ran_on_a_day_before(convention):
    convention.close(on=day(-5), reason="Fin")
    assert running_on(convention.antenna, day(-6)) == [convention]
    assert running_on(convention.antenna, TODAY) == []


# Files by step


def a_file_of_each_age(convention):
    for days_ago in (0, 30, 31, 90, 91):
        begun(make.ApplicationFactory(convention=convention), days_ago)
    make.submitted(convention=convention)
    make.approved(convention=convention)
    refused = make.submitted(convention=convention)
    refused.refuse(on=TODAY, reason="Hors du territoire")


def test_files_are_told_by_step_and_by_how_long_they_are_there(convention):
    a_file_of_each_age(convention)
    steps = {step.status: step for step in AntennaFigures(convention.antenna, TODAY).steps}
    assert list(steps) == ApplicationStatus.values
    assert [aged.count for aged in steps["draft"].ages] == [2, 2, 1]
    assert [aged.count for aged in steps["submitted"].ages] != [None] * 3
    for over in ("approved", "refused", "withdrawn"):  # nothing waits there: nothing grows old
        assert [aged.count for aged in steps[over].ages] == [None] * 3
    assert {status: step.count for status, step in steps.items()} == {
        "draft": 5,
        "submitted": 1,
        "approved": 1,
        "refused": 1,
        "adjourned": 0,
        "withdrawn": 0,
    }


LINK = re.compile(r'href="(/dossiers/\?[^"]*)">(?:<strong>)?(\d+)<')
ALL_LINKS = re.compile(r'href="([^"]*\?antenna=[^"]*)">(?:<strong>)?(\d+)[< ]')


@pytest.mark.parametrize("ago", [0, 1, 40])
def test_each_count_leads_to_a_list_with_as_many_rows(client, alice, convention, longwy, ago):
    a_file_of_each_age(convention)
    make.ApplicationFactory(convention=make.ConventionFactory(antenna=longwy))
    make.late_advance(convention=convention)
    make.late_advance(convention=convention, days=100)
    client.force_login(alice)
    asked = {"au": day(-ago).isoformat()} if ago else {}
    page = client.get(address(convention.antenna), asked).text
    links = ALL_LINKS.findall(page)
    assert len(links) > 3
    for url, count in links:
        answer = client.get(unescape(url))
        assert not answer.context["filter"].errors, url
        assert answer.context["page"].paginator.count == int(count), url


def test_a_reader_of_several_antennas_opens_the_files_of_one(client, nadia, convention, longwy):
    a_file_of_each_age(convention)
    make.ApplicationFactory(convention=make.ConventionFactory(antenna=longwy))
    client.force_login(nadia)
    for url, count in LINK.findall(client.get(address(convention.antenna)).text):
        assert client.get(unescape(url)).context["page"].paginator.count == int(count), url


# What is late


def test_late_advances_are_counted_by_age(convention):
    make.late_advance(convention=convention, days=20)
    make.late_advance(convention=convention, days=40)
    figures = AntennaFigures(convention.antenna, TODAY)
    assert [each.count for each in figures.late] == [1, 1, 0, 0]
    assert figures.late_advances.count == 2
    assert figures.late_advances.euros == sum(aid.late for aid in Aid.objects.with_money())
    assert AntennaFigures(convention.antenna, day(-41)).late_advances.count == 0


def test_calls_declarations_and_silent_companies_are_late_too(client, alice, convention):
    pledge = convention.pledges.first()
    make.called(pledge, Decimal(700), on=day(-40), due_on=day(-10))
    make.AidFactory(decision=make.approved(convention=convention, grant=Decimal(300)).approval)
    campaign = convention.antenna.campaigns.create(months=12, opened_on=day(-30), answer_by=day(-5))
    silent = surveyed(campaign, make.approved(convention=convention))
    silent.gone_jobs.all().delete()
    silent.status, silent.asked_on, silent.answered_on = "asked", day(-29), None
    silent.save()
    figures = AntennaFigures(convention.antenna, TODAY)
    assert figures.late_calls == (1, Decimal(700))
    assert figures.undeclared.count == 1
    assert [each.silent for each in figures.silent_campaigns] == [1]
    client.force_login(alice)
    page = words(client.get(address(convention.antenna)))
    assert "1 appel de fonds en retard" in page and "700,00 €" in page
    assert "1 aide à déclarer au registre" in page
    assert "1 questionnaire sans réponse" in page
    before = AntennaFigures(convention.antenna, day(-11))
    assert before.late_calls.count == 0 and not before.silent_campaigns


def test_nothing_late_is_said(client, alice, convention):
    client.force_login(alice)
    assert "Rien n’est en retard" in words(client.get(address(convention.antenna)))


# The session


def test_the_next_session_tells_its_files(client, alice, convention):
    session = make.SessionFactory(convention=convention, on=day(9))
    application = make.submitted(convention=convention)
    session.add(application)
    client.force_login(alice)
    page = words(client.get(address(convention.antenna)))
    assert "Prochaine séance" in page and "1 dossier à l’ordre du jour" in page
    assert f'href="{session.get_absolute_url()}"' in page
    assert application.company.name in page
    past = words(client.get(address(convention.antenna), {"au": day(-1).isoformat()}))
    assert "Aucune séance n’a été tenue depuis" in past


# Twelve months


def test_twelve_months_tell_each_figure_at_its_month(convention):
    help_a_company(convention)
    year = Year(convention.antenna, TODAY)
    assert [month.first_day for month in year.months] == [
        add_months(TODAY.replace(day=1), -ago) for ago in range(11, -1, -1)
    ]
    whole = year.whole
    assert (whole.received, whole.decided, whole.days, whole.jobs) == (1, 1, 1, 1)
    assert (whole.committed, whole.disbursed, whole.repaid) == (10_000, 5_000, 0)
    paid = day(-10).replace(day=1)
    assert next(month.disbursed for month in year.months if month.first_day == paid) == 5_000
    assert max(max(chart.heights) for chart in year.charts) == 20


def test_what_is_released_is_taken_off_and_an_old_month_is_forgotten(convention):
    application = make.approved(convention=convention, on=day(-9))
    application.annul(on=day(-8), reason="Montant mal saisi")
    assert Year(convention.antenna, TODAY).whole.committed == 0
    assert Year(convention.antenna, day(-9)).whole.committed == 10_000
    assert Year(convention.antenna, TODAY).whole.decided == 0
    assert Year(convention.antenna, add_months(TODAY, 12)).whole.received == 0


def told(figures):
    """All that a dashboard tells of a day, as values."""
    return (
        figures.steps,
        figures.late,
        figures.late_calls,
        figures.undeclared,
        [each.sums for _convention, each, _gauges in figures.conventions],
        figures.year.lines,
    )


def test_a_past_day_does_not_move_when_later_rows_are_added(convention):
    help_a_company(convention)
    make.late_advance(convention=convention)
    a_file_of_each_age(convention)
    past = day(-5)
    before = told(AntennaFigures(convention.antenna, past))
    aid = Aid.objects.with_arrears(TODAY).filter(arrears__gt=0).first()
    aid.repay(Decimal(100), on=day(-1))
    waiting = Application.objects.filter(status="submitted").first()
    waiting.approve(on=TODAY, advance=Decimal(4_000))
    make.AidFactory(decision=waiting.approval, contract_on=TODAY).disburse(4_000, on=TODAY)
    job = make.JobFactory(application=waiting, starts_on=TODAY, observed_on=TODAY)
    assert job.pk
    assert told(AntennaFigures(convention.antenna, past)) == before
    assert told(AntennaFigures(convention.antenna, TODAY)) != before


def test_the_twelve_months_leave_as_a_file_of_that_day(client, alice, convention):
    help_a_company(convention)
    client.force_login(alice)
    asked = {"au": day(-9).isoformat(), "format": "csv"}
    answer = client.get(address(convention.antenna), asked)
    assert day(-9).isoformat() in answer.headers["Content-Disposition"]
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert len(lines) == 14 and "5000,00" in lines[-1]


# The day


def test_a_past_day_is_said_and_leads_back_to_today(client, alice, convention):
    client.force_login(alice)
    url = address(convention.antenna)
    past = client.get(url, {"au": day(-3).isoformat()})
    assert "Vous lisez la situation au" in words(past)
    assert "Ce qui attend n’est montré que pour aujourd’hui" in words(past)
    assert "dashboard" not in past.context
    assert "Vous lisez la situation" not in words(client.get(url, {"au": TODAY.isoformat()}))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2090-01-01", "Cette date est dans le futur"),
        ("0206-11-25", "Vérifiez l’année"),
        ("hier", "Saisissez une date valide"),
        ("2026-13-45", "Saisissez une date valide"),
        ("\0", "valide"),
    ],
)
@pytest.mark.parametrize("kind", ["", "csv"])
def test_a_wrong_day_gets_a_sentence_and_no_file(client, alice, convention, typed, sentence, kind):
    client.force_login(alice)
    page = client.get(address(convention.antenna), {"au": typed, "format": kind})
    assert page.status_code == 200
    assert sentence in words(page)
    assert "figures" not in page.context


def test_the_dashboard_costs_the_same_for_one_file_and_for_many(
    client, alice, convention, django_assert_max_num_queries
):
    def pile():
        help_a_company(convention)
        a_file_of_each_age(convention)
        make.late_advance(convention=convention)
        session.add(make.submitted(convention=convention))

    session = make.SessionFactory(convention=convention, on=day(9))
    pile()
    client.force_login(alice)
    for asked in ({}, {"au": day(-2).isoformat()}):
        client.get(address(convention.antenna), asked)
    counts = []
    for asked in ({}, {"au": day(-2).isoformat()}):
        with django_assert_max_num_queries(110) as few:
            client.get(address(convention.antenna), asked)
        counts.append((asked, len(few)))
    for _ in range(3):
        pile()
    for asked, count in counts:
        with django_assert_max_num_queries(count):
            client.get(address(convention.antenna), asked)
