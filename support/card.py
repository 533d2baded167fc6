"""What the page of a file tells of one of its aids: its schedule, what changed, its worth."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _

from committee.aid_account import margin_of
from conventions.grant_equivalent import advance_equivalent
from conventions.models import ReferenceRate
from conventions.money import in_euros
from support.instalments import follow
from support.late import Lateness
from support.models import Aid, Rescheduling


class Event(NamedTuple):
    """One line of what changed; `actions` are (address, label) of the pages that go on from it."""

    day: date
    words: str
    why: str
    row: Model
    actions: list[tuple[str, str]]


@dataclass(frozen=True)
class AidCard:
    """One aid as it stands on a day; of rows brought along, so that several cost as one."""

    aid: Aid
    on: date
    late: Lateness

    @cached_property
    def instalments(self):
        """What is lost is told among the events, not here."""
        aid = self.aid
        return follow(aid.schedule(), aid.settled, self.on, after=aid.first_paid_on)

    @property
    def frozen_equivalent(self):
        """Gross grant equivalent of the advance in the decision, in euros."""
        return self.aid.decision.grant_equivalent - self.aid.decision.grant

    @cached_property
    def equivalent_now(self) -> Decimal | None:
        """The same with the schedule as it stands, or stood before any loss.

        None without a schedule, or without a base rate.
        """
        schedule = self.aid.schedule(self.aid.last_day_without_loss)
        granted_on = self.aid.decision.decided_on
        rate = ReferenceRate.objects.in_force_on(granted_on) if schedule else None
        return rate and advance_equivalent(
            schedule,
            granted_on=granted_on,
            base_rate=rate.base_rate,
            margin=margin_of(self.aid.application),
        )

    @property
    def is_rate_unknown(self):
        """True when the whole advance counts, for want of a base rate on the day it was granted."""
        return bool(self.aid.schedule()) and self.equivalent_now is None

    @property
    def changes_equivalent(self):
        return self.equivalent_now not in (None, self.frozen_equivalent)

    @property
    def request_waits(self):
        """True while a request for another schedule has no answer."""
        return any(row.is_waiting for row in self.aid.reschedulings.all())

    @property
    def events(self):
        """What changed after the contract, in order of days; struck lines too."""
        lines = [
            *map(self._rescheduling, self.aid.reschedulings.all()),
            *map(_released, self.aid.releases.all()),
            *map(_written_off, self.aid.writeoffs.all()),
            *map(self._credit, self.aid.credits.all()),
        ]
        return sorted(lines, key=lambda event: event.day)

    def _rescheduling(self, row):
        actions = [("support:rescheduling_strike", _("Rayer"))]
        if row.status == Rescheduling.Status.REQUESTED:
            actions.insert(0, ("support:rescheduling_answer", _("Répondre")))
        elif not row.letters.all():
            actions.insert(0, ("support:answer_send", _("Écrire à l’entreprise")))
        words = f"{row.get_status_display()} – {row.in_words}"
        why = " – ".join(filter(None, [row.reason, row.reference, row.answer]))
        return Event(row.decided_on or row.requested_on, words, why, row, actions)

    def _credit(self, row):
        words = _("Trop-perçu de %(amount)s, gardé pour l’entreprise")
        actions = [("support:credit_send_back", _("Rendre"))]
        if self.aid.outstanding > 0:
            actions.insert(0, ("support:credit_apply", _("Utiliser")))
        if row.used_on:
            actions = []
            words = _("Trop-perçu de %(amount)s, devenu un remboursement")
            if not row.repayment_id:
                words = _("Trop-perçu de %(amount)s, rendu à l’entreprise")
        elif row.is_rejected:
            actions = []
            words = _("Trop-perçu de %(amount)s, rejeté par la banque avec son remboursement")
        if row.may_be_struck:
            actions.append(("support:credit_strike", _("Rayer")))
        words = words % {"amount": in_euros(row.amount)}
        return Event(row.used_on or row.received_on, words, row.label, row, actions)


def _released(row):
    words = _("Désengagé : %(amount)s ne seront pas débloqués") % {"amount": in_euros(row.amount)}
    actions = [("support:release_strike", _("Rayer"))]
    return Event(row.released_on, words, row.reason, row, actions)


def _written_off(row):
    words = _("Passé en perte : %(amount)s") % {"amount": in_euros(row.amount)}
    actions = [("support:write_off_strike", _("Rayer"))]
    return Event(row.written_off_on, words, f"{row.reason} – {row.reference}", row, actions)
