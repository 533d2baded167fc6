"""What companies get: aid and its money, missions and skill-days, jobs."""

from support.models.aid import Aid
from support.models.bank import SettlementRefused, Statement
from support.models.bank_columns import BankColumns
from support.models.bank_line import BankLine
from support.models.campaigns import Campaign
from support.models.feedback import Feedback
from support.models.hardship import Instalment, Release, Rescheduling, WriteOff
from support.models.jobs import Job
from support.models.letters import AnswerLetter
from support.models.links import PersonalLink
from support.models.mission_life import Pause
from support.models.missions import Mission, MissionState
from support.models.payments import Disbursement, PaymentOrder
from support.models.register import Declaration
from support.models.reminders import Reminder, ReminderKind, ReminderStep
from support.models.repayments import Credit, Repayment
from support.models.samples import Sample, SampleItem
from support.models.skill_days import SkillDay
from support.models.solicitations import Solicitation
from support.models.surveys import GoneJob, NewJob, Survey
from support.models.yearly import StatementLine, StatementSending, YearlyStatement

__all__ = [
    "Aid",
    "AnswerLetter",
    "BankColumns",
    "BankLine",
    "Campaign",
    "Credit",
    "Declaration",
    "Disbursement",
    "Feedback",
    "GoneJob",
    "Instalment",
    "Job",
    "Mission",
    "MissionState",
    "NewJob",
    "Pause",
    "PaymentOrder",
    "PersonalLink",
    "Release",
    "Reminder",
    "ReminderKind",
    "ReminderStep",
    "Repayment",
    "Rescheduling",
    "Sample",
    "SampleItem",
    "SettlementRefused",
    "SkillDay",
    "Solicitation",
    "Statement",
    "Survey",
    "StatementLine",
    "StatementSending",
    "WriteOff",
    "YearlyStatement",
]
