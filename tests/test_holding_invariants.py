"""A session held: what is never decided, whatever people do, and what the database refuses."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from committee.models import Attendance, Decision, Motion, Session, Vote
from tests.factories import day
from tests.refusals import refused_by
from tests.rooms import AWARD, convened, put, vote

# Whatever happens


NAMES = ["anne", "marc", "lise", "bank", "club"]
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.sampled_from(NAMES)),
        st.tuples(st.just("leave"), st.sampled_from(NAMES)),
        st.tuples(st.just("recuse"), st.sampled_from(NAMES)),
        st.tuples(st.just("entrust"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
        st.tuples(st.just("put")),
        st.tuples(st.just("vote"), st.sampled_from(NAMES), st.sampled_from(["for", "against"])),
        st.tuples(st.just("close_vote")),
    ),
    max_size=40,
)


def play(room, event, at):
    """Do one thing; what the rules refuse changes nothing."""
    session, item = room.session, room.items[0]
    motion = Motion.objects.filter(closed_at=None).first()
    match event:
        case ["arrive", name]:
            session.arrive(getattr(room, name), at=at)
        case ["leave", name]:
            session.leave(getattr(room, name), at=at)
        case ["recuse", name]:
            item.application.recuse(getattr(room, name), reason="Un lien de famille")
        case ["entrust", giver, bearer]:
            session.entrust(getattr(room, giver), to=getattr(room, bearer), at=at)
        case ["put"]:
            session.put_to_vote(item, **AWARD, at=at)
        case ["vote", name, choice] if motion:
            session.vote(motion, getattr(room, name), choice, at=at)
        case ["close_vote"] if motion:
            session.close_vote(motion, at=at)


@given(events=EVENTS)
def test_whatever_happens_no_decision_lacks_a_quorum_nor_counts_a_wrong_vote(convention, events):
    with transaction.atomic():
        room = convened(convention, companies=["Scierie Didier"], secret_vote=False)
        room.session.open(at=timezone.now() - timedelta(hours=1))
        here, aside, bearers = set(), set(), {}
        for rank, event in enumerate(events):
            try:
                with transaction.atomic():
                    play(room, event, room.session.opened_at + timedelta(seconds=rank))
            except ValidationError:
                continue
            match event:
                case ["arrive", name]:
                    here.add(name)
                case ["leave", name]:
                    here.discard(name)
                case ["recuse", name]:
                    aside.add(name)
                case ["entrust", giver, bearer]:
                    bearers[giver] = bearer
            for decision in Decision.objects.select_related("motion"):
                check(room, decision.motion, event, here - aside, aside, bearers)
        transaction.set_rollback(True)


def check(room, motion, event, present, aside, bearers):
    """What must be true of a vote that was just carried, counted here another way."""
    if event != ("close_vote",):
        return
    counted = set(NAMES) - aside
    away = {giver for giver, bearer in bearers.items() if bearer in present} - present - aside
    assert 2 * len(present | away) >= len(counted) > 0
    voted = {vote.seat.holder: vote for vote in motion.votes.select_related("seat")}
    allowed = {getattr(room, name).holder for name in present | away}
    assert voted.keys() <= allowed
    choices = [vote.choice for vote in voted.values()]
    assert (motion.in_favour, motion.against) == (choices.count("for"), choices.count("against"))
    assert motion.in_favour >= motion.against and motion.is_carried
    assert Decision.objects.count() == 1


# What the database refuses


@pytest.mark.parametrize(
    ("constraint", "spoil"),
    [
        ("session_opened_then_closed", lambda: Session.objects.update(closed_at=timezone.now())),
        ("session_business_majority_known", lambda: Session.objects.update(business_majority="x")),
        (
            "attendance_ends_after_it_starts",
            lambda: Attendance.objects.update(left_at=F("arrived_at") - timedelta(hours=1)),
        ),
        ("attendance_once_at_a_time", lambda: again(Attendance.objects.first())),
        (
            "motion_gives_something_when_it_approves",
            lambda: Motion.objects.update(days=0, advance=0),
        ),
        ("motion_refusal_has_a_reason", lambda: refusal("")),
        ("motion_open_once_for_an_item", lambda: again(Motion.objects.first())),
        ("motion_closed_with_its_result", lambda: Motion.objects.update(is_carried=True)),
        ("motion_closed_with_a_quorum", lambda: closed(seats_voting=2)),
        ("motion_counts_a_vote_for_each_seat_at_most", lambda: closed(in_favour=4)),
        ("vote_once_for_a_seat", lambda: again(Vote.objects.first())),
        ("vote_choice_known", lambda: Vote.objects.update(choice="loud")),
        ("decision_once_for_a_vote", lambda: decided_twice()),
    ],
)
def test_the_database_keeps_a_vote_sound(room, constraint, spoil):
    vote(room, put(room), anne="for")
    with refused_by(constraint):
        spoil()


def again(row):
    row.pk = None
    row.save(force_insert=True)


def award(**amounts):
    Motion.objects.update(**amounts)


def refusal(reason):
    Motion.objects.update(outcome="refused", advance=0, days=0, jobs_created=0, reason=reason)


def closed(**counts):
    fields = {"seats_counted": 5, "seats_needed": 3, "seats_voting": 3, "in_favour": 1}
    result = {"is_carried": True, "verdict": "majority", "closed_at": F("put_at")}
    Motion.objects.update(**{**fields, **result, **counts})


def decided_twice():
    motion = Motion.objects.get()
    for _time in range(2):
        Decision.objects.create(
            application=motion.item.application,
            outcome="adjourned",
            reason="Comptes",
            decided_on=day(0),
            motion=motion,
        )
