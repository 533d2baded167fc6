"""Days: what a fact may be dated."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def validate_not_future(day):
    """A fact has happened: ValidationError for a day after today."""
    if day > timezone.localdate():
        raise ValidationError(_("Cette date est dans le futur."), code="future")
