"""Jobs observed in companies: facts, one row a job, without any employee's name."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committee.models import Application
from conventions.models import Correctable, CorrectableQuerySet
from territories.dates import in_figures, validate_not_future


class JobQuerySet(CorrectableQuerySet):
    antenna_path = "application__convention__antenna"

    def created(self):
        return self.filter(kind=Job.Kind.CREATED)

    def maintained(self):
        return self.filter(kind=Job.Kind.MAINTAINED)

    def counting_on(self, day):
        """Observed and begun on `day` or before, not ended by then (docs/indicators.md)."""
        return (
            self.standing()
            .filter(starts_on__lte=day, observed_on__lte=day)
            .filter(Q(ends_on=None) | Q(ends_on__gt=day))
        )


class Job(Correctable):
    """A job created or maintained, as somebody observed it. A correction makes a new row."""

    class Kind(models.TextChoices):
        CREATED = "created", _("Créé")
        MAINTAINED = "maintained", _("Maintenu")

    class Contract(models.TextChoices):
        PERMANENT = "permanent", _("CDI")
        FIXED_TERM = "fixed_term", _("CDD")
        APPRENTICE = "apprentice", _("Apprentissage ou professionnalisation")
        TEMPORARY = "temporary", _("Intérim")
        MANAGER = "manager", _("Dirigeant non salarié")

    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("dossier"), related_name="jobs"
    )
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices)
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
    starts_on = models.DateField(_("depuis le"), validators=[validate_not_future])
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    observed_on = models.DateField(_("constaté le"), validators=[validate_not_future])
    evidence = models.CharField(
        _("justificatif"),
        max_length=200,
        blank=True,
        help_text=_("Registre du personnel, DSN, contrat… Jamais de nom de salarié."),
    )
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("corrige"),
        related_name="correction",
        null=True,
        blank=True,
        editable=False,
    )

    objects = JobQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = _("emploi")
        verbose_name_plural = _("emplois")
        ordering = ["starts_on", "pk"]
        indexes = [
            models.Index(fields=["observed_on"], name="job_by_day_of_observation"),
            models.Index(
                fields=["application"], condition=Q(struck_at=None), name="job_standing_by_file"
            ),
        ]
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=["created", "maintained"]), name="job_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    contract__in=["permanent", "fixed_term", "apprentice", "temporary", "manager"]
                ),
                name="job_contract_known",
            ),
            models.CheckConstraint(
                condition=Q(fte__gt=0, fte__lte=1),
                name="job_is_a_full_time_at_most",
                violation_error_message=_("Un emploi compte au plus pour un temps plein."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="job_ends_after_it_starts",
                violation_error_code="ends_on",
                violation_error_message=_("L’emploi ne peut pas finir avant d’avoir commencé."),
            ),
            models.CheckConstraint(
                condition=Q(observed_on__gte=F("starts_on")),
                name="job_observed_after_it_starts",
                violation_error_code="starts_on",
                violation_error_message=_("Un emploi se constate une fois qu’il a commencé."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.get_contract_display()}"

    def get_absolute_url(self):
        return reverse("support:job_list_of_application", args=[self.application_id])

    def clean(self):
        if self.application_id and self.application.approval is None:
            raise ValidationError(
                _("Un emploi se constate sur un dossier accordé."), code="not_approved"
            )
        self._check_start()

    def _check_start(self):
        """A job that stood when the company asked is no job created."""
        received_on = self.application_id and self.application.received_on
        if not (received_on and self.starts_on and self.kind == Job.Kind.CREATED):
            return
        if self.starts_on < received_on:
            raise ValidationError(
                {
                    "starts_on": _(
                        "Un emploi créé commence après le dépôt du dossier (%(day)s) :"
                        " celui-ci existait déjà."
                    )
                    % {"day": in_figures(received_on)}
                },
                code="dates",
            )

    @property
    def antenna(self):
        return self.application.antenna

    @transaction.atomic
    def correct(self, *, reason, by=None, **fields):
        """Replace a wrong row: this one is struck out and stays visible, the new one counts."""
        self.strike(reason=reason, by=by)
        values = {
            name: getattr(self, name)
            for name in (
                "application",
                "kind",
                "contract",
                "fte",
                "starts_on",
                "ends_on",
                "observed_on",
                "evidence",
            )
        }
        job = Job(**values | fields, corrects=self, created_by=by)
        job.full_clean()
        job.save()
        return job
