"""A mission from its agreement to its report: signed, paused, stopped, its days logged."""

from decimal import Decimal
from uuid import uuid4

import pytest

from support.agreement import agreement_pdf
from support.models import Mission, MissionState, Pause, SkillDay
from tests.factories import (
    ExpertFactory,
    MissionFactory,
    SkillDayFactory,
    SponsorFactory,
    approved,
    day,
)
from tests.printed import is_accessible, words
from tests.refusals import refused, refused_by

HALF = Decimal("0.5")


@pytest.fixture
def mission(convention):
    """Runs from twenty days ago to 160 days from now; agreed on its first day."""
    return MissionFactory(application=approved(convention=convention, on=day(-60), days=2))


def state(mission, on):
    return Mission.objects.with_state(day(on)).get(pk=mission.pk).get_state_display()


# Where it stands


def test_a_mission_stands_somewhere_on_every_day(mission):
    mission.pause(on=day(-10), reason="Inventaire")
    mission.resume(on=day(-5))
    mission.stop(on=day(-1), reason="Départ de l’intervenant")
    told = [state(mission, on) for on in (-21, -20, -10, -6, -5, -2, -1, 200)]
    assert told == [
        "À signer",
        "En cours",
        "En pause",
        "En pause",
        "En cours",
        "En cours",
        "Arrêtée",
        "Arrêtée",
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"signed_on": None}, MissionState.TO_SIGN),
        ({"starts_on": day(3)}, MissionState.TO_COME),
        ({"ends_on": day(-1)}, MissionState.ENDED),
        ({}, MissionState.RUNNING),
    ],
)
def test_its_dates_and_its_signature_say_where_it_stands(mission, fields, expected):
    Mission.objects.update(**fields)
    assert Mission.objects.with_state(day(0)).get().state == expected


def test_it_lasts_as_long_as_the_convention_says(mission):
    mission.ends_on = day(-20 + 365 + 300)
    with refused(field="ends_on"):
        mission.full_clean()
    mission.application.convention.terms.update(mission_months=24)
    Mission.objects.get().application.convention.refresh_from_db()
    mission = Mission.objects.get()
    mission.ends_on = day(-20 + 365 + 300)
    mission.full_clean()


def test_it_does_not_start_before_the_committee_granted_it(mission):
    mission.starts_on = day(-61)
    with refused(field="starts_on"):
        mission.full_clean()
    mission.starts_on = day(-60)
    mission.full_clean()


def test_its_agreement_follows_the_approval(mission):
    mission.signed_on = day(-61)
    with refused(field="signed_on"):
        mission.full_clean()


def test_the_agreement_names_everyone_and_nothing_of_any_tax(mission):
    lender = SponsorFactory(name="Amicale des anciens", kind="association")
    helper = ExpertFactory(first_name="Hélène", last_name="Aide", sponsor=lender)
    mission.others.add(helper)
    content = agreement_pdf(mission, at=mission.application.created_at)
    assert is_accessible(content, title="Convention de mission")
    text = words(content)
    for told in (
        mission.application.company.name,
        mission.expert.sponsor.name,
        str(mission.expert),
        "Hélène Aide (Amicale des anciens)",
        "Pour Amicale des anciens",
        "L’intervenant, Hélène Aide",
        "S’il est son salarié, il le reste",
        "2 journées",
        "gratuites pour l’entreprise",
    ):
        assert told in text, told
    assert "impôt" not in text and "fiscal" not in text


# Days


def test_a_day_is_logged_by_its_expert_or_one_who_helps(mission):
    helper, stranger = ExpertFactory(), ExpertFactory()
    mission.others.add(helper)
    mission.log(HALF, on=day(-3))
    mission.log(HALF, on=day(-3), expert=helper)
    with refused(field="expert"):
        mission.log(HALF, on=day(-3), expert=stranger)
    assert {each.expert for each in SkillDay.objects.all()} == {mission.expert, helper}


@pytest.mark.parametrize(("on", "field"), [(-21, "done_on"), (1, "done_on"), (-8, "done_on")])
def test_a_day_outside_the_mission_to_come_or_in_a_pause_is_refused(mission, on, field):
    mission.pause(on=day(-10), reason="Inventaire")
    mission.resume(on=day(-5))
    with refused(field=field):
        mission.log(HALF, on=day(on))
    assert not SkillDay.objects.exists()
    mission.log(HALF, on=day(-5))


def test_a_page_sent_again_counts_once_and_another_day_is_not_lost(mission):
    key = uuid4()
    first = mission.log(HALF, on=day(-3), key=key)
    assert mission.log(HALF, on=day(-3), key=key) == first
    with refused("sent"):
        mission.log(HALF, on=day(-2), key=key)
    assert SkillDay.objects.count() == 1


def test_a_certificate_without_days_is_refused(mission):
    with refused(field="days"):
        mission.certify([], on=day(0), by="Mme Marchal")


def test_a_day_that_changed_meanwhile_is_not_certified_twice(mission):
    days = [mission.log(HALF, on=day(-offset)) for offset in (3, 2)]
    seen = list(SkillDay.objects.all())
    mission.certify(days[:1], on=day(-1), by="Mme Marchal")
    days[1].strike(reason="Erreur")
    for each in seen:
        with refused(field="days"):
            mission.certify([each], on=day(0), by="M. Autre")
    assert [each.certified_by for each in SkillDay.objects.certified()] == ["Mme Marchal"]


# Pauses, stop, report


def test_no_pause_covers_days_that_were_given(mission):
    mission.log(HALF, on=day(-5))
    for on in (-6, -5):
        with refused(field="on"):
            mission.pause(on=day(on), reason="Inventaire")
    mission.pause(on=day(-4), reason="Inventaire")


def test_a_mission_rests_once_at_a_time(mission):
    mission.pause(on=day(-10), reason="Inventaire")
    with refused():
        mission.pause(on=day(-5), reason="Encore")
    with refused_by("pause_one_at_a_time"):
        Pause.objects.create(mission=mission, starts_on=day(-2), reason="x")
    with refused_by("pause_ends_after_it_starts"):
        Pause.objects.update(ends_on=day(-10))
    mission.resume(on=day(-5))
    with refused("not_paused"):
        mission.resume(on=day(-4))


def test_a_mission_stops_with_a_reason_after_its_last_day_and_for_good(mission):
    SkillDayFactory(mission=mission, done_on=day(-5))
    with refused(field="reason"):
        mission.stop(on=day(-1), reason=" ")
    with refused(field="on"):
        mission.stop(on=day(-6), reason="Départ")
    mission.stop(on=day(-1), reason="Départ")
    for verb in (mission.pause, mission.stop):
        with refused("stopped"):
            verb(on=day(0), reason="x")
    with refused(field="done_on"):
        mission.log(HALF, on=day(0))
    with refused_by("mission_stopped_after_it_starts_with_a_reason"):
        Mission.objects.update(stop_reason="")


def test_a_report_tells_on_which_day_it_was_written(mission):
    mission.write_report("Un atelier réorganisé.", on=day(0))
    assert (mission.report, mission.reported_on) == ("Un atelier réorganisé.", day(0))
    with refused_by("mission_report_has_a_day"):
        Mission.objects.update(reported_on=None)
