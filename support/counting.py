"""Which jobs count on a day: the rules, written out with their sources in docs/jobs.md.

Pure: no database. `Job.objects.counting_on` says the same in SQL; a test compares the two.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from conventions.schedule import add_months

CREATED, MAINTAINED = "created", "maintained"


class Why(TextChoices):
    """Why a job does not count."""

    STRUCK = "struck", _("rayé")
    NOT_SEEN = "not_seen", _("pas encore constaté")
    ENDED = "ended", _("terminé")
    NOT_APPROVED = "not_approved", _("dossier non accordé à cette date")
    CONTRACT = "contract", _("contrat que la convention ne compte pas")
    WORKING_TIME = "working_time", _("temps de travail sous le minimum de la convention")
    BASELINE = "baseline", _("compris dans l’effectif de référence")
    TOO_LATE = "too_late", _("commencé après le délai de la convention")
    LATER_FILE = "later_file", _("compté dans un dossier plus récent de l’entreprise")


class Text(NamedTuple):
    """What the convention counted on the day of the decision."""

    contracts: frozenset[str]
    minimum_fte: Decimal
    horizon_months: int


class Approval(NamedTuple):
    """A file that the committee accepted; `file` orders those received on one day."""

    file: int
    company: str
    received_on: date
    decided_on: date
    annulled_on: date | None
    text: Text

    def stands_on(self, day):
        return self.decided_on <= day and (self.annulled_on is None or day < self.annulled_on)

    def is_later_than(self, other):
        """Of the same company, its head-count frozen after the other's."""
        mine, theirs = (self.received_on, self.file), (other.received_on, other.file)
        return self.company == other.company and mine > theirs


class Row(NamedTuple):
    """One job as it was observed, of the file `file`."""

    key: int
    file: int
    kind: str
    contract: str
    fte: Decimal
    starts_on: date
    ends_on: date | None
    observed_on: date
    struck: bool = False


def judged(rows, approvals, day) -> dict[int, Why | None]:
    """Why each row, by its key, does not count at the end of `day`; None: it counts.

    `rows` and `approvals` are all those of the companies at hand: one file bounds another.
    """
    standing = {each.file: each for each in approvals if each.stands_on(day)}
    found = {row.key: why_by_itself(row, standing.get(row.file), day) for row in rows}
    counting = [row for row in rows if found[row.key] is None]
    seen_again = [standing[row.file] for row in rows if _was_kept(row, standing, day)]
    for row in counting:
        rivals = seen_again if row.kind == MAINTAINED else _frozen_by(row, standing)
        if any(rival.is_later_than(standing[row.file]) for rival in rivals):
            found[row.key] = Why.LATER_FILE
    return found


def _was_kept(row, standing, day):
    """Seen as kept by `day`; that the job ended since does not give it back to an older file."""
    row = row._replace(ends_on=None)
    return row.kind == MAINTAINED and why_by_itself(row, standing.get(row.file), day) is None


def why_by_itself(row, approval, day):
    """Why it does not count, by its file and the text, whatever the company's other files."""
    if row.struck:
        return Why.STRUCK
    if row.observed_on > day or row.starts_on > day:
        return Why.NOT_SEEN
    if row.ends_on and row.ends_on <= day:
        return Why.ENDED
    if approval is None:
        return Why.NOT_APPROVED
    if row.contract not in approval.text.contracts:
        return Why.CONTRACT
    if row.fte < approval.text.minimum_fte:
        return Why.WORKING_TIME
    return _of_creation(row, approval) if row.kind == CREATED else None


_last_day = lru_cache(maxsize=10_000)(add_months)


def _of_creation(row, approval):
    """A job created is additional to the frozen head-count, and begins within the horizon."""
    if row.starts_on < approval.received_on:
        return Why.BASELINE
    if row.starts_on > _last_day(approval.decided_on, approval.text.horizon_months):
        return Why.TOO_LATE
    return None


def _frozen_by(row, standing):
    """The files whose head-count was frozen by the day the job began."""
    return [each for each in standing.values() if each.received_on <= row.starts_on]
