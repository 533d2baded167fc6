"""What a project is for, what it needs, and what would become of it without the aid."""

from decimal import Decimal
from typing import NamedTuple

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

# SQLite has no small integers: without it, a slip of the finger would promise millions of jobs.
at_most_9999 = MaxValueValidator(9_999)


class Amounts(NamedTuple):
    """Euros, days and jobs to create of one file: asked for, proposed, or tried."""

    advance: Decimal
    grant: Decimal
    days: Decimal
    jobs: int

    @property
    def money(self):
        """Euros: advance and grant together."""
        return self.advance + self.grant


class Purpose(models.TextChoices):
    PRODUCTION = "production", _("Capacité de production")
    COMMERCIAL = "commercial", _("Développement commercial")
    ORGANISATION = "organisation", _("Organisation")
    HR = "hr", _("Ressources humaines")
    QUALITY = "quality", _("Qualité ou certification")
    DIGITAL = "digital", _("Numérique")
    TAKEOVER = "takeover", _("Reprise ou transmission")
    OTHER = "other", _("Autre")


class WithoutAid(models.TextChoices):
    ABANDONED = "abandoned", _("Le projet serait abandonné")
    SMALLER = "smaller", _("Le projet serait plus petit")
    LATER = "later", _("Le projet se ferait plus tard")
    SAME = "same", _("Le projet se ferait à l’identique")
