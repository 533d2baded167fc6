"""Copies of reports that were kept and sent, and what the funders decided once they read them."""

from datetime import datetime, time

from django.utils import timezone

from alize.demo.world import made
from reports.freezing import freeze, people_of
from reports.models import Delivery, Verdict


def plan_report(world, row):
    """A copy is kept on its day, sent to who was expected, and perhaps judged.

    The verdict names it if it was kept by the day of the meeting.
    """
    world.on(world.day(row["on"]), keep, world, row)


def keep(world, row):
    convention = world.conventions[row["convention"]]
    by = world.coordinator_of(convention.antenna)
    moment = timezone.make_aware(datetime.combine(world.day(row["on"]), time(12)))
    copy = freeze(convention, world.day(row["at"]), by=by, moment=moment)
    readers = [world.users[email] for email in row.get("readers", [])]
    told = {person.email: person.name for person in people_of(convention)}
    told |= {reader.email: str(reader) for reader in readers}
    for email, recipient in told.items() if row.get("sent", True) else []:
        made(Delivery(report=copy, recipient=recipient, email=email, sent_at=moment, sent_by=by))
    if verdict := row.get("verdict"):
        on = world.day(verdict["met"])
        world.on(max(on, world.day(row["on"])), judge, convention, copy, verdict, on, by)


def judge(convention, copy, row, on, by):
    Verdict.record(
        convention,
        by=by,
        outcome=row["outcome"],
        met_on=on,
        report=copy if copy.frozen_on <= on else None,
        text=row["text"],
        conditions=row.get("conditions", ""),
    )
