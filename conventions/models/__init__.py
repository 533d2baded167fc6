"""With what: conventions, what they say, who pays, and the ledger of the money."""

from conventions.models.convention import Convention
from conventions.models.correctable import Correctable, CorrectableQuerySet, require_reason
from conventions.models.ledger import Entry, EntryKind, Envelope
from conventions.models.pledges import Pledge, Receipt
from conventions.models.rates import ReferenceRate
from conventions.models.steps import ConventionStatus, ConventionStep
from conventions.models.terms import Amendment, Terms

__all__ = [
    "Amendment",
    "Convention",
    "ConventionStatus",
    "ConventionStep",
    "Correctable",
    "CorrectableQuerySet",
    "Entry",
    "EntryKind",
    "Envelope",
    "Pledge",
    "Receipt",
    "ReferenceRate",
    "Terms",
    "require_reason",
]
