"""Who makes up a committee, whether it may decide, and what it decides: pure functions on seats.

All look at one item of the agenda, at one moment. An unknown setting is a KeyError, never a guess.
Source: the scheme, « company heads in the majority »; nobody publishes the rest, which is settings
of the convention (docs/rules.md).
"""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from typing import NamedTuple

Voters = dict[int, int]  # each seat, with the seat that casts its vote: itself or its proxy's


class Rules(NamedTuple):
    """What the convention sets on how its committee decides."""

    quorum_percent: int = 50  # of the seats that count for the item, 0 to 100
    majority: str = "cast"  # "cast", "present" or "two_thirds": see `result`
    casting_vote: bool = True
    proxies_per_member: int = 1
    business_majority: str = "none"  # "none", "seats" or "present": see `heads_hold_majority`
    remote: bool = True  # who follows from afar counts and votes


class Member(NamedTuple):
    """A seat held on the day of the session."""

    seat: int
    college: str
    is_chair: bool = False


class Presence(NamedTuple):
    """One stay, its first instant included, its last one not. A member may come back."""

    seat: int
    arrived_at: datetime
    left_at: datetime | None = None
    is_remote: bool = False

    def lasts_at(self, at: datetime) -> bool:
        return self.arrived_at <= at and (self.left_at is None or at < self.left_at)


class Proxy(NamedTuple):
    """Who will be away asks another member to vote in their stead."""

    from_seat: int
    to_seat: int


class Ballot(NamedTuple):
    """What a seat votes, "for", "against" or "abstain", and the seat that says so."""

    seat: int
    choice: str
    cast_by: int


class Item(NamedTuple):
    """An item of the agenda at one moment: all that the rules look at, ballots apart."""

    members: Sequence[Member]
    rules: Rules
    at: datetime
    presences: Sequence[Presence] = ()
    proxies: Sequence[Proxy] = ()  # the earliest given first
    recused: Set[int] = frozenset()


class Tally(NamedTuple):
    """How many voted what."""

    in_favour: int
    against: int
    abstained: int


class Result(NamedTuple):
    """Whether an item is carried, and why, as a code: see `result` and `decide`."""

    is_carried: bool
    reason: str


class Fault(NamedTuple):
    """What is wrong, as a code, and with which seat: None for the committee as a whole."""

    code: str
    seat: int | None = None


def base(item: Item) -> set[int]:
    """Seats that count for this item: the recused leave the count. Source: the scheme."""
    return {member.seat for member in item.members} - item.recused


def present(item: Item) -> set[int]:
    """Seats there now, from afar too where the rules allow it. Source: settings."""
    return base(item) & {
        presence.seat
        for presence in item.presences
        if presence.lasts_at(item.at) and (item.rules.remote or not presence.is_remote)
    }


def represented(item: Item) -> Voters:
    """Seats away whose proxy serves, its holder being present: not through another proxy.

    A proxy sleeps while its giver is present or recused, and takes no place then. A member bears so
    many, the earliest given, and never passes one on; of a giver's own, the first that can serves.
    Source: settings.
    """
    here, away = present(item), base(item) - present(item)
    borne = {}
    for giver, bearer in item.proxies:
        is_free = list(borne.values()).count(bearer) < item.rules.proxies_per_member
        if giver in away and giver not in borne and bearer in here and is_free:
            borne[giver] = bearer
    return borne


def voters(item: Item) -> Voters:
    """Seats present or represented."""
    return {seat: seat for seat in present(item)} | represented(item)


def business_majority(colleges: Iterable[str]) -> bool:
    """True when more than half of the seats belong to company heads.

    `colleges` is the college of each seat (`business`, `institution`, …). False without any seat.
    """
    colleges = list(colleges)
    return 2 * colleges.count("business") > len(colleges)


def heads_hold_majority(item: Item) -> bool:
    """True when company heads have the majority where the rules want it. Source: the scheme.

    "seats": among all the seats of the committee, a recusal changing nobody's seat;
    "present": among the voters of the item; "none": nowhere.
    """
    if item.rules.business_majority == "none":
        return True
    everybody = {member.seat for member in item.members}
    counted = {"seats": everybody, "present": voters(item)}[item.rules.business_majority]
    return business_majority(each.college for each in item.members if each.seat in counted)


def quorum_needed(rules: Rules, base: Set[int]) -> int:
    """Seats to be present or represented: rounded up, 1 at least, 0 without a base. Settings."""
    return max((rules.quorum_percent * len(base) + 99) // 100, min(1, len(base)))


def is_quorate(item: Item) -> bool:
    """True when enough seats are present or represented, and company heads are as the rules want.

    Never when everybody is recused: nobody is left to decide. Source: settings.
    """
    needed = quorum_needed(item.rules, base(item))
    return 0 < needed <= len(voters(item)) and heads_hold_majority(item)


def tally(ballots: Sequence[Ballot], voters: Voters) -> Tally:
    """The count of the votes. ValueError when one is not valid: `faults` says which and why."""
    cast = {(ballot.seat, ballot.cast_by) for ballot in ballots}
    if len(cast) < len(ballots) or not cast <= voters.items():
        raise ValueError("a ballot of somebody who may not cast it, or a second one")
    choices = Counter(ballot.choice for ballot in ballots)
    counted = Tally(choices["for"], choices["against"], choices["abstain"])
    if sum(counted) < len(ballots):
        raise ValueError(f"unknown choice among {sorted(choices)}")
    return counted


def chair_choice(item: Item, ballots: Sequence[Ballot]) -> str | None:
    """What the chair, present in person, voted. None if represented, or if two chairs differ."""
    chairs = {member.seat for member in item.members if member.is_chair} & present(item)
    choices = {ballot.choice for ballot in ballots if ballot.seat in chairs}
    return choices.pop() if len(choices) == 1 else None


def result(tally: Tally, rules: Rules, voters: Voters, chair_choice: str | None) -> Result:
    """What the votes say, the quorum apart. Source: settings.

    "cast": more than half of the votes for and against. "present": more than half of the voters,
    those who abstain or say nothing included. Exactly half is a tie: the chair's own vote breaks it
    if the rules say so, unless it is an abstention; otherwise the item is not carried.
    "two_thirds": at least two thirds of the votes for and against; it knows no tie.
    Reasons: "majority", "no_majority", "casting_vote", "tie", "no_vote".
    """
    in_favour, cast = tally.in_favour, tally.in_favour + tally.against
    whole = {"cast": cast, "two_thirds": cast, "present": len(voters)}[rules.majority]
    two_thirds = rules.majority == "two_thirds"
    if not cast:
        return Result(False, "no_vote")
    if 2 * in_favour == whole and not two_thirds:
        if rules.casting_vote and chair_choice in ("for", "against"):
            return Result(chair_choice == "for", "casting_vote")
        return Result(False, "tie")
    is_carried = 3 * in_favour >= 2 * whole if two_thirds else 2 * in_favour > whole
    return Result(is_carried, "majority" if is_carried else "no_majority")


def decide(item: Item, ballots: Sequence[Ballot]) -> Result:
    """The `result` of an item; without a quorum it is never carried, and the reason "not_quorate".

    ValueError when a ballot is not valid, as in `tally`.
    """
    counted = tally(ballots, voters(item))
    if not is_quorate(item):
        return Result(False, "not_quorate")
    return result(counted, item.rules, voters(item), chair_choice(item, ballots))


def decide_in_secret(item: Item, counted: Tally) -> Result:
    """The same for a secret vote, of which only the counts are known: nobody's voice breaks a tie.

    ValueError when it counts more votes than voters. Source: CGCT, L2121-20, by analogy.
    """
    if sum(counted) > len(voters(item)):
        raise ValueError("more votes than voters")
    if not is_quorate(item):
        return Result(False, "not_quorate")
    return result(counted, item.rules._replace(casting_vote=False), voters(item), None)


def faults(item: Item, ballots: Sequence[Ballot] = ()) -> list[Fault]:
    """All that is wrong, with the first reason that holds for each ballot and each proxy.

    Of the committee: "not_quorate". Of a ballot, which `tally` refuses: "not_a_member", "recused",
    "absent", "cast_by_another", "twice". Of a proxy, which does not serve: "proxy_of_stranger",
    "proxy_to_recused", "too_many_proxies", "proxy_chain", "proxy_to_absent".
    """
    seats, casters = {member.seat for member in item.members}, voters(item)
    found = [] if is_quorate(item) else [Fault("not_quorate")]
    for rank, (seat, _choice, cast_by) in enumerate(ballots):
        reasons = {
            "not_a_member": seat not in seats,
            "recused": seat in item.recused,
            "absent": seat not in casters,
            "cast_by_another": casters.get(seat) != cast_by,
            "twice": seat in {earlier.seat for earlier in ballots[:rank]},
        }
        found += [Fault(code, seat) for code, holds in reasons.items() if holds][:1]
    givers = {proxy.from_seat for proxy in item.proxies}
    for giver, bearer in item.proxies:
        if giver in casters or giver in item.recused & seats:
            continue  # it serves, or sleeps
        reasons = {
            "proxy_of_stranger": giver not in seats,
            "proxy_to_recused": bearer in item.recused,
            "too_many_proxies": bearer in present(item),
            "proxy_chain": bearer in givers,
            "proxy_to_absent": True,
        }
        found += [Fault(code, giver) for code, holds in reasons.items() if holds][:1]
    return found
