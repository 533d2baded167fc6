"""Whom and with whom: companies, their figures and contacts, sponsors and experts."""

from companies.models.company import Company, Contact, NafCode
from companies.models.figures import CompanyFigures
from companies.models.partners import Expert, Skill, Sponsor

__all__ = ["Company", "CompanyFigures", "Contact", "Expert", "NafCode", "Skill", "Sponsor"]
