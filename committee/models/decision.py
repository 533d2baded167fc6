"""What a committee decided on an application."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _

from committee.models.committee import Committee
from committee.models.project import at_most_9999
from conventions.models import Entry
from conventions.money import DayField, EuroField
from territories.dates import validate_not_future
from territories.scoping import ScopedQuerySet


class DecisionQuerySet(ScopedQuerySet):
    antenna_path = "application__convention__antenna"

    def standing_on(self, day):
        """Taken on `day` or before, and not annulled since."""
        return self.filter(decided_on__lte=day).filter(Q(annulled_on=None) | Q(annulled_on__gt=day))

    def approved(self):
        return self.filter(outcome=Decision.Outcome.APPROVED)


def award_is_whole():
    """The condition that an approval gives something, and any other answer nothing."""
    nothing = ["advance", "grant", "days", "jobs_created", "jobs_maintained"]
    return Q(outcome="approved") & (Q(advance__gt=0) | Q(grant__gt=0) | Q(days__gt=0)) | Q(
        outcome__in=["refused", "adjourned"], **dict.fromkeys(nothing, 0)
    )


class Decision(models.Model):
    """A committee's answer. An approval commits the ledger by the line it points to."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("Accord")
        REFUSED = "refused", _("Refus")
        ADJOURNED = "adjourned", _("Ajournement")

    application = models.ForeignKey(
        "Application", models.PROTECT, verbose_name=_("dossier"), related_name="decisions"
    )
    outcome = models.CharField(_("décision"), max_length=10, choices=Outcome.choices)
    decided_on = models.DateField(_("décidé le"), validators=[validate_not_future])
    committee = models.ForeignKey(
        Committee,
        models.PROTECT,
        verbose_name=_("comité"),
        related_name="decisions",
        null=True,
        blank=True,
    )
    advance = EuroField(_("avance accordée (€)"), default=0, validators=[MinValueValidator(0)])
    grant = EuroField(_("subvention accordée (€)"), default=0, validators=[MinValueValidator(0)])
    days = DayField(_("journées accordées"), default=0, validators=[MinValueValidator(0)])
    grant_equivalent = EuroField(
        _("équivalent-subvention brut (€)"),
        default=0,
        editable=False,
        help_text=_("Calculé au jour de l’accord, puis figé."),
    )
    jobs_created = models.PositiveSmallIntegerField(
        _("emplois à créer"), default=0, validators=[at_most_9999]
    )
    jobs_maintained = models.PositiveSmallIntegerField(
        _("emplois à maintenir"), default=0, validators=[at_most_9999]
    )
    reason = models.TextField(_("motif"), max_length=2000, blank=True)
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        verbose_name=_("engagement"),
        related_name="decision",
        null=True,
        blank=True,
        editable=False,
    )
    motion = models.ForeignKey(
        "Motion",
        models.PROTECT,
        verbose_name=_("mise aux voix"),
        related_name="decisions",
        null=True,
        blank=True,
        editable=False,
    )
    findings = models.JSONField(_("constats du jour"), default=list, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("saisie par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    annulled_on = models.DateField(_("annulée le"), null=True, blank=True, editable=False)
    annulled_reason = models.CharField(
        _("motif de l’annulation"), max_length=200, blank=True, editable=False
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("décision")
        verbose_name_plural = _("décisions")
        ordering = ["decided_on", "pk"]
        indexes = [models.Index(fields=["decided_on"], name="decision_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(advance__gte=0, grant__gte=0, days__gte=0),
                name="decision_gives_nothing_negative",
                violation_error_message=_("Un montant ou un nombre de journées est positif."),
            ),
            models.CheckConstraint(
                condition=award_is_whole(),
                name="decision_gives_something_when_approved",
                violation_error_code="advance",
                violation_error_message=_(
                    "Un accord donne une avance, une subvention ou des journées."
                ),
            ),
            models.CheckConstraint(
                condition=Q(outcome="approved") | ~Q(reason=""),
                name="decision_refusal_has_a_reason",
                violation_error_message=_("Un refus ou un ajournement est motivé."),
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False) & (Q(advance__gt=0) | Q(grant__gt=0))
                | Q(entry=None, advance=0, grant=0),
                name="decision_money_is_in_the_ledger",
            ),
            models.CheckConstraint(
                condition=Q(
                    grant_equivalent__gte=0,
                    grant_equivalent__lte=ExpressionWrapper(
                        F("advance") + F("grant"), output_field=EuroField()
                    ),
                ),
                name="decision_grant_equivalent_within_its_money",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(outcome__in=["approved", "refused"], annulled_on=None),
                name="decision_is_final_once",
                violation_error_message=_("Ce dossier a déjà une décision."),
            ),
            models.UniqueConstraint(
                fields=["motion"],
                condition=Q(annulled_on=None),
                name="decision_once_for_a_vote",
                violation_error_message=_("Ce vote a déjà donné une décision."),
            ),
            models.CheckConstraint(
                condition=Q(annulled_on=None) | Q(annulled_on__gte=F("decided_on")),
                name="decision_annulled_after_it_was_taken",
                violation_error_code="annulled_on",
                violation_error_message=_("L’annulation ne peut pas précéder la décision."),
            ),
            models.CheckConstraint(
                condition=Q(annulled_on=None, annulled_reason="")
                | (Q(annulled_on__isnull=False) & ~Q(annulled_reason="")),
                name="decision_annulled_with_a_reason",
                violation_error_message=_("Dites pourquoi la décision est annulée."),
            ),
        ]

    def __str__(self):
        return f"{self.get_outcome_display()} – {self.application}"

    def get_absolute_url(self):
        return self.application.get_absolute_url()

    def clean(self):
        if self.committee is None or self.decided_on is None:
            return
        if self.committee.antenna_id != self.antenna.pk:
            raise ValidationError({"committee": _("Ce comité est celui d’une autre antenne.")})
        if not self.committee.sits_on(self.decided_on):
            raise ValidationError(
                {"committee": _("Ce comité ne siège pas à la date de la décision.")}
            )
        if not self.committee.seats_on(self.decided_on):
            raise ValidationError(
                {"committee": _("Personne ne siège à ce comité ce jour-là : il ne décide pas.")}
            )

    @property
    def antenna(self):
        return self.application.antenna

    @property
    def money(self):
        """Euros granted: advance and grant together."""
        return self.advance + self.grant

    @property
    def unmet_conditions(self):
        return [condition for condition in self.conditions.all() if not condition.met_on]

    @property
    def is_under_contract(self):
        """True once rows of an app above rest on this decision (they protect it)."""
        return any(
            getattr(self, relation.get_accessor_name()).exists()
            for relation in self._meta.related_objects
            if relation.on_delete is models.PROTECT
        )


class ConditionQuerySet(ScopedQuerySet):
    antenna_path = "decision__application__convention__antenna"

    def unmet_on(self, day):
        """Conditions not met at the end of `day`."""
        return self.filter(Q(met_on=None) | Q(met_on__gt=day))


class Condition(models.Model):
    """Something the committee asks for before money leaves; met on a day, with its proof."""

    decision = models.ForeignKey(
        Decision, models.CASCADE, verbose_name=_("décision"), related_name="conditions"
    )
    label = models.CharField(_("condition préalable"), max_length=300)
    met_on = models.DateField(
        _("levée le"), null=True, blank=True, validators=[validate_not_future]
    )
    proof = models.CharField(_("justificatif"), max_length=200, blank=True)

    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("levée par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    objects = ConditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition préalable")
        verbose_name_plural = _("conditions préalables")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(met_on=None, proof="") | (Q(met_on__isnull=False) & ~Q(proof="")),
                name="condition_met_with_its_proof",
                violation_error_message=_("Une condition levée a sa date et son justificatif."),
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def antenna(self):
        return self.decision.antenna

    def meet(self, *, on, proof, by=None):
        """Tick the condition, with what proves it."""
        if on < self.decision.decided_on:
            raise ValidationError(
                {"met_on": _("Une condition se lève après la décision du comité.")}, code="dates"
            )
        self.met_on, self.proof, self.met_by = on, proof, by
        self.full_clean()
        self.save(update_fields=["met_on", "proof", "met_by"])

    def reopen(self):
        """It was ticked by mistake: no more money leaves until it is met."""
        self.met_on, self.proof, self.met_by = None, "", None
        self.save(update_fields=["met_on", "proof", "met_by"])
