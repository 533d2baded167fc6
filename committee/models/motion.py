"""What is put to the vote about a file, and who votes."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from committee import quorum
from committee.models.application import Application
from committee.models.decision import Condition, Decision, award_is_whole
from committee.models.project import at_most_9999
from committee.models.session import AgendaItem, Seat
from conventions.money import DayField, EuroField
from territories.scoping import ScopedQuerySet


class MotionQuerySet(ScopedQuerySet):
    """What a reader may know of the votes: those on the files that they may read."""

    application_path = "item__application"

    def visible_to(self, user):
        return self.filter(**{f"{self.application_path}__in": Application.objects.visible_to(user)})


class Verdict(models.TextChoices):
    """Why a vote says yes or no: the reasons of `quorum.result`."""

    MAJORITY = "majority", _("à la majorité")
    CASTING_VOTE = "casting_vote", _("par la voix prépondérante du président")
    NO_MAJORITY = "no_majority", _("sans majorité")
    TIE = "tie", _("à égalité des voix")
    NO_VOTE = "no_vote", _("sans aucun vote exprimé")


class Motion(models.Model):
    """What the committee is asked to decide, word for word, and what its vote said.

    The counts are those proclaimed when the vote was closed; a secret vote has no others.
    """

    Outcome = Decision.Outcome
    Verdict = Verdict

    item = models.ForeignKey(
        AgendaItem,
        models.PROTECT,
        verbose_name=_("point de l’ordre du jour"),
        related_name="motions",
    )
    outcome = models.CharField(_("proposition"), max_length=10, choices=Outcome.choices)
    advance = EuroField(_("avance (€)"), default=0, validators=[MinValueValidator(0)])
    grant = EuroField(_("subvention (€)"), default=0, validators=[MinValueValidator(0)])
    days = DayField(_("journées"), default=0, validators=[MinValueValidator(0)])
    jobs_created = models.PositiveSmallIntegerField(
        _("emplois à créer"), default=0, validators=[at_most_9999]
    )
    jobs_maintained = models.PositiveSmallIntegerField(
        _("emplois à maintenir"), default=0, validators=[at_most_9999]
    )
    conditions = models.JSONField(_("conditions préalables"), default=list, blank=True)
    reason = models.TextField(_("motif"), max_length=2000, blank=True)
    is_secret = models.BooleanField(_("vote secret"), default=False)
    put_at = models.DateTimeField(_("mise aux voix à"))
    put_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("mise aux voix par"),
        related_name="+",
        null=True,
        blank=True,
    )
    closed_at = models.DateTimeField(_("vote clos à"), null=True, blank=True)
    in_favour = models.PositiveSmallIntegerField(_("pour"), default=0)
    against = models.PositiveSmallIntegerField(_("contre"), default=0)
    abstained = models.PositiveSmallIntegerField(_("abstentions"), default=0)
    seats_counted = models.PositiveSmallIntegerField(_("sièges comptés"), default=0)
    seats_needed = models.PositiveSmallIntegerField(_("quorum"), default=0)
    seats_voting = models.PositiveSmallIntegerField(_("présents ou représentés"), default=0)
    is_carried = models.BooleanField(_("adoptée"), null=True, blank=True)
    verdict = models.CharField(_("résultat"), max_length=12, choices=Verdict.choices, blank=True)

    objects = MotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mise aux voix")
        verbose_name_plural = _("mises aux voix")
        ordering = ["put_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=award_is_whole(),
                name="motion_gives_something_when_it_approves",
                violation_error_code="advance",
                violation_error_message=_(
                    "Un accord donne une avance, une subvention ou des journées."
                ),
            ),
            models.CheckConstraint(
                condition=Q(outcome="approved") | ~Q(reason=""),
                name="motion_refusal_has_a_reason",
                violation_error_code="reason",
                violation_error_message=_("Un refus ou un ajournement est motivé."),
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(closed_at=None),
                name="motion_open_once_for_an_item",
                violation_error_message=_("Un vote est déjà ouvert sur ce dossier."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, is_carried=None, verdict="")
                | Q(
                    closed_at__gte=F("put_at"),
                    is_carried=True,
                    verdict__in=["majority", "casting_vote"],
                )
                | Q(
                    closed_at__gte=F("put_at"),
                    is_carried=False,
                    verdict__in=["no_majority", "casting_vote", "tie", "no_vote"],
                ),
                name="motion_closed_with_its_result",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | Q(
                    seats_needed__gte=1,
                    seats_voting__gte=F("seats_needed"),
                    seats_counted__gte=F("seats_voting"),
                ),
                name="motion_closed_with_a_quorum",
                violation_error_message=_("Le quorum n’est pas atteint."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | Q(seats_voting__gte=F("in_favour") + F("against") + F("abstained")),
                name="motion_counts_a_vote_for_each_seat_at_most",
            ),
        ]

    def __str__(self):
        return f"{self.get_outcome_display()} – {self.item.application}"

    def clean(self):
        limit = Condition._meta.get_field("label").max_length
        if any(len(label) > limit for label in self.conditions):
            raise ValidationError(
                {"conditions": _("Une condition tient en %(limit)d caractères.") % {"limit": limit}}
            )

    @property
    def antenna(self):
        return self.item.antenna

    @property
    def money(self):
        """Euros that it would grant: advance and grant together."""
        return self.advance + self.grant

    @property
    def is_decided(self):
        """True when a decision that stands was taken on this vote."""
        return any(not decision.annulled_on for decision in self.decisions.all())

    def ballots(self):
        """What was voted so far, for the pure rules of `committee.quorum`."""
        return [
            quorum.Ballot(vote.seat_id, vote.choice, vote.cast_by_id) for vote in self.votes.all()
        ]

    def tally(self):
        """The counts; those of a vote that is not secret come from its rows until it is closed."""
        if self.is_secret or self.closed_at:
            return quorum.Tally(self.in_favour, self.against, self.abstained)
        choices = [vote.choice for vote in self.votes.all()]
        return quorum.Tally(*(choices.count(each) for each in ("for", "against", "abstain")))


class VoteQuerySet(MotionQuerySet):
    application_path = "motion__item__application"


class Vote(models.Model):
    """That a seat voted, once, and what: of a secret vote nobody keeps what."""

    class Choice(models.TextChoices):
        FOR = "for", _("Pour")
        AGAINST = "against", _("Contre")
        ABSTAIN = "abstain", _("Abstention")
        SECRET = "secret", _("Vote secret")

    motion = models.ForeignKey(
        Motion, models.CASCADE, verbose_name=_("mise aux voix"), related_name="votes"
    )
    seat = models.ForeignKey(Seat, models.PROTECT, verbose_name=_("siège"), related_name="votes")
    choice = models.CharField(_("vote"), max_length=8, choices=Choice.choices)
    cast_by = models.ForeignKey(
        Seat, models.PROTECT, verbose_name=_("exprimé par"), related_name="+"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("saisi par"),
        related_name="+",
        null=True,
        blank=True,
    )
    at = models.DateTimeField(_("à"))

    objects = VoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["motion", "seat"],
                name="vote_once_for_a_seat",
                violation_error_message=_("Ce siège a déjà voté."),
            ),
            models.CheckConstraint(
                condition=Q(choice__in=["for", "against", "abstain", "secret"]),
                name="vote_choice_known",
            ),
        ]

    def __str__(self):
        return f"{self.seat} – {self.get_choice_display()}"

    @property
    def antenna(self):
        return self.motion.antenna
