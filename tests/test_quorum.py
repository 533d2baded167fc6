"""A committee in session: who counts, who votes for whom, whether it may decide, and what."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from committee.quorum import (
    Ballot,
    Fault,
    Item,
    Member,
    Presence,
    Proxy,
    Rules,
    Tally,
    base,
    chair_choice,
    decide,
    faults,
    heads_hold_majority,
    is_quorate,
    present,
    quorum_needed,
    represented,
    result,
    tally,
    voters,
)
from conventions.models.rules import Majority

OPENING = datetime(2027, 3, 12, 14, tzinfo=UTC)


def hour(hours):
    return OPENING + timedelta(hours=hours)


def members(count, *, heads=None, chair=1):
    """Seats from 1 on; the first `heads` are company heads, all of them unless told."""
    heads = count if heads is None else heads
    return [
        Member(seat, "business" if seat <= heads else "bank", is_chair=seat == chair)
        for seat in range(1, count + 1)
    ]


def item(count=5, *, there=(), afar=(), heads=None, proxies=(), recused=(), **rules):
    """An item an hour after the opening, since which these are there, or follow from afar."""
    return Item(
        members=members(count, heads=heads),
        rules=Rules(**rules),
        at=hour(1),
        presences=[Presence(seat, OPENING) for seat in there]
        + [Presence(seat, OPENING, is_remote=True) for seat in afar],
        proxies=[Proxy(*proxy) for proxy in proxies],
        recused=frozenset(recused),
    )


def cast(item, choices):
    """A ballot for each letter: f(or), a(gainst), or - (abstain), by the voters in their order."""
    words = {"f": "for", "a": "against", "-": "abstain"}
    return [
        Ballot(seat, words[letter], by)
        for letter, (seat, by) in zip(choices, sorted(voters(item).items()), strict=False)
    ]


# Who is there


@pytest.mark.parametrize(
    ("at", "there"),
    [
        (-0.1, False),
        (0, True),
        (0.5, True),
        (1, False),  # gone at that very instant
        (1.5, False),
        (2, True),  # back
        (99, True),  # never seen to leave
    ],
)
def test_a_member_comes_and_goes(at, there):
    stays = [Presence(1, hour(0), hour(1)), Presence(1, hour(2))]
    case = item()._replace(presences=stays, at=hour(at))
    assert present(case) == ({1} if there else set())


def test_who_comes_back_at_the_instant_of_leaving_never_left():
    stays = [Presence(1, hour(1)), Presence(1, hour(0), hour(1)), Presence(2, hour(1), hour(1))]
    assert present(item()._replace(presences=stays)) == {1}


@pytest.mark.parametrize(("remote", "there"), [(True, {1, 2}), (False, {1})])
def test_who_follows_from_afar_counts_as_the_rules_say(remote, there):
    assert present(item(there=[1], afar=[2], remote=remote)) == there


def test_who_moves_from_afar_to_the_room_counts_in_the_room():
    stays = [Presence(1, hour(0), is_remote=True), Presence(1, hour(1))]
    case = item(remote=False)._replace(presences=stays)
    assert present(case) == {1}
    assert present(case._replace(at=hour(0.9))) == set()


def test_the_recused_and_strangers_are_neither_counted_nor_there():
    case = item(5, there=[1, 2, 99], recused=[2, 98])
    assert base(case) == {1, 3, 4, 5}
    assert present(case) == {1}
    assert voters(case) == {1: 1}


# Who votes for whom


@pytest.mark.parametrize(
    ("proxies", "facts", "served"),
    [
        ([(3, 1)], {}, {3: 1}),
        ([(3, 1), (4, 1)], {}, {3: 1}),  # one each, the earliest given
        ([(4, 1), (3, 1)], {}, {4: 1}),
        ([(3, 1), (4, 1), (5, 1)], {"proxies_per_member": 2}, {3: 1, 4: 1}),
        ([(3, 1), (4, 2)], {}, {3: 1, 4: 2}),
        ([(3, 1)], {"proxies_per_member": 0}, {}),
        ([(3, 4)], {}, {}),  # to somebody away
        ([(3, 4), (4, 1)], {}, {4: 1}),  # a chain stops at its first link
        ([(4, 1), (3, 4)], {}, {4: 1}),
        ([(3, 3)], {}, {}),
        ([(3, 1)], {"recused": [1]}, {}),
        ([(3, 1)], {"recused": [3]}, {}),
        ([(3, 1), (4, 1)], {"recused": [3]}, {4: 1}),  # the recused one's takes no place
        ([(2, 1), (4, 1)], {}, {4: 1}),  # nor that of a giver who came
        ([(3, 1), (3, 2)], {}, {3: 1}),
        ([(3, 1), (3, 1), (4, 1)], {"proxies_per_member": 2}, {3: 1, 4: 1}),
        ([(3, 4), (3, 2)], {}, {3: 2}),  # of two, the first that can
        ([(3, 99), (99, 1)], {}, {}),  # strangers
        ([(3, 5)], {"remote": False}, {}),  # to somebody from afar, who does not count
        ([(3, 5)], {"remote": True}, {3: 5}),
        ([(5, 1)], {"remote": False}, {5: 1}),
        ([(5, 1)], {"remote": True}, {}),
    ],
)
def test_a_proxy_serves_within_the_rules(proxies, facts, served):
    case = item(there=[1, 2], afar=[5], proxies=proxies, **{"remote": False} | facts)
    assert represented(case) == served
    assert voters(case) == {seat: seat for seat in present(case)} | served


def test_a_proxy_falls_when_its_holder_leaves_and_sleeps_when_its_giver_comes():
    stays = [Presence(1, hour(0), hour(2)), Presence(2, hour(1), hour(3))]
    case = item(proxies=[(2, 1)])._replace(presences=stays)
    seen = [voters(case._replace(at=hour(each))) for each in (0, 1, 2, 3)]
    assert seen == [{1: 1, 2: 1}, {1: 1, 2: 2}, {2: 2}, {}]


# Whether they may decide


@pytest.mark.parametrize(
    ("percent", "needed"),
    [
        (0, [0, 1, 1, 1, 1, 1, 1, 1]),
        (1, [0, 1, 1, 1, 1, 1, 1, 1]),
        (33, [0, 1, 1, 1, 2, 2, 2, 3]),
        (50, [0, 1, 1, 2, 2, 3, 3, 4]),
        (66, [0, 1, 2, 2, 3, 4, 4, 5]),
        (67, [0, 1, 2, 3, 3, 4, 5, 5]),
        (100, [0, 1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_the_quorum_is_a_share_of_the_seats_that_count_rounded_up(percent, needed):
    rules = Rules(quorum_percent=percent)
    assert [quorum_needed(rules, set(range(seats))) for seats in range(8)] == needed


@pytest.mark.parametrize(
    ("facts", "quorate"),
    [
        ({"there": [1, 2]}, False),
        ({"there": [1, 2, 3]}, True),
        ({"there": [1, 2], "proxies": [(3, 1)]}, True),
        ({"there": [1, 2], "proxies": [(3, 4)]}, False),
        ({"there": [1, 2], "recused": [5]}, True),  # two out of four
        ({"there": [1, 2, 3], "recused": [3]}, True),  # two out of four again
        ({"there": [1, 2, 3], "recused": [2, 3]}, False),  # one out of three
        ({"there": [1, 2], "proxies": [(3, 1)], "recused": [3]}, True),
        ({"there": [1, 2, 3], "recused": [1, 2, 3, 4, 5]}, False),
        ({"there": [1, 2, 3], "recused": [1, 2, 3, 4, 5], "quorum_percent": 0}, False),
        ({"there": [], "quorum_percent": 0}, False),
        ({"there": [4], "quorum_percent": 0}, True),
        ({"there": [1, 2, 3, 4], "quorum_percent": 100}, False),
        ({"there": [1, 2, 3, 4], "quorum_percent": 100, "recused": [5]}, True),
        ({"there": [1, 2, 3, 4, 5], "quorum_percent": 100}, True),
        ({"count": 0, "quorum_percent": 0}, False),
        ({"there": [1, 2], "afar": [3]}, True),
        ({"there": [1, 2], "afar": [3], "remote": False}, False),
    ],
)
def test_present_and_represented_make_the_quorum(facts, quorate):
    case = item(**facts)
    assert is_quorate(case) is quorate
    assert (Fault("not_quorate") in faults(case)) is not quorate


@pytest.mark.parametrize(
    ("where", "heads", "facts", "held"),
    [
        ("none", 0, {}, True),
        ("seats", 2, {"there": [1, 2]}, False),
        ("seats", 3, {"there": [4, 5]}, True),  # attendance changes no seat
        ("seats", 3, {"there": [4, 5], "recused": [1, 2, 3]}, True),  # nor does a recusal
        ("seats", 2, {"count": 4, "there": [1, 2]}, False),  # half is no majority
        ("present", 3, {"there": [1, 2, 4]}, True),
        ("present", 3, {"there": [1, 4]}, False),
        ("present", 3, {"there": [1, 4], "proxies": [(2, 4)]}, True),  # the represented count
        ("present", 3, {"there": [1, 2, 4], "recused": [2]}, False),
        ("present", 3, {"there": [1, 2, 4, 5], "recused": [5]}, True),
        ("present", 3, {"there": []}, False),
        ("present", 1, {"there": [1]}, True),
    ],
)
def test_company_heads_hold_the_majority_where_the_rules_want_it(where, heads, facts, held):
    case = item(heads=heads, business_majority=where, quorum_percent=0, **facts)
    assert heads_hold_majority(case) is held
    assert is_quorate(case) is (held and bool(voters(case)))


def test_an_unknown_setting_is_an_error():
    with pytest.raises(KeyError):
        heads_hold_majority(item(business_majority="typo"))
    with pytest.raises(KeyError):
        result(Tally(1, 0, 0), Rules(majority="typo"), {1: 1}, None)


# What they decide

CARRIED, REJECTED, TIE = (True, "majority"), (False, "no_majority"), (False, "tie")
CARRIED_BY_CHAIR, REJECTED_BY_CHAIR = (True, "casting_vote"), (False, "casting_vote")
NO_VOTE = (False, "no_vote")


@pytest.mark.parametrize(
    ("majority", "votes", "count", "outcome"),
    [
        ("cast", (2, 1, 0), 3, CARRIED),
        ("cast", (1, 0, 9), 10, CARRIED),  # abstentions are no votes
        ("cast", (1, 2, 0), 3, REJECTED),
        ("cast", (0, 1, 0), 9, REJECTED),
        ("cast", (2, 2, 1), 9, TIE),
        ("cast", (0, 0, 3), 3, NO_VOTE),
        ("cast", (0, 0, 0), 3, NO_VOTE),
        ("present", (3, 0, 0), 5, CARRIED),
        ("present", (3, 1, 1), 5, CARRIED),
        ("present", (2, 0, 3), 5, REJECTED),
        ("present", (2, 0, 0), 5, REJECTED),  # silence weighs as an abstention
        ("present", (2, 2, 1), 5, REJECTED),
        ("present", (3, 3, 0), 6, TIE),
        ("present", (3, 1, 2), 6, TIE),  # half of the voters, exactly
        ("present", (0, 0, 6), 6, NO_VOTE),
        ("two_thirds", (2, 1, 0), 3, CARRIED),
        ("two_thirds", (2, 1, 6), 9, CARRIED),
        ("two_thirds", (3, 2, 0), 5, REJECTED),
        ("two_thirds", (5, 2, 0), 7, CARRIED),
        ("two_thirds", (2, 2, 0), 4, REJECTED),  # no tie: two thirds are missing
        ("two_thirds", (0, 0, 4), 4, NO_VOTE),
    ],
)
def test_each_majority_is_counted_its_way(majority, votes, count, outcome):
    rules = Rules(majority=majority)
    electors = {seat: seat for seat in range(count)}
    assert result(Tally(*votes), rules, electors, None) == outcome
    for choice in ("for", "against"):  # the chair weighs in a tie only
        broken = (choice == "for", "casting_vote") if outcome == TIE else outcome
        assert result(Tally(*votes), rules, electors, choice) == broken
        silent = rules._replace(casting_vote=False)
        assert result(Tally(*votes), silent, electors, choice) == outcome


def test_every_majority_that_a_convention_can_set_is_known():
    for majority in Majority:
        assert result(Tally(3, 0, 0), Rules(majority=majority), {1: 1}, None).is_carried


@pytest.mark.parametrize(
    ("facts", "choices", "outcome"),
    [
        ({"there": [1, 2, 3, 4]}, "faaf", CARRIED_BY_CHAIR),
        ({"there": [1, 2, 3, 4]}, "affa", REJECTED_BY_CHAIR),
        ({"there": [1, 2, 3]}, "-fa", TIE),  # the chair abstains
        ({"there": [2, 3, 4, 5]}, "ffaa", TIE),  # is away
        ({"there": [1, 2, 3, 4, 5], "recused": [1]}, "ffaa", TIE),  # has stepped aside
        ({"there": [2, 3, 4], "proxies": [(1, 2)]}, "ffaa", TIE),  # is represented
        ({"there": [1, 2, 3, 4], "casting_vote": False}, "faaf", TIE),
        ({"there": [2, 3, 4], "afar": [1]}, "faaf", CARRIED_BY_CHAIR),
        ({"there": [1, 2, 3, 4], "majority": "present"}, "ff-a", CARRIED_BY_CHAIR),
        ({"there": [1, 2, 3, 4], "majority": "present"}, "af-f", REJECTED_BY_CHAIR),
        ({"there": [1, 2, 3], "majority": "present", "proxies": [(4, 2)]}, "ff", CARRIED_BY_CHAIR),
        ({"there": [1, 2, 3, 4], "majority": "two_thirds"}, "faaf", REJECTED),
        ({"there": [1, 2, 3]}, "ffa", CARRIED),
        ({"there": [1, 2, 3]}, "faa", REJECTED),  # the chair is outvoted
        ({"there": [1, 2]}, "ff", (False, "not_quorate")),
        ({"there": []}, "", (False, "not_quorate")),
        ({"there": [1, 2, 3]}, "", NO_VOTE),
    ],
)
def test_an_item_is_decided(facts, choices, outcome):
    case = item(**facts)
    ballots = cast(case, choices)
    assert decide(case, ballots) == outcome
    assert decide(case, ballots[::-1]) == outcome


def test_two_chairs_who_differ_break_nothing():
    chairs = [Member(1, "bank", is_chair=True), Member(2, "bank", is_chair=True)]
    case = item(there=[1, 2])._replace(members=chairs)
    assert chair_choice(case, cast(case, "ff")) == "for"
    assert chair_choice(case, cast(case, "fa")) is None
    assert decide(case, cast(case, "fa")) == TIE


# What is wrong


@pytest.mark.parametrize(
    ("ballots", "found"),
    [
        ([(1, 1), (2, 2), (3, 1)], []),
        ([(99, 99)], [("not_a_member", 99)]),
        ([(98, 98)], [("not_a_member", 98)]),  # recused elsewhere
        ([(4, 4)], [("recused", 4)]),
        ([(5, 5)], [("absent", 5)]),
        ([(5, 1)], [("absent", 5)]),  # no proxy given
        ([(3, 3)], [("cast_by_another", 3)]),  # away: its proxy's holder votes
        ([(3, 2)], [("cast_by_another", 3)]),
        ([(2, 1)], [("cast_by_another", 2)]),
        ([(1, 1), (1, 1)], [("twice", 1)]),
        ([(3, 1), (1, 1), (3, 1)], [("twice", 3)]),
        ([(1, 1), (4, 4), (5, 5)], [("recused", 4), ("absent", 5)]),
    ],
)
def test_a_ballot_of_who_may_not_vote_is_told_and_never_counted(ballots, found):
    case = item(6, there=[1, 2, 4], proxies=[(3, 1)], recused=[4, 98])
    cast = [Ballot(seat, "for", by) for seat, by in ballots]
    assert faults(case, cast) == found
    if found:
        with pytest.raises(ValueError, match="may not cast it"):
            decide(case, cast)
    else:
        assert decide(case, cast) == CARRIED


def test_the_count_knows_three_choices_and_one_vote_for_each_seat():
    ballots = [Ballot(1, "for", 1), Ballot(2, "against", 2), Ballot(3, "abstain", 3)]
    electors = {1: 1, 2: 2, 3: 3, 4: 4}
    assert tally(ballots, electors) == Tally(in_favour=1, against=1, abstained=1)
    with pytest.raises(ValueError, match="unknown choice"):
        tally([*ballots, Ballot(4, "blank", 4)], electors)
    with pytest.raises(ValueError, match="second one"):
        tally([*ballots, Ballot(1, "against", 1)], electors)


@pytest.mark.parametrize(
    ("proxies", "found"),
    [
        ([(4, 1), (2, 1), (6, 3)], []),  # it serves; sleeps: came; sleeps: recused
        ([(4, 5)], [("proxy_to_absent", 4)]),
        ([(4, 99)], [("proxy_to_absent", 4)]),
        ([(4, 6)], [("proxy_to_recused", 4)]),
        ([(4, 6), (6, 1)], [("proxy_to_recused", 4)]),
        ([(4, 1), (5, 1)], [("too_many_proxies", 5)]),
        ([(4, 5), (5, 1)], [("proxy_chain", 4)]),
        ([(4, 1), (4, 2)], []),
        ([(4, 5), (4, 2)], []),
        ([(99, 1)], [("proxy_of_stranger", 99)]),
        ([(98, 1)], [("proxy_of_stranger", 98)]),  # recused elsewhere
    ],
)
def test_a_proxy_that_does_not_serve_is_told(proxies, found):
    assert faults(item(6, there=[1, 2, 3], proxies=proxies, recused=[6, 98])) == found


# Whatever happens


# Most of them are there an hour after the opening.
STAYS = [[(0, None)], [(0, 2)], [(0, 1), (1, 3)], [(1, None)], [(0, 1)], [(2, None)], []]


@st.composite
def items(draw):
    """An item of a small committee, with stays, proxies and recusals of all sorts."""
    count = draw(st.integers(1, 6))
    seats = st.integers(1, count + 1)  # the last is a stranger's
    flags = st.booleans()
    return Item(
        members=members(count, heads=draw(st.integers(0, count)), chair=draw(seats)),
        rules=Rules(
            quorum_percent=draw(st.sampled_from([50, 0, 34, 67])),
            majority=draw(st.sampled_from(["cast", "present", "two_thirds"])),
            casting_vote=draw(flags),
            proxies_per_member=draw(st.integers(0, 2)),
            business_majority=draw(st.sampled_from(["none", "none", "seats", "present"])),
            remote=draw(flags),
        ),
        at=hour(1),
        presences=[
            Presence(seat, hour(since), until and hour(until), is_remote=draw(flags))
            for seat in range(1, count + 2)
            for since, until in draw(st.sampled_from(STAYS))
        ],
        proxies=draw(st.lists(st.builds(Proxy, seats, seats), max_size=6)),
        recused=draw(st.frozensets(seats, max_size=2)),
    )


def ballots_of(item):
    """One ballot at most for each voter of the item, in favour more often than not."""
    choices = st.sampled_from(["for", "against", "abstain", "for"])
    return st.fixed_dictionaries({}, optional=dict.fromkeys(voters(item), choices)).map(
        lambda votes: [Ballot(seat, vote, voters(item)[seat]) for seat, vote in votes.items()]
    )


def strays():
    """Ballots of anybody, by anybody."""
    seats = st.integers(1, 7)
    return st.lists(st.builds(Ballot, seats, st.just("for"), seats), max_size=2)


def sits(item, seat):
    """Said again, simply: this member is there, and has not stepped aside."""
    is_called = any(member.seat == seat for member in item.members) and seat not in item.recused
    return is_called and any(
        each.arrived_at <= item.at < (each.left_at or hour(99))
        for each in item.presences
        if each.seat == seat and not (each.is_remote and not item.rules.remote)
    )


@settings(max_examples=200)
@given(st.data(), items())
def test_only_who_may_vote_is_counted_once_and_nothing_is_carried_without_a_quorum(data, case):
    ballots = data.draw(ballots_of(case)) + data.draw(strays())
    wrong = len(faults(case, ballots)) > len(faults(case))
    try:
        outcome = decide(case, ballots)
    except ValueError:
        assert wrong
        return
    assert not wrong
    assert len({ballot.seat for ballot in ballots}) == len(ballots)
    for seat, _choice, by in ballots:
        assert sits(case, by)
        assert seat == by or (not sits(case, seat) and Proxy(seat, by) in case.proxies)
        assert seat in base(case)
    if outcome.is_carried:
        assert 100 * len(voters(case)) >= case.rules.quorum_percent * len(base(case))
        assert any(ballot.choice == "for" for ballot in ballots)
        assert is_quorate(case)


@settings(max_examples=200)
@given(items())
def test_a_member_represents_others_within_the_limit_and_only_while_there(case):
    borne = represented(case)
    for giver, bearer in borne.items():
        assert sits(case, bearer) and not sits(case, giver) and giver in base(case)
        assert list(borne.values()).count(bearer) <= case.rules.proxies_per_member


@settings(max_examples=300)
@given(st.data(), items())
def test_one_more_for_never_turns_a_carried_item_down(data, case):
    ballots = data.draw(ballots_of(case))
    before = decide(case, ballots).is_carried
    for seat, by in voters(case).items():
        others = [ballot for ballot in ballots if ballot.seat != seat]
        assert decide(case, [*others, Ballot(seat, "for", by)]).is_carried >= before


@settings(max_examples=200)
@given(st.data(), items())
def test_recusing_somebody_away_never_breaks_a_quorum_nor_changes_the_vote(data, case):
    ballots = data.draw(ballots_of(case))
    for seat in base(case) - voters(case).keys():
        after = case._replace(recused=case.recused | {seat})
        assert is_quorate(after) >= is_quorate(case)
        assert decide(after, ballots) == decide(case, ballots) or not is_quorate(case)


@given(st.data(), items())
def test_the_outcome_does_not_depend_on_the_order_of_the_ballots(data, case):
    ballots = data.draw(ballots_of(case))
    assert decide(case, data.draw(st.permutations(ballots))) == decide(case, ballots)
