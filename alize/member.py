"""What awaits a member of a committee between two sessions. Read-only."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from accounts.models import Role, User
from committee.convocations import token_of
from committee.models import Application, CalendarFeed, Invitation, Seat, Session, Vote
from committee.models.reading import OVER
from committee.reading import left_to_read, sessions_of
from territories.listing import first

FEW = 5


@dataclass(frozen=True)
class MemberHome:
    """Sessions to come with the member's answer, files left to read, what is behind."""

    user: User

    @cached_property
    def has_a_seat(self):
        return Seat.objects.held_on(timezone.localdate()).filter(user=self.user).exists()

    @cached_property
    def sessions(self):
        """(session, the member's invitation, what its answer link carries), the soonest first."""
        sessions = self._sessions.live().exclude(status__in=OVER).order_by("on", "at", "pk")
        invitations = Invitation.objects.filter(session__in=sessions, seat__user=self.user)
        mine = {each.session_id: each for each in invitations.select_related("proxy_to")}
        rows = [(session, mine.get(session.pk)) for session in sessions]
        return [(session, mine, self._answer_link(session, mine)) for session, mine in rows]

    @staticmethod
    def _answer_link(session, invitation):
        """What the link that answers carries; none when it would not answer any more."""
        takes_answers = session.status == Session.Status.CONVENED
        return token_of(invitation) if invitation and takes_answers else None

    @cached_property
    def left_to_read(self):
        items = left_to_read(self.user).select_related("session", "application__company")
        return list(items.order_by("session__on", "session__at", "session", "position"))

    @cached_property
    def previous_sessions(self):
        """The last that were held."""
        over = Q(on__lt=timezone.localdate()) | Q(status__in=OVER)
        past = self._sessions.filter(over).exclude(status=Session.Status.CANCELLED)
        return first(past, FEW)

    @cached_property
    def votes(self):
        """The last votes of the member's seats, on the files that they may read."""
        mine = Vote.objects.visible_to(self.user).filter(seat__user=self.user)
        mine = mine.select_related("motion__item__application__company", "seat")
        return first(mine.order_by("-pk"), FEW)

    @cached_property
    def decided(self):
        """The last files that the committee decided on, of those that the member may read."""
        files = Application.objects.filter(
            convention__antenna__in=self.user.antennas_as(Role.MEMBER)
        ).exclude(status=Application.Status.SUBMITTED)
        return first(files.visible_to(self.user).select_related("company", "convention"), 2 * FEW)

    @cached_property
    def feed(self):
        return CalendarFeed.objects.visible_to(self.user).first()

    @property
    def _sessions(self):
        return sessions_of(self.user).select_related("committee")
