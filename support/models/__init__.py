"""What companies get: aid and its money, missions and skill-days, jobs."""

from support.models.aid import Aid, Disbursement, Repayment
from support.models.jobs import Job
from support.models.missions import Mission, SkillDay
from support.models.reminders import Reminder, ReminderKind, ReminderStep

__all__ = [
    "Aid",
    "Disbursement",
    "Job",
    "Mission",
    "Reminder",
    "ReminderKind",
    "ReminderStep",
    "Repayment",
    "SkillDay",
]
