"""The address that a person's calendar follows. It is read by other parsers than its writer too."""

import io
import re
from datetime import date, datetime, time, timedelta

import pytest
from dateutil.tz import tzical
from django.urls import reverse
from icalendar import Calendar

from committee.models import CalendarFeed, Session
from tests import factories as make
from tests.factories import day

PAGE, RENEW = reverse("committee:calendar"), reverse("committee:calendar_renew")


@pytest.fixture
def session(convention, maria):
    """Of Maria's committee, convened, with one file of 45 minutes."""
    session = make.SessionFactory(convention=convention, place="Mairie ; salle 2, à l’étage")
    make.SeatFactory(committee=session.committee, user=maria)
    company = make.CompanyFactory(antenna=convention.antenna, name="Tôlerie Marchal")
    session.add(make.submitted(convention=convention, company=company), minutes=45)
    session.convene()
    return session


def read(client, person):
    """The feed of a person as it is sent."""
    feed = CalendarFeed.objects.filter(user=person).first() or CalendarFeed.renew(person)
    client.logout()
    answer = client.get(feed.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def events(text):
    return Calendar.from_ical(text).walk("VEVENT")


def plain(text):
    """Each event as {name: (parameters, text)}, read by hand (RFC 5545, 3.1 and 3.3.11)."""
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = re.sub(r"\r\n[ \t]", "", text).split("\r\n")
    found, event = [], None
    for line in lines:
        if line == "BEGIN:VEVENT":
            found.append(event := {})
        elif line == "END:VEVENT":
            event = None
        elif event is not None:
            head, value = line.split(":", 1)
            name, _, parameters = head.partition(";")
            event[name] = parameters, re.sub(r"\\(.)", r"\1", value)
    return found


def test_a_member_follows_the_sessions_of_their_seats(client, maria, session):
    make.SessionFactory(committee=session.committee, convention=session.convention)  # not convened
    [event] = events(read(client, maria))
    assert event["UID"] == str(session.uid)
    assert event["DTSTART"].dt.isoformat().startswith(f"{session.on}T09:30")
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=45)
    assert (event["STATUS"], event["SUMMARY"]) == ("CONFIRMED", session.committee.name)
    assert event["LOCATION"] == session.place
    page = reverse("committee:session_reading", args=[session.pk])
    assert event["DESCRIPTION"].endswith(f"http://testserver{page}")


def test_what_is_written_is_understood_without_the_library_that_wrote_it(client, maria, session):
    text = read(client, maria)
    [event] = plain(text)
    assert event["UID"][1] == str(session.uid)
    assert event["LOCATION"][1] == "Mairie ; salle 2, à l’étage"
    assert event["SUMMARY"][1] == session.committee.name
    assert event["DTSTART"] == ("TZID=Europe/Paris", f"{session.on:%Y%m%d}T093000")
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in text


@pytest.mark.parametrize(
    ("on", "offset"),
    [(date(2026, 1, 15), 1), (date(2026, 3, 28), 1), (date(2026, 3, 29), 2), (date(2026, 7, 1), 2)],
)
def test_the_hour_is_that_of_paris_in_summer_and_in_winter(client, maria, session, on, offset):
    Session.objects.update(on=on)
    session.committee.seats.update(mandate_from=date(2020, 1, 1))
    text = read(client, maria)
    zone = tzical(io.StringIO(text)).get("Europe/Paris")
    begins = datetime.strptime(plain(text)[0]["DTSTART"][1], "%Y%m%dT%H%M%S")
    assert begins == datetime.combine(on, time(9, 30))
    assert zone.utcoffset(begins) == timedelta(hours=offset)
    [event] = events(text)
    assert event["DTSTART"].dt.utcoffset() == timedelta(hours=offset)


def test_a_session_that_moves_or_is_cancelled_is_the_same_event(client, maria, session):
    session.change(on=day(12), at=time(14), place="Préfecture", link="")
    [moved] = events(read(client, maria))
    assert (moved["UID"], moved["SEQUENCE"]) == (str(session.uid), 1)
    assert moved["DTSTART"].dt.date() == day(12)
    session.cancel(reason="Neige")
    [cancelled] = events(read(client, maria))
    assert (cancelled["UID"], cancelled["SEQUENCE"]) == (str(session.uid), 2)
    assert (cancelled["STATUS"], cancelled["SUMMARY"]) == (
        "CANCELLED",
        f"Annulée – {session.committee.name}",
    )


def test_no_company_is_named_not_even_to_who_may_read_it(client, maria, alice, session):
    for person in (maria, alice):
        assert "Marchal" not in read(client, person)


def test_who_works_in_an_antenna_follows_its_sessions(
    client, alice, bob, charlie, nadia, fred, session
):
    counts = {
        person.first_name: len(events(read(client, person)))
        for person in (alice, bob, charlie, nadia, fred)
    }
    assert counts == {"Alice": 1, "Bob": 1, "Charlie": 0, "Nadia": 0, "Fred": 0}


def test_a_seat_of_another_day_or_a_role_taken_away_ends_the_feed(client, maria, session):
    session.committee.seats.update(mandate_until=day(9))
    assert events(read(client, maria)) == []
    session.committee.seats.update(mandate_until=None)
    assert len(events(read(client, maria))) == 1
    maria.memberships.all().delete()
    assert events(read(client, maria)) == []


def test_who_has_two_seats_follows_each_session_once(client, maria, session):
    make.SeatFactory(committee=session.committee, user=maria)
    assert len(events(read(client, maria))) == 1


# The address


def test_the_address_is_made_when_asked_for_and_changed_at_will(client, maria, session):
    client.force_login(maria)
    for page in (PAGE, "/"):
        assert "Créer l’adresse" in client.get(page).text
    assert not CalendarFeed.objects.exists()
    assert "Votre adresse est prête" in client.post(RENEW, follow=True).text
    old = CalendarFeed.objects.get().get_absolute_url()
    for page in (PAGE, "/"):
        assert f'value="http://testserver{old}"' in client.get(page).text
    assert "l’ancienne ne répond plus" in client.post(RENEW, follow=True).text
    new = CalendarFeed.objects.get().get_absolute_url()
    client.logout()
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    assert client.post(new).status_code == 405


def test_the_address_is_found_from_the_account(client, maria, fred):
    for person, finds in ((maria, True), (fred, False)):
        client.force_login(person)
        assert (PAGE in client.get(reverse("accounts:profile")).text) is finds


def test_nobody_finds_an_address_by_chance_and_it_is_kept_nowhere(client, maria, session):
    token = CalendarFeed.renew(maria).token
    assert len(token) == 43
    for guess in (token[:-1], token.swapcase(), "None"):
        assert client.get(reverse("committee:calendar_feed", args=[guess])).status_code == 404
    answer = client.get(reverse("committee:calendar_feed", args=[token]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"] and "sessionid" not in answer.cookies


def test_an_access_that_is_closed_closes_the_address(client, maria, root, session):
    address = CalendarFeed.renew(maria).get_absolute_url()
    maria.deactivate(by=root)
    assert client.get(address).status_code == 404
    maria.reactivate()
    assert client.get(address).status_code == 200


def test_the_administration_does_not_show_the_address(client, maria, root):
    feed = CalendarFeed.renew(maria)
    client.force_login(root)
    page = client.get(reverse("admin:committee_calendarfeed_change", args=[feed.pk]))
    assert page.status_code == 200 and feed.token not in page.text


def test_the_feed_speaks_the_language_of_its_owner(client, maria, session):
    maria.language = "en"
    maria.save()
    [event] = events(read(client, maria))
    assert "Les dossiers" not in event["DESCRIPTION"]


def test_ten_sessions_cost_as_many_queries_as_one(
    client, maria, session, django_assert_max_num_queries
):
    address = CalendarFeed.renew(maria).get_absolute_url()
    with django_assert_max_num_queries(20) as few:
        client.get(address)
    for offset in range(9):
        another = make.SessionFactory(
            committee=session.committee, convention=session.convention, on=day(20 + offset)
        )
        another.add(make.submitted(convention=session.convention))
        another.convene()
    with django_assert_max_num_queries(len(few)):
        assert len(events(client.get(address).content.decode())) == 10
