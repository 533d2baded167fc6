"""Lifting a finding that blocks a file: in writing, by name, seen by the committee."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from territories.dates import validate_not_future
from territories.scoping import ScopedQuerySet


class WaiverQuerySet(ScopedQuerySet):
    antenna_path = "application__convention__antenna"


class Waiver(models.Model):
    """Why the antenna puts a file before the committee in spite of a finding."""

    application = models.ForeignKey(
        "Application", models.CASCADE, verbose_name=_("dossier"), related_name="waivers"
    )
    rule = models.CharField(_("règle"), max_length=40)
    evidence = models.JSONField(_("faits constatés"), default=dict, blank=True)
    sentence = models.CharField(_("constat"), max_length=300)
    reason = models.TextField(_("motif"), max_length=2000)
    on = models.DateField(_("date"), validators=[validate_not_future])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("par"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("levée de constat")
        verbose_name_plural = _("levées de constats")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "rule", "evidence"],
                name="waiver_once_for_what_was_found",
                violation_error_message=_("Ce constat est déjà levé."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="waiver_has_a_reason",
                violation_error_message=_("Un constat est levé avec un motif écrit."),
            ),
        ]

    def __str__(self):
        return self.sentence

    @property
    def antenna(self):
        return self.application.antenna

    def lifts(self, finding):
        """True of the finding it was written for; other facts are another finding."""
        return (self.rule, self.evidence) == (finding.rule, finding.evidence)
