"""What an expert offers: skills with their level; the days on which they are away."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from companies.models.partners import Expert, Skill
from territories.scoping import ScopedQuerySet


class SkillLevel(models.TextChoices):
    BASIC = "basic", _("Notions")
    CONFIRMED = "confirmed", _("Confirmé")
    EXPERT = "expert", _("Expert")

    @classmethod
    def from_(cls, level):
        """This level and those above."""
        return cls.values[cls.values.index(level) :]


class OfExpertQuerySet(ScopedQuerySet):
    """Rows about an expert: read by who reads the expert, and out once."""

    antenna_path = "expert__antennas"

    def visible_to(self, user):
        return self.filter(expert__in=Expert.objects.visible_to(user))


class Offer(models.Model):
    """A skill that an expert offers, and how well they know it."""

    expert = models.ForeignKey(
        Expert, models.CASCADE, verbose_name=_("intervenant"), related_name="offers"
    )
    skill = models.ForeignKey(
        Skill, models.PROTECT, verbose_name=_("compétence"), related_name="offers"
    )
    level = models.CharField(
        _("niveau"), max_length=9, choices=SkillLevel.choices, default=SkillLevel.CONFIRMED
    )

    objects = OfExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("compétence offerte")
        verbose_name_plural = _("compétences offertes")
        ordering = ["skill__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "skill"],
                name="offer_once_by_an_expert",
                violation_error_message=_("Cet intervenant offre déjà cette compétence."),
            ),
            models.CheckConstraint(
                condition=Q(level__in=["basic", "confirmed", "expert"]), name="offer_level_known"
            ),
        ]

    def __str__(self):
        return f"{self.skill} ({self.get_level_display().lower()})"

    @property
    def antennas(self):
        return self.expert.antennas


class Absence(models.Model):
    """Days on which an expert cannot be asked for anything. Why is nobody's business."""

    expert = models.ForeignKey(
        Expert, models.CASCADE, verbose_name=_("intervenant"), related_name="absences"
    )
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"), help_text=_("Ce jour compris."))

    objects = OfExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="absence_ends_after_it_starts",
                violation_error_code="ends_on",
                violation_error_message=_("L’absence ne peut pas finir avant d’avoir commencé."),
            ),
        ]

    def __str__(self):
        return f"{self.starts_on:%d/%m/%Y} – {self.ends_on:%d/%m/%Y}"

    @property
    def antennas(self):
        return self.expert.antennas
