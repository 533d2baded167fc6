"""Sectors that a sponsor excludes: beginnings of NAF codes, or whole sections by their letter.

Source of the sections: NAF rév. 2 (INSEE, 2008), the divisions that each one holds.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SECTIONS = {
    "A": range(1, 4),
    "B": range(5, 10),
    "C": range(10, 34),
    "D": range(35, 36),
    "E": range(36, 40),
    "F": range(41, 44),
    "G": range(45, 48),
    "H": range(49, 54),
    "I": range(55, 57),
    "J": range(58, 64),
    "K": range(64, 67),
    "L": range(68, 69),
    "M": range(69, 76),
    "N": range(77, 83),
    "O": range(84, 85),
    "P": range(85, 86),
    "Q": range(86, 89),
    "R": range(90, 94),
    "S": range(94, 97),
    "T": range(97, 99),
    "U": range(99, 100),
}
SECTION_NAMES = {
    "A": _("Agriculture, sylviculture et pêche"),
    "B": _("Industries extractives"),
    "C": _("Industrie manufacturière"),
    "D": _("Production et distribution d’électricité, de gaz, de vapeur et d’air conditionné"),
    "E": _("Production et distribution d’eau, assainissement, déchets et dépollution"),
    "F": _("Construction"),
    "G": _("Commerce, réparation d’automobiles et de motocycles"),
    "H": _("Transports et entreposage"),
    "I": _("Hébergement et restauration"),
    "J": _("Information et communication"),
    "K": _("Activités financières et d’assurance"),
    "L": _("Activités immobilières"),
    "M": _("Activités spécialisées, scientifiques et techniques"),
    "N": _("Activités de services administratifs et de soutien"),
    "O": _("Administration publique"),
    "P": _("Enseignement"),
    "Q": _("Santé humaine et action sociale"),
    "R": _("Arts, spectacles et activités récréatives"),
    "S": _("Autres activités de services"),
    "T": _("Activités des ménages en tant qu’employeurs"),
    "U": _("Activités extra-territoriales"),
}
SECTOR = re.compile(r"[A-U]|\d\d(\.\d\d?[A-Z]?)?")


def sectors_in(text: str) -> list[str]:
    """The sectors that `text` lists, in capitals, each once; commas count as spaces."""
    return list(dict.fromkeys(text.upper().replace(",", " ").replace(";", " ").split()))


def validate_sectors(text: str):
    """ValidationError for what is neither a section nor the beginning of a NAF code."""
    for sector in sectors_in(text):
        if not SECTOR.fullmatch(sector):
            raise ValidationError(
                _(
                    "« %(sector)s » n’est ni une section (une lettre de A à U) ni le début d’un"
                    " code NAF, comme 25, 25.6 ou 25.62B."
                ),
                code="sector",
                params={"sector": sector[:20]},
            )


def section_of(code: str) -> str | None:
    """The letter of the section that holds a NAF code; None for what is no code."""
    return next((letter for letter in SECTIONS if _holds(letter, code)), None)


def covering(sectors: list[str], code: str) -> str | None:
    """The first of these sectors that holds the NAF code, None when none does."""
    return next((sector for sector in sectors if _holds(sector, code)), None)


def _holds(sector, code):
    if sector in SECTIONS:
        return int(code[:2]) in SECTIONS[sector]
    return code.startswith(sector)
