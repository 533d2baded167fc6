"""Sessions in a member's calendar (RFC 5545): an invitation (RFC 5546), or an address to follow."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from committee.models import Session
from committee.reading import sessions_of

PARIS = ZoneInfo("Europe/Paris")
READ_AGAIN = timedelta(hours=6)  # how often a calendar is asked to read its address


def event_of(session, *, seat, url, organizer):
    """The `.ics` file, in bytes: an invitation, its new version, or its cancellation.

    `seat` is the member's, who reads no file they step aside from; `url` answers for them.
    """
    items = session.files_read_by(seat)
    event = _event(session, minutes=sum(each.minutes for each in items))
    event.add("description", "\n".join([*(str(each) for each in items), url]))
    event.add("organizer", f"mailto:{organizer}")
    event.add("attendee", f"mailto:{seat.address}")
    return _calendar([event], method="CANCEL" if _is_cancelled(session) else "REQUEST")


def followed_by(user) -> QuerySet:
    """The convened sessions of a person's calendar: of their seats, of the antennas they work in.

    Past and cancelled ones stay: a calendar that forgot them would keep them as they were.
    """
    ours = Q(committee__antenna__in=user.antenna_ids, convened_at__isnull=False)
    return Session.objects.filter(ours | Q(pk__in=sessions_of(user).values("pk")))


def feed_of(user, root_url) -> bytes:
    """What the calendar of `user` reads at its address: dates and places, never a company's name.

    A name would be read by whoever has the address, and stay there after somebody steps aside.
    """
    sessions = followed_by(user).select_related("committee")
    events = []
    for session in sessions.annotate(length=Sum("items__minutes", default=0)):
        event = _event(session, minutes=session.length)
        path = reverse("committee:session_reading", args=[session.pk])
        event.add("description", _("Les dossiers : %(url)s") % {"url": root_url.rstrip("/") + path})
        events.append(event)
    name = _("Comités d’agrément – Réseau Alizé")
    return _calendar(
        events,
        name=name,
        refresh_interval=vDuration(READ_AGAIN, {"VALUE": "DURATION"}),
        x_wr_calname=name,
        x_published_ttl=vDuration(READ_AGAIN),
    )


def _is_cancelled(session):
    return session.status == session.Status.CANCELLED


def _event(session, *, minutes):
    begins = datetime.combine(session.on, session.at, PARIS)
    name = str(session.committee)
    if _is_cancelled(session):  # in words too: many calendars show no state
        name = _("Annulée – %(name)s") % {"name": name}
    event = Event()
    event.add("uid", str(session.uid))
    event.add("sequence", session.sequence)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=max(minutes, 30)))
    event.add("summary", name)
    event.add("location", session.place or session.link)
    event.add("status", "CANCELLED" if _is_cancelled(session) else "CONFIRMED")
    return event


def _calendar(events, **headers):
    calendar = Calendar()
    calendar.add("prodid", "-//Alizé//FR")
    calendar.add("version", "2.0")
    for name, value in headers.items():
        calendar.add(name.replace("_", "-"), value)
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()
