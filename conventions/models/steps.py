"""The steps of a convention's life."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from territories.dates import validate_not_future
from territories.scoping import ScopedQuerySet


class ConventionStatus(models.TextChoices):
    DRAFT = "draft", _("En préparation")
    SIGNED = "signed", _("Signée")
    SUSPENDED = "suspended", _("Suspendue")
    CLOSED = "closed", _("Clôturée")


class ConventionStepQuerySet(ScopedQuerySet):
    antenna_path = "convention__antenna"


class ConventionStep(models.Model):
    """One step of a convention's life: to which status, when, by whom, why."""

    convention = models.ForeignKey(
        "Convention", models.CASCADE, verbose_name=_("convention"), related_name="steps"
    )
    status = models.CharField(_("état"), max_length=10, choices=ConventionStatus.choices)
    on = models.DateField(_("date"), validators=[validate_not_future])
    reason = models.TextField(_("motif"), max_length=2000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("par"),
        related_name="+",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("saisie le"), auto_now_add=True)

    objects = ConventionStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("étape de la convention")
        verbose_name_plural = _("étapes de la convention")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ConventionStatus.values),
                name="convention_step_status_known",
            ),
        ]

    def __str__(self):
        return f"{self.get_status_display()} – {self.on:%d/%m/%Y}"

    @property
    def antenna(self):
        return self.convention.antenna
