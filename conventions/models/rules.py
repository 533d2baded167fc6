"""What the settings of a convention may say."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Majority(models.TextChoices):
    CAST = "cast", _("Majorité des votes exprimés")
    PRESENT = "present", _("Majorité des membres présents")
    TWO_THIRDS = "two_thirds", _("Deux tiers des votes exprimés")


class BusinessMajority(models.TextChoices):
    """Where company heads must be more than half."""

    SEATS = "seats", _("Parmi les sièges du comité")
    PRESENT = "present", _("Parmi ceux qui votent")
    NONE = "none", _("Nulle part")


class Frequency(models.IntegerChoices):
    """Months between two instalments."""

    MONTHLY = 1, _("tous les mois")
    QUARTERLY = 3, _("tous les trois mois")


class RescheduledBy(models.TextChoices):
    """Who lets a company pay back otherwise, or writes off what it will not pay back."""

    COORDINATOR = "coordinator", _("L’animateur de l’antenne")
    COMMITTEE = "committee", _("Le comité")
