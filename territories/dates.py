"""Days: what a fact may be dated, what a form accepts."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# Some companies are centuries old; a year before those is a slip of the finger.
EARLIEST, LATEST = date(1500, 1, 1), date(2100, 12, 31)
LATEST_DUE = 10  # years from now, for the day on which money is due


def in_figures(day):
    """29/02/2028, for the sentences that rules answer with."""
    return day.strftime("%d/%m/%Y")


def in_words(day, how="DATE_FORMAT"):
    """29 février 2028, for letters and printed documents; in French, 1er mars 2028."""
    told = date_format(day, how)
    if day.day == 1 and get_language() == "fr":
        return told.replace("1 ", "1er ", 1)
    return told


def validate_sensible(day):
    """ValidationError for a year that only a slip of the finger gives."""
    if not EARLIEST <= day <= LATEST:
        raise ValidationError(_("Vérifiez l’année de cette date."), code="year")


def validate_not_future(day):
    """A fact has happened: ValidationError for a day after today, or absurdly long ago."""
    validate_sensible(day)
    if day > timezone.localdate():
        raise ValidationError(_("Cette date est dans le futur."), code="future")


def validate_due(day):
    """Money is due in a few years at most: ValidationError for a slip of the finger."""
    validate_sensible(day)
    if day.year > timezone.localdate().year + LATEST_DUE:
        raise ValidationError(
            _("Vérifiez l’année de cette date : une échéance est dans dix ans au plus."),
            code="year",
        )
