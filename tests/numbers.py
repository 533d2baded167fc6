"""Days and identifiers to write a test with."""

from datetime import timedelta

from django.utils import timezone
from stdnum import luhn

TODAY = timezone.localdate()


def day(offset):
    """The day `offset` days from today: -30 is a month ago."""
    return TODAY + timedelta(days=offset)


def siren(number):
    """A valid SIREN made of a small number."""
    stem = f"{number:08d}"
    return stem + luhn.calc_check_digit(stem)


def siret(number):
    """A valid SIRET, the first establishment of `siren(number)`."""
    stem = f"{siren(number)}0001"
    return stem + luhn.calc_check_digit(stem)
