"""The financing plan of an application: what the project costs, what pays for it."""

from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conventions.money import EuroField, in_euros
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
    is_own_funds = models.BooleanField(_("fonds propres"), default=False)

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
            models.CheckConstraint(
                condition=Q(is_own_funds=False) | Q(side="resource"),
                name="financing_line_own_funds_are_a_resource",
                violation_error_message=_("Les fonds propres sont une ressource."),
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


class Plan(NamedTuple):
    """Both sides of a financing plan; the aid asked for, in euros, is a resource by itself."""

    needs: list
    resources: list
    aid: Decimal

    @classmethod
    def of(cls, application):
        sides = {"need": [], "resource": []}
        for line in application.financing_lines.all():
            sides[line.side].append(line)
        return cls(sides["need"], sides["resource"], application.requested_money)

    @property
    def total_needs(self):
        return sum((line.amount for line in self.needs), Decimal(0))

    @property
    def total_resources(self):
        return sum((line.amount for line in self.resources), Decimal(self.aid))

    @property
    def gap(self):
        """Needs less resources, in euros."""
        return self.total_needs - self.total_resources

    @property
    def own_funds(self):
        """Euros that the company brings itself."""
        return sum((line.amount for line in self.resources if line.is_own_funds), Decimal(0))

    @property
    def aid_percent(self):
        """Whole percent of the resources that the aid asked for is; there are some."""
        return round(100 * self.aid / self.total_resources)

    @property
    def leverage(self):
        """Euros of other resources for each euro of aid asked for, to the cent; some is asked."""
        return round((self.total_resources - self.aid) / Decimal(self.aid), 2)

    @property
    def is_empty(self):
        return not self.needs and not self.resources

    @property
    def balance_sentence(self):
        """Says whether the plan balances, else which side lacks how much."""
        gap = self.gap
        if not gap:
            return _("Le plan est équilibré.")
        sentence = (
            _("Il manque %(gap)s de ressources : besoins %(needs)s, ressources %(resources)s.")
            if gap > 0
            else _("Il manque %(gap)s de besoins : besoins %(needs)s, ressources %(resources)s.")
        )
        return sentence % {
            "gap": in_euros(abs(gap)),
            "needs": in_euros(self.total_needs),
            "resources": in_euros(self.total_resources),
        }

    def check(self):
        """ValidationError when lines exist and do not balance; an empty plan may wait."""
        if not self.is_empty and self.gap:
            raise ValidationError(self.balance_sentence, code="unbalanced")
