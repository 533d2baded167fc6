"""The questionnaire of a campaign to one company about one file, its answer, and its check."""

from decimal import Decimal
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.filetypes import check_file, plain_name
from committee.models import Application
from companies.models import Contact
from conventions.money import EuroField
from support.models.addresses import SignedAddress
from support.models.jobs import WORKING_TIME, Job, refuse_existing
from territories.dates import validate_not_future
from territories.scoping import ScopedQuerySet


def document_path(survey, name):
    """Where a document is kept: nothing that somebody typed."""
    return f"surveys/{uuid4().hex}"


TO_SEND = Q(status="to_send")


def _to_remind(on):
    waiting = Q(status__in=["asked", "to_fix"]) & ~Q(sent_to="")
    written_to = Q(asked_on=on) | Q(reminded_on=on) | Q(status="to_fix", checked_on=on)
    return waiting & ~written_to


class SurveyQuerySet(ScopedQuerySet):
    antenna_path = "campaign__antenna"

    def unanswered(self):
        """Those that left and that nobody answered: told as such, never as a zero."""
        return self.filter(status=Survey.Status.ASKED)

    def to_send(self):
        """Those that can leave for the first time."""
        return self.filter(TO_SEND & ~Q(sent_to=""))

    def to_remind(self, on):
        """Those that wait for the company, to whom nobody wrote on the day `on` yet."""
        return self.filter(_to_remind(on))

    def counts(self, on):
        """How many are to be sent, reminded on the day `on`, given an address, checked."""
        asked = {
            "to_send": TO_SEND & ~Q(sent_to=""),
            "to_remind": _to_remind(on),
            "without_address": TO_SEND & Q(sent_to=""),
            "to_check": Q(status="answered"),
        }
        return self.aggregate(**{key: models.Count("pk", filter=q) for key, q in asked.items()})


class Survey(SignedAddress):
    """Three minutes of a company head: jobs still there, new ones, head-count, turnover."""

    class Status(models.TextChoices):
        TO_SEND = "to_send", _("À envoyer")
        ASKED = "asked", _("Sans réponse")
        ANSWERED = "answered", _("À contrôler")
        TO_FIX = "to_fix", _("À compléter par l’entreprise")
        ACCEPTED = "accepted", _("Acceptée")
        CONTESTED = "contested", _("Contestée")

    campaign = models.ForeignKey(
        "Campaign", models.PROTECT, verbose_name=_("campagne"), related_name="surveys"
    )
    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("dossier"), related_name="surveys"
    )
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        verbose_name=_("interlocuteur"),
        related_name="+",
        null=True,
        blank=True,
    )
    status = models.CharField(
        _("état"), max_length=9, choices=Status.choices, default=Status.TO_SEND
    )
    asked_on = models.DateField(_("envoyé le"), null=True, blank=True)
    reminded_on = models.DateField(_("relancé le"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("relances"), default=0)
    answered_on = models.DateField(_("répondu le"), null=True, blank=True)
    answered_by = models.CharField(_("répondu par"), max_length=100, blank=True)
    headcount = models.DecimalField(
        _("effectif, en équivalents temps plein"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    turnover = EuroField(
        _("chiffre d’affaires du dernier exercice (€)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    comment = models.TextField(_("remarque"), max_length=2000, blank=True)
    document = models.FileField(_("justificatif"), upload_to=document_path, blank=True)
    document_name = models.CharField(_("nom d’origine"), max_length=200, blank=True)
    checked_on = models.DateField(_("contrôlé le"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("contrôlé par"),
        related_name="+",
        null=True,
        blank=True,
    )
    check_comment = models.CharField(_("commentaire du contrôle"), max_length=500, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "to_send",
                        "asked",
                        "answered",
                        "to_fix",
                        "accepted",
                        "contested",
                    ]
                ),
                name="survey_status_known",
            ),
            models.CheckConstraint(
                condition=(Q(answered_on=None) | ~Q(status__in=["to_send", "asked"]))
                & (
                    Q(answered_on__isnull=False)
                    | ~Q(status__in=["answered", "to_fix", "accepted", "contested"])
                ),
                name="survey_answered_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "contested"]) | Q(checked_on__isnull=False),
                name="survey_checked_on_a_day",
            ),
            models.UniqueConstraint(
                fields=["campaign", "application"], name="survey_once_for_a_file"
            ),
        ]

    def __str__(self):
        return f"{self.campaign} – {self.application.company}"

    def get_absolute_url(self):
        return reverse("support:survey", args=[self.pk])

    @property
    def antenna(self):
        return self.campaign.antenna

    @property
    def may_be_answered(self):
        """Until somebody checked it, and again when it is to be completed."""
        closed = self.campaign.closed_on
        return not closed and self.status not in (self.Status.ACCEPTED, self.Status.CONTESTED)

    @property
    def waits_for_the_company(self):
        """Not sent, not answered, or to be completed, in a campaign that goes on."""
        mine = self.Status.TO_SEND, self.Status.ASKED, self.Status.TO_FIX
        return self.status in mine and not self.campaign.closed_on

    def jobs(self):
        """The jobs of the file that stand and have not ended: those that are asked about."""
        there = Q(ends_on=None) | Q(ends_on__gt=timezone.localdate())
        return self.application.jobs.standing().filter(there).order_by("starts_on", "pk")

    @transaction.atomic
    def answer(self, *, on, by, gone, new, document=None, **figures):
        """Keep what the company says on the day `on`; what it said before is replaced.

        `gone` are (job, last day), `new` dicts of `number`, `contract`, `fte` and `starts_on`;
        `figures` are `headcount`, `turnover` and `comment`. Nothing counts before it is accepted.
        """
        latest = Survey.objects.select_for_update().get(pk=self.pk)
        if not latest.may_be_answered:
            raise ValidationError(_("Votre réponse est déjà contrôlée : merci."), code="checked")
        self.status, self.answered_on, self.answered_by = self.Status.ANSWERED, on, by
        for name, value in figures.items():
            setattr(self, name, value)
        if document:
            check_file(document)
            self.document_name = plain_name(document.name)[-200:]
            self.document.save(document.name, document, save=False)
        self.full_clean()
        self.save()
        self.gone_jobs.all().delete()
        self.new_jobs.all().delete()
        lines = [GoneJob(survey=self, job=job, ended_on=day) for job, day in gone]
        lines += [NewJob(survey=self, **line) for line in new]
        for line in lines:
            line.full_clean()
            line.save()

    @transaction.atomic
    def accept(self, *, on, by=None):
        """What it says becomes facts: jobs gone get their last day, new ones are observed.

        A job that is gone counts until its last day. ValidationError when a job was struck out
        or corrected since the answer: the company is to be asked again.
        """
        self._check(self.Status.ACCEPTED, on, by)
        told = _("Campagne M+%(months)d") % {"months": self.campaign.months}
        for line in self.gone_jobs.select_related("job"):
            if line.job.struck_at:
                raise ValidationError(
                    _(
                        "« %(job)s » : cet emploi a été rayé ou corrigé depuis la réponse."
                        " Demandez à l’entreprise de la compléter."
                    )
                    % {"job": line.job.since},
                    code="changed",
                )
            line.job.correct(reason=told, ends_on=line.ended_on, by=by)
        for line in self.new_jobs.all():
            for _number in range(line.number):
                job = Job(
                    application=self.application,
                    kind=Job.Kind.CREATED,
                    contract=line.contract,
                    fte=line.fte,
                    starts_on=line.starts_on,
                    observed_on=self.answered_on,
                    evidence_kind=Job.Evidence.OTHER,
                    evidence=told,
                    created_by=by,
                )
                job.full_clean()
                job.save()

    @transaction.atomic
    def contest(self, *, on, comment, by=None):
        """Nothing of it counts, and the reason stays."""
        self._check(self.Status.CONTESTED, on, by, comment)

    @transaction.atomic
    def send_back(self, *, on, comment, by=None):
        """Ask the company to complete its answer, and say what lacks."""
        self._check(self.Status.TO_FIX, on, by, comment)

    def _check(self, status, on, by, comment=None):
        latest = Survey.objects.select_for_update().get(pk=self.pk)
        if latest.status != self.Status.ANSWERED:
            raise ValidationError(
                _("Il n’y a pas de réponse à contrôler."), code="nothing_to_check"
            )
        if comment is not None and not comment.strip():
            raise ValidationError({"comment": _("Dites pourquoi.")}, code="no_reason")
        self.status, self.checked_on, self.checked_by = status, on, by
        self.check_comment = comment or ""
        self.full_clean()
        self.save(update_fields=["status", "checked_on", "checked_by", "check_comment"])


class SurveyLineQuerySet(ScopedQuerySet):
    antenna_path = "survey__campaign__antenna"


class GoneJob(models.Model):
    """A job that the company says is there no more."""

    survey = models.ForeignKey(
        Survey, models.CASCADE, verbose_name=_("questionnaire"), related_name="gone_jobs"
    )
    job = models.ForeignKey(Job, models.PROTECT, verbose_name=_("emploi"), related_name="+")
    ended_on = models.DateField(_("dernier jour"), validators=[validate_not_future])

    objects = SurveyLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("emploi disparu")
        verbose_name_plural = _("emplois disparus")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "job"], name="gone_job_once_in_an_answer"),
        ]

    def __str__(self):
        return str(self.job)

    @property
    def antenna(self):
        return self.survey.antenna

    def clean(self):
        if self.ended_on and self.job_id and self.ended_on < self.job.starts_on:
            raise ValidationError(
                {"ended_on": _("L’emploi ne peut pas finir avant d’avoir commencé.")}, code="dates"
            )


class NewJob(models.Model):
    """Identical jobs that the company says it created."""

    survey = models.ForeignKey(
        Survey, models.CASCADE, verbose_name=_("questionnaire"), related_name="new_jobs"
    )
    number = models.PositiveSmallIntegerField(
        _("nombre"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    contract = models.CharField(_("contrat"), max_length=10, choices=Job.Contract.choices)
    fte = models.DecimalField(
        _("temps de travail"),
        max_digits=3,
        decimal_places=2,
        default=Decimal(1),
        validators=WORKING_TIME,
    )
    starts_on = models.DateField(_("depuis le"), validators=[validate_not_future])

    objects = SurveyLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("emploi annoncé")
        verbose_name_plural = _("emplois annoncés")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contract__in=Job.Contract.values), name="new_job_contract_known"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, fte__gt=0, fte__lte=1),
                name="new_job_is_a_full_time_at_most",
                violation_error_message=_("Un emploi compte au plus pour un temps plein."),
            ),
        ]

    def __str__(self):
        return f"{self.number} × {self.get_contract_display()}"

    @property
    def antenna(self):
        return self.survey.antenna

    def clean(self):
        refuse_existing(self.survey.application, self.starts_on)
