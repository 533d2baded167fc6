"""SIREN and SIRET numbers: what is typed, what is stored, what is valid.

Source: INSEE; Luhn's key, and La Poste's exception: its establishments also pass when the sum of
their digits is a multiple of 5. python-stdnum asks those for the second rule only.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import luhn
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.fr import siren, siret

LA_POSTE = "356000000"


def clean_siren(text: str) -> str:
    """The nine digits of a SIREN typed with or without spaces; ValidationError if wrong."""
    try:
        return siren.validate(_digits(text))
    except InvalidNumber:
        raise ValidationError(
            _("Ce SIREN n’est pas valable : vérifiez ses 9 chiffres."), code="siren"
        ) from None


def clean_siret(text: str) -> str:
    """The fourteen digits of a SIRET typed with or without spaces; ValidationError if wrong."""
    number = _digits(text)
    try:
        return siret.validate(number)
    except InvalidNumber:
        if _is_la_poste_by_luhn(number):
            return number
        raise ValidationError(
            _("Ce SIRET n’est pas valable : vérifiez ses 14 chiffres."), code="siret"
        ) from None


def format_siren(number: str) -> str:
    """`732829320` → `732 829 320`, with no-break spaces."""
    return "\u00a0".join((number[:3], number[3:6], number[6:9]))


def format_siret(number: str) -> str:
    """`73282932000074` → `732 829 320 00074`, with no-break spaces."""
    return f"{format_siren(number[:9])}\u00a0{number[9:]}"


def validate_siren(value):
    """For model fields: ValidationError if wrong."""
    clean_siren(value)


def validate_siret(value):
    """For model fields: ValidationError if wrong."""
    clean_siret(value)


def _digits(text):
    return "".join(text.replace(".", "").replace("-", "").split())


def _is_la_poste_by_luhn(number):
    return len(number) == 14 and number.startswith(LA_POSTE) and luhn.is_valid(number)
