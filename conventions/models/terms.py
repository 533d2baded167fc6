"""What a convention says: one dated set of term, targets and rules, changed by amendment.

Real antennas contradict each other on nearly every rule: all of them are settings (docs/rules.md).
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conventions.models.counted import CountedJobs
from conventions.models.rules import BusinessMajority, Frequency, Majority, RescheduledBy
from conventions.money import DayField, EuroField, in_euros
from conventions.schedule import add_months
from territories.dates import validate_not_future
from territories.models import Territory
from territories.scoping import ScopedQuerySet

LONGEST_YEARS = 20  # prolongations included; three is the rule


class AmendmentQuerySet(ScopedQuerySet):
    antenna_path = "convention__antenna"


class Amendment(models.Model):
    """A signed change to a convention: budget, area, term or rules."""

    convention = models.ForeignKey(
        "Convention", models.PROTECT, verbose_name=_("convention"), related_name="amendments"
    )
    number = models.PositiveSmallIntegerField(_("numéro"))
    signed_on = models.DateField(_("signé le"), validators=[validate_not_future])
    reason = models.TextField(_("motif"), max_length=2000)
    document = models.CharField(
        _("référence du document signé"),
        max_length=200,
        blank=True,
        help_text=_("Par exemple : délibération du 12 mars, avenant archivé sous AV-2."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("saisi par"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("avenant")
        verbose_name_plural = _("avenants")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "number"], name="amendment_numbered_once_in_its_convention"
            ),
        ]

    def __str__(self):
        return gettext("Avenant %(number)d") % {"number": self.number}

    @property
    def antenna(self):
        return self.convention.antenna


class Change(NamedTuple):
    """A setting that an amendment changes."""

    label: str
    before: object
    after: object

    @property
    def kind(self):
        """How to show it: as a `number`, a `day`, a `yes_no` or a `text`."""
        match self.after if self.before is None else self.before:
            case bool():
                return "yes_no"
            case int() | Decimal():
                return "number"
            case date():
                return "day"
        return "text"


class TermsQuerySet(ScopedQuerySet):
    antenna_path = "convention__antenna"


class Terms(CountedJobs, models.Model):
    """Everything a convention sets, from `effective_on` until the next set takes effect."""

    convention = models.ForeignKey(
        "Convention", models.PROTECT, verbose_name=_("convention"), related_name="terms"
    )
    amendment = models.OneToOneField(
        Amendment,
        models.PROTECT,
        verbose_name=_("avenant"),
        related_name="terms",
        null=True,
        blank=True,
    )
    effective_on = models.DateField(_("en vigueur le"))

    # Term and area
    ends_on = models.DateField(_("dernier jour"))
    territories = models.ManyToManyField(
        Territory, verbose_name=_("territoires"), related_name="terms", blank=True
    )

    # Targets
    target_aid = EuroField(_("aide à engager (€)"), default=0, validators=[MinValueValidator(0)])
    target_difficulty = EuroField(
        _("dont entreprises en difficulté (€)"), default=0, validators=[MinValueValidator(0)]
    )
    target_days = DayField(
        _("journées de compétences"), default=0, validators=[MinValueValidator(0)]
    )
    target_jobs = models.PositiveIntegerField(
        _("emplois"), default=0, validators=[MaxValueValidator(99_999)]
    )
    target_companies = models.PositiveIntegerField(
        _("entreprises"), default=0, validators=[MaxValueValidator(99_999)]
    )

    # Who can be helped
    minimum_jobs = models.PositiveSmallIntegerField(
        _("emplois prévus au moins"),
        default=3,
        validators=[MaxValueValidator(999)],
        help_text=_("0 : pas d’obligation d’emploi."),
    )
    jobs_horizon_years = models.PositiveSmallIntegerField(
        _("en combien d’années"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("Un emploi créé compte s’il commence dans ce délai après la décision."),
    )
    maintained_jobs_count = models.BooleanField(_("les emplois maintenus comptent"), default=False)
    minimum_age_years = models.PositiveSmallIntegerField(
        _("âge minimum de l’entreprise (années)"), default=0, validators=[MaxValueValidator(100)]
    )
    minimum_headcount = models.PositiveSmallIntegerField(
        _("effectif minimum"), null=True, blank=True, validators=[MaxValueValidator(9_999)]
    )
    maximum_headcount = models.PositiveSmallIntegerField(
        _("effectif maximum"),
        null=True,
        blank=True,
        default=250,
        validators=[MaxValueValidator(9_999)],
    )
    sectors = models.CharField(
        _("secteurs admis"),
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(
                r"^\s*\d\d(\.?\d\d?[A-Z]?)?(\s+\d\d(\.?\d\d?[A-Z]?)?)*\s*$",
                _("Des débuts de codes NAF séparés par des espaces : 10 11 25.62."),
            )
        ],
        help_text=_("Débuts de codes NAF séparés par des espaces : 10 11 25.62. Vide : tous."),
    )

    mission_months = models.PositiveSmallIntegerField(
        _("durée d’une mission au plus (mois)"),
        default=18,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )

    # Money
    advance_allowed = models.BooleanField(_("avances remboursables possibles"), default=True)
    advance_cap = EuroField(
        _("plafond d’une avance (€)"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    advance_needs_days = models.BooleanField(
        _("pas d’avance sans journées de compétences"), default=True
    )
    deferral_months = models.PositiveSmallIntegerField(
        _("différé de remboursement (mois)"), default=6, validators=[MaxValueValidator(60)]
    )
    instalments = models.PositiveSmallIntegerField(
        _("nombre d’échéances"),
        default=36,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    frequency = models.PositiveSmallIntegerField(
        _("rythme de remboursement"), choices=Frequency.choices, default=Frequency.MONTHLY
    )
    second_person_above = EuroField(
        _("déblocage approuvé par une deuxième personne au-delà de (€)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Par entreprise et par jour. 0 : toujours. Vide : jamais."),
    )
    rescheduled_by = models.CharField(
        _("qui accorde un rééchelonnement"),
        max_length=11,
        choices=RescheduledBy.choices,
        default=RescheduledBy.COMMITTEE,
    )
    day_value = EuroField(
        _("valeur d’une journée (€)"),
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("Pour valoriser les journées dans les bilans ; elles restent gratuites."),
    )

    # How the committee decides
    quorum_percent = models.PositiveSmallIntegerField(
        _("quorum (% des sièges)"), default=50, validators=[MaxValueValidator(100)]
    )
    majority = models.CharField(
        _("majorité"), max_length=12, choices=Majority.choices, default=Majority.CAST
    )
    casting_vote = models.BooleanField(_("voix prépondérante du président"), default=True)
    proxies_per_member = models.PositiveSmallIntegerField(
        _("pouvoirs par membre"), default=1, validators=[MaxValueValidator(20)]
    )
    business_majority = models.CharField(
        _("chefs d’entreprise majoritaires"),
        max_length=8,
        choices=BusinessMajority.choices,
        default=BusinessMajority.SEATS,
    )
    remote_allowed = models.BooleanField(_("un membre peut voter à distance"), default=True)
    secret_vote = models.BooleanField(_("vote secret"), default=False)
    windfall_blocks = models.BooleanField(
        _("un effet d’aubaine bloque le dossier"),
        default=False,
        help_text=_("Sinon, il est seulement signalé."),
    )

    objects = TermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispositions")
        verbose_name_plural = _("dispositions")
        ordering = ["effective_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention"],
                condition=Q(amendment=None),
                name="terms_without_amendment_once_in_its_convention",
            ),
            models.CheckConstraint(
                condition=Q(target_aid__gte=models.F("target_difficulty")),
                name="terms_difficulty_is_a_part_of_the_aid",
                violation_error_code="target_difficulty",
                violation_error_message=_(
                    "La part des entreprises en difficulté ne peut pas dépasser l’aide à engager."
                ),
            ),
            models.CheckConstraint(
                condition=Q(target_difficulty__gte=0, target_days__gte=0),
                name="terms_targets_not_negative",
                violation_error_message=_("Un objectif ne peut pas être négatif."),
            ),
            models.CheckConstraint(
                condition=Q(minimum_headcount=None)
                | Q(maximum_headcount=None)
                | Q(minimum_headcount__lte=models.F("maximum_headcount")),
                name="terms_headcount_limits_in_order",
                violation_error_code="maximum_headcount",
                violation_error_message=_("L’effectif minimum dépasse l’effectif maximum."),
            ),
            models.CheckConstraint(
                condition=Q(minimum_fte__gte=0, minimum_fte__lte=1),
                name="terms_minimum_fte_within_a_full_time",
                violation_error_code="minimum_fte",
                violation_error_message=_("Un temps de travail va de 0 à 1."),
            ),
            models.CheckConstraint(
                condition=Q(majority__in=["cast", "present", "two_thirds"]),
                name="terms_majority_known",
            ),
            models.CheckConstraint(
                condition=Q(business_majority__in=["seats", "present", "none"]),
                name="terms_business_majority_known",
            ),
            models.CheckConstraint(
                condition=Q(instalments__gte=1),
                name="terms_has_an_instalment",
                violation_error_message=_("Une avance se rembourse en une échéance au moins."),
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=Frequency.values), name="terms_frequency_known"
            ),
            models.CheckConstraint(
                condition=Q(rescheduled_by__in=RescheduledBy.values),
                name="terms_rescheduled_by_known",
            ),
        ]

    def __str__(self):
        return str(self.amendment or _("Texte initial"))

    def clean(self):
        if not (self.convention_id and self.ends_on):
            return
        if self.ends_on <= self.convention.starts_on:
            raise ValidationError({"ends_on": _("La convention doit finir après son début.")})
        if self.ends_on > add_months(self.convention.starts_on, 12 * LONGEST_YEARS):
            raise ValidationError(
                {
                    "ends_on": _("Une convention dure au plus %(years)d ans.")
                    % {"years": LONGEST_YEARS}
                }
            )

    @property
    def antenna(self):
        return self.convention.antenna

    def check_award(self, *, advance, days):
        """ValidationError, keyed by field, when these euros and days break a rule of the text."""
        if not advance:
            return
        if not self.advance_allowed:
            raise ValidationError(
                {"advance": _("Cette convention ne prévoit pas d’avance.")}, code="advance"
            )
        if self.advance_cap is not None and advance > self.advance_cap:
            raise ValidationError(
                {
                    "advance": _("L’avance dépasse le plafond de la convention (%(cap)s).")
                    % {"cap": in_euros(self.advance_cap)}
                },
                code="cap",
            )
        if self.advance_needs_days and not days:
            raise ValidationError(
                {"days": _("Cette convention n’accorde pas d’avance sans journées.")},
                code="no_days",
            )

    @property
    def sector_prefixes(self):
        return self.sectors.replace(",", " ").split()

    def settings_fields(self):
        """The fields an amendment can change, in the order of the text."""
        return [
            field
            for field in self._meta.fields
            if field.name not in ("id", "convention", "amendment", "effective_on")
        ]

    def says_as(self, other):
        """True when every setting is the same; the territories are not settings."""
        return all(
            field.value_from_object(self) == field.value_from_object(other)
            for field in self.settings_fields()
        )

    def changes_from(self, earlier):
        """The `Change` of each setting that differs from an earlier set."""
        changes = [
            Change(field.verbose_name, earlier._worded(field), self._worded(field))
            for field in self.settings_fields()
            if field.value_from_object(earlier) != field.value_from_object(self)
        ]
        before, after = (sorted(map(str, terms.territories.all())) for terms in (earlier, self))
        if before != after:
            changes.append(Change(_("territoires"), ", ".join(before), ", ".join(after)))
        return changes

    def _worded(self, field):
        """The value of a setting, a choice by its label."""
        value = field.value_from_object(self)
        return dict(field.flatchoices).get(value, value)
