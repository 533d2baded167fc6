"""Who decides on what: committees and seats, files and papers, sessions, decisions, letters."""

from committee.models.application import Application
from committee.models.attendance import Attendance
from committee.models.committee import Committee, Seat
from committee.models.completion import CompletionRequest
from committee.models.de_minimis import DeclaredAid, DeMinimisCeiling
from committee.models.decision import Condition, Decision
from committee.models.documents import Document, PieceKind
from committee.models.feed import CalendarFeed
from committee.models.financing import FinancingLine
from committee.models.letters import Letter, LetterTemplate
from committee.models.minutes import Minutes
from committee.models.motion import Motion, Vote
from committee.models.project import Amounts
from committee.models.promise import PlannedJobs
from committee.models.reading import Comment, Reading
from committee.models.recusal import Recusal
from committee.models.session import AgendaChange, AgendaItem, Invitation, Session
from committee.models.steps import ApplicationStatus, ApplicationStep
from committee.models.waiver import Waiver

__all__ = [
    "AgendaChange",
    "AgendaItem",
    "Amounts",
    "Application",
    "ApplicationStatus",
    "ApplicationStep",
    "Attendance",
    "CalendarFeed",
    "Comment",
    "Committee",
    "CompletionRequest",
    "Condition",
    "DeMinimisCeiling",
    "Decision",
    "DeclaredAid",
    "Document",
    "FinancingLine",
    "Invitation",
    "Letter",
    "LetterTemplate",
    "Minutes",
    "Motion",
    "PieceKind",
    "PlannedJobs",
    "Reading",
    "Recusal",
    "Seat",
    "Session",
    "Vote",
    "Waiver",
]
