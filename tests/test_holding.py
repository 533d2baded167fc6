"""A session held: who is there, what is voted, what is decided, and what never can be."""

import pytest

from committee.models import Attendance, Decision, Motion, Session, Vote
from conventions.models import Entry
from tests.factories import (
    SeatFactory,
    SessionFactory,
    day,
    submitted,
)
from tests.refusals import refused
from tests.rooms import AWARD, convened, opened, put, vote

# The usual story


def test_what_is_voted_is_decided_word_for_word(room, alice):
    conditions = ["Un accord bancaire", "Deux embauches signées"]
    motion = put(room, **AWARD, conditions=conditions, by=alice)
    vote(room, motion, anne="for", marc="for", bank="against")
    room.session.close_vote(motion, by=alice)
    assert (motion.is_carried, motion.verdict) == (True, "majority")
    assert (motion.in_favour, motion.against, motion.abstained) == (2, 1, 0)
    assert (motion.seats_counted, motion.seats_needed, motion.seats_voting) == (5, 3, 3)
    decision = Decision.objects.get()
    assert (decision.outcome, decision.advance, decision.days) == ("approved", 20_000, 4)
    assert [each.label for each in decision.conditions.all()] == conditions
    assert (decision.motion, decision.committee) == (motion, room.session.committee)
    assert abs(decision.entry.amount) == 20_000
    assert motion.item.application.latest_decision == decision


def test_a_rejected_approval_is_refused_with_a_reason_or_asked_differently(room):
    motion = put(room)
    vote(room, motion, anne="for", marc="against", bank="against")
    room.session.close_vote(motion)
    assert (motion.is_carried, motion.verdict) == (False, "no_majority")
    assert not Decision.objects.exists()
    with refused(field="reason"):
        room.session.refuse(motion, reason="")
    room.session.refuse(motion, reason="Trop cher pour l’emploi attendu")
    assert Decision.objects.get().outcome == "refused"
    with refused("decided"):
        room.session.refuse(motion, reason="Encore")
    with refused("decided"):
        put(room)


def test_a_smaller_amount_may_follow_a_rejected_one(room):
    first = put(room)
    vote(room, first, anne="against", marc="against")
    room.session.close_vote(first)
    second = put(room, **AWARD | {"advance": 10_000})
    vote(room, second, anne="for", marc="for")
    room.session.close_vote(second)
    assert Decision.objects.get().advance == 10_000
    with refused("decided"):
        room.session.refuse(first, reason="Non")


def test_a_file_is_adjourned_and_waits_for_what_is_missing(room):
    motion = put(room, outcome="adjourned", reason="Les comptes de 2025")
    vote(room, motion, anne="for", marc="for", bank="for")
    room.session.close_vote(motion)
    assert room.items[0].application.__class__.objects.get(pk=room.items[0].application_id).is_open


def test_the_end_sends_everybody_home_and_the_rest_back_to_waiting(room):
    room.session.take_up(room.items[1])
    room.session.close()
    session = Session.objects.get()
    assert (session.status, session.current_item) == ("closed", None)
    assert not Attendance.objects.filter(left_at=None).exists()
    assert {each.application.status for each in session.items.all()} == {"submitted"}
    for late in (lambda: session.arrive(room.lise), lambda: put(room), session.close):
        with refused("wrong_step"):
            late()
    again = SessionFactory(convention=session.convention, committee=session.committee)
    again.add(room.items[1].application)  # free for another session


# Who may vote


def test_nobody_votes_twice_nor_away_nor_stepping_aside_nor_for_a_stranger(room):
    motion = put(room, item=1)  # Tôlerie Marchal, of the group that employs Lise
    room.session.arrive(room.lise)
    vote(room, motion, anne="for")
    for seat, code in [
        (room.anne, "twice"),
        (room.club, "absent"),
        (room.lise, "recused"),
        (SeatFactory(committee=room.session.committee), "not_a_member"),
    ]:
        with refused(code):
            room.session.vote(motion, seat, "for")
    room.session.leave(room.marc)
    with refused("absent"):
        room.session.vote(motion, room.marc, "for")
    with refused("choice"):
        room.session.vote(motion, room.bank, "perhaps")
    assert Vote.objects.count() == 1


def test_a_vote_given_by_mistake_is_taken_back_and_given_again(room):
    motion = put(room)
    vote(room, motion, anne="against", marc="for")
    room.session.take_back(motion, room.anne)
    with refused("no_vote"):
        room.session.take_back(motion, room.anne)
    vote(room, motion, anne="for")
    room.session.close_vote(motion)
    assert (motion.in_favour, motion.against) == (2, 0)
    with refused("vote_closed"):
        room.session.take_back(motion, room.anne)
    motion = put(room, item=1, is_secret=True, **AWARD)
    vote(room, motion, anne="for")
    with refused("secret"):
        room.session.take_back(motion, room.anne)


def test_a_recusal_leaves_the_base_and_the_majority_of_its_file(room):
    motion = put(room, item=1)
    vote(room, motion, anne="for", bank="for")
    room.session.close_vote(motion)
    assert (motion.seats_counted, motion.seats_needed) == (4, 2)


def test_who_leaves_during_a_vote_takes_their_vote_along(room):
    motion = put(room)
    vote(room, motion, anne="for", marc="against", bank="for")
    room.session.arrive(room.lise)
    room.session.leave(room.marc)
    assert not motion.votes.filter(seat=room.marc).exists()
    room.session.close_vote(motion)
    assert (motion.in_favour, motion.against) == (2, 0)


def test_who_steps_aside_during_a_vote_takes_their_vote_along(room):
    motion = put(room)
    room.session.arrive(room.club)
    vote(room, motion, anne="for", marc="against", bank="for")
    room.items[0].application.recuse(room.bank, reason="Banque de l’entreprise")
    assert set(motion.votes.values_list("seat", flat=True)) == {room.anne.pk, room.marc.pk}


def test_a_vote_does_not_open_nor_close_without_a_quorum(room):
    motion = put(room)
    vote(room, motion, anne="for", marc="for")
    room.session.leave(room.bank)
    with refused("not_quorate"):
        room.session.close_vote(motion)
    room.session.void(motion)
    with refused("not_quorate"):
        put(room)
    assert not Decision.objects.exists() and not Motion.objects.exists()
    room.session.arrive(room.club, is_remote=True)
    assert put(room)


def test_company_heads_must_hold_the_majority_of_the_vote_when_the_text_says_so(convention):
    room = opened(convention, ["anne", "bank", "club"], business_majority="present")
    with refused("not_quorate"):
        put(room)
    room.session.arrive(room.marc)
    with refused("not_quorate"):
        put(room)  # two of four
    room.session.leave(room.club)
    assert put(room)


def test_a_proxy_votes_when_its_bearer_is_there_and_only_then(room):
    room.session.entrust(room.club, to=room.bank)
    motion = put(room)
    vote(room, motion, club="for", bank="for", anne="against")
    assert motion.votes.get(seat=room.club).cast_by == room.bank
    room.session.leave(room.bank)
    assert list(motion.votes.values_list("seat", flat=True)) == [room.anne.pk]
    room.session.arrive(room.club)
    vote(room, motion, club="against")
    assert motion.votes.get(seat=room.club).cast_by == room.club


@pytest.mark.parametrize(
    ("giver", "bearer"),
    [("club", "club"), ("marc", "bank"), ("club", "lise"), ("bank", "anne")],
)
def test_a_proxy_goes_to_somebody_who_is_there(room, giver, bearer):
    with refused(field="to"):  # Lise is away; Marc and the bank vote themselves
        room.session.entrust(getattr(room, giver), to=getattr(room, bearer))


def test_a_proxy_does_not_go_to_who_steps_aside_nor_to_who_bears_enough(room):
    room.session.arrive(room.lise)
    room.session.take_up(room.items[1])
    with refused(field="to"):
        room.session.entrust(room.club, to=room.lise)
    room.session.entrust(room.club, to=room.bank)
    room.session.leave(room.marc)
    with refused(field="to"):
        room.session.entrust(room.marc, to=room.bank)
    room.session.entrust(room.club, to=None)
    room.session.entrust(room.marc, to=room.bank)


def test_a_deputy_and_somebody_afar_are_there_when_the_rules_let_them(convention):
    room = convened(convention, remote_allowed=False)
    with refused("wrong_step"):
        room.session.arrive(room.anne)
    room.session.open()
    with refused():
        room.session.arrive(room.anne, is_remote=True)
    with refused():
        room.session.arrive(room.anne, by_deputy=True)
    assert room.session.arrive(room.marc, by_deputy=True).attendee == "Luc Petit"
    with refused():
        room.session.arrive(room.marc)
    with refused("absent"):
        room.session.leave(room.bank)


# Ties, secrets


@pytest.mark.parametrize(
    ("casting", "chair", "carried", "verdict"),
    [
        (True, "for", True, "casting_vote"),
        (True, "against", False, "casting_vote"),
        (False, "for", False, "tie"),
    ],
)
def test_the_chair_breaks_a_tie_when_the_text_says_so(convention, casting, chair, carried, verdict):
    room = opened(convention, casting_vote=casting)
    motion = put(room)
    vote(room, motion, anne=chair, marc="against" if chair == "for" else "for", bank="abstain")
    room.session.close_vote(motion)
    assert (motion.is_carried, motion.verdict) == (carried, verdict)


def test_of_a_secret_vote_nobody_keeps_who_voted_what(convention):
    room = opened(convention, ["anne", "marc", "bank", "club"], secret_vote=True)
    motion = put(room)
    vote(room, motion, anne="for", marc="for", bank="against", club="against")
    assert set(motion.votes.values_list("choice", flat=True)) == {"secret"}
    with refused("twice"):
        room.session.vote(motion, room.anne, "for")
    with refused("secret"):
        room.session.leave(room.marc)
    assert Attendance.objects.filter(left_at=None).count() == 4
    room.session.close_vote(motion)
    assert (motion.in_favour, motion.against, motion.verdict) == (2, 2, "tie")


def test_the_papers_of_a_secret_vote_are_as_many_as_those_who_have_not_voted(convention):
    room = opened(convention, ["anne", "marc", "bank", "club"], secret_vote=True)
    motion = put(room)
    vote(room, motion, anne="for")
    with refused("papers"):
        room.session.count_papers(motion, in_favour=2, against=2, abstained=0)
    room.session.count_papers(motion, in_favour=2, against=0, abstained=1)
    room.session.close_vote(motion)
    assert (motion.in_favour, motion.against, motion.abstained) == (3, 0, 1)
    motion = put(room, item=1, is_secret=False, **AWARD)
    with refused("public"):
        room.session.count_papers(motion, in_favour=3, against=0, abstained=0)


def test_a_vote_closes_once_somebody_voted_and_a_secret_one_once_everybody_did(room):
    motion = put(room)
    with refused("no_vote"):
        room.session.close_vote(motion)
    room.session.void(motion)
    motion = put(room, is_secret=True, **AWARD)
    vote(room, motion, anne="for", marc="for")
    with refused("missing"):
        room.session.close_vote(motion)
    vote(room, motion, bank="abstain")
    room.session.close_vote(motion)
    assert motion.is_carried


# Money and order


def test_nothing_beyond_the_envelope_the_text_or_the_law_is_put_to_the_vote(room, convention):
    convention.terms.update(advance_needs_days=True)
    with refused("overdrawn"):
        put(room, **AWARD | {"advance": 100_001})
    with refused(field="days"):
        put(room, **AWARD | {"days": 0})
    with refused("de_minimis"):
        put(room, **AWARD | {"grant": 300_001, "advance": 0})
    with refused("reason"):
        put(room, outcome="refused", reason="")
    assert not Motion.objects.exists() and not Decision.objects.exists()
    assert room.items[0].application.status == "submitted"


def test_money_that_went_meanwhile_is_not_spent_twice(room, convention):
    motion = put(room, **AWARD | {"advance": 70_000})
    vote(room, motion, anne="for", marc="for")
    other = submitted(convention=convention)
    other.approve(on=day(0), advance=60_000, days=2)
    lines = Entry.objects.count()
    with refused("overdrawn"):
        room.session.close_vote(motion)
    motion = Motion.objects.get()
    assert motion.closed_at is None and motion.votes.count() == 2
    assert Entry.objects.count() == lines


def test_one_vote_at_a_time_on_files_that_wait(room):
    motion = put(room)
    for wrong in (lambda: put(room, item=1), lambda: room.session.take_up(room.items[1])):
        with refused("vote_open"):
            wrong()
    with refused("vote_open"):
        room.session.close()
    vote(room, motion, anne="for", marc="for")
    room.session.close_vote(motion)
    for late in (
        lambda: room.session.vote(motion, room.bank, "for"),
        lambda: room.session.close_vote(motion),
        lambda: room.session.void(motion),
    ):
        with refused("vote_closed"):
            late()
    with refused("decided"):
        room.session.take_up(room.items[0])
    with refused("voted"):
        room.session.remove(room.items[0], reason="Erreur")


def test_a_file_before_an_open_session_is_decided_there_only(room):
    application = room.items[0].application
    with refused("in_session"):
        application.refuse(on=day(0), reason="Hors séance")
    room.session.close()
    application.refuse(on=day(0), reason="Consultation écrite du comité")


def test_a_session_opens_on_its_day_and_once(convention):
    room = convened(convention)
    Session.objects.update(on=day(1))
    room.session.refresh_from_db()
    with refused("too_early"):
        room.session.open()
    Session.objects.update(on=day(0))
    room.session.refresh_from_db()
    room.session.open()
    with refused("wrong_step"):
        room.session.open()
