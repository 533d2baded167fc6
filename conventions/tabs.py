"""The tabs of a convention, over the apps that show it."""

from django.urls import reverse
from django.utils.translation import gettext as _


def convention_tabs(convention):
    """(label, address) of each page about `convention`."""
    return [
        (label, reverse(name, args=[convention.pk]))
        for label, name in (
            (_("Vue d’ensemble"), "reports:convention"),
            (_("Apports"), "conventions:pledge_list"),
            (_("Journal"), "conventions:entry_list"),
            (_("Règles et avenants"), "conventions:terms"),
            (_("Bilan"), "reports:evaluation"),
            (_("Lecteurs"), "conventions:reader_list"),
        )
    ]
