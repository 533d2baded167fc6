"""What changes an advance after its contract: less paid out, paid back later, or never."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conventions.models import Entry
from conventions.models.rules import Frequency, RescheduledBy
from conventions.money import EuroField, in_euros
from conventions.schedule import Plan
from support.models.payments import OfAnAid, OfAnAidQuerySet
from territories.dates import in_figures, validate_due, validate_not_future
from territories.scoping import ScopedQuerySet


class Release(OfAnAid):
    """Euros granted that will never be paid out; they are back in the envelope."""

    released_on = models.DateField(_("désengagé le"), validators=[validate_not_future])
    reason = models.CharField(_("motif"), max_length=200)
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        verbose_name=_("écriture"),
        related_name="aid_release",
        editable=False,
    )

    class Meta(OfAnAid.Meta):
        abstract = False
        verbose_name = _("désengagement")
        verbose_name_plural = _("désengagements")
        ordering = ["released_on", "pk"]

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """Commit the euros again, on the same day; refused when the envelope no longer has them."""
        self.aid.lock()
        super().strike(reason=reason, by=by)
        self.entry.convention.undo(self.entry, label=reason, by=by)


class WriteOff(OfAnAid):
    """Euros of an advance that the committee no longer expects.

    No line of the ledger: the money left the envelope when it was committed, and never came back.
    """

    written_off_on = models.DateField(_("passé en perte le"), validators=[validate_not_future])
    reference = models.CharField(
        _("décision du comité"),
        max_length=200,
        help_text=_("Par exemple : procès-verbal de la séance du 12 mars 2026."),
    )
    reason = models.CharField(_("motif"), max_length=200)

    class Meta(OfAnAid.Meta):
        abstract = False
        verbose_name = _("passage en perte")
        verbose_name_plural = _("passages en perte")
        ordering = ["written_off_on", "pk"]
        constraints = [
            *OfAnAid.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(reference=""), name="writeoff_decided_by_the_committee"
            ),
        ]

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """Expect the euros again; refused when some of them were recovered."""
        self.aid.lock()
        super().strike(reason=reason, by=by)
        if self.aid.lowest_lost() < 0:
            raise ValidationError(
                _("Des sommes ont été récupérées sur cette perte : rayez-les d’abord."),
                code="recovered",
            )
        self.aid.replan()


class ReschedulingQuerySet(OfAnAidQuerySet):
    def waiting(self):
        """Requests that have no answer yet."""
        return self.standing().filter(status=Rescheduling.Status.REQUESTED)


class Rescheduling(OfAnAid):
    """A new schedule for what is still owed: asked for, then accorded or refused.

    The earlier schedule stays readable at its dates. `amount` is what was owed when it was asked.
    """

    class Kind(models.TextChoices):
        RESCHEDULING = "rescheduling", _("Nouvel échéancier")
        MORATORIUM = "moratorium", _("Moratoire : rien n’est dû pendant un temps")
        DEFAULT = "default", _("Défaillance : tout devient dû")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Demandé")
        APPROVED = "approved", _("Accordé")
        REFUSED = "refused", _("Refusé")

    kind = models.CharField(_("nature"), max_length=12, choices=Kind.choices)
    status = models.CharField(
        _("état"), max_length=9, choices=Status.choices, default=Status.REQUESTED, editable=False
    )
    requested_on = models.DateField(_("demandé le"), validators=[validate_not_future])
    reason = models.TextField(_("motif"), max_length=2000)
    first_due_on = models.DateField(_("première échéance"), validators=[validate_due])
    instalments = models.PositiveSmallIntegerField(
        _("nombre d’échéances"), validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    frequency = models.PositiveSmallIntegerField(
        _("rythme de remboursement"), choices=Frequency.choices, default=Frequency.MONTHLY
    )
    decided_on = models.DateField(
        _("répondu le"), null=True, blank=True, editable=False, validators=[validate_not_future]
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("réponse saisie par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    reference = models.CharField(
        _("décision du comité"), max_length=200, blank=True, editable=False
    )
    answer = models.CharField(_("réponse"), max_length=200, blank=True, editable=False)

    objects = ReschedulingQuerySet.as_manager()

    class Meta(OfAnAid.Meta):
        abstract = False
        verbose_name = _("rééchelonnement")
        verbose_name_plural = _("rééchelonnements")
        ordering = ["requested_on", "pk"]
        constraints = [
            *OfAnAid.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=["rescheduling", "moratorium", "default"]),
                name="rescheduling_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(status="requested", decided_on=None)
                | Q(status__in=["approved", "refused"], decided_on__gte=F("requested_on")),
                name="rescheduling_answered_after_it_was_asked",
                violation_error_code="on",
                violation_error_message=_("La réponse suit la demande."),
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(first_due_on__gte=F("decided_on")),
                name="rescheduling_due_after_it_was_accorded",
                violation_error_code="on",
                violation_error_message=_(
                    "La première échéance ne peut pas précéder l’accord : refusez, puis demandez"
                    " une date plus lointaine."
                ),
            ),
            models.CheckConstraint(
                condition=Q(instalments__gte=1, frequency__in=Frequency.values),
                name="rescheduling_has_an_instalment",
            ),
            models.UniqueConstraint(
                fields=["aid"],
                condition=Q(status="requested", struck_at=None),
                name="rescheduling_asked_once_at_a_time",
                violation_error_message=_("Une demande attend déjà une réponse."),
            ),
        ]

    @property
    def plan(self):
        is_default = self.kind == self.Kind.DEFAULT
        return Plan(self.first_due_on, self.instalments, self.frequency, keeps_due=is_default)

    def plan_on(self, day):
        """Its plan if it is accorded on `day`: a default is due on the very day."""
        return self.plan._replace(first_due_on=day) if self.kind == self.Kind.DEFAULT else self.plan

    @property
    def in_words(self):
        """What is asked for, in a sentence."""
        if self.kind == self.Kind.DEFAULT:
            return _("Défaillance : %(amount)s deviennent dus en une fois.") % {
                "amount": in_euros(self.amount)
            }
        facts = {
            "day": in_figures(self.first_due_on),
            "count": self.instalments,
            "rhythm": self.get_frequency_display(),
        }
        if self.kind == self.Kind.MORATORIUM:
            sentence = _("Moratoire jusqu’au %(day)s, puis %(count)s échéances %(rhythm)s.")
            return sentence % facts
        return _("%(count)s échéances %(rhythm)s, à partir du %(day)s.") % facts

    @property
    def inside_a_sentence(self):
        words = str(self.in_words)
        return words[0].lower() + words[1:]

    @property
    def is_waiting(self):
        return self.status == self.Status.REQUESTED and not self.struck_at

    def is_past_on(self, day):
        """Its first instalment is past: accorded now, it would make the company late at once."""
        return self.plan_on(day).first_due_on < day

    @property
    def needs_committee(self):
        terms = self.aid.convention.terms_on(self.decided_on or self.requested_on)
        return terms.rescheduled_by == RescheduledBy.COMMITTEE

    def approve(self, *, on, reference="", answer="", by=None):
        """Put the new schedule in force on `on`; the committee's reference, where it decides."""
        self.first_due_on = self.plan_on(on).first_due_on
        self._decide(self.Status.APPROVED, on, reference, answer, by)

    def refuse(self, *, on, answer, reference="", by=None):
        """Leave the schedule as it is, and say why."""
        if not answer.strip():
            raise ValidationError({"answer": _("Dites pourquoi.")}, code="no_reason")
        self._decide(self.Status.REFUSED, on, reference, answer, by)

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """It was a mistake: the schedule is what it was without it."""
        self.aid.lock()
        super().strike(reason=reason, by=by)
        self.aid.replan()

    @transaction.atomic
    def _decide(self, status, on, reference, answer, by):
        self.aid.lock()
        latest = Rescheduling.objects.get(pk=self.pk)
        if not latest.is_waiting:
            raise ValidationError(_("Cette demande a déjà sa réponse."), code="answered")
        self.decided_on = on
        if self.needs_committee and not reference.strip():
            raise ValidationError(
                {"reference": _("Le comité décide : donnez la référence de sa décision.")},
                code="no_reference",
            )
        self.status, self.decided_by = status, by
        self.reference, self.answer = reference, answer
        self.full_clean()
        self.save(
            update_fields=["status", "decided_on", "decided_by", "reference", "answer"]
            + ["first_due_on"]
        )
        self.aid.replan()


class InstalmentQuerySet(ScopedQuerySet):
    antenna_path = "aid__decision__application__convention__antenna"

    def in_force_on(self, day):
        """Those that the schedule counts at the end of `day`."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


class Instalment(models.Model):
    """What an advance is due to pay back on a day, as its schedule says between two days.

    Written by `Aid.replan` alone, out of what happened: kept so that lists may ask for it.
    """

    aid = models.ForeignKey("Aid", models.CASCADE, verbose_name=_("aide"), related_name="plan")
    since = models.DateField(_("prévue depuis le"))
    until = models.DateField(_("prévue jusqu’au"), null=True, blank=True)
    due_on = models.DateField(_("due le"))
    amount = EuroField(_("montant (€)"))

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("échéance")
        verbose_name_plural = _("échéances")
        ordering = ["since", "due_on"]
        indexes = [
            models.Index(fields=["aid", "due_on", "amount"], name="instalment_by_aid"),
            models.Index(fields=["due_on"], condition=Q(until=None), name="instalment_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["aid", "since", "due_on"], name="instalment_once_a_day_in_a_schedule"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="instalment_not_negative"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="instalment_lasts_a_day_at_least",
            ),
        ]

    def __str__(self):
        return f"{self.aid} – {in_figures(self.due_on)}"

    @property
    def antenna(self):
        return self.aid.antenna
