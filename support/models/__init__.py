"""What companies get: aid and its money, missions and skill-days, jobs."""

from support.models.aid import Aid, Disbursement, Repayment
from support.models.bank import BankLine, SettlementRefused, Statement
from support.models.bank_columns import BankColumns
from support.models.jobs import Job
from support.models.missions import Mission, SkillDay

__all__ = [
    "Aid",
    "BankColumns",
    "BankLine",
    "Disbursement",
    "Job",
    "Mission",
    "Repayment",
    "SettlementRefused",
    "SkillDay",
    "Statement",
]
