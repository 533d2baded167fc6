"""The tabs of a company and of its partners, over the apps that show them."""

from django.urls import reverse
from django.utils.translation import gettext as _


def company_tabs(company):
    """(label, address) pairs, as for every object with tabs."""
    return _tabs(
        company,
        (_("Fiche"), "companies:company"),
        (_("Dossiers"), "committee:company_files"),
        (_("Aides de minimis"), "committee:company_aids"),
    )


def sponsor_tabs(sponsor):
    return _tabs(
        sponsor,
        (_("Fiche"), "companies:sponsor"),
        (_("Apports"), "conventions:sponsor_pledges"),
        (_("Journées"), "reports:sponsor_days"),
    )


def expert_tabs(expert):
    return _tabs(
        expert, (_("Fiche"), "companies:expert"), (_("Missions"), "support:expert_missions")
    )


def _tabs(row, *pages):
    return [(label, reverse(name, args=[row.pk])) for label, name in pages]
