"""What a company and an expert say of their mission: five questions, once each."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from support.models.missions import Mission
from territories.scoping import ScopedQuerySet

QUESTIONS = {
    "company": [
        _("L’intervenant a compris votre besoin."),
        _("Le travail fait vous sert aujourd’hui."),
        _("Les dates et la durée vous ont convenu."),
        _("Vous sauriez continuer sans lui."),
        _("Vous recommanderiez cette aide à un autre chef d’entreprise."),
    ],
    "expert": [
        _("La mission était bien préparée."),
        _("L’entreprise était disponible."),
        _("La durée prévue suffisait."),
        _("Votre travail a été utile à l’entreprise."),
        _("Vous êtes prêt à intervenir de nouveau."),
    ],
}
GRADES = [
    (1, _("Pas du tout d’accord")),
    (2, _("Plutôt pas d’accord")),
    (3, _("Plutôt d’accord")),
    (4, _("Tout à fait d’accord")),
]


class FeedbackQuerySet(ScopedQuerySet):
    antenna_path = "mission__application__convention__antenna"


class Grade(models.PositiveSmallIntegerField):
    """From 1, not at all, to 4, entirely."""

    def __init__(self, *args, **kwargs):
        kwargs |= {"validators": [MinValueValidator(1), MaxValueValidator(4)]}
        super().__init__(*args, **kwargs)


class Feedback(models.Model):
    """The answers of one side of a mission, grades from 1 to 4."""

    class Side(models.TextChoices):
        COMPANY = "company", _("L’entreprise")
        EXPERT = "expert", _("L’intervenant")

    mission = models.ForeignKey(
        Mission, models.CASCADE, verbose_name=_("mission"), related_name="feedbacks"
    )
    side = models.CharField(_("qui répond"), max_length=7, choices=Side.choices)
    grade1 = Grade(_("réponse 1"))
    grade2 = Grade(_("réponse 2"))
    grade3 = Grade(_("réponse 3"))
    grade4 = Grade(_("réponse 4"))
    grade5 = Grade(_("réponse 5"))
    comment = models.TextField(_("remarque"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("répondu le"), auto_now_add=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("avis sur une mission")
        verbose_name_plural = _("avis sur les missions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=["company", "expert"]), name="feedback_side_known"
            ),
            models.CheckConstraint(
                condition=Q(**{f"grade{n}__gte": 1 for n in range(1, 6)})
                & Q(**{f"grade{n}__lte": 4 for n in range(1, 6)}),
                name="feedback_grades_from_1_to_4",
            ),
            models.UniqueConstraint(
                fields=["mission", "side"],
                name="feedback_once_for_each_side",
                violation_error_message=_("Cette mission a déjà votre avis."),
            ),
        ]

    def __str__(self):
        return f"{self.mission} – {self.get_side_display()}"

    @property
    def antenna(self):
        return self.mission.antenna

    @property
    def grades(self):
        return [getattr(self, f"grade{n}") for n in range(1, 6)]

    @property
    def answers(self):
        """(question, grade in words), in order."""
        words = dict(GRADES)
        return [
            (question, words[grade])
            for question, grade in zip(QUESTIONS[self.side], self.grades, strict=True)
        ]
