"""Missions of experts in companies: agreed, under way, paused, stopped or ended."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from committee.models import Application
from committee.models.documents import random_path
from companies.models import Expert
from conventions.money import DayField, sum_of
from conventions.schedule import add_months
from support.models.mission_life import MissionLife, Pause
from support.models.skill_days import SkillDay
from territories.dates import in_figures, validate_not_future
from territories.scoping import ScopedQuerySet


class MissionState(models.TextChoices):
    """Where a mission stands on a day; computed, stored nowhere."""

    TO_SIGN = "to_sign", _("À signer")
    TO_COME = "to_come", _("À venir")
    RUNNING = "running", _("En cours")
    PAUSED = "paused", _("En pause")
    STOPPED = "stopped", _("Arrêtée")
    ENDED = "ended", _("Terminée")


class MissionQuerySet(ScopedQuerySet):
    antenna_path = "application__convention__antenna"

    def running_on(self, day):
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def known_on(self, day):
        """Those that were signed or begun by the end of `day`."""
        return self.filter(Q(signed_on__lte=day) | Q(starts_on__lte=day))

    def with_days(self, until=None):
        """Adds `delivered` and `certified`, in days; those of `until` and before, if it is told."""
        days = SkillDay.objects.standing().filter(mission=OuterRef("pk"))
        certified = days.certified()
        if until:
            days = days.filter(done_on__lte=until)
            certified = certified.filter(certified_on__lte=until)
        return self.annotate(
            delivered=sum_of(days, "mission", "days"),
            certified=sum_of(certified, "mission", "days"),
        )

    def with_state(self, on):
        """Adds `state`, that of the end of the day `on`."""
        pauses = Pause.objects.on(on).filter(mission=OuterRef("pk"))
        return self.annotate(
            state=Case(
                When(stopped_on__lte=on, then=Value(MissionState.STOPPED)),
                When(ends_on__lt=on, then=Value(MissionState.ENDED)),
                When(Q(signed_on=None) | Q(signed_on__gt=on), then=Value(MissionState.TO_SIGN)),
                When(starts_on__gt=on, then=Value(MissionState.TO_COME)),
                When(Exists(pauses), then=Value(MissionState.PAUSED)),
                default=Value(MissionState.RUNNING),
                output_field=models.CharField(),
            )
        )

    def of_expert(self, expert):
        """Those that `expert` leads or takes part in."""
        through = Mission.others.through.objects.filter(expert=expert)
        return self.filter(Q(expert=expert) | Q(pk__in=through.values("mission")))


class Mission(MissionLife, models.Model):
    """An expert's work in a company: a subject, a term, days contracted; others may help."""

    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("dossier"), related_name="missions"
    )
    expert = models.ForeignKey(
        Expert, models.PROTECT, verbose_name=_("intervenant"), related_name="missions"
    )
    others = models.ManyToManyField(
        Expert, verbose_name=_("autres intervenants"), related_name="shared_missions", blank=True
    )
    subject = models.CharField(_("objet de la mission"), max_length=150)
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    days = DayField(
        _("journées prévues"),
        validators=[
            MinValueValidator(
                Decimal("0.25"), _("Une mission compte au moins un quart de journée.")
            )
        ],
    )
    signed_on = models.DateField(
        _("convention de mission signée le"),
        null=True,
        blank=True,
        validators=[validate_not_future],
        help_text=_("Vide : elle reste à signer."),
    )
    signed_copy = models.FileField(
        _("exemplaire signé"), upload_to=random_path, blank=True, editable=False
    )
    signed_copy_name = models.CharField(
        _("nom d’origine"), max_length=200, blank=True, editable=False
    )
    stopped_on = models.DateField(
        _("arrêtée le"), null=True, blank=True, validators=[validate_not_future]
    )
    stop_reason = models.CharField(_("motif de l’arrêt"), max_length=200, blank=True)
    report = models.TextField(_("compte rendu"), max_length=5000, blank=True, editable=False)
    reported_on = models.DateField(
        _("compte rendu du"),
        null=True,
        blank=True,
        editable=False,
        validators=[validate_not_future],
    )

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(fields=["starts_on"], name="mission_by_first_day"),
            models.Index(fields=["ends_on"], name="mission_by_last_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="mission_ends_after_it_starts",
                violation_error_code="ends_on",
                violation_error_message=_("La mission ne peut pas finir avant d’avoir commencé."),
            ),
            models.CheckConstraint(
                condition=Q(days__gt=0),
                name="mission_has_days",
                violation_error_message=_("Une mission compte au moins un quart de journée."),
            ),
            models.CheckConstraint(
                condition=Q(stopped_on=None, stop_reason="")
                | Q(stopped_on__isnull=False, stopped_on__gte=F("starts_on")) & ~Q(stop_reason=""),
                name="mission_stopped_after_it_starts_with_a_reason",
                violation_error_code="on",
                violation_error_message=_("L’arrêt suit le début de la mission."),
            ),
            models.CheckConstraint(
                condition=Q(report="", reported_on=None)
                | Q(reported_on__isnull=False, reported_on__gte=F("starts_on")) & ~Q(report=""),
                name="mission_report_has_a_day",
                violation_error_code="on",
                violation_error_message=_("Le compte rendu suit le début de la mission."),
            ),
        ]

    def __str__(self):
        return f"{self.subject} ({self.expert})"

    def get_absolute_url(self):
        return reverse("support:mission", args=[self.pk])

    def clean(self):
        if self.application_id and self.application.approval is None:
            raise ValidationError(_("Une mission suit l’accord du comité."), code="not_approved")
        self._check_dates()

    def _check_dates(self):
        if not (self.application_id and self.starts_on and self.ends_on):
            return
        decided_on = self.application.approval.decided_on
        if self.starts_on < decided_on:
            raise ValidationError(
                {
                    "starts_on": _("Le comité a accordé les journées le %(day)s : pas avant.")
                    % {"day": in_figures(decided_on)}
                },
                code="dates",
            )
        months = self.application.convention.terms_on(self.starts_on).mission_months
        if self.ends_on > add_months(self.starts_on, months):
            raise ValidationError(
                {
                    "ends_on": _("Dans cette convention, une mission dure au plus %(months)d mois.")
                    % {"months": months}
                },
                code="too_long",
            )
        if self.signed_on and self.signed_on < decided_on:
            raise ValidationError(
                {"signed_on": _("La convention de mission suit l’accord du comité.")}, code="dates"
            )

    @property
    def antenna(self):
        return self.application.antenna

    @property
    def team(self):
        """Its experts, who leads it first."""
        return [self.expert, *self.others.all()]

    def get_state_display(self):
        """Of a row that comes by `with_state`."""
        return MissionState(self.state).label

    def warnings(self):
        """What is unusual in its term and its days: sentences, none when all is well."""
        approval = self.application.approval
        days = [day for day in self.skill_days.all() if not day.struck_at]
        delivered = sum(day.days for day in days)
        outside = [day for day in days if not self.starts_on <= day.done_on <= self.ends_on]
        checks = [
            (
                approval and self.days > approval.days,
                gettext("La mission prévoit plus de journées que le comité n’en a accordé."),
            ),
            (
                delivered and not self.signed_on,
                gettext("Des journées sont données, et la convention de mission reste à signer."),
            ),
            (
                delivered > self.days,
                gettext("Les journées saisies dépassent celles que prévoit la mission."),
            ),
            (outside, gettext("Des journées sont en dehors des dates de la mission.")),
        ]
        return [sentence for wrong, sentence in checks if wrong]
