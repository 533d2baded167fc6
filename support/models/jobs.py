"""Jobs observed in companies: facts, one row a job, without any employee's name."""

from decimal import Decimal
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from committee.filetypes import check_file, plain_name
from committee.models import Application
from conventions.models import Contract, Correctable
from support.job_rows import JobQuerySet
from territories.dates import in_figures, validate_not_future

EMPLOYEES = _("Jamais de nom de salarié.")
WORKING_TIME = [
    MinValueValidator(Decimal("0.01"), _("Un emploi compte pour plus que zéro.")),
    MaxValueValidator(1, _("Un emploi compte au plus pour un temps plein.")),
]
VERIFIED_IN_FULL = Q(verified_on=None, verified_how="", verified_by=None) | (
    Q(verified_on__isnull=False) & ~Q(verified_how="")
)


def evidence_path(job, name):
    """Where a document is kept: nothing that somebody typed."""
    return f"evidence/{uuid4().hex}"


def refuse_existing(application, starts_on):
    """ValidationError: a job that stood when the company asked is no job created."""
    received_on = application.received_on
    if not (received_on and starts_on and starts_on < received_on):
        return
    told = _(
        "Un emploi créé commence après le dépôt du dossier (%(day)s) : celui-ci existait déjà."
    )
    raise ValidationError({"starts_on": told % {"day": in_figures(received_on)}}, code="dates")


class Job(Correctable):
    """A job created or maintained, as somebody observed it. A correction makes a new row."""

    class Kind(models.TextChoices):
        CREATED = "created", _("Créé")
        MAINTAINED = "maintained", _("Maintenu")

    class Evidence(models.TextChoices):
        REGISTER = "register", _("Registre du personnel")
        DSN = "dsn", _("Déclaration sociale nominative (DSN)")
        CONTRACT = "contract", _("Contrat de travail")
        CERTIFICATE = "certificate", _("Attestation")
        VISIT = "visit", _("Visite")
        OTHER = "other", _("Autre")

    Contract = Contract

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
        validators=WORKING_TIME,
        help_text=_("1 pour un temps plein, 0,5 pour un mi-temps."),
    )
    starts_on = models.DateField(_("depuis le"), validators=[validate_not_future])
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    observed_on = models.DateField(_("constaté le"), validators=[validate_not_future])
    evidence_kind = models.CharField(
        _("justificatif"), max_length=11, choices=Evidence.choices, blank=True
    )
    evidence = models.CharField(_("précision"), max_length=200, blank=True, help_text=EMPLOYEES)
    evidence_file = models.FileField(
        _("fichier du justificatif"), upload_to=evidence_path, blank=True, editable=False
    )
    evidence_name = models.CharField(_("nom d’origine"), max_length=200, blank=True, editable=False)
    verified_on = models.DateField(_("vérifié le"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("vérifié par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    verified_how = models.CharField(
        _("vérifié comment"), max_length=200, blank=True, editable=False
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
                condition=Q(contract__in=Contract.values), name="job_contract_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    evidence_kind__in=[
                        "",
                        "register",
                        "dsn",
                        "contract",
                        "certificate",
                        "visit",
                        "other",
                    ]
                ),
                name="job_evidence_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(evidence_file="", evidence_name="")
                | ~Q(evidence_file="") & ~Q(evidence_name=""),
                name="job_evidence_file_has_a_name",
            ),
            models.CheckConstraint(
                condition=VERIFIED_IN_FULL,
                name="job_verified_on_a_day_and_somehow",
                violation_error_message=_("Dites quand et comment l’emploi a été vérifié."),
            ),
            models.CheckConstraint(
                condition=Q(verified_on=None) | Q(verified_on__gte=F("observed_on")),
                name="job_verified_after_it_was_observed",
                violation_error_code="verified_on",
                violation_error_message=_("Un emploi se vérifie après avoir été constaté."),
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

    @property
    def since(self):
        """What tells it from the other jobs of its file."""
        told = _("%(job)s, depuis le %(day)s")
        if self.fte != 1:
            told = _("%(job)s, temps de travail %(fte)s, depuis le %(day)s")
        fte = number_format(self.fte.normalize())
        text = told % {"job": self, "fte": fte, "day": in_figures(self.starts_on)}
        if self.ends_on:
            text += _(", jusqu’au %(day)s") % {"day": in_figures(self.ends_on)}
        return text

    def get_absolute_url(self):
        return reverse("support:job_list_of_application", args=[self.application_id])

    def clean(self):
        if self.application_id and self.application.approval is None:
            raise ValidationError(
                _("Un emploi se constate sur un dossier accordé."), code="not_approved"
            )
        if self.application_id and self.kind == Job.Kind.CREATED:
            refuse_existing(self.application, self.starts_on)

    @property
    def antenna(self):
        return self.application.antenna

    @property
    def has_evidence(self):
        return bool(self.evidence_kind or self.evidence or self.evidence_file)

    @classmethod
    @transaction.atomic
    def attach(cls, jobs, file):
        """Keep one document as the evidence of these jobs, which have none yet."""
        check_file(file)
        name = plain_name(file.name)
        first, *others = jobs = list(jobs)
        for job in jobs:
            job._lock()
            if job.evidence_file:
                raise ValidationError(_("Un de ces emplois a déjà un fichier."), code="attached")
            job.evidence_name = name[-200:]
        first.evidence_file.save(name, file, save=False)
        for job in others:
            job.evidence_file = first.evidence_file.name
        for job in jobs:
            job.save(update_fields=["evidence_file", "evidence_name"])

    @transaction.atomic
    def verify(self, *, on, how, by=None):
        """Somebody checked the fact itself on `on`, and says how; a correction is checked anew."""
        self._lock()
        if self.verified_on:
            raise ValidationError(_("Cet emploi est déjà vérifié."), code="verified")
        if not how.strip():
            raise ValidationError({"how": _("Dites comment l’emploi a été vérifié.")})
        validate_not_future(on)
        if on < self.observed_on:
            raise ValidationError(
                {"on": _("Un emploi se vérifie après avoir été constaté.")}, code="dates"
            )
        self.verified_on, self.verified_how, self.verified_by = on, how.strip(), by
        self.clean_fields()
        self.save(update_fields=["verified_on", "verified_how", "verified_by"])

    def _lock(self):
        """Keep the row as it is until the transaction ends; refuses once it is struck out."""
        rows = Job.objects.select_for_update()
        self.refresh_from_db(
            fields=["struck_at", "verified_on", "evidence_file"], from_queryset=rows
        )
        if self.struck_at:
            raise ValidationError(_("Cette ligne est déjà rayée."), code="struck")

    @transaction.atomic
    def correct(self, *, reason, by=None, **fields):
        """Replace a wrong row: this one is struck out and stays visible, the new one counts.

        What was verified is to be verified anew, unless only the end of the job is told.
        """
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
                "evidence_kind",
                "evidence",
                "evidence_file",
                "evidence_name",
            )
        }
        changed = {name for name in fields if fields[name] != getattr(self, name)}
        if changed <= {"ends_on"}:
            names = ("verified_on", "verified_how", "verified_by")
            values |= {name: getattr(self, name) for name in names}
        job = Job(**values | fields, corrects=self, created_by=by)
        job.full_clean()
        job.save()
        return job
