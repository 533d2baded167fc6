"""The base rates that the European Commission publishes: a dated table, kept by administrators."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from territories.scoping import SharedQuerySet


class ReferenceRateQuerySet(SharedQuerySet):
    def in_force_on(self, day):
        """The rate of `day`, or None when nobody has entered it."""
        latest = self.filter(since__lte=day).order_by("since").last()
        return latest if latest and (latest.until is None or day <= latest.until) else None


class ReferenceRate(models.Model):
    """The base rate of the euro area between two days, in percent; it was negative in 2022."""

    since = models.DateField(_("à compter du"), unique=True)
    until = models.DateField(
        _("jusqu’au"),
        null=True,
        blank=True,
        help_text=_("Vide : jusqu’au taux suivant. Un jour sans taux, l’avance compte en entier."),
    )
    base_rate = models.DecimalField(_("taux de base (%)"), max_digits=5, decimal_places=2)
    source = models.CharField(_("source"), max_length=200)

    objects = ReferenceRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("taux de référence")
        verbose_name_plural = _("taux de référence")
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="reference_rate_ends_after_it_starts",
                violation_error_code="until",
                violation_error_message=_("Un taux ne peut pas finir avant d’avoir commencé."),
            ),
            models.CheckConstraint(
                condition=Q(base_rate__gte=-1, base_rate__lte=30),
                name="reference_rate_sensible",
                violation_error_code="base_rate",
                violation_error_message=_("Un taux de base va de −1 %% à 30 %%."),
            ),
        ]

    def __str__(self):
        return f"{self.base_rate} % – {self.since:%d/%m/%Y}"
