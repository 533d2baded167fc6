"""Who decides on what: committees and seats, application files, decisions."""

from committee.models.application import Application
from committee.models.committee import Committee, Seat
from committee.models.de_minimis import DeclaredAid, DeMinimisCeiling
from committee.models.decision import Condition, Decision
from committee.models.financing import FinancingLine
from committee.models.steps import ApplicationStatus, ApplicationStep
from committee.models.waiver import Waiver

__all__ = [
    "Application",
    "ApplicationStatus",
    "ApplicationStep",
    "Committee",
    "Condition",
    "DeMinimisCeiling",
    "Decision",
    "DeclaredAid",
    "FinancingLine",
    "Seat",
    "Waiver",
]
