"""The skill-days that experts give, each logged, then certified by the company."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from companies.models import Expert
from conventions.models import Correctable, CorrectableQuerySet
from conventions.money import DayField, total
from territories.dates import validate_not_future


class SkillDayQuerySet(CorrectableQuerySet):
    antenna_path = "mission__application__convention__antenna"

    def certified(self):
        return self.filter(certified_on__isnull=False)

    def waiting_on(self, day):
        """Those done by `day` that the company had not certified at its end."""
        later = Q(certified_on=None) | Q(certified_on__gt=day)
        return self.filter(later, done_on__lte=day)


class SkillDay(Correctable):
    """Time an expert gave on one date, in quarters of a day."""

    mission = models.ForeignKey(
        "Mission", models.PROTECT, verbose_name=_("mission"), related_name="skill_days"
    )
    expert = models.ForeignKey(
        Expert, models.PROTECT, verbose_name=_("intervenant"), related_name="skill_days"
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

    certified_note = models.CharField(
        _("comment l’entreprise l’a dit"),
        max_length=200,
        blank=True,
        help_text=_("Par exemple : courriel du 12 mars, feuille signée."),
    )
    # What a page that is sent again brings again: the day is then not written twice.
    key = models.UUIDField(_("clé d’envoi"), null=True, blank=True, unique=True, editable=False)

    objects = SkillDayQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = _("journée de compétences")
        verbose_name_plural = _("journées de compétences")
        ordering = ["done_on", "pk"]
        indexes = [
            models.Index(fields=["done_on"], name="skill_day_by_day"),
            models.Index(fields=["expert", "done_on"], name="skill_day_by_expert"),
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
        return f"{self.expert} – {self.done_on:%d/%m/%Y}"

    def clean(self):
        """An expert gives one day at most on one date, whatever the missions."""
        if self.struck_at or not (self.expert_id and self.done_on and self.days):
            return
        same_date = SkillDay.objects.standing().filter(expert=self.expert_id, done_on=self.done_on)
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
