"""What the funders of a convention decided, once they had read its report."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conventions.models import Convention
from conventions.models.correctable import Correctable, CorrectableQuerySet
from reports.models.frozen import FrozenReport
from territories.dates import in_figures, validate_not_future


class VerdictQuerySet(CorrectableQuerySet):
    antenna_path = "convention__antenna"

    def reportable_to(self, user):
        """Those of the conventions whose evaluation `user` may read, funders included."""
        return self.filter(convention__in=Convention.objects.reportable_to(user).values("pk"))

    def known_on(self, day):
        """Those that stand and were given by the end of `day`, the latest first."""
        return self.standing().filter(met_on__lte=day).order_by("-met_on", "-pk")


class Verdict(Correctable):
    """What becomes of a convention, as its funders decided in a meeting.

    It changes nothing by itself: it leads to the step of the convention that carries it out. A
    mistake is struck out.
    """

    class Outcome(models.TextChoices):
        RENEWED = "renewed", gettext_lazy("Reconduite")
        EXTENDED = "extended", gettext_lazy("Reconduite et étendue")
        PROLONGED = "prolonged", gettext_lazy("Prolongée")
        SUSPENDED = "suspended", gettext_lazy("Suspendue")
        STOPPED = "stopped", gettext_lazy("Arrêtée")

    convention = models.ForeignKey(
        Convention,
        models.PROTECT,
        verbose_name=gettext_lazy("convention"),
        related_name="verdicts",
    )
    outcome = models.CharField(
        gettext_lazy("ce que devient la convention"), max_length=10, choices=Outcome.choices
    )
    met_on = models.DateField(gettext_lazy("réunion du"), validators=[validate_not_future])
    text = models.TextField(
        gettext_lazy("texte du verdict"),
        max_length=5000,
        help_text=gettext_lazy("Ce que les financeurs ont décidé, et pourquoi."),
    )
    conditions = models.TextField(
        gettext_lazy("conditions"),
        max_length=5000,
        blank=True,
        help_text=gettext_lazy("Ce qu’ils demandent en retour, s’ils demandent quelque chose."),
    )
    report = models.ForeignKey(
        FrozenReport,
        models.PROTECT,
        verbose_name=gettext_lazy("exemplaire lu par les financeurs"),
        related_name="verdicts",
        null=True,
        blank=True,
    )

    objects = VerdictQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = gettext_lazy("verdict des financeurs")
        verbose_name_plural = gettext_lazy("verdicts des financeurs")
        ordering = ["-met_on", "-pk"]
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["renewed", "extended", "prolonged", "suspended", "stopped"]
                ),
                name="verdict_outcome_known",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="verdict_says_why"),
            models.UniqueConstraint(
                fields=["convention", "met_on"],
                condition=Q(struck_at=None),
                name="verdict_once_in_a_meeting",
                violation_error_code="met_on",
                violation_error_message=gettext_lazy(
                    "Un verdict de cette réunion est déjà enregistré : rayez-le d’abord."
                ),
            ),
        ]

    def __str__(self):
        day = in_figures(self.met_on)
        return _("Verdict du %(day)s") % {"day": day}

    def get_absolute_url(self):
        return reverse("reports:verdict", args=[self.pk])

    @property
    def antenna(self):
        return self.convention.antenna

    @classmethod
    @transaction.atomic
    def record(cls, convention, *, by, **fields):
        """Keep what funders decided of `convention`; ValidationError for what cannot be.

        That is: a convention that was not signed yet, two verdicts of one meeting, a copy of
        another convention, or one that was frozen after the meeting.
        """
        Convention.objects.select_for_update().get(pk=convention.pk)
        verdict = cls(convention=convention, created_by=by, **fields)
        verdict.full_clean()
        verdict.save()
        return verdict

    def clean(self):
        if not self.met_on:
            return
        signed_on = self.convention.signed_on
        if signed_on is None or self.met_on < signed_on:
            raise ValidationError(
                {"met_on": _("Les financeurs jugent une convention qui était signée ce jour-là.")}
            )
        if self.report:
            self._check_read()

    def _check_read(self):
        """ValidationError for a copy that nobody could have read in the meeting."""
        if self.report.convention_id != self.convention_id:
            raise ValidationError({"report": _("Cet exemplaire est d’une autre convention.")})
        if self.report.frozen_on > self.met_on:
            sentence = _(
                "Cet exemplaire a été établi le %(day)s, après la réunion : les financeurs ne"
                " l’avaient pas lu."
            )
            raise ValidationError({"report": sentence % {"day": in_figures(self.report.frozen_on)}})
