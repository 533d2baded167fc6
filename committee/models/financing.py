"""The financing plan of an application: what the project costs, what pays for it."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conventions.money import EuroField
from territories.scoping import ScopedQuerySet


class FinancingLineQuerySet(ScopedQuerySet):
    antenna_path = "application__convention__antenna"


class FinancingLine(models.Model):
    """One need or one resource, in euros. The aid asked for is a resource not typed here."""

    class Side(models.TextChoices):
        NEED = "need", _("Besoin")
        RESOURCE = "resource", _("Ressource")

    application = models.ForeignKey(
        "Application", models.CASCADE, verbose_name=_("dossier"), related_name="financing_lines"
    )
    side = models.CharField(_("côté"), max_length=8, choices=Side.choices)
    label = models.CharField(_("libellé"), max_length=150)
    amount = EuroField(_("montant (€)"))

    objects = FinancingLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne du plan de financement")
        verbose_name_plural = _("plan de financement")
        ordering = ["side", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="financing_line_amount_positive",
                violation_error_message=_("Un montant du plan de financement est positif."),
            ),
            models.CheckConstraint(
                condition=Q(side__in=["need", "resource"]), name="financing_line_side_known"
            ),
        ]

    def __str__(self):
        return f"{self.label} – {self.amount} €"

    @property
    def antenna(self):
        return self.application.antenna


def imbalance(lines, aid: Decimal) -> Decimal:
    """Needs less resources (the aid asked for included), in euros; zero when the plan balances.

    `lines` are (side, amount) pairs.
    """
    needs = sum((amount for side, amount in lines if side == "need"), Decimal(0))
    resources = sum((amount for side, amount in lines if side == "resource"), Decimal(0))
    return needs - resources - aid
