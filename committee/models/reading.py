"""What is done with a file between two sessions: members read it, and comment on it.

Rows name the session and the file rather than the item of the agenda, which is deleted when a file
is taken out of it: put back, the file finds what was read and said of it.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.models.application import Application
from committee.models.committee import Seat
from committee.models.session import Session
from committee.recusal import ground
from territories.scoping import ScopedQuerySet

OVER = ["closed", "cancelled"]  # what a session is once nothing more is read or said for it


def sits_in(user, session):
    """True when `user` holds a seat of the committee on the day of a `session` that is convened."""
    seats = Seat.objects.held_on(session.on).filter(committee=session.committee_id)
    return session.convened_at is not None and seats.filter(user=user).exists()


def takes_part(user, session):
    """True for who may say something: the members of the committee, who coordinates its antenna."""
    return user.may_edit(session.antenna) or sits_in(user, session)


def _check_open(about):
    """Keep the session as it is until the transaction ends; nothing is said once it is over."""
    if Session.objects.select_for_update().get(pk=about.session_id).status in OVER:
        raise ValidationError(_("Cette séance est terminée."), code="over")


def _check_reads(item, user):
    """Nobody who steps aside takes part, whatever else they are."""
    mine = Seat.objects.filter(user=user).select_related("employer")
    reads = Application.objects.visible_to(user).filter(pk=item.application_id).exists()
    if not reads or any(ground(seat, item.application) for seat in mine):
        raise ValidationError(_("Ce dossier ne vous est pas ouvert."), code="recused")


class OfAFileQuerySet(ScopedQuerySet):
    antenna_path = "session__committee__antenna"

    def visible_to(self, user):
        """What is about a session and a file that `user` both sees: never for who steps aside."""
        if user.is_national:
            return self.all()
        return self.filter(
            session__in=Session.objects.visible_to(user),
            application__in=Application.objects.visible_to(user),
        )


class OfAFile(models.Model):
    """Something about one file, for one session."""

    session = models.ForeignKey(
        Session, models.CASCADE, verbose_name=_("séance"), related_name="%(class)ss"
    )
    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("dossier"), related_name="%(class)ss"
    )

    class Meta:
        abstract = True

    @property
    def antenna(self):
        return self.session.antenna


class ReadingQuerySet(OfAFileQuerySet):
    def visible_to(self, user):
        """A member sees what they read themselves; the antenna, what everybody read."""
        seen = super().visible_to(user)
        if user.is_national:
            return seen
        return seen.filter(Q(user=user) | Q(session__committee__antenna__in=user.antenna_ids))


class Reading(OfAFile):
    """A member read a file before a session; of another session, it is read anew."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("membre"),
        related_name="readings",
    )
    read_at = models.DateTimeField(_("lu le"), auto_now_add=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("lecture")
        verbose_name_plural = _("lectures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "application", "user"], name="reading_once_by_a_member"
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.application}"

    @classmethod
    @transaction.atomic
    def mark(cls, item, *, by):
        """A member says that they read the file of `item`; said twice, it counts once."""
        _check_open(item)
        _check_reads(item, by)
        if not sits_in(by, item.session):
            raise ValidationError(_("Vous ne siégez pas à cette séance."), code="not_a_member")
        return cls.objects.get_or_create(
            session=item.session, application=item.application, user=by
        )[0]

    @classmethod
    @transaction.atomic
    def unmark(cls, item, *, by):
        """The member wants to read the file again."""
        _check_open(item)
        cls.objects.filter(session=item.session, application=item.application, user=by).delete()


class Comment(OfAFile):
    """What a member, or who coordinates the antenna, says of a file before or during a session.

    One that is taken back leaves its row, so that an answer to it is still understood, and loses
    its text for good: its author may have told what was not theirs to tell.
    """

    text = models.CharField(_("commentaire"), max_length=2000, blank=True)
    written_at = models.DateTimeField(_("écrit le"), auto_now_add=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("écrit par"),
        related_name="comments",
    )
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = OfAFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("commentaire")
        verbose_name_plural = _("commentaires")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) & ~Q(text="")
                | Q(withdrawn_at__isnull=False, text=""),
                name="comment_says_something_until_withdrawn",
                violation_error_code="text",
                violation_error_message=_("Écrivez votre commentaire."),
            ),
        ]

    def __str__(self):
        return f"{self.written_by} – {self.application}"

    @property
    def may_be_withdrawn(self):
        return self.withdrawn_at is None and self.session.status not in OVER

    @classmethod
    @transaction.atomic
    def write(cls, item, text, *, by):
        """Say something of the file of `item`: not when stepping aside, nor after the session."""
        _check_open(item)
        _check_reads(item, by)
        if not takes_part(by, item.session):
            raise ValidationError(_("Vous ne siégez pas à cette séance."), code="not_a_member")
        comment = cls(
            session=item.session, application=item.application, text=text.strip(), written_by=by
        )
        comment.full_clean()
        comment.save()
        return comment

    @transaction.atomic
    def withdraw(self, *, by):
        """Its author takes it back, until the session is over: the text is erased for good."""
        _check_open(self)
        if by != self.written_by:
            raise ValidationError(
                _("Seul son auteur retire un commentaire."), code="not_its_author"
            )
        if self.withdrawn_at is None:
            self.text, self.withdrawn_at = "", timezone.now()
            self.save(update_fields=["text", "withdrawn_at"])
