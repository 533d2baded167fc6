"""Antennas that need help: each threshold on both of its sides, at any date, with the way out."""

from datetime import time
from decimal import Decimal

import pytest
from django.test import override_settings
from django.utils import timezone

from committee.models import Session
from conventions.schedule import add_months
from reports.network.help import worries
from reports.network.picture import Network
from support.models import Campaign
from tests import factories as make
from tests.factories import TODAY, day

TERMS = {"target_aid": 0, "target_days": 0, "target_jobs": 0}


def told(at=TODAY):
    """The sentences of each antenna that needs help, by its name."""
    return {
        worry.antenna.name: [
            str(reason.sentence).replace("\u00a0", " ") for reason in worry.reasons
        ]
        for worry in worries(Network(at))
    }


def running(antenna, **terms):
    """A convention of 400 days, whose committee has just met."""
    convention = make.ConventionFactory(
        antenna=antenna, starts_on=day(-400), funds=100_000, terms=TERMS | terms
    )
    met(convention, day(-5))
    return convention


def met(convention, on):
    """A session that was held and closed."""
    session = make.SessionFactory(convention=convention, on=on, at=time(9))
    at = timezone.now()
    Session.objects.filter(pk=session.pk).update(
        status="closed", convened_at=at, quorum_percent=50, opened_at=at, closed_at=at
    )


def test_an_antenna_within_every_threshold_is_not_told(toul):
    running(toul)
    assert told() == {}


def test_an_open_antenna_without_a_convention_needs_one(toul):
    make.AntennaFactory(name="En projet", status="project")
    assert told() == {"Toul": ["Aucune convention en cours."]}


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        # 401 days of 1 097: 37 % of the time is gone.
        (0, ["0 % de l’objectif d’emplois atteint alors que 37 % du temps est écoulé (C)."]),
        (1, ["10 % de l’objectif d’emplois atteint alors que 37 % du temps est écoulé (C)."]),
        (2, None),
    ],
)
def test_a_pace_far_behind_the_time_gone_is_told(toul, jobs, expected):
    convention = running(toul, target_jobs=10, ends_on=day(696))
    convention.reference = "C"
    convention.save()
    file = make.approved(convention=convention, on=day(-30))
    for _ in range(jobs):
        make.JobFactory(application=file)
    assert told().get("Toul") == expected


def test_a_convention_that_begins_is_given_time(toul):
    running(toul, target_jobs=10, target_aid=1_000, target_days=9)
    assert len(told()["Toul"]) == 3
    assert told(day(-300)).get("Toul") is None


@pytest.mark.parametrize(("percent", "is_told"), [(5, True), (99, False)])
def test_late_advances_are_told_beyond_a_share_of_what_is_owed(toul, percent, is_told):
    convention = running(toul)
    aid = make.late_advance(convention=convention)
    late = aid.late_on(TODAY)
    with override_settings(HELP_LATE_PERCENT=percent):
        sentences = told().get("Toul")
    share = round(100 * late / Decimal(1000))
    expected = f"{late:.2f} € d’avances en retard, soit {share} % de ce qui reste dû."
    assert sentences == ([expected.replace(".", ",", 1)] if is_told else None)


def test_a_committee_that_has_not_met_for_six_months_is_told(toul):
    convention = make.ConventionFactory(antenna=toul, starts_on=day(-400), terms=TERMS)
    start = f"{day(-400):%d/%m/%Y}"
    assert told() == {
        "Toul": [f"Ni séance ni décision depuis le début de la convention, le {start}."]
    }
    assert told(add_months(day(-400), 6)) == {}
    met(convention, day(-250))
    assert told() == {"Toul": [f"Ni séance ni décision depuis le {day(-250):%d/%m/%Y}."]}
    assert told(day(-100)) == {}
    met(convention, day(-10))
    assert told() == {}


def test_a_decision_tells_of_a_session_that_nobody_typed(toul):
    convention = make.ConventionFactory(
        antenna=toul, starts_on=day(-400), funds=50_000, terms=TERMS
    )
    make.approved(convention=convention, on=day(-20))
    assert told() == {}


def test_a_long_silence_leads_to_what_there_is_to_read(client, nadia, toul):
    """The files of the last decision when nobody typed its session; the convention before both."""
    convention = make.ConventionFactory(
        antenna=toul, starts_on=day(-400), funds=50_000, terms=TERMS
    )
    [[reason]] = [worry.reasons for worry in worries(Network(TODAY))]
    assert reason.url == convention.get_absolute_url()
    file = make.approved(convention=convention, on=day(-300))
    [[reason]] = [worry.reasons for worry in worries(Network(TODAY))]
    assert f"depuis le {day(-300):%d/%m/%Y}" in reason.sentence
    client.force_login(nadia)
    assert list(client.get(reason.url).context["page"]) == [file]
    [[reason]] = [worry.reasons for worry in worries(Network(day(-1)))]
    assert reason.url.endswith(f"&au={day(-1)}")
    met(convention, day(-250))
    [[reason]] = [worry.reasons for worry in worries(Network(TODAY))]
    assert [each.on for each in client.get(reason.url).context["page"]] == [day(-250)]


def test_a_suspended_convention_is_told_as_such_and_not_as_behind(toul):
    convention = running(toul, target_jobs=10, target_aid=1_000)
    assert len(told()["Toul"]) == 2
    convention.suspend(on=day(-3), reason="Audit")
    sentence = f"La convention {convention} est suspendue depuis le {day(-3):%d/%m/%Y}."
    assert told() == {"Toul": [sentence]}
    assert len(told(day(-4))["Toul"]) == 2
    convention.resume(on=day(-1))
    assert len(told()["Toul"]) == 2 and sentence not in told()["Toul"]


@pytest.mark.parametrize(("answers", "is_told"), [(1, True), (2, False)])
def test_a_campaign_that_most_did_not_answer_is_told_once_it_should_be_over(toul, answers, is_told):
    convention = running(toul)
    files = [make.approved(convention=convention, on=day(-395)) for _ in range(3)]
    campaign = Campaign.open(toul, 12, on=day(-20), answer_by=day(-5))
    campaign.surveys.update(status="asked", asked_on=day(-20))
    for file in files[:answers]:
        survey = campaign.surveys.get(application=file)
        survey.answer(on=day(-2), by="Jeanne", gone=[], new=[])
    sentence = (
        f"2 entreprises sur 3 n’ont pas répondu à la campagne M+12,"
        f" attendue pour le {day(-5):%d/%m/%Y}."
    )
    assert told().get("Toul") == ([sentence] if is_told else None)
    assert told(day(-5)) == {}
    # Whoever answered on a later day had not answered before.
    assert "3 entreprises sur 3" in told(day(-3))["Toul"][0]
    campaign.surveys.filter(status="answered").update(status="accepted", checked_on=day(-1))
    campaign.close(on=TODAY)
    assert told() == {}


def test_a_convention_that_ends_soon_wants_a_successor(toul):
    convention = running(toul, ends_on=add_months(TODAY, 6))
    end = f"{add_months(TODAY, 6):%d/%m/%Y}"
    sentence = f"La convention {convention} finit le {end}, et aucune suite n’est signée."
    assert told() == {"Toul": [sentence]}
    assert told(day(-1)) == {}
    successor = convention.renew(
        reference="SUITE", name="Suite", starts_on=day(190), ends_on=day(1200)
    )
    [[reason]] = [worry.reasons for worry in worries(Network(TODAY))]
    assert reason.url == successor.get_absolute_url()
    assert told() == {
        "Toul": [
            f"La convention {convention} finit le {end}, et sa suite SUITE est en préparation."
        ]
    }
    successor.sign(on=day(-1))
    assert told() == {}


def test_reasons_lead_to_where_they_are_settled(client, nadia, toul):
    convention = running(toul, target_jobs=10, ends_on=day(90))
    make.late_advance(convention=convention)
    file = make.approved(convention=convention, on=day(-395))
    campaign = Campaign.open(toul, 12, on=day(-20), answer_by=day(-5))
    campaign.surveys.update(status="asked", asked_on=day(-20))
    make.AntennaFactory(name="Longwy")
    make.ConventionFactory(antenna=make.AntennaFactory(name="Vosges"), starts_on=day(-400))
    assert file.surveys.count() == 1
    client.force_login(nadia)
    found = worries(Network(TODAY))
    assert [worry.antenna.name for worry in found] == ["Toul", "Longwy", "Vosges"]
    for worry in found:
        for reason in worry.reasons:
            assert client.get(reason.url).status_code == 200, reason
