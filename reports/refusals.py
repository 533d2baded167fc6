"""The files that a committee refused, each with the reason that it wrote."""

from datetime import date
from typing import NamedTuple

from reports.evaluation import Evaluation
from reports.rows import FIGURES


class Refusal(NamedTuple):
    """A file refused. Files leave the company out: a frozen copy goes to anybody."""

    reference: str
    company: str
    decided_on: date
    reason: str
    address: str  # of the file, for who works in the antenna


def refusals(evaluation: Evaluation) -> list[Refusal]:
    """Refusals that stand at the end of the day, the oldest first; one query."""
    rows = FIGURES["applications_refused"].rows(evaluation).order_by("decided_on", "pk")
    return [
        Refusal(
            row.application.reference,
            str(row.application.company),
            row.decided_on,
            row.reason,
            row.application.get_absolute_url(),
        )
        for row in rows
    ]
