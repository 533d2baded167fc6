"""Experts who were asked for a file: the e-mail as it would have left, and the answer."""

from alize.demo.world import made
from support.models import Solicitation
from support.solicitations import proposal


def plan_solicitations(world, file):
    """Of a `File`, whose row says who was asked, when, and what they answered."""
    for row in file.row.get("solicited", []):
        world.on(world.day(row["on"]), ask, world, file, row)


def ask(world, file, row):
    expert, day = world.experts[row["expert"]], world.day(row["on"])
    subject, text = proposal(file.application, expert, file.by)
    solicitation = made(
        Solicitation(
            application=file.application,
            expert=expert,
            asked_on=day,
            asked_by=file.by,
            needed_on=day,
            sent_to=expert.email,
            subject=subject,
            text=text,
        )
    )
    if "answer" in row:
        on = world.day(row["answered"])
        world.on(on, solicitation.record, row["answer"], on=on, note=row.get("note", ""))
