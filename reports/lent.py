"""What is late of the advances, and what other money stands beside the aid granted."""

from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Sum

from committee.models import FinancingLine
from conventions.money import total
from reports.indicators import each


class Lent:
    """Late advances and leverage of an `Evaluation`. Costs two queries at most, once."""

    # The rows that count

    @property
    def late_advances(self):
        """Advances with instalments due and not paid back, their euros in `arrears`."""
        return self.aids.late_on(self.at)

    @property
    def funded_decisions(self):
        """Approvals that granted money."""
        return self.decisions.approved().filter(entry__isnull=False)

    @property
    def needs(self):
        """What the projects that were granted money cost, line by line."""
        return FinancingLine.objects.filter(
            side=FinancingLine.Side.NEED,
            application__in=self.funded_decisions.values("application"),
        )

    # Late, in euros and in advances

    @property
    def aid_late(self) -> Decimal:
        """Euros of advances due before the day, and not paid back."""
        return self._late["euros"]

    @property
    def advances_late(self) -> int:
        """Advances with such euros."""
        return self._late["advances"]

    @cached_property
    def _late(self):
        return self.late_advances.aggregate(
            advances=Count("pk"), euros=Sum("arrears", default=Decimal(0))
        )

    # Leverage

    @property
    def aid_granted(self) -> Decimal:
        """Euros granted by standing approvals, what was released since included."""
        return self._decided["advances"] + self._decided["grants"]

    @cached_property
    def project_cost(self) -> Decimal:
        """Euros that the projects granted money cost, by their financing plans."""
        return total(self.needs)

    @property
    def leverage(self) -> Decimal | None:
        """Euros of other money for each euro of aid granted, to the cent; None without any aid."""
        return each(self.project_cost - self.aid_granted, self.aid_granted)
