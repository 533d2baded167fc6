"""With what: conventions, what they say, who pays, and the ledger of the money."""

from conventions.models.balances import BankBalance
from conventions.models.calls import CallLetter, CallState, PledgeCall
from conventions.models.convention import Convention
from conventions.models.correctable import Correctable, CorrectableQuerySet, require_reason
from conventions.models.counted import Contract
from conventions.models.ledger import Entry, EntryKind, Envelope
from conventions.models.pledges import Pledge
from conventions.models.rates import ReferenceRate
from conventions.models.receipts import Receipt
from conventions.models.steps import ConventionStatus, ConventionStep
from conventions.models.terms import Amendment, Terms

__all__ = [
    "Amendment",
    "BankBalance",
    "CallLetter",
    "CallState",
    "Contract",
    "Convention",
    "ConventionStatus",
    "ConventionStep",
    "Correctable",
    "CorrectableQuerySet",
    "Entry",
    "EntryKind",
    "Envelope",
    "Pledge",
    "PledgeCall",
    "Receipt",
    "ReferenceRate",
    "Terms",
    "require_reason",
]
