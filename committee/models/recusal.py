"""A member who steps aside from a file of their own accord."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from territories.scoping import ScopedQuerySet


class RecusalQuerySet(ScopedQuerySet):
    antenna_path = "application__convention__antenna"


class Recusal(models.Model):
    """A declaration: the computed ties are in `committee.recusal` and need no row."""

    application = models.ForeignKey(
        "Application", models.CASCADE, verbose_name=_("dossier"), related_name="recusals"
    )
    seat = models.ForeignKey(
        "Seat", models.PROTECT, verbose_name=_("siège"), related_name="recusals"
    )
    reason = models.CharField(_("motif"), max_length=200)
    declared_at = models.DateTimeField(_("déclaré le"), auto_now_add=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("déclaré par"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("déport")
        verbose_name_plural = _("déports")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "seat"],
                name="recusal_once_from_a_file",
                violation_error_message=_("Ce membre s’est déjà déporté de ce dossier."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="recusal_has_a_reason"),
        ]

    def __str__(self):
        return f"{self.seat} – {self.application}"

    @property
    def antenna(self):
        return self.application.antenna
