"""What a session could grant, tried on the gauges of its convention: nothing is decided here.

Pure arithmetic on an evaluation and on the amounts tried: euros, days in quarters, jobs.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from committee.models import Amounts, Application
from conventions.models import Convention, Envelope
from reports.evaluation import Evaluation
from reports.gauges import gauge_lines


class Trial(NamedTuple):
    """What one file would get."""

    file: Application
    amounts: Amounts


class EnvelopeTrial(NamedTuple):
    """One envelope, in euros: what it holds, and what the trials would take."""

    label: str
    holds: Decimal
    taken: Amounts

    @property
    def left(self) -> Decimal:
        """Euros after the session: below zero, the trials cannot be granted together."""
        return self.holds - self.taken.money


class GaugeTrial(NamedTuple):
    """One gauge: committed today, and with the trials. Euros, days or jobs, by its kind."""

    title: str
    kind: str
    label: str
    target: Decimal | int
    committed: Decimal | int
    tried: Decimal | int
    time: int  # whole percent of the term gone

    @property
    def simulated(self):
        return self.committed + self.tried

    @property
    def remaining(self):
        """Target that nothing would be committed to yet, never negative."""
        return max(self.target - self.simulated, 0 * self.target)

    @property
    def share_committed(self):
        """Whole percent of the target, above 100 beyond it; none without a target."""
        return self._share(self.committed)

    @property
    def share_simulated(self):
        """The same, with the trials."""
        return self._share(self.simulated)

    @property
    def widths(self):
        """Percents of the drawing, today and with the trials, none above 100."""
        return [min(share or 0, 100) for share in (self.share_committed, self.share_simulated)]

    def _share(self, part):
        return round(100 * part / self.target) if self.target else None


def total_of(trials: Iterable[Trial]) -> Amounts:
    """All the amounts tried, added up: euros, days, jobs to create."""
    sums = [sum(column) for column in zip(*(trial.amounts for trial in trials), strict=True)]
    return Amounts(*sums or (Decimal(0), Decimal(0), Decimal(0), 0))


def envelope_trials(convention: Convention, trials: list[Trial], on) -> list[EnvelopeTrial]:
    """Each envelope on `on`; the one of companies in difficulty only where something is in it."""
    lines = []
    for envelope in Envelope:
        taken = [trial for trial in trials if trial.file.envelope == envelope]
        holds = convention.available(envelope, on)
        if holds or taken or envelope == Envelope.GENERAL:
            lines.append(EnvelopeTrial(envelope.label, holds, total_of(taken)))
    return lines


def gauge_trials(evaluation: Evaluation, trials: list[Trial]) -> list[GaugeTrial]:
    """Euros, days and jobs. Where jobs maintained count, those that the files plan are added."""
    total = total_of(trials)
    jobs = total.jobs
    if evaluation.terms.maintained_jobs_count:
        jobs += sum(trial.file.planned_jobs_maintained for trial in trials)
    return [
        GaugeTrial(
            line.title,
            line.kind,
            line.committed_label,
            line.gauge.target,
            line.gauge.committed,
            tried,
            line.time,
        )
        for line, tried in zip(
            gauge_lines(evaluation), (total.money, total.days, jobs), strict=True
        )
    ]
