"""The tabs of an application file, on every page about it."""

from django.urls import reverse
from django.utils.translation import gettext as _


def application_tabs(application, user):
    """(label, address) pairs. A committee member reads the file and its history, nothing else."""
    tabs = [
        (_("Dossier"), "committee:application"),
        (_("Aide"), "support:aid_list_of_application"),
        (_("Journées"), "support:mission_list_of_application"),
        (_("Emplois"), "support:job_list_of_application"),
        (_("Historique"), "committee:application_history"),
    ]
    if not reads_as_antenna(user, application):
        tabs = [tabs[0], tabs[-1]]
    return [(label, reverse(name, args=[application.pk])) for label, name in tabs]


def reads_as_antenna(user, row):
    """True for those who work in the row's antenna, or in the network: not for its committee."""
    return user.is_national or row.antenna.pk in user.antenna_ids
