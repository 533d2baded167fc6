"""Sessions to come: planned or convened, with the first answers."""

from datetime import time

from alize.demo.world import made
from committee.models import Application, Session


def plan_session(world, row):
    world.on(world.day(row["planned"]), prepare, world, row)


def prepare(world, row):
    """Plan it, put the files on its agenda; convene it and answer, when the row says so."""
    session = made(
        Session(
            committee=world.committees[row["committee"]],
            convention=world.conventions[row["convention"]],
            on=world.day(row["on"]),
            at=time.fromisoformat(row["at"]),
            place=row["place"],
            link=row.get("link", ""),
        )
    )
    for title in row["files"]:
        session.add(Application.objects.get(convention=session.convention, title=title))
    if "answers" not in row:
        return
    session.convene()
    for holder, answer in row["answers"].items():
        invitation = session.invitations.get(seat__holder=holder)
        proxy_to = session.invitations.filter(seat__holder=answer).first()
        if proxy_to:
            session.answer(invitation, "proxy", proxy_to=proxy_to.seat)
        else:
            session.answer(invitation, answer)
