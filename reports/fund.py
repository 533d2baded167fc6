"""The fund of an antenna on a day: what the ledgers and the cash say, and why they agree.

Definitions: docs/money.md. Read-only, the same at any past date: later facts do not count.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Sum
from django.utils.translation import gettext as _

from conventions.models import (
    Convention,
    ConventionStatus,
    Entry,
    EntryKind,
    Pledge,
    Receipt,
)
from conventions.money import total
from conventions.schedule import add_months
from reports.origins import UNKNOWN, OriginShare, received_by, split
from support.instalments import follow
from support.models import Aid, Credit, Disbursement, Repayment
from territories.models import Antenna

MONTHS = 36  # of expected repayments
OF_AN_AID = "aid__decision__application__convention__antenna"


class Month(NamedTuple):
    """What is expected in a month, in euros; `height` of its bar is 20 in the largest month."""

    first_day: date
    amount: Decimal
    height: int


class Share(NamedTuple):
    """What the ledger of one convention says, in euros; `carried` is negative when it left."""

    convention: Convention
    status: str
    is_closed: bool
    promised: Decimal
    lost: Decimal
    carried: Decimal
    committed: Decimal
    refilled: Decimal
    fees: Decimal
    balance: Decimal


class Funder(NamedTuple):
    """One sponsor and one origin, in euros; what is lost of a promise stays promised."""

    name: str
    origin: str
    promised: Decimal
    lost: Decimal
    received: Decimal

    @property
    def expected(self):
        return self.promised - self.lost - self.received


@dataclass(frozen=True)
class Fund:
    """The money of all the conventions of an antenna at the end of a day, in euros."""

    antenna: Antenna
    on: date

    # The ledgers

    @cached_property
    def _ledger(self):
        entries = Entry.objects.filter(convention__antenna=self.antenna).until(self.on)
        return dict(entries.order_by().values_list("kind").annotate(Sum("amount")))

    def _of(self, *kinds):
        return sum((self._ledger.get(kind, Decimal(0)) for kind in kinds), Decimal(0))

    @property
    def balance(self):
        """That of every envelope, those of closed conventions included."""
        return self._of(*EntryKind)

    @property
    def left_over(self):
        """What lies on closed conventions, carried over to no other."""
        return sum((share.balance for share in self.conventions if share.is_closed), Decimal(0))

    @property
    def available(self):
        """What can still be committed: the balance of the conventions that are not closed."""
        return self.balance - self.left_over

    @property
    def promised(self):
        """Promised by funders, less what they withdrew."""
        return self._of(EntryKind.PLEDGE)

    @property
    def lost(self):
        """Promised, and written off: it will never come."""
        return -self._of(EntryKind.WRITE_OFF)

    @property
    def committed(self):
        """Granted to companies, less what was released."""
        return -self._of(EntryKind.COMMITMENT, EntryKind.RELEASE)

    @property
    def fees(self):
        return -self._of(EntryKind.FEE)

    # The cash

    @cached_property
    def received(self):
        """Paid in by funders."""
        mine = Receipt.objects.standing().filter(pledge__convention__antenna=self.antenna)
        return total(mine.filter(received_on__lte=self.on))

    @cached_property
    def disbursed(self):
        """Paid out to companies."""
        mine = Disbursement.objects.standing().filter(**{OF_AN_AID: self.antenna})
        return total(mine.filter(paid_on__lte=self.on))

    @cached_property
    def repaid(self):
        """Paid back by companies, what was recovered included."""
        return total(Repayment.objects.counting_on(self.on).filter(**{OF_AN_AID: self.antenna}))

    @cached_property
    def credits(self):
        """Paid in excess and kept for companies: cash that is no money of the fund."""
        return total(Credit.objects.held_on(self.on).filter(**{OF_AN_AID: self.antenna}))

    @property
    def cash(self):
        """What the bank account should hold."""
        return self.received - self.disbursed + self.repaid - self.fees + self.credits

    # From the one to the other: cash - credits - to_pay + to_receive - left_over = available

    @property
    def to_pay(self):
        """Granted and not paid out yet."""
        return self.committed - self.disbursed

    @property
    def to_receive(self):
        """Promised, neither received yet nor lost."""
        return self.promised - self.lost - self.received

    # Advances

    @cached_property
    def _advances(self):
        advances = Aid.objects.with_arrears(self.on).filter(
            decision__application__convention__antenna=self.antenna, owed__gt=0
        )
        return list(advances.with_money())

    @property
    def outstanding(self):
        """Advances paid out, and neither paid back nor written off."""
        return sum((aid.outstanding_on(self.on) for aid in self._advances), Decimal(0))

    @property
    def late(self):
        """Of these, what was due before the day."""
        return sum((aid.late_on(self.on) for aid in self._advances), Decimal(0))

    @cached_property
    def origins(self):
        """Each origin of the money: what came from it, what of the advances still out is its.

        Each convention's are shared as `split` says; those of unknown origin come last, if any.
        """
        out, lent = Counter(), Counter()
        for aid in self._advances:
            lent[aid.convention.pk] += aid.outstanding_on(self.on)
        mine = Convention.objects.filter(antenna=self.antenna)
        predecessors = dict(mine.order_by().values_list("pk", "predecessor"))
        for key, euros in lent.items():
            out.update(split(euros, received_by(key, self._received, predecessors)))
        received = Counter()
        for euros in self._received.values():
            received.update(euros)
        labels = dict(Pledge.Origin.choices)
        if out[UNKNOWN]:
            labels[UNKNOWN] = _("Inconnue")
        return [
            OriginShare(label, Decimal(received[origin]), Decimal(out[origin]))
            for origin, label in labels.items()
        ]

    @cached_property
    def _received(self):
        """By key of a convention and origin, what funders paid in."""
        found = {}
        lines = Receipt.objects.standing().filter(
            pledge__convention__antenna=self.antenna, received_on__lte=self.on
        )
        for key, origin, euros in (
            lines.order_by()
            .values_list("pledge__convention", "pledge__origin")
            .annotate(Sum("amount"))
        ):
            found.setdefault(key, {})[origin] = euros
        return found

    @cached_property
    def _expected(self):
        """By first day of a month, what is due from the day on and not settled."""
        months = Counter()
        for aid in self._advances:
            for line in follow(aid.schedule(self.on), aid.settled_on(self.on), self.on):
                if line.due_on >= self.on:
                    months[line.due_on.replace(day=1)] += line.amount - line.covered
        return months

    @cached_property
    def months(self):
        """The three years to come, month by month."""
        first = self.on.replace(day=1)
        days = [add_months(first, number) for number in range(MONTHS)]
        largest = max((self._expected[day] for day in days), default=0) or 1
        amounts = [(day, Decimal(self._expected[day])) for day in days]
        return [Month(day, amount, round(20 * amount / largest)) for day, amount in amounts]

    @property
    def beyond(self):
        """Due later than these months."""
        return sum(self._expected.values()) - sum(month.amount for month in self.months)

    @cached_property
    def conventions(self):
        """Each convention whose ledger has lines, the latest first: its part of what is told."""
        lines = Entry.objects.filter(convention__antenna=self.antenna).until(self.on)
        euros = {}
        for key, kind, amount in (
            lines.order_by().values_list("convention", "kind").annotate(Sum("amount"))
        ):
            euros.setdefault(key, Counter())[kind] += amount
        rows = Convention.objects.filter(pk__in=euros).prefetch_related("steps")
        return [self._share(row, euros[row.pk]) for row in rows.order_by("-starts_on", "-pk")]

    def _share(self, convention, euros):
        status = ConventionStatus(convention.status_on(self.on))
        return Share(
            convention,
            status.label,
            status == ConventionStatus.CLOSED,
            promised=euros[EntryKind.PLEDGE],
            lost=-euros[EntryKind.WRITE_OFF],
            carried=euros[EntryKind.CARRY_OVER],
            committed=-euros[EntryKind.COMMITMENT] - euros[EntryKind.RELEASE],
            refilled=euros[EntryKind.REPAYMENT],
            fees=-euros[EntryKind.FEE],
            balance=sum(euros.values()),
        )

    # Who pays

    @cached_property
    def funders(self):
        """Each funder by origin of the money, public money first, the largest promise first."""
        pledges = Pledge.objects.filter(convention__antenna=self.antenna)
        lines = Entry.objects.filter(pledge__in=pledges).until(self.on).order_by()
        told = {
            (kind, key): euros
            for kind, key, euros in lines.values_list("kind", "pledge").annotate(Sum("amount"))
        }
        received = dict(
            Receipt.objects.standing()
            .filter(pledge__in=pledges, received_on__lte=self.on)
            .order_by()
            .values_list("pledge")
            .annotate(Sum("amount"))
        )
        sums = {}
        for pledge in pledges.exclude(amount=0).select_related("sponsor"):
            euros = sums.setdefault((pledge.origin, pledge.sponsor.name), [Decimal(0)] * 3)
            euros[0] += told.get((EntryKind.PLEDGE, pledge.pk), 0)
            euros[1] -= told.get((EntryKind.WRITE_OFF, pledge.pk), 0)
            euros[2] += received.get(pledge.pk, 0)
        found = [
            Funder(name, Pledge.Origin(origin).label, *euros)
            for (origin, name), euros in sums.items()
            if any(euros)
        ]
        public = Pledge.Origin.PUBLIC.label
        return sorted(found, key=lambda each: (each.origin != public, -each.promised, each.name))

    # What the bank says

    @cached_property
    def bank(self):
        """The last balance that somebody read on the bank's statement; None without one."""
        return self.antenna.bank_balances.latest_on(self.on)

    @cached_property
    def gap(self):
        """What the bank shows beyond what the rows say, on the day of its statement; or None."""
        return self.bank and self.bank.amount - Fund(self.antenna, self.bank.on).cash
