"""Which jobs a convention counts: settings of its text (docs/jobs.md)."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Contract(models.TextChoices):
    """How somebody is employed."""

    PERMANENT = "permanent", _("CDI")
    FIXED_TERM = "fixed_term", _("CDD")
    APPRENTICE = "apprentice", _("Apprentissage ou professionnalisation")
    TEMPORARY = "temporary", _("Intérim")
    MANAGER = "manager", _("Dirigeant non salarié")


class CountedJobs(models.Model):
    """The contracts and the working time that count; the horizon stands beside the minimum."""

    permanent_counts = models.BooleanField(_("les CDI comptent"), default=True)
    fixed_term_counts = models.BooleanField(_("les CDD comptent"), default=True)
    apprentice_counts = models.BooleanField(_("les contrats d’alternance comptent"), default=True)
    temporary_counts = models.BooleanField(_("l’intérim compte"), default=True)
    manager_counts = models.BooleanField(_("un dirigeant non salarié compte"), default=True)
    minimum_fte = models.DecimalField(
        _("temps de travail minimum d’un emploi"),
        max_digits=3,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("1 : temps pleins seulement ; 0,5 : à partir du mi-temps ; 0 : tous."),
    )

    class Meta:
        abstract = True

    @property
    def counted_contracts(self):
        return frozenset(each for each in Contract if getattr(self, f"{each}_counts"))

    @property
    def counted_contract_labels(self):
        return [each.label for each in Contract if each in self.counted_contracts]

    @property
    def jobs_horizon_months(self):
        """Months after the decision within which a job created begins, to count."""
        return 12 * self.jobs_horizon_years
