"""What was changed in an application file: the audit lines, in words that people read."""

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from auditlog.models import LogEntry

from committee.models import Application

# Kept by the machine, or told by the steps of the file.
TOLD_ELSEWHERE = ["id", "search", "number", "created_at", "status", "received_on"]


class Change(NamedTuple):
    at: object
    by: object
    fields: list  # (label, before, after)


def changes(application, *, with_private_notes):
    """Changes of the file after it was created, the latest first."""
    skipped = TOLD_ELSEWHERE if with_private_notes else [*TOLD_ELSEWHERE, "private_notes"]
    labels = {Application._meta.get_field(name).verbose_name for name in skipped}
    entries = LogEntry.objects.get_for_object(application).filter(action=LogEntry.Action.UPDATE)
    told = []
    for entry in entries.select_related("actor"):
        fields = [
            (label, *("–" if value == "None" else value for value in values))
            for label, values in entry.changes_display_dict.items()
            if label not in labels and not _same(*values)
        ]
        if fields:
            told.append(Change(entry.timestamp, entry.actor, fields))
    return told


def _same(before, after):
    """True for one number written in two ways: 10000 and 10000.00."""
    try:
        return Decimal(str(before)) == Decimal(str(after))
    except InvalidOperation:
        return before == after
