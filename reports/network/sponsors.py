"""What sponsors bring to the network at a date: how many, of which kind, euros and days."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, Sum

from companies.models import Sponsor
from conventions.models import Pledge, Receipt
from conventions.money import ZERO
from conventions.schedule import add_months
from reports.network.picture import NO_DAYS, YEAR, Network
from support.models import SkillDay

FEW = 10
BUSINESS = [Sponsor.Kind.LARGE_GROUP, Sponsor.Kind.COMPANY]


@dataclass
class Brought:
    """Since the origin: euros promised and received, days promised and given."""

    sponsors: int = 0
    active: int = 0
    pledged: Decimal = ZERO
    received: Decimal = ZERO
    days_pledged: Decimal = NO_DAYS
    days_given: Decimal = NO_DAYS

    def add(self, other):
        for name in vars(other):
            if name in Brought.__dataclass_fields__:
                setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class SponsorLine(Brought):
    """What one sponsor brought."""

    pk: int = 0
    name: str = ""
    kind: str = ""
    is_active: bool = field(default=False)

    def get_absolute_url(self):
        return Sponsor(pk=self.pk).get_absolute_url()


class Involvement:
    """The sponsors that promised or gave something by the day of the `network`: three queries.

    Active: with a promise that stands in a convention running on the day, or days given in the
    year before it.
    """

    def __init__(self, network: Network):
        self.at: date = network.at
        self._running = [each.convention.pk for each in network.running]

    @cached_property
    def lines(self) -> list[SponsorLine]:
        """Each sponsor, by name."""
        found = {}
        for key, name, kind, *amounts in self._sums():
            line = found.setdefault(key, SponsorLine(sponsors=1, pk=key, name=name, kind=kind))
            pledged, received, days_pledged, days_given, is_active = amounts
            line.pledged += pledged or ZERO
            line.received += received or ZERO
            line.days_pledged += days_pledged or NO_DAYS
            line.days_given += days_given or NO_DAYS
            line.active = int(line.active or bool(is_active))
        return sorted(found.values(), key=lambda line: line.name)

    def _sums(self):
        """(sponsor, name, kind, euros promised and received, days promised and given, active)."""
        pledges = Pledge.objects.standing_on(self.at).order_by()
        current = Sum("pk", filter=Q(convention__in=self._running))
        for *who, euros, days, active in pledges.values_list(
            "sponsor", "sponsor__name", "sponsor__kind"
        ).annotate(euros=Sum("amount"), brought=Sum("days"), current=current):
            yield *who, euros, None, days, None, active
        receipts = Receipt.objects.standing().filter(received_on__lte=self.at).order_by()
        path = "pledge__sponsor"
        for *who, euros in receipts.values_list(path, f"{path}__name", f"{path}__kind").annotate(
            euros=Sum("amount")
        ):
            yield *who, None, euros, None, None, None
        given = SkillDay.objects.standing().filter(done_on__lte=self.at).order_by()
        lately = Sum("days", filter=Q(done_on__gt=add_months(self.at, -YEAR)))
        path = "expert__sponsor"
        for *who, days, active in given.values_list(
            path, f"{path}__name", f"{path}__kind"
        ).annotate(given=Sum("days"), lately=lately):
            yield *who, None, None, None, days, active

    @cached_property
    def kinds(self) -> list[tuple[str, Brought]]:
        """(kind, what its sponsors brought), in the order of the kinds."""
        sums = {kind: Brought() for kind in Sponsor.Kind}
        for line in self.lines:
            sums[line.kind].add(line)
        return [(kind, brought) for kind, brought in sums.items() if brought.sponsors]

    @cached_property
    def whole(self) -> Brought:
        whole = Brought()
        for line in self.lines:
            whole.add(line)
        return whole

    @property
    def businesses(self) -> int:
        """Companies and large groups that are active."""
        return sum(line.active for line in self.lines if line.kind in BUSINESS)

    @property
    def largest(self) -> list[SponsorLine]:
        """Those that gave the most days, then promised the most euros."""
        order = sorted(self.lines, key=lambda line: (-line.days_given, -line.pledged, line.name))
        return order[:FEW]
