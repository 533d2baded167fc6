"""The application file (dossier): what a company asks for, followed from draft to decision."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import (
    Case,
    CharField,
    DateField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from committee.models.committee import Seat
from committee.models.decision import Decision
from committee.models.financing import imbalance
from committee.models.progress import ApplicationProgress
from committee.models.project import Amounts, Purpose, WithoutAid, at_most_9999
from committee.models.promise import numbers
from committee.models.steps import ApplicationStatus, ApplicationStep
from committee.recusal import files_recused
from companies.models import Company, Expert, Skill
from conventions.models import Convention, Envelope
from conventions.money import DayField, EuroField
from territories.scoping import ScopedQuerySet
from territories.search import SearchField, containing


class ApplicationQuerySet(ScopedQuerySet):
    antenna_path = "convention__antenna"

    def visible_to(self, user):
        """A committee member also reads what was put before the committee, never a draft.

        Nor a file from which they step aside.
        """
        if user.is_national:
            return self.all()
        mine = Q(convention__antenna__in=user.antenna_ids)
        if not (member_of := user.antennas_as(Role.MEMBER)):
            return self.filter(mine)
        before = Q(convention__antenna__in=member_of, received_on__isnull=False)
        seats = Seat.objects.filter(user=user).select_related("employer")
        recused = Application.objects.filter(files_recused(seats)).values("pk")
        return self.filter(mine | before & ~Q(pk__in=recused))

    def search(self, text):
        """Files that contain every word of `text`, the company's name and SIRET included."""
        return self.filter(containing(text, "search", "company__search"))

    def awaiting_committee(self):
        return self.filter(status=Application.Status.SUBMITTED)

    def approved(self):
        return self.filter(status=Application.Status.APPROVED)

    def with_step(self, day):
        """Adds `step`, its status at the end of `day`, and `step_since`, the day it came to it.

        Both are empty for a file that there was not yet: a draft is there from its first typing.
        """
        steps = ApplicationStep.objects.filter(application=OuterRef("pk"), on__lte=day)
        latest = steps.order_by("-on", "-pk")
        drafted = Q(created_at__date__lte=day)
        return self.annotate(
            step=Coalesce(
                Subquery(latest.values("status")[:1]),
                Case(When(drafted, then=Value(ApplicationStatus.DRAFT)), default=None),
                output_field=CharField(),
            ),
            step_since=Coalesce(
                Subquery(latest.values("on")[:1]),
                Case(When(drafted, then=TruncDate("created_at")), default=None),
                output_field=DateField(),
            ),
        )

    def undecided(self):
        """Being prepared, or before the committee."""
        return self.filter(status__in=[*Application.OPEN, Application.Status.SUBMITTED])


class Application(ApplicationProgress, models.Model):
    """A company's request to a convention: project, plan, money, days and jobs."""

    Status = ApplicationStatus
    Purpose = Purpose
    WithoutAid = WithoutAid

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name=_("convention"), related_name="applications"
    )
    number = models.PositiveSmallIntegerField(_("numéro"), editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, verbose_name=_("entreprise"), related_name="applications"
    )
    envelope = models.CharField(
        _("enveloppe"), max_length=10, choices=Envelope.choices, default=Envelope.GENERAL
    )
    purpose = models.CharField(_("objet"), max_length=12, choices=Purpose.choices)
    title = models.CharField(_("intitulé du projet"), max_length=150)
    project = models.TextField(_("projet"), max_length=10_000, blank=True)
    project_starts_on = models.DateField(_("début du projet"), null=True, blank=True)
    without_aid = models.CharField(
        _("sans cette aide"), max_length=10, choices=WithoutAid.choices, blank=True
    )

    hires_signed = models.PositiveSmallIntegerField(
        _("embauches du projet déjà signées"), default=0, validators=[at_most_9999]
    )

    requested_advance = EuroField(
        _("avance demandée (€)"), default=0, validators=[MinValueValidator(0)]
    )
    requested_grant = EuroField(
        _("subvention demandée (€)"), default=0, validators=[MinValueValidator(0)]
    )
    requested_days = DayField(_("journées demandées"), default=0, validators=[MinValueValidator(0)])
    requested_skills = models.ManyToManyField(
        Skill, verbose_name=_("compétences recherchées"), related_name="applications", blank=True
    )

    expert = models.ForeignKey(
        Expert,
        models.PROTECT,
        verbose_name=_("intervenant pressenti"),
        related_name="applications",
        null=True,
        blank=True,
        help_text=_("Qui siège pour l’entreprise de l’intervenant se déporte."),
    )

    baseline_headcount = models.DecimalField(
        _("effectif de référence"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_(
            "Effectif au dépôt du dossier, en équivalents temps plein : il est alors figé."
        ),
    )
    planned_jobs_created = models.PositiveSmallIntegerField(
        _("emplois à créer"), default=0, validators=[at_most_9999]
    )
    planned_jobs_maintained = models.PositiveSmallIntegerField(
        _("emplois à maintenir"), default=0, validators=[at_most_9999]
    )

    proposed_advance = EuroField(
        _("avance proposée (€)"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    proposed_grant = EuroField(
        _("subvention proposée (€)"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    proposed_days = DayField(
        _("journées proposées"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    proposed_jobs = models.PositiveSmallIntegerField(
        _("emplois à créer proposés"), null=True, blank=True, validators=[at_most_9999]
    )

    status = models.CharField(
        _("état"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    received_on = models.DateField(_("déposé le"), null=True, blank=True, editable=False)
    assigned_to = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("suivi par"),
        related_name="assigned_applications",
        null=True,
        blank=True,
        editable=False,
    )
    private_notes = models.TextField(
        _("notes privées"),
        max_length=5000,
        blank=True,
        help_text=_("Lues par l’antenne seule, jamais par le comité."),
    )
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    search = SearchField("title", "reference")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["convention", "status"], name="application_by_status"),
            models.Index(fields=["received_on"], name="application_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "number"], name="application_numbered_once_in_its_convention"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ApplicationStatus.values), name="application_status_known"
            ),
            models.CheckConstraint(
                condition=Q(envelope__in=Envelope.values), name="application_envelope_known"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="application_purpose_known"
            ),
            models.CheckConstraint(
                condition=Q(without_aid__in=["", *WithoutAid.values]),
                name="application_without_aid_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"]) | Q(received_on__isnull=False),
                name="application_before_the_committee_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(
                    requested_advance__gte=0, requested_grant__gte=0, requested_days__gte=0
                ),
                name="application_asks_for_nothing_negative",
                violation_error_message=_("Une demande ne peut pas être négative."),
            ),
            models.CheckConstraint(
                condition=Q(
                    proposed_advance=None,
                    proposed_grant=None,
                    proposed_days=None,
                    proposed_jobs=None,
                )
                | Q(
                    proposed_advance__gte=0,
                    proposed_grant__gte=0,
                    proposed_days__gte=0,
                    proposed_jobs__gte=0,
                    proposed_advance__isnull=False,
                    proposed_grant__isnull=False,
                    proposed_days__isnull=False,
                    proposed_jobs__isnull=False,
                ),
                name="application_proposal_whole_or_none",
                violation_error_message=_(
                    "Une proposition donne tous ses montants, et rien de négatif."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.reference} – {self.company}"

    @transaction.atomic
    def save(self, **kwargs):
        """Numbers a new file: the next one of its convention."""
        if not self.number:
            Convention.objects.select_for_update().get(pk=self.convention_id)
            last = self.convention.applications.aggregate(last=Max("number"))["last"]
            self.number = (last or 0) + 1
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("committee:application", args=[self.pk])

    def clean(self):
        if self.convention_id and self.company_id and self.company.antenna != self.antenna:
            raise ValidationError(
                _("Cette entreprise n’est pas suivie par l’antenne de la convention."),
                code="antenna",
            )

    @property
    def antenna(self):
        return self.convention.antenna

    @property
    def reference(self):
        return f"{self.convention.reference}-{self.number:03d}"

    def get_step_display(self):
        """Its status at the end of the day of `with_step`, in words."""
        return ApplicationStatus(self.step).label if self.step else ""

    @property
    def requested_money(self):
        """Euros asked for: advance and grant together."""
        return self.requested_advance + self.requested_grant

    @property
    def asked(self):
        """What the company asks for."""
        return Amounts(
            self.requested_advance,
            self.requested_grant,
            self.requested_days,
            self.planned_jobs_created,
        )

    @property
    def proposal(self):
        """What the antenna proposed to the committee, or None."""
        given = Amounts(*(getattr(self, f"proposed_{name}") for name in Amounts._fields))
        return None if None in given else given

    @property
    def is_open(self):
        """May still be changed by the antenna."""
        return self.status in self.OPEN

    @property
    def imbalance(self):
        """Needs less resources of the financing plan, in euros."""
        lines = [(line.side, line.amount) for line in self.financing_lines.all()]
        return imbalance(lines, self.requested_money)

    @property
    def promise_agrees(self):
        """The lines of the promise, when there are some, make its figures."""
        told = numbers(self.planned_jobs.all())
        return all(getattr(self, f"planned_jobs_{kind}") == told[kind] for kind in told)

    @property
    def latest_decision(self):
        """The last decision that was not annulled, or None."""
        standing = [each for each in self.decisions.all() if not each.annulled_on]
        return standing[-1] if standing else None

    @property
    def approval(self):
        """The standing approval, or None."""
        return self.approval_on(date.max)

    def approval_on(self, day):
        """The approval that stood at the end of `day`, or None."""
        return next(
            (
                decision
                for decision in self.decisions.all()
                if decision.outcome == Decision.Outcome.APPROVED
                and decision.decided_on <= day
                and not (decision.annulled_on and decision.annulled_on <= day)
            ),
            None,
        )
