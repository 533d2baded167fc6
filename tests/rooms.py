"""A committee of five and its session of today, for the tests that hold one."""

from types import SimpleNamespace

from tests.factories import (
    CommitteeFactory,
    CompanyFactory,
    SeatFactory,
    SessionFactory,
    day,
    submitted,
)

AWARD = {"outcome": "approved", "advance": 20_000, "days": 4, "jobs_created": 3}


def convened(convention, companies=("Scierie Didier", "Tôlerie Marchal"), **rules):
    """A session of today about these companies: three company heads, a bank, an association."""
    committee = CommitteeFactory(antenna=convention.antenna)
    session = SessionFactory(convention=convention, committee=committee, on=day(0))
    chair = SeatFactory(committee=committee, holder="Anne Roy", is_chair=True)
    seats = {
        "anne": chair,
        "marc": SeatFactory(committee=committee, holder="Marc Petit", deputy="Luc Petit"),
        "lise": SeatFactory(committee=committee, holder="Lise Noël", employer_group="Marchal"),
        "bank": SeatFactory(committee=committee, holder="Paul Bost", college="bank"),
        "club": SeatFactory(committee=committee, holder="Zoé Club", college="association"),
    }
    for name in companies:
        group = "Marchal" if "Marchal" in name else ""
        company = CompanyFactory(antenna=convention.antenna, name=name, group_name=group)
        session.add(submitted(convention=convention, company=company))
    convention.terms.update(**{"quorum_percent": 50, "proxies_per_member": 1, **rules})
    session.convene()
    return SimpleNamespace(session=session, items=list(session.items.order_by("position")), **seats)


def put(room, item=0, **proposal):
    return room.session.put_to_vote(room.items[item], **(proposal or AWARD))


def vote(room, motion, **choices):
    for name, choice in choices.items():
        room.session.vote(motion, getattr(room, name), choice)


def opened(convention, present=("anne", "marc", "bank"), **setting):
    """A session that was opened, with these members in the room."""
    room = convened(convention, **setting)
    room.session.open()
    for name in present:
        room.session.arrive(getattr(room, name))
    return room
