"""The evaluation of a convention at a date: one read-only object for page, command and exports.

"At a date" means that a row dated later does not count, whatever its status is today. Every
figure is defined in docs/indicators.md: its name on screen, its rows, the dates that count.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conventions.models import Convention, EntryKind, Envelope, Terms
from conventions.money import total
from reports.described import Described
from reports.given import Given
from reports.indicators import LABELS, Gauge
from reports.lent import Lent
from reports.pace import Forecast, forecast
from reports.proceedings import Proceedings
from reports.promised import Promised
from support.models import Aid, Disbursement, Repayment, WriteOff
from territories.dates import in_figures

STOPPED = (Convention.Status.SUSPENDED, Convention.Status.CLOSED)  # nothing goes on at a pace
STEPS = {"euros": 1, "days": Decimal("0.25"), "jobs": 1}  # what a forecast is rounded down to


@dataclass(frozen=True)
class Evaluation(Promised, Lent, Given, Proceedings, Described):
    """What a convention has done at the end of a day. Each query is made once, when asked for."""

    convention: Convention
    at: date

    # The rows that count

    @property
    def entries(self):
        return self.convention.entries.until(self.at)

    @property
    def aids(self):
        return Aid.objects.filter(decision__application__convention=self.convention)

    @property
    def disbursements(self):
        return self._payments(Disbursement).filter(paid_on__lte=self.at)

    @property
    def repayments(self):
        return Repayment.objects.counting_on(self.at).filter(
            aid__decision__application__convention=self.convention
        )

    @property
    def recoveries(self):
        return self.repayments.filter(is_recovery=True)

    @property
    def writeoffs(self):
        return self._payments(WriteOff).filter(written_off_on__lte=self.at)

    def _payments(self, model):
        return model.objects.standing().filter(
            aid__decision__application__convention=self.convention
        )

    # The convention itself

    @cached_property
    def terms(self) -> Terms:
        """The text in force: its term, targets and rules."""
        return self.convention.terms_on(self.at)

    @cached_property
    def status(self) -> str:
        """Its status at the end of the day."""
        return self.convention.status_on(self.at)

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be committed any more."""
        return self.status == Convention.Status.CLOSED

    @property
    def time_elapsed(self) -> float:
        """Share of the term gone, from 0 to 1."""
        return round(self.convention.time_elapsed(self.at), 4)

    @property
    def predecessor(self) -> str | None:
        """Reference of the convention that this one renews."""
        return self.convention.predecessor and self.convention.predecessor.reference

    @cached_property
    def successor(self) -> str | None:
        """Reference of the convention that renews this one, once it is signed."""
        signed = Convention.objects.filter(
            predecessor=self.convention,
            steps__status=Convention.Status.SIGNED,
            steps__on__lte=self.at,
        )
        return signed.values_list("reference", flat=True).first()

    # Aid, in euros

    @property
    def aid_committed(self) -> Decimal:
        """Euros committed to companies, less what was released; both envelopes."""
        return -self._ledger(EntryKind.COMMITMENT, EntryKind.RELEASE)

    @property
    def aid_committed_difficulty(self) -> Decimal:
        """Euros committed from the envelope of companies in difficulty, less what was released."""
        return -self._ledger(
            EntryKind.COMMITMENT, EntryKind.RELEASE, envelopes=[Envelope.DIFFICULTY]
        )

    @property
    def aid_disbursed(self) -> Decimal:
        """Euros paid out to companies, advances and grants."""
        return self._disbursed["all"]

    @property
    def advances_disbursed(self) -> Decimal:
        """Of those, the euros of advances."""
        return self._disbursed["advances"]

    @cached_property
    def aid_repaid(self) -> Decimal:
        """Euros of advances that companies paid back, to this convention or to its successor."""
        return total(self.repayments)

    @cached_property
    def aid_recovered(self) -> Decimal:
        """Of those, the euros of advances already written off."""
        return total(self.recoveries)

    @property
    def aid_outstanding(self) -> Decimal:
        """Euros of advances paid out, and neither paid back nor written off."""
        settled = self.aid_repaid - self.aid_recovered + self.aid_written_off
        return self.advances_disbursed - settled

    @cached_property
    def aid_written_off(self) -> Decimal:
        """Euros of advances written off, what was recovered since included."""
        return total(self.writeoffs)

    @property
    def fees(self) -> Decimal:
        """Euros of management fees, apart from aid."""
        return -self._ledger(EntryKind.FEE)

    @property
    def balance(self) -> Decimal:
        """Euros still available: every line of the ledger, both envelopes."""
        return self._ledger(*EntryKind)

    @property
    def balance_difficulty(self) -> Decimal:
        """Of those, the ones of the envelope of companies in difficulty."""
        return self._ledger(*EntryKind, envelopes=[Envelope.DIFFICULTY])

    @property
    def carried_over(self) -> Decimal:
        """Euros that came from the convention before, less what went to the one after."""
        return self._ledger(EntryKind.CARRY_OVER)

    @property
    def refilled(self) -> Decimal:
        """Euros of repayments that this ledger got, those of an earlier convention included."""
        return self._ledger(EntryKind.REPAYMENT)

    @cached_property
    def _ledger_lines(self):
        return list(self.entries.values_list("kind", "envelope").annotate(Sum("amount")))

    def _ledger(self, *kinds, envelopes=tuple(Envelope)):
        wanted = [line for line in self._ledger_lines if line[0] in kinds and line[1] in envelopes]
        return sum((amount for _kind, _envelope, amount in wanted), Decimal(0))

    @cached_property
    def _disbursed(self):
        advances = Q(aid__instrument=Aid.Instrument.ADVANCE)
        return self.disbursements.aggregate(
            all=Sum("amount", default=0), advances=Sum("amount", filter=advances, default=0)
        )

    # Targets, and where the pace leads

    @cached_property
    def gauges(self) -> dict[str, Gauge]:
        """Target, committed, realised, remaining and verified, in euros, days and jobs."""
        kept = self.terms.maintained_jobs_count
        return {
            "euros": Gauge.of(
                target=self.terms.target_aid,
                committed=self.aid_committed,
                realised=self.aid_disbursed,
            ),
            "days": Gauge.of(
                target=self.terms.target_days,
                committed=self.skill_days_granted,
                realised=self.skill_days_delivered,
                verified=self.skill_days_certified,
            ),
            "jobs": Gauge.of(
                target=self.terms.target_jobs,
                committed=self.jobs_validated if kept else self.jobs_to_create,
                realised=self.jobs_created + (self.jobs_maintained if kept else 0),
                verified=self.jobs_verified + (self.jobs_maintained_verified if kept else 0),
            ),
        }

    @property
    def forecasts(self) -> dict[str, Forecast]:
        """What each gauge will have realised at the end of the term, at this pace (pace.py)."""
        if self.status in STOPPED:
            return dict.fromkeys(self.gauges, Forecast(None, self.terms.ends_on, self.status))
        term = {"starts_on": self.convention.starts_on, "ends_on": self.terms.ends_on}
        return {
            name: forecast(gauge.realised, **term, at=self.at, step=STEPS[name])
            for name, gauge in self.gauges.items()
        }

    def as_dict(self) -> dict:
        """Every figure by its key: euros and days as text with two decimals, counts as numbers."""
        return {key: _plain(getattr(self, key)) for key in LABELS}


def first_day_of(convention: Convention) -> date:
    """The first day with an evaluation: that of the convention, or of an earlier signature."""
    return min(convention.starts_on, convention.signed_on or convention.starts_on)


def refuse_outside(convention: Convention, at: date) -> None:
    """ValidationError for a day without an evaluation: after today, or before the convention.

    A convention can be evaluated from its first day, or from its signature when that came earlier.
    """
    if at > timezone.localdate():
        raise ValidationError(
            _("Le %(day)s est dans le futur : un bilan s’arrête au plus tard aujourd’hui."),
            code="future",
            params={"day": in_figures(at)},
        )
    first_day = first_day_of(convention)
    if at < first_day:
        raise ValidationError(
            _(
                "Le %(day)s précède la convention %(reference)s :"
                " son bilan commence le %(first_day)s."
            ),
            code="too_early",
            params={
                "day": in_figures(at),
                "reference": convention.reference,
                "first_day": in_figures(first_day),
            },
        )


def _plain(value):
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return f"{value:.2f}" if isinstance(value, Decimal) else value
