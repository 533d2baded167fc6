"""Sessions of the committee: those held, one under way, those to come."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from alize.demo.world import made
from committee.models import AgendaItem, Application, Session

EACH = timedelta(minutes=20)  # what a file takes


def plan_session(world, row):
    """Put a session in the story, before the files that it decides on."""
    on = world.day(row["on"])
    planned = world.day(row["planned"]) if "planned" in row else on - timedelta(days=14)
    world.on(planned, prepare, world, row, planned)
    if "present" in row:
        world.on(on, begin, world, row)


def prepare(world, row, planned):
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
    at = timezone.make_aware(datetime.combine(planned, time(9)))
    session.convene(at=at)
    session.invitations.update(sent_at=at)
    came = {"here": "present", "deputy": "present", "remote": "remote"}
    announced = {holder: came[how] for holder, how in row.get("present", {}).items()}
    for holder, answer in (announced | row["answers"]).items():
        invitation = session.invitations.get(seat__holder=holder)
        proxy_to = session.invitations.filter(seat__holder=answer).first()
        if proxy_to:
            session.answer(invitation, "proxy", proxy_to=proxy_to.seat, at=at)
        else:
            session.answer(invitation, answer, at=at)


def find(world, row):
    return Session.objects.get(
        convention=world.conventions[row["convention"]], on=world.day(row["on"])
    )


def begin(world, row):
    """Open it, and close it once the files of the day are decided: not today's."""
    session = find(world, row)
    at = timezone.make_aware(datetime.combine(session.on, session.at))
    session.open(at=min(at, timezone.now() - 2 * EACH))
    for seat in session.seats():
        if how := row["present"].get(seat.holder):
            session.arrive(
                seat,
                at=session.opened_at,
                is_remote=how == "remote",
                by_deputy=how == "deputy",
            )
    if session.on < world.today:
        world.on(session.on, end, world, row)


def end(world, row):
    session = find(world, row)
    session.close(at=session.opened_at + EACH * session.items.count())
    minutes = session.minutes.get()
    minutes.correct(remarks=row.get("remarks", ""))
    chair = next(seat.user for seat in session.seats() if seat.is_chair)
    minutes.sign(by=chair, at=session.closed_at + timedelta(days=2))


def item_in_session(application):
    """The point of the agenda of a session under way, or None."""
    items = AgendaItem.objects.filter(application=application, session__status="open")
    return items.select_related("session__committee").first()


def put(item, by, **proposal):
    """Open the vote, when its turn comes."""
    at = item.session.opened_at + EACH * (item.position - 1) + EACH / 2
    return item.session.put_to_vote(item, at=at, by=by, **proposal)


def decide(item, by, against=(), **proposal):
    """Everybody votes for, but those named; the vote is closed, what it carries is decided."""
    session, motion = item.session, put(item, by, **proposal)
    at = motion.put_at + timedelta(minutes=2)
    for seat in session.seats():
        if seat.holder in against:
            session.vote(motion, seat, "against", at=at, by=by)
    session.vote_for_all(motion, "for", at=at, by=by)
    session.close_vote(motion, at=at + timedelta(minutes=1), by=by)
    return motion.decisions.get()
