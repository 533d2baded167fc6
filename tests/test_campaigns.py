"""Campaigns: whom they ask, what a company answers, what its check makes of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import transaction

from support.campaigns import send, send_all, send_back, write_to
from support.links import open_address
from support.models import Campaign, GoneJob, Job, NewJob, Survey
from tests import factories as make
from tests.refusals import refused, refused_by

URL = "https://alize.example"
FIGURES = {"headcount": 12, "turnover": None, "comment": ""}


def helped(convention, *, months=13, name="Marchal", email="jeanne@marchal.example"):
    company = make.CompanyFactory(antenna=convention.antenna, name=name)
    make.ContactFactory(company=company, name="Jeanne Marchal", email=email)
    on = make.day(-30 * months - 10)
    return make.approved(convention=convention, company=company, on=on)


@pytest.fixture
def convention(toul):
    """Begun three years ago."""
    return make.ConventionFactory(
        antenna=toul, starts_on=make.day(-1500), funds=100_000, terms={"ends_on": make.day(300)}
    )


@pytest.fixture
def campaign(toul, convention):
    """One company, helped thirteen months ago, with a job seen since."""
    file = helped(convention)
    make.JobFactory(application=file, starts_on=make.day(-300), observed_on=make.day(-200))
    return open_for(toul)


def open_for(antenna, months=12):
    return Campaign.open(antenna, months, on=make.day(0), answer_by=make.day(30))


def answered(survey, **changes):
    values = {"on": make.day(0), "by": "Jeanne", "gone": [], "new": []} | FIGURES | changes
    survey.answer(**values)
    return Survey.objects.get(pk=survey.pk)


# Whom it asks


def test_it_asks_each_company_once_at_a_term_in_the_year_that_follows(toul, convention):
    due = helped(convention, name="Due")
    helped(convention, months=10, name="Too early")
    later = helped(convention, months=26, name="Two years")
    assert [each.company.name for each in Campaign.to_ask(toul, 12, make.day(0))] == ["Due"]
    campaign = open_for(toul)
    assert [each.application for each in campaign.surveys.all()] == [due]
    assert not Campaign.to_ask(toul, 12, make.day(0)).exists()
    assert list(Campaign.to_ask(toul, 24, make.day(0))) == [later]


def test_an_annulled_decision_and_another_antenna_are_not_asked(toul, longwy, convention):
    file = helped(convention)
    file.decisions.update(annulled_on=make.day(-1), annulled_reason="Erreur")
    elsewhere = make.ConventionFactory(
        antenna=longwy, starts_on=make.day(-1500), funds=100_000, terms={"ends_on": make.day(300)}
    )
    helped(elsewhere)
    with refused("nobody"):
        open_for(toul)
    assert not Campaign.objects.exists()


def test_one_is_open_at_a_time_and_leaves_time_to_answer(toul, campaign, convention):
    helped(convention, name="Another")
    with refused():
        open_for(toul)
    with refused_by("campaign_open_once_at_a_milestone"):
        Campaign.objects.create(
            antenna=toul, months=12, opened_on=make.day(0), answer_by=make.day(9)
        )
    with refused_by("campaign_leaves_time_to_answer"):
        Campaign.objects.update(answer_by=make.day(0))
    with refused_by("campaign_closed_after_it_was_opened"):
        Campaign.objects.update(closed_on=make.day(-1))


# How it leaves


def test_a_questionnaire_leaves_then_a_reminder_until_somebody_answers(campaign, alice):
    survey = campaign.surveys.get()
    send(survey, root_url=URL, by=alice)
    send(survey, root_url=URL, by=alice)
    first, second = mail.outbox
    assert first.to == ["jeanne@marchal.example"] and f"{URL}/questionnaire/" in first.body
    assert "relancer" in second.body and "relancer" not in first.body
    survey.refresh_from_db()
    assert (survey.status, survey.reminders) == ("asked", 1)
    answered(survey)
    with refused("answered"):
        send(survey, root_url=URL, by=alice)


def test_a_mail_server_that_fails_stops_there_and_keeps_nothing(campaign, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    outcome = send_all([campaign.surveys.get()] * 3, root_url=URL, by=alice)
    assert (outcome.sent, len(outcome.failed)) == ([], 1)
    assert campaign.surveys.get().status == "to_send"


def test_who_has_no_address_is_told(toul, convention, alice):
    helped(convention, email="")
    survey = open_for(toul).surveys.get()
    with refused("no_address"):
        send(survey, root_url=URL, by=alice)


# What comes of an answer


def test_an_accepted_answer_becomes_facts_and_changes_no_past_figure(campaign, alice):
    survey = campaign.surveys.get()
    job = survey.jobs().get()
    past = [day for day in (-250, -199, -100, -31) if counted(day) or day < -200]
    before = {day: counted(day) for day in past}
    new = {"number": 2, "contract": "permanent", "fte": Decimal("0.5"), "starts_on": make.day(-20)}
    survey = answered(survey, gone=[(job, make.day(-30))], new=[new])
    assert counted(0) == 1  # nothing counts before somebody checked it
    survey.accept(on=make.day(0), by=alice)
    assert {day: counted(day) for day in past} == before
    assert counted(-30) == 0 and counted(0) == 2
    created = Job.objects.standing().filter(starts_on=make.day(-20))
    assert {(each.fte, each.observed_on, each.created_by) for each in created} == {
        (Decimal("0.50"), make.day(0), alice)
    }


def counted(offset):
    return Job.objects.counting_on(make.day(offset)).count()


def test_an_answer_changes_until_it_is_checked(campaign, alice):
    new = {"number": 1, "contract": "permanent", "fte": 1, "starts_on": make.day(-20)}
    survey = answered(campaign.surveys.get(), new=[new, new])
    survey = answered(survey, headcount=14)
    assert survey.headcount == 14 and not survey.new_jobs.exists()
    survey.accept(on=make.day(0), by=alice)
    with refused("checked"):
        answered(survey)
    with refused("nothing_to_check"):
        survey.accept(on=make.day(0), by=alice)


def test_what_lacks_is_asked_by_mail_and_the_answer_opens_again(campaign, alice):
    survey = answered(campaign.surveys.get())
    with refused(field="comment"):
        send_back(survey, comment=" ", root_url=URL, by=alice)
    send_back(survey, comment="Depuis quand ?", root_url=URL, by=alice)
    assert "Depuis quand ?" in mail.outbox[-1].body
    assert Survey.objects.get().may_be_answered
    assert answered(Survey.objects.get()).status == "answered"


def test_a_contested_answer_counts_for_nothing(campaign, alice):
    new = {"number": 5, "contract": "permanent", "fte": 1, "starts_on": make.day(-20)}
    survey = answered(campaign.surveys.get(), new=[new])
    survey.contest(on=make.day(0), comment="Aucun contrat", by=alice)
    assert counted(0) == 1 and survey.check_comment == "Aucun contrat"


def test_it_closes_once_checked_and_silence_stays_told(toul, convention, campaign, alice):
    survey = campaign.surveys.get()
    send(survey, root_url=URL, by=alice)
    answered(survey)
    with refused("unchecked"):
        campaign.close(on=make.day(0))
    Survey.objects.get().contest(on=make.day(0), comment="x", by=alice)
    helped(convention, months=26, name="Silent")
    silent = open_for(toul, 24)
    send(silent.surveys.get(), root_url=URL, by=alice)
    silent.close(on=make.day(0))
    counts = Campaign.objects.with_counts().get(pk=silent.pk)
    assert (counts.asked, counts.answered, silent.surveys.unanswered().count()) == (1, 0, 1)
    assert not silent.surveys.get().may_be_answered
    with refused("closed"):
        silent.close(on=make.day(0))


@pytest.mark.parametrize(
    "line",
    [
        {"number": 0},
        {"fte": Decimal("1.5")},
        {"starts_on": make.day(3)},
        {"contract": "typo"},
    ],
)
def test_a_wrong_line_is_refused_whole(campaign, line):
    survey = campaign.surveys.get()
    new = {"number": 1, "contract": "permanent", "fte": 1, "starts_on": make.day(-20)} | line
    with refused():
        answered(survey, new=[new])
    assert Survey.objects.get().status == "to_send" and not NewJob.objects.exists()


def test_a_job_does_not_end_before_it_began(campaign):
    survey = campaign.surveys.get()
    with refused(field="ended_on"):
        answered(survey, gone=[(survey.jobs().get(), make.day(-301))])
    assert not GoneJob.objects.exists()


def test_the_database_keeps_questionnaires_whole(campaign):
    survey = campaign.surveys.get()
    for constraint, fields in [
        ("survey_status_known", {"status": "typo"}),
        ("survey_answered_on_a_day", {"status": "answered"}),
        ("survey_checked_on_a_day", {"status": "accepted", "answered_on": make.day(0)}),
    ]:
        with refused_by(constraint):
            Survey.objects.update(**fields)
    with refused_by("survey_once_for_a_file"):
        Survey.objects.create(
            campaign=campaign, application=survey.application, word="x", expires_on=make.day(9)
        )
    line = {"survey": survey, "contract": "permanent", "fte": 1, "starts_on": make.day(-2)}
    for constraint, fields in [
        ("new_job_contract_known", {"contract": "typo"}),
        ("new_job_is_a_full_time_at_most", {"fte": 2}),
    ]:
        with refused_by(constraint):
            NewJob.objects.create(**line | fields)
    with refused_by("gone_job_once_in_an_answer"), transaction.atomic():
        for _ in range(2):
            GoneJob.objects.create(survey=survey, job=survey.jobs().get(), ended_on=make.day(0))


# What a company may say of its jobs


def test_a_new_job_that_stood_before_the_file_is_refused_at_once(campaign):
    survey = campaign.surveys.get()
    before = survey.application.received_on - timedelta(days=1)
    new = {"number": 1, "contract": "permanent", "fte": 1, "starts_on": before}
    with refused(field="starts_on"):
        answered(survey, new=[new])
    assert not NewJob.objects.exists()


def test_a_contract_whose_end_is_known_is_asked_about_until_it_comes(campaign):
    survey = campaign.surveys.get()
    Job.objects.update(ends_on=make.day(60))
    assert survey.jobs().count() == 1
    Job.objects.update(ends_on=make.day(0))
    assert not survey.jobs().exists()


def test_a_job_corrected_since_the_answer_is_asked_about_anew(campaign, alice):
    job = campaign.surveys.get().jobs().get()
    survey = answered(campaign.surveys.get(), gone=[(job, make.day(-30))])
    job.correct(reason="Mi-temps", fte=Decimal("0.5"), by=alice)
    with refused("changed"):
        survey.accept(on=make.day(0), by=alice)
    assert Survey.objects.get().status == "answered" and counted(0) == 1


# To whom it goes


def test_reminders_go_to_who_was_not_written_to_today(campaign, alice):
    survey = campaign.surveys.get()
    remaining = campaign.surveys.counts
    assert remaining(make.day(0))["to_send"] == 1
    send(survey, root_url=URL, by=alice)
    assert remaining(make.day(0)) == dict.fromkeys(remaining(make.day(0)), 0)
    assert list(campaign.surveys.to_remind(make.day(1))) == [survey]
    send_back(answered(survey), comment="Depuis quand ?", root_url=URL, by=alice)
    assert not campaign.surveys.to_remind(make.day(0)).exists()
    assert list(campaign.surveys.to_remind(make.day(1))) == [survey]
    send(Survey.objects.get(), root_url=URL, by=alice)
    assert "Depuis quand ?" in mail.outbox[-1].body and Survey.objects.get().status == "to_fix"


def test_another_contact_gets_an_address_and_the_first_one_opens_no_more(campaign, alice):
    survey = campaign.surveys.get()
    send(survey, root_url=URL, by=alice)
    first = survey.token
    other = make.ContactFactory(company=survey.application.company, email="paul@marchal.example")
    write_to(survey, other, root_url=URL, by=alice)
    assert mail.outbox[-1].to == ["paul@marchal.example"]
    assert open_address(Survey.objects, first) is None
    assert open_address(Survey.objects, Survey.objects.get().token) == survey
    write_to(survey, other, root_url=URL, by=alice)
    assert open_address(Survey.objects, survey.token) == survey


def test_a_late_reminder_opens_and_says_that_it_is_late(campaign, alice):
    survey = campaign.surveys.get()
    send(survey, root_url=URL, by=alice)
    Campaign.objects.update(opened_on=make.day(-99), answer_by=make.day(-70))
    Survey.objects.update(expires_on=make.day(-10))
    survey = Survey.objects.get()
    send(survey, root_url=URL, by=alice)
    assert "étaient attendues" in mail.outbox[-1].body and not Survey.objects.get().is_over
    campaign.close(on=make.day(0))
    with refused("closed"):
        send(Survey.objects.get(), root_url=URL, by=alice)
