"""Missions of experts in companies, and the skill-days they give."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from committee.models import Application
from companies.models import Expert
from conventions.models import Correctable, CorrectableQuerySet
from conventions.money import DayField, sum_of, total
from conventions.schedule import add_months
from territories.dates import in_figures, validate_not_future
from territories.scoping import ScopedQuerySet

USUAL_MONTHS = 18  # a mission lasts no longer, says the scheme


class MissionQuerySet(ScopedQuerySet):
    antenna_path = "application__convention__antenna"

    def running_on(self, day):
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def with_days(self):
        """Adds `delivered` and `certified`, in days."""
        days = SkillDay.objects.standing().filter(mission=OuterRef("pk"))
        return self.annotate(
            delivered=sum_of(days, "mission", "days"),
            certified=sum_of(days.certified(), "mission", "days"),
        )


class Mission(models.Model):
    """An expert's work in a company: a subject, a term, days contracted."""

    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("dossier"), related_name="missions"
    )
    expert = models.ForeignKey(
        Expert, models.PROTECT, verbose_name=_("intervenant"), related_name="missions"
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
        ]

    def __str__(self):
        return f"{self.subject} ({self.expert})"

    def get_absolute_url(self):
        return reverse("support:mission", args=[self.pk])

    def clean(self):
        if self.application_id and self.application.approval is None:
            raise ValidationError(_("Une mission suit l’accord du comité."), code="not_approved")

    @property
    def antenna(self):
        return self.application.antenna

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
                self.ends_on > add_months(self.starts_on, USUAL_MONTHS),
                gettext("La mission dure plus de dix-huit mois."),
            ),
            (
                delivered > self.days,
                gettext("Les journées saisies dépassent celles que prévoit la mission."),
            ),
            (outside, gettext("Des journées sont en dehors des dates de la mission.")),
        ]
        return [sentence for wrong, sentence in checks if wrong]

    @transaction.atomic
    def certify(self, skill_days, *, on, by):
        """The company, by the person named `by`, certifies these days: all of them or none."""
        for skill_day in skill_days:
            if on < skill_day.done_on:
                raise ValidationError(
                    {
                        "certified_on": _("La journée du %(day)s est postérieure à cette date.")
                        % {"day": in_figures(skill_day.done_on)}
                    },
                    code="dates",
                )
            skill_day.certified_on, skill_day.certified_by = on, by
            skill_day.full_clean()
            skill_day.save(update_fields=["certified_on", "certified_by"])


class SkillDayQuerySet(CorrectableQuerySet):
    antenna_path = "mission__application__convention__antenna"

    def certified(self):
        return self.filter(certified_on__isnull=False)


class SkillDay(Correctable):
    """Time an expert gave on one date, in quarters of a day."""

    mission = models.ForeignKey(
        Mission, models.PROTECT, verbose_name=_("mission"), related_name="skill_days"
    )
    done_on = models.DateField(_("date"), validators=[validate_not_future])
    days = DayField(_("durée (journées)"))
    note = models.CharField(_("travail fait"), max_length=200, blank=True)
    certified_on = models.DateField(
        _("certifiée le"), null=True, blank=True, validators=[validate_not_future]
    )
    certified_by = models.CharField(
        _("certifiée par"), max_length=100, blank=True, help_text=_("Nom donné par l’entreprise.")
    )

    objects = SkillDayQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = _("journée de compétences")
        verbose_name_plural = _("journées de compétences")
        ordering = ["done_on", "pk"]
        indexes = [
            models.Index(fields=["done_on"], name="skill_day_by_day"),
            models.Index(
                fields=["mission"],
                condition=Q(struck_at=None, certified_on=None),
                name="skill_day_to_certify",
            ),
            models.Index(
                fields=["mission", "certified_on", "days"],
                condition=Q(struck_at=None),
                name="skill_day_standing_by_mission",
            ),
        ]
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(days__gt=0, days__lte=1),
                name="skill_day_lasts_a_day_at_most",
                violation_error_message=_("Une date compte d’un quart de journée à une journée."),
            ),
            models.CheckConstraint(
                condition=Q(certified_on=None) | Q(certified_on__gte=F("done_on")),
                name="skill_day_certified_after_it_was_done",
                violation_error_message=_("La certification ne peut pas précéder la journée."),
            ),
        ]

    def __str__(self):
        return f"{self.mission.expert} – {self.done_on:%d/%m/%Y}"

    def clean(self):
        """An expert gives a mission one day at most on one date."""
        if self.struck_at or not (self.mission_id and self.done_on and self.days):
            return
        same_date = SkillDay.objects.standing().filter(mission=self.mission, done_on=self.done_on)
        if total(same_date.exclude(pk=self.pk), "days") + self.days > 1:
            raise ValidationError(
                {"days": _("Avec ce qui est déjà saisi à cette date, cela dépasse une journée.")},
                code="beyond_a_day",
            )

    def get_absolute_url(self):
        return self.mission.get_absolute_url()

    @property
    def antenna(self):
        return self.mission.antenna
