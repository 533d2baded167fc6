"""The de minimis account of a single undertaking: what it received, what it may still receive.

It counts the rows of every antenna; pages show the sums, and by name only what the reader may see.
"""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from committee.de_minimis import ceiling_on, counts_on, room_on, total_on
from committee.models.de_minimis import DeclaredAid, DeMinimisCeiling
from committee.models.decision import Decision
from companies.models import Company
from companies.undertaking import sirens_tied_to
from conventions.grant_equivalent import DIFFICULTY_MARGIN, USUAL_MARGIN, advance_equivalent
from conventions.models import Envelope, ReferenceRate
from conventions.money import in_euros
from conventions.schedule import Plan, add_months, spread


class AidLine(NamedTuple):
    """One aid of the account, in euros: a decision of ours, or an aid that was declared."""

    granted_on: date
    company: Company
    grantor: str
    regulation: str
    amount: Decimal
    equivalent: Decimal
    row: Decision | DeclaredAid


class AidAccount:
    """Aid of the single undertaking that a company belongs to. Annulled and struck rows are out.

    Of several companies at once: `only` then gives the lines of one of the undertakings.
    """

    def __init__(self, *companies):
        self.companies = Company.objects.of_undertaking(*companies)

    @cached_property
    def ceilings(self):
        return list(DeMinimisCeiling.objects.all())

    @cached_property
    def lines(self):
        return sorted([*self._own_lines(), *self._declared_lines()], key=lambda line: line[0])

    @cached_property
    def _members(self):
        return list(self.companies.values_list("siren", "group_name"))

    def only(self, company):
        """The lines of the undertaking of `company` alone."""
        sirens = sirens_tied_to(company, self._members)
        return [line for line in self.lines if line.company.siren in sirens]

    def lines_on(self, on):
        """Those that count on `on`."""
        return [line for line in self.lines if counts_on(line.granted_on, on)]

    def ceiling(self, on):
        return ceiling_on(self.ceilings, on)

    def total(self, on):
        return total_on(self.lines, on)

    def room(self, on):
        return room_on(self.lines, self.ceilings, on)

    def _own_lines(self):
        decisions = Decision.objects.approved().filter(
            application__company__in=self.companies, annulled_on=None, grant_equivalent__gt=0
        )
        for decision in decisions.select_related(
            "application__company__antenna", "application__convention"
        ):
            ceiling = self.ceiling(decision.decided_on)
            yield AidLine(
                decision.decided_on,
                decision.application.company,
                str(decision.application.convention),
                ceiling.regulation if ceiling else "",
                decision.money,
                decision.grant_equivalent,
                decision,
            )

    def _declared_lines(self):
        declared = DeclaredAid.objects.standing().filter(company__in=self.companies)
        for aid in declared.select_related("company__antenna"):
            yield AidLine(
                aid.granted_on,
                aid.company,
                aid.grantor,
                aid.regulation,
                aid.amount,
                aid.amount,
                aid,
            )


class Standing(NamedTuple):
    """Where a request leaves its undertaking on a day, in euros; no room without a ceiling."""

    total: Decimal
    ceiling: DeMinimisCeiling | None
    room: Decimal | None
    equivalent: Decimal
    is_rate_known: bool

    @property
    def left(self):
        """Room after the request: below zero, it cannot be granted."""
        return None if self.room is None else self.room - self.equivalent


def standing(application, on) -> Standing:
    """What the account holds on `on`, and what the request of `application` would take."""
    return standings([application], on)[0]


def standings(applications, on) -> list[Standing]:
    """The standing of each of these files: as many queries for one as for many."""
    account = AidAccount(*(application.company for application in applications))
    rate = ReferenceRate.objects.in_force_on(on)
    found = []
    for application in applications:
        lines = account.only(application.company)
        found.append(
            Standing(
                total=total_on(lines, on),
                ceiling=account.ceiling(on),
                room=room_on(lines, account.ceilings, on),
                equivalent=_equivalent(
                    application,
                    rate,
                    on=on,
                    advance=application.requested_advance,
                    grant=application.requested_grant,
                ),
                is_rate_known=rate is not None,
            )
        )
    return found


def equivalent_of(application, *, on, advance, grant) -> Decimal:
    """Gross grant equivalent of an award of `on`, in euros, under the terms in force that day.

    All of its money counts, whatever its origin; days do not, they come from companies. On a day
    without a base rate the whole advance counts: prudence.
    """
    rate = ReferenceRate.objects.in_force_on(on) if advance else None
    return _equivalent(application, rate, on=on, advance=advance, grant=grant)


def _equivalent(application, rate, *, on, advance, grant):
    if not (advance and rate):
        return Decimal(advance) + grant
    terms = application.convention.terms_on(on)
    first_due_on = add_months(on, terms.deferral_months + terms.frequency)
    plan = Plan(first_due_on, terms.instalments, terms.frequency)
    return grant + advance_equivalent(
        spread(Decimal(advance), plan.dates()),
        granted_on=on,
        base_rate=rate.base_rate,
        margin=margin_of(application),
    )


def margin_of(application):
    """Basis points above the base rate: nobody rates these companies but by their envelope."""
    in_difficulty = application.envelope == Envelope.DIFFICULTY
    return DIFFICULTY_MARGIN if in_difficulty else USUAL_MARGIN


def check_room(company, *, on, equivalent):
    """ValidationError when `equivalent` euros on `on` would break the ceiling of the undertaking.

    To be called in a transaction: its companies stay locked until the end, so that two antennas do
    not both give the last euros.
    """
    account = AidAccount(company)
    list(account.companies.select_for_update().order_by("pk").values_list("pk"))
    room = account.room(on)
    if room is not None and equivalent > room:
        raise ValidationError(
            _(
                "Plafond de minimis dépassé : cet accord vaut %(equivalent)s"
                " d’équivalent-subvention brut, il en reste %(room)s à l’entreprise unique."
            ),
            code="de_minimis",
            params={"equivalent": in_euros(equivalent), "room": in_euros(room)},
        )
