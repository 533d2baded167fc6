"""The pages of a mission: whom it may have, what was given stays, its signed agreement."""

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from committee.models import Recusal
from support.models import Mission, SkillDay
from tests import factories as make


@pytest.fixture
def mission(convention, toul):
    """In a metal workshop; runs since twenty days."""
    company = make.CompanyFactory(antenna=toul, name="Tôlerie Marchal")
    file = make.approved(convention=convention, company=company, on=make.day(-60))
    return make.MissionFactory(application=file, expert=expert(toul, "Lead"))


def expert(antenna, last_name, **fields):
    return make.ExpertFactory(antennas=[antenna], last_name=last_name, **fields)


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def url(name, row):
    return reverse(f"support:{name}", args=[row.pk])


def typed(mission, **changes):
    fields = {
        "expert": mission.expert_id,
        "subject": mission.subject,
        "starts_on": mission.starts_on.isoformat(),
        "ends_on": mission.ends_on.isoformat(),
        "days": "2",
        "others": [each.pk for each in mission.others.all()],
    }
    return fields | changes


# Whom it may have


def excludes(company, sponsor):
    sponsor.excluded_sectors = company.naf_id
    sponsor.save()


def owns(company, sponsor):
    sponsor.siren = company.siren
    sponsor.save()


def steps_aside(company, sponsor):
    file = company.applications.get()
    seat = make.SeatFactory(committee__antenna=file.antenna, employer=sponsor)
    Recusal.objects.create(application=file, seat=seat, reason="Concurrent")


@pytest.mark.parametrize(
    ("conflict", "told"),
    [
        (excludes, "exclut ce secteur"),
        (owns, "est l’entreprise ou son groupe"),
        (steps_aside, "se déporte de ce dossier"),
    ],
)
def test_whom_the_scheme_never_proposes_gets_no_mission(
    client, alice, toul, mission, conflict, told
):
    company = mission.application.company
    rival = expert(toul, "Rival")
    conflict(company, rival.sponsor)
    client.force_login(alice)
    add = url("mission_add", mission.application)
    for fields in ({"expert": rival.pk}, {"others": [rival.pk]}):
        assert told in words(client.post(add, typed(mission, **fields)))
    edit = client.post(url("mission_edit", mission), typed(mission, others=[rival.pk]))
    assert told in words(edit)
    assert Mission.objects.count() == 1 and not mission.others.exists()


def test_who_already_works_for_the_file_is_not_proposed_again(client, alice, toul, mission):
    mission.others.add(helper := expert(toul, "Helper"))
    free = expert(toul, "Free")
    client.force_login(alice)
    find = url("expert_find", mission.application)
    proposed = words(client.get(find))
    assert str(free) in proposed
    assert str(mission.expert) not in proposed and str(helper) not in proposed
    apart = words(client.get(find, {"show": "apart"}))
    assert apart.count("Intervient déjà pour ce dossier, jusqu’au") == 2
    mission.stop(on=make.day(0), reason="Départ")
    assert str(mission.expert) in words(client.get(find))


def test_the_administrator_corrects_a_stop_and_a_pause(client, root, mission):
    mission.pause(on=make.day(-3), reason="Erreur")
    mission.stop(on=make.day(-1), reason="Erreur")
    client.force_login(root)
    change = reverse("admin:support_mission_change", args=[mission.pk])
    pause = mission.pauses.get()
    sent = typed(mission) | {
        "application": mission.application_id,
        "signed_on": "",
        "stopped_on": "",
        "stop_reason": "",
        "pauses-TOTAL_FORMS": "1",
        "pauses-INITIAL_FORMS": "1",
        "pauses-0-id": pause.pk,
        "pauses-0-mission": mission.pk,
        "pauses-0-starts_on": pause.starts_on.isoformat(),
        "pauses-0-reason": pause.reason,
        "pauses-0-DELETE": "on",
    }
    refused = client.post(change, sent | {"stopped_on": make.day(-1).isoformat()})
    assert refused.status_code == 200 and mission.pauses.exists()
    assert client.post(change, sent).status_code == 302
    mission.refresh_from_db()
    assert mission.stopped_on is None and not mission.pauses.exists()
    told = LogEntry.objects.get_for_object(mission).first().changes_dict
    assert set(told) >= {"stopped_on", "stop_reason"}
    assert LogEntry.objects.filter(content_type__model="pause", action=LogEntry.Action.DELETE)


def test_a_mission_that_is_there_is_not_shut_out_by_a_later_exclusion(client, alice, mission):
    excludes(mission.application.company, mission.expert.sponsor)
    client.force_login(alice)
    client.post(url("mission_edit", mission), typed(mission, subject="Autre objet"))
    mission.refresh_from_db()
    assert mission.subject == "Autre objet"


# What was given stays


def test_who_gave_days_stays_in_the_mission(client, alice, toul, mission):
    mission.others.add(helper := expert(toul, "Helper"))
    mission.log(1, on=make.day(-3), expert=helper)
    client.force_login(alice)
    page = words(client.post(url("mission_edit", mission), typed(mission, others=[])))
    assert f"{helper} a donné des journées dans cette mission" in page
    assert list(mission.others.all()) == [helper]
    swapped = typed(mission, expert=helper.pk, others=[])
    client.post(url("mission_edit", mission), swapped)
    mission.refresh_from_db()
    assert mission.team == [helper]


@pytest.mark.parametrize(("field", "offset"), [("starts_on", -4), ("ends_on", -6)])
def test_dates_do_not_leave_out_a_day_that_was_given(client, alice, mission, field, offset):
    mission.log(1, on=make.day(-5))
    client.force_login(alice)
    edit = url("mission_edit", mission)
    changed = {field: make.day(offset).isoformat()}
    assert "Une journée a été donnée le" in words(client.post(edit, typed(mission, **changed)))
    before = getattr(mission, field)
    mission.refresh_from_db()
    assert getattr(mission, field) == before
    client.post(edit, typed(mission, **{field: make.day(-5).isoformat()}))
    mission.refresh_from_db()
    assert getattr(mission, field) == make.day(-5)


def test_a_mission_under_way_stops_even_unsigned(client, alice, mission):
    Mission.objects.update(signed_on=None)
    client.force_login(alice)
    assert url("mission_stop", mission) in words(client.get(mission.get_absolute_url()))
    Mission.objects.update(starts_on=make.day(1))
    assert url("mission_stop", mission) not in words(client.get(mission.get_absolute_url()))


# Its signed agreement


def test_the_signed_agreement_is_kept_with_its_day(client, alice, bob, charlie, mission):
    Mission.objects.update(signed_on=None)
    add, read = url("mission_signed_copy_add", mission), url("mission_signed_copy", mission)
    client.force_login(alice)
    assert client.get(read).status_code == 404
    on = make.day(-2)
    for name, content, day, told in [
        ("virus.exe", b"MZ", on, "Joignez un document PDF ou une image."),
        ("signe.pdf", b"%PDF-1.7 x", make.day(1), "dans le futur"),
        ("signe.pdf", b"%PDF-1.7 x", make.day(-61), "suit l’accord du comité"),
    ]:
        sent = {"file": make.upload(name, content), "on": day.isoformat()}
        assert told in words(client.post(add, sent))
        mission.refresh_from_db()
        assert not mission.signed_copy and mission.signed_on is None
    client.post(add, {"file": make.upload("signe.pdf"), "on": on.isoformat()})
    mission.refresh_from_db()
    assert mission.signed_on == on
    assert "Remplacer la convention signée" in words(client.get(mission.get_absolute_url()))
    client.force_login(bob)
    copy = client.get(read)
    assert copy["Content-Disposition"] == 'attachment; filename="signe.pdf"'
    assert b"".join(copy.streaming_content).startswith(b"%PDF")
    assert client.get(add).status_code == 403
    client.force_login(charlie)
    assert client.get(read).status_code == 404


# The visit


def visited(mission, expert=None, days="0.5"):
    lines = {"days-TOTAL_FORMS": "1", "days-INITIAL_FORMS": "0"}
    lines |= {"jobs-TOTAL_FORMS": "0", "jobs-INITIAL_FORMS": "0", "on": make.day(-1).isoformat()}
    lines |= {"days-0-mission": mission.pk, "days-0-days": days}
    return lines | ({"days-0-expert": expert.pk} if expert else {})


def test_a_visit_tells_which_expert_gave_the_day(client, alice, toul, mission):
    client.force_login(alice)
    visit = url("visit", mission.application)
    assert "days-0-expert" not in words(client.get(visit))
    mission.others.add(helper := expert(toul, "Helper"))
    assert "Qui la mène" in words(client.get(visit))
    client.post(visit, visited(mission, helper))
    client.post(visit, visited(mission))
    assert {each.expert for each in SkillDay.objects.all()} == {mission.expert, helper}
    stranger = expert(toul, "Stranger")
    assert client.post(visit, visited(mission, stranger)).status_code == 200
    other = make.MissionFactory(application=mission.application, expert=stranger)
    page = words(client.post(visit, visited(mission, other.expert)))
    assert "n’intervient pas dans la mission" in page
    assert SkillDay.objects.count() == 2
