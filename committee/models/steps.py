"""The steps of an application file."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from territories.dates import validate_not_future
from territories.scoping import ScopedQuerySet


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", _("Brouillon")
    SUBMITTED = "submitted", _("Déposé")
    APPROVED = "approved", _("Accordé")
    REFUSED = "refused", _("Refusé")
    ADJOURNED = "adjourned", _("Ajourné")
    WITHDRAWN = "withdrawn", _("Retiré")


class ApplicationStepQuerySet(ScopedQuerySet):
    antenna_path = "application__convention__antenna"


class ApplicationStep(models.Model):
    """One step of a file: to which status, when, by whom, why."""

    application = models.ForeignKey(
        "Application", models.CASCADE, verbose_name=_("dossier"), related_name="steps"
    )
    status = models.CharField(_("état"), max_length=10, choices=ApplicationStatus.choices)
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

    objects = ApplicationStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("étape du dossier")
        verbose_name_plural = _("étapes du dossier")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ApplicationStatus.values),
                name="application_step_status_known",
            ),
        ]

    def __str__(self):
        return f"{self.get_status_display()} – {self.on:%d/%m/%Y}"

    @property
    def antenna(self):
        return self.application.antenna
