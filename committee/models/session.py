"""A session of the committee: when, where, on which files, and who was asked to come."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from committee.models.application import Application
from committee.models.committee import Committee, Seat
from committee.models.convening import SessionProgress, SessionStatus
from committee.models.holding import SessionHolding
from committee.recusal import ground
from companies.fields import WebsiteField
from conventions.models import Convention
from conventions.models.rules import BusinessMajority, Majority
from territories.scoping import ScopedQuerySet


class SessionQuerySet(ScopedQuerySet):
    antenna_path = "committee__antenna"

    def visible_to(self, user):
        """A member also sees the sessions that were convened."""
        if user.is_national:
            return self.all()
        return self.filter(
            Q(committee__antenna__in=user.antenna_ids)
            | Q(committee__antenna__in=user.antennas_as(Role.MEMBER), convened_at__isnull=False)
        )

    def live(self):
        """Those that are still to be held."""
        to_come = Q(on__gte=timezone.localdate(), status__in=["planned", "convened"])
        return self.filter(to_come | Q(status=SessionStatus.OPEN))


class Session(SessionProgress, SessionHolding, models.Model):
    """A meeting of a committee about files of one convention, whose rules it follows."""

    Status = SessionStatus

    committee = models.ForeignKey(
        Committee, models.PROTECT, verbose_name=_("comité"), related_name="sessions"
    )
    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name=_("convention"), related_name="sessions"
    )
    on = models.DateField(_("date"))
    at = models.TimeField(_("heure"))
    place = models.CharField(_("lieu"), max_length=200, blank=True)
    link = WebsiteField(_("lien pour suivre à distance"), max_length=300, blank=True)
    status = models.CharField(
        _("état"), max_length=10, choices=Status.choices, default=Status.PLANNED, editable=False
    )
    convened_at = models.DateTimeField(_("convoquée le"), null=True, blank=True, editable=False)
    cancelled_reason = models.CharField(
        _("motif de l’annulation"), max_length=200, blank=True, editable=False
    )
    uid = models.UUIDField(_("identifiant"), default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveSmallIntegerField(_("version"), default=0, editable=False)

    # The rules of the convention, as they were when it was convened
    quorum_percent = models.PositiveSmallIntegerField(
        _("quorum (% des sièges)"), null=True, editable=False
    )
    majority = models.CharField(
        _("majorité"), max_length=12, choices=Majority.choices, blank=True, editable=False
    )
    casting_vote = models.BooleanField(
        _("voix prépondérante du président"), default=False, editable=False
    )
    proxies_per_member = models.PositiveSmallIntegerField(
        _("pouvoirs par membre"), default=0, editable=False
    )
    business_majority = models.CharField(
        _("chefs d’entreprise majoritaires"),
        max_length=8,
        choices=BusinessMajority.choices,
        default=BusinessMajority.NONE,
        editable=False,
    )
    remote_allowed = models.BooleanField(
        _("un membre peut voter à distance"), default=True, editable=False
    )
    secret_vote = models.BooleanField(_("vote secret"), default=False, editable=False)

    opened_at = models.DateTimeField(_("ouverte à"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("close à"), null=True, blank=True, editable=False)
    current_item = models.ForeignKey(
        "AgendaItem",
        models.SET_NULL,
        verbose_name=_("dossier examiné"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("séance")
        verbose_name_plural = _("séances")
        ordering = ["-on", "-at", "-pk"]
        indexes = [models.Index(fields=["on"], name="session_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SessionStatus.values), name="session_status_known"
            ),
            models.CheckConstraint(
                condition=Q(majority__in=["", "cast", "present", "two_thirds"]),
                name="session_majority_known",
            ),
            models.CheckConstraint(
                condition=Q(business_majority__in=["seats", "present", "none"]),
                name="session_business_majority_known",
            ),
            models.CheckConstraint(
                condition=~Q(place="") | ~Q(link=""),
                name="session_is_somewhere",
                violation_error_code="place",
                violation_error_message=_("Donnez un lieu, un lien, ou les deux."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "cancelled"])
                | Q(convened_at__isnull=False, quorum_percent__isnull=False),
                name="session_convened_with_its_rules",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["open", "closed"]) & Q(opened_at=None, closed_at=None)
                | Q(status="open", opened_at__isnull=False, closed_at=None)
                | Q(status="closed", opened_at__isnull=False, closed_at__gte=F("opened_at")),
                name="session_opened_then_closed",
            ),
        ]

    def __str__(self):
        return f"{self.committee}, {self.on:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("committee:session", args=[self.pk])

    def get_live_url(self):
        """The page of the room, while it is held."""
        return reverse("committee:session_live", args=[self.pk])

    def clean(self):
        if self.committee_id and self.convention_id:
            if self.committee.antenna_id != self.convention.antenna_id:
                raise ValidationError(
                    {"convention": _("Cette convention est celle d’une autre antenne.")}
                )
            if self.on and not self.committee.sits_on(self.on):
                raise ValidationError({"on": _("Le comité ne siège pas à cette date.")})

    @property
    def antenna(self):
        return self.committee.antenna

    def files_read_by(self, seat):
        """The items that who holds `seat` may read, in order."""
        items = self.items.select_related("application__company", "application__expert")
        return [
            item
            for item in items.prefetch_related("application__recusals")
            if not ground(seat, item.application)
        ]


class SessionPartQuerySet(ScopedQuerySet):
    antenna_path = "session__committee__antenna"


class AgendaItem(models.Model):
    """A file on the agenda, at its place, with the time it should take."""

    session = models.ForeignKey(
        Session, models.CASCADE, verbose_name=_("séance"), related_name="items"
    )
    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("dossier"), related_name="items"
    )
    position = models.PositiveSmallIntegerField(_("rang"))
    minutes = models.PositiveSmallIntegerField(
        _("durée (minutes)"),
        default=20,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
    )

    objects = SessionPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("point de l’ordre du jour")
        verbose_name_plural = _("points de l’ordre du jour")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "application"],
                name="agenda_item_once_in_a_session",
                violation_error_message=_("Ce dossier est déjà à l’ordre du jour."),
            ),
        ]

    def __str__(self):
        return str(self.application)

    @property
    def antenna(self):
        return self.session.antenna

    @property
    def motion(self):
        """What was last put to the vote about the file, or None."""
        motions = list(self.motions.all())
        return motions[-1] if motions else None

    @property
    def decision(self):
        """What the committee decided of the file in this session, or None."""
        decisions = [each for motion in self.motions.all() for each in motion.decisions.all()]
        return next((each for each in decisions if not each.annulled_on), None)


class AgendaChange(models.Model):
    """What was added to an agenda, or taken out of it, once members had received it."""

    session = models.ForeignKey(
        Session, models.CASCADE, verbose_name=_("séance"), related_name="changes"
    )
    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("dossier"), related_name="+"
    )
    added = models.BooleanField(_("ajouté"))
    reason = models.CharField(_("motif"), max_length=200)
    at = models.DateTimeField(_("saisi le"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("par"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = SessionPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("changement de l’ordre du jour")
        verbose_name_plural = _("changements de l’ordre du jour")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="agenda_change_has_a_reason"),
        ]

    def __str__(self):
        return str(self.application)

    @property
    def antenna(self):
        return self.session.antenna


class Invitation(models.Model):
    """A seat asked to come to a session, and what its holder answered."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("Sans réponse")
        PRESENT = "present", _("Présent")
        REMOTE = "remote", _("À distance")
        PROXY = "proxy", _("Donne pouvoir")
        ABSENT = "absent", _("Absent")

    session = models.ForeignKey(
        Session, models.CASCADE, verbose_name=_("séance"), related_name="invitations"
    )
    seat = models.ForeignKey(
        Seat, models.PROTECT, verbose_name=_("siège"), related_name="invitations"
    )
    answer = models.CharField(
        _("réponse"), max_length=8, choices=Answer.choices, default=Answer.WAITING
    )
    proxy_to = models.ForeignKey(
        Seat,
        models.PROTECT,
        verbose_name=_("pouvoir donné à"),
        related_name="+",
        null=True,
        blank=True,
    )
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    sent_at = models.DateTimeField(_("convocation envoyée le"), null=True, blank=True)

    objects = SessionPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("convocation")
        verbose_name_plural = _("convocations")
        ordering = ["-seat__is_chair", "seat__college", "seat__holder"]
        constraints = [
            models.UniqueConstraint(fields=["session", "seat"], name="invitation_once_for_a_seat"),
            models.CheckConstraint(
                condition=Q(answer__in=["waiting", "present", "remote", "proxy", "absent"]),
                name="invitation_answer_known",
            ),
            models.CheckConstraint(
                condition=Q(answer="proxy", proxy_to__isnull=False)
                | (~Q(answer="proxy") & Q(proxy_to=None)),
                name="invitation_proxy_has_a_holder",
            ),
            models.CheckConstraint(
                condition=Q(proxy_to=None) | ~Q(proxy_to=F("seat")),
                name="invitation_proxy_to_somebody_else",
            ),
        ]

    def __str__(self):
        return f"{self.seat}, {self.session}"

    @property
    def antenna(self):
        return self.session.antenna
