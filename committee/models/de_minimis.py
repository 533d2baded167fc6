"""De minimis aid: the ceilings of the regulations, and what companies received from others."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from conventions.models import Correctable, CorrectableQuerySet
from conventions.money import EuroField
from territories.dates import validate_not_future
from territories.scoping import SharedQuerySet


class DeMinimisCeiling(models.Model):
    """What a single undertaking may receive in three years, from a day on; in euros."""

    since = models.DateField(_("à compter du"), unique=True)
    amount = EuroField(_("plafond (€)"))
    regulation = models.CharField(_("règlement"), max_length=100)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("plafond de minimis")
        verbose_name_plural = _("plafonds de minimis")
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="de_minimis_ceiling_positive",
                violation_error_message=_("Un plafond est positif."),
            ),
        ]

    def __str__(self):
        return self.regulation


class DeclaredAidQuerySet(CorrectableQuerySet):
    antenna_path = "company__antenna"


class DeclaredAid(Correctable):
    """A de minimis aid that the company says it received from somebody else."""

    company = models.ForeignKey(
        Company, models.PROTECT, verbose_name=_("entreprise"), related_name="declared_aids"
    )
    granted_on = models.DateField(
        _("accordée le"),
        validators=[validate_not_future],
        help_text=_("Le jour où l’aide est acquise, même si elle est versée plus tard."),
    )
    amount = EuroField(
        _("équivalent-subvention brut (€)"),
        help_text=_("Celui que le financeur a notifié ; pour une subvention, son montant."),
    )
    grantor = models.CharField(_("financeur"), max_length=150)
    regulation = models.CharField(_("règlement"), max_length=100)
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Par exemple le numéro de l’aide.")
    )

    objects = DeclaredAidQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = _("aide déclarée")
        verbose_name_plural = _("aides déclarées")
        ordering = ["granted_on", "pk"]
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="declared_aid_amount_positive",
                violation_error_code="amount",
                violation_error_message=_("Le montant d’une aide est positif."),
            ),
        ]

    def __str__(self):
        return f"{self.grantor} – {self.amount} €"

    def get_absolute_url(self):
        return reverse("committee:company_aids", args=[self.company_id])

    @property
    def antenna(self):
        return self.company.antenna
