"""The head of the pages of a convention, over the apps that show it."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _


def header(convention, *, tabs=True):
    """What `conventions/header.html` needs; funders read one page, and get no tabs."""
    return {
        "convention": convention,
        "in_force": convention.terms_on(timezone.localdate()),
        "tabs": _tabs(convention) if tabs else [],
    }


def _tabs(convention):
    """(label, address) of each page about `convention`."""
    return [
        (label, reverse(name, args=[convention.pk]))
        for label, name in (
            (_("Vue d’ensemble"), "reports:convention"),
            (_("Apports"), "conventions:pledge_list"),
            (_("Journal"), "conventions:entry_list"),
            (_("Règles et avenants"), "conventions:terms"),
            (_("Bilan"), "reports:evaluation"),
            (_("Financeurs autorisés"), "conventions:reader_list"),
        )
    ]
