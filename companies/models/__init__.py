"""Whom and with whom: companies, their figures and contacts, sponsors and experts."""

from companies.models.company import Company, Contact, NafCode
from companies.models.figures import CompanyFigures
from companies.models.leads import Lead
from companies.models.offers import Absence, Offer, SkillLevel
from companies.models.partners import Expert, Skill, Sponsor

__all__ = [
    "Absence",
    "Company",
    "CompanyFigures",
    "Contact",
    "Expert",
    "Lead",
    "NafCode",
    "Offer",
    "Skill",
    "SkillLevel",
    "Sponsor",
]
