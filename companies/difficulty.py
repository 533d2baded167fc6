"""The European undertaking in difficulty (entreprise en difficulté): which signs a company shows.

Source: Regulation (EU) 651/2014, article 2(18), on the company's own accounts. Another notion than
a convention's envelope for companies in difficulty, which is the antenna's choice. The ratios of
point (e) bind large companies alone: nobody here tells for those.
"""

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sign(models.TextChoices):
    CAPITAL = "capital", _("plus de la moitié du capital est perdue")  # points (a) and (b)
    INSOLVENCY = "insolvency", _("procédure collective")  # point (c)
    RESCUE = "rescue", _("aide au sauvetage ou à la restructuration en cours")  # point (d)


class Difficulty(NamedTuple):
    """The signs found; the answer is None when a figure is missing without which none can tell."""

    signs: list[Sign]
    answer: bool | None


def is_capital_lost(capital: int | None, own_funds: int | None) -> bool | None:
    """True when own funds are below half of the subscribed capital, premiums included; in euros."""
    if capital is None or own_funds is None:
        return None
    return 2 * own_funds < capital


def difficulty(
    *,
    capital: int | None,
    own_funds: int | None,
    is_insolvent: bool,
    has_rescue_aid: bool,
    is_sme: bool,
    is_young: bool | None,
) -> Difficulty:
    """What the definition says of a company; `is_young`: under three years, None when unknown.

    Euros of the last closed year. A young SME is spared the test of the capital.
    """
    lost = is_capital_lost(capital, own_funds)
    spared = is_sme and is_young
    tests = {
        Sign.CAPITAL: lost and spared is False,
        Sign.INSOLVENCY: is_insolvent,
        Sign.RESCUE: has_rescue_aid,
    }
    signs = [sign for sign, holds in tests.items() if holds]
    is_known = is_sme and (spared or lost is False)
    return Difficulty(signs, True if signs else False if is_known else None)
