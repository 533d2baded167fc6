"""What sponsors promised to a convention, were asked for, and brought."""

from decimal import Decimal
from functools import cached_property

from django.db.models import Q, Sum

from conventions.models import CallState, EntryKind, Pledge, PledgeCall, Receipt

LATE, GIVEN_UP = Q(state=CallState.LATE), Q(state=CallState.GIVEN_UP)


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

    @property
    def calls_followed(self):
        """The same calls, each with its `state` that day and what is `left` of it, in euros."""
        return self.calls.with_state(self.at)

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

    @property
    def called(self) -> Decimal:
        """Euros that sponsors were asked to pay in."""
        return self._called["all"]

    @property
    def calls_unreceived(self) -> Decimal:
        """Of those, the ones that had not come: `called` less `received_on_call`."""
        return self._called["unreceived"]

    @property
    def calls_late(self) -> Decimal:
        """Of these, the ones still expected whose due day is over."""
        return self._called["late"]

    @property
    def calls_given_up(self) -> Decimal:
        """Of these, the ones that are expected no more."""
        return self._called["given_up"]

    @property
    def received(self) -> Decimal:
        """Euros that sponsors paid in."""
        return self._paid_in["all"]

    @property
    def received_on_call(self) -> Decimal:
        """Of those, the ones of a call that had been made by then."""
        return self._paid_in["on_call"]

    @cached_property
    def _called(self):
        return self.calls_followed.aggregate(
            all=Sum("amount", default=0),
            unreceived=Sum("left", default=0),
            late=Sum("left", filter=LATE, default=0),
            given_up=Sum("left", filter=GIVEN_UP, default=0),
        )

    @cached_property
    def _paid_in(self):
        on_call = Q(call__called_on__lte=self.at)
        return self.receipts.aggregate(
            all=Sum("amount", default=0), on_call=Sum("amount", filter=on_call, default=0)
        )

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
