"""The calendar event of a session, for the calendar of its members (RFC 5545, RFC 5546)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from icalendar import Calendar, Event

PARIS = ZoneInfo("Europe/Paris")


def event_of(session, *, seat, url, organizer):
    """The `.ics` file, in bytes: an invitation, its new version, or its cancellation.

    `seat` is the member's, who reads no file they step aside from; `url` answers for them.
    """
    cancelled = session.status == session.Status.CANCELLED
    items = session.files_read_by(seat)
    begins = datetime.combine(session.on, session.at, PARIS)
    event = Event()
    event.add("uid", str(session.uid))
    event.add("sequence", session.sequence)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=max(sum(each.minutes for each in items), 30)))
    event.add("summary", str(session.committee))
    event.add("location", session.place or session.link)
    event.add("description", "\n".join([*(str(each) for each in items), url]))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", f"mailto:{organizer}")
    event.add("attendee", f"mailto:{seat.address}")
    calendar = Calendar()
    calendar.add("prodid", "-//Alizé//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()
