"""What a company promises of jobs: how many, of which kind, by when."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committee.models.project import at_most_9999
from conventions.models import Contract
from territories.scoping import ScopedQuerySet


class PlannedJobsQuerySet(ScopedQuerySet):
    antenna_path = "application__convention__antenna"


class PlannedJobs(models.Model):
    """Identical jobs that a company promises; together they make the figures of its file."""

    class Kind(models.TextChoices):
        CREATED = "created", _("À créer")
        MAINTAINED = "maintained", _("À maintenir")

    application = models.ForeignKey(
        "Application", models.CASCADE, verbose_name=_("dossier"), related_name="planned_jobs"
    )
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices)
    number = models.PositiveSmallIntegerField(
        _("nombre"), validators=[MinValueValidator(1), at_most_9999]
    )
    contract = models.CharField(_("contrat"), max_length=10, choices=Contract.choices)
    fte = models.DecimalField(
        _("temps de travail"),
        max_digits=3,
        decimal_places=2,
        default=Decimal(1),
        validators=[
            MinValueValidator(Decimal("0.01"), _("Un emploi compte pour plus que zéro.")),
            MaxValueValidator(1, _("Un emploi compte au plus pour un temps plein.")),
        ],
        help_text=_("1 pour un temps plein, 0,5 pour un mi-temps."),
    )
    due_on = models.DateField(_("au plus tard le"), null=True, blank=True)

    objects = PlannedJobsQuerySet.as_manager()

    class Meta:
        verbose_name = _("emplois prévus")
        verbose_name_plural = _("emplois prévus")
        ordering = ["kind", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["created", "maintained"]), name="planned_jobs_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(contract__in=Contract.values), name="planned_jobs_contract_known"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="planned_jobs_are_some"),
            models.CheckConstraint(
                condition=Q(fte__gt=0, fte__lte=1),
                name="planned_jobs_are_a_full_time_at_most",
                violation_error_message=_("Un emploi compte au plus pour un temps plein."),
            ),
        ]

    def __str__(self):
        return f"{self.number} × {self.get_contract_display()}"

    @property
    def antenna(self):
        return self.application.antenna


def numbers(lines):
    """How many jobs of each kind the lines tell; a kind without a line is left out."""
    told = {}
    for line in lines:
        told[line.kind] = told.get(line.kind, 0) + line.number
    return told
