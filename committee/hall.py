"""What a reader sees of a session under way: read once, shown by the page that refreshes itself."""

from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from django.utils import timezone

from committee import quorum
from committee.models import Application, Comment


class Place(NamedTuple):
    """A seat of the session, as the room sees it now."""

    seat: Any
    stay: Any  # the attendance under way, or None
    bearer: Any  # the seat that votes in its stead, or None
    is_recused: bool  # from the file under discussion
    votes: bool  # may vote on it now, in person or by proxy
    ballot: Any  # what it voted, or None
    acts: bool  # the reader may vote for it


class Hall:
    """A session, for one reader; the file under discussion is None to who steps aside from it."""

    def __init__(self, session, user):
        self.session, self.user = session, user
        self.may_hold = session.may_be_held_by(user)
        self.now = timezone.now()

    @cached_property
    def agenda(self):
        """The items that the reader may read, with their motions and what was decided."""
        items = self.session.items.filter(application__in=Application.objects.visible_to(self.user))
        return items.select_related(
            "application__company", "application__convention__antenna", "application__expert"
        ).prefetch_related("motions__decisions", "application__recusals")

    @cached_property
    def item(self):
        current = self.session.current_item_id
        return next((item for item in self.agenda if item.pk == current), None)

    @property
    def is_aside(self):
        """True while the committee talks about a file that the reader must not know of."""
        return bool(self.session.current_item_id) and self.item is None

    @cached_property
    def motion(self):
        """The last motion about the file under discussion."""
        return self.item and self.item.motion

    @cached_property
    def comments(self):
        """What was said of the file under discussion, before the session and during it."""
        if self.item is None:
            return []
        said = Comment.objects.visible_to(self.user).filter(
            session=self.session, application=self.item.application_id, withdrawn_at=None
        )
        return list(said.select_related("written_by"))

    @property
    def voting(self):
        return self.motion is not None and self.motion.closed_at is None

    @cached_property
    def sitting(self):
        return self.session.sitting(self.item and self.item.application, self.now)

    @cached_property
    def places(self):
        """A `Place` for each seat, the chair first."""
        seats = {seat.pk: seat for seat in self.session.seats()}
        stays = {stay.seat_id: stay for stay in self.session.attendances.filter(left_at=None)}
        voters = quorum.voters(self.sitting)
        ballots = {vote.seat_id: vote for vote in self.motion.votes.all()} if self.motion else {}
        mine = {
            key
            for key, seat in seats.items()
            if seat.user_id == self.user.pk and not (key in stays and stays[key].by_deputy)
        }
        return [
            Place(
                seat=seat,
                stay=stays.get(key),
                bearer=seats.get(voters.get(key)) if voters.get(key) != key else None,
                is_recused=key in self.sitting.recused,
                votes=key in voters,
                ballot=ballots.get(key),
                acts=voters.get(key) in mine,
            )
            for key, seat in seats.items()
        ]

    @property
    def mine(self):
        """The places that the reader votes for: their own, and those that trust them."""
        return [place for place in self.places if place.acts]

    @property
    def says_votes(self):
        """May say what anybody in the room votes; never in a secret vote."""
        return self.may_hold and self.motion is not None and not self.motion.is_secret

    @property
    def speaks_for(self):
        """The places whose vote the reader may say; a member who left is told that it is late."""
        return [
            place
            for place in self.places
            if self.says_votes
            or place.acts
            or (place.seat.user_id == self.user.pk and not (place.stay and place.stay.by_deputy))
        ]

    @property
    def my_absent_seats(self):
        """The reader's own seats that are not there yet."""
        return [
            place.seat
            for place in self.places
            if place.seat.user_id == self.user.pk and not place.stay
        ]

    @property
    def waiting(self):
        """The places that may vote and have not."""
        return [place for place in self.places if place.votes and not place.ballot]

    @property
    def counted(self):
        return len(quorum.base(self.sitting))

    @property
    def needed(self):
        return quorum.quorum_needed(self.sitting.rules, quorum.base(self.sitting))

    @property
    def gathered(self):
        """Seats present or represented."""
        return len(quorum.voters(self.sitting))

    @property
    def is_quorate(self):
        return quorum.is_quorate(self.sitting)

    @property
    def lacks_heads(self):
        """True when only the majority of company heads is missing."""
        return not quorum.heads_hold_majority(self.sitting)

    @property
    def version(self):
        """Changes with anything that the page shows."""
        shown = [
            self.session.status,
            self.session.current_item_id,
            self.places,
            [
                (item.pk, motion.pk, motion.closed_at, motion.is_decided)
                for item in self.agenda
                for motion in item.motions.all()
            ],
            [item.pk for item in self.agenda],
            [comment.pk for comment in self.comments],
        ]
        return sha256(repr(shown).encode()).hexdigest()[:16]
