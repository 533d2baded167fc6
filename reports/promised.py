"""What sponsors promised to a convention, were asked for, and brought."""

from decimal import Decimal
from functools import cached_property

from django.db.models import Sum

from conventions.models import EntryKind, Pledge, PledgeCall, Receipt
from conventions.money import total


class Promised:
    """Euros and days of an `Evaluation` that come from sponsors."""

    # The rows that count

    @property
    def pledges(self):
        return self.convention.pledges.standing_on(self.at)

    @property
    def calls(self):
        return PledgeCall.objects.standing().filter(
            pledge__convention=self.convention, called_on__lte=self.at
        )

    @property
    def receipts(self):
        return Receipt.objects.standing().filter(
            pledge__convention=self.convention, received_on__lte=self.at
        )

    # Euros

    @property
    def pledged(self) -> Decimal:
        """Euros promised by sponsors."""
        return self._pledged(*Pledge.Origin)

    @property
    def pledged_public(self) -> Decimal:
        """Euros of public money promised."""
        return self._pledged(Pledge.Origin.PUBLIC)

    @property
    def pledged_private(self) -> Decimal:
        """Euros of private money promised."""
        return self._pledged(Pledge.Origin.PRIVATE)

    @cached_property
    def pledged_by_sponsor(self) -> dict[str, Decimal]:
        """Euros promised by each sponsor that promised any, by name."""
        sums = {}
        for name, _origin, amount, _days in self._pledge_lines:
            if amount:
                sums[name] = sums.get(name, 0) + amount
        return sums

    @property
    def pledges_lost(self) -> Decimal:
        """Euros promised that will never come; they stay in what was promised."""
        return -self._ledger(EntryKind.WRITE_OFF)

    @cached_property
    def called(self) -> Decimal:
        """Euros that sponsors were asked to pay in."""
        return total(self.calls)

    @cached_property
    def received(self) -> Decimal:
        """Euros that sponsors paid in."""
        return total(self.receipts)

    @property
    def skill_days_pledged(self) -> Decimal:
        """Days promised by sponsors."""
        return sum((days for *_rest, days in self._pledge_lines), Decimal(0))

    @cached_property
    def _pledge_lines(self):
        return list(
            self.pledges.values_list("sponsor__name", "origin")
            .annotate(Sum("amount"), Sum("days"))
            .order_by("sponsor__search", "origin")
        )

    def _pledged(self, *origins):
        return sum(
            (amount for _name, origin, amount, _days in self._pledge_lines if origin in origins),
            Decimal(0),
        )
