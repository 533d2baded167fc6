"""What companies get: aid and its money, missions and skill-days, jobs."""

from support.models.aid import Aid, Disbursement, Repayment
from support.models.jobs import Job
from support.models.missions import Mission, SkillDay

__all__ = ["Aid", "Disbursement", "Job", "Mission", "Repayment", "SkillDay"]
