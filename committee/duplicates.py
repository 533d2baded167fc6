"""Other files of the same company under way, wherever in the network: a warning, never a bar."""

from typing import NamedTuple

from committee.models import Application


class Others(NamedTuple):
    """`files` are named; of another antenna one only learns that it has some."""

    files: list[Application]
    elsewhere: bool

    def __bool__(self):
        return bool(self.files) or self.elsewhere


def others_under_way(company, user, *, apart_from=None):
    """Files open or before a committee, `apart_from` left out, of the SIREN of `company`."""
    files = Application.objects.undecided().filter(company__siren=company.siren)
    if apart_from and apart_from.pk:
        files = files.exclude(pk=apart_from.pk)
    named = list(files.visible_to(user).select_related("company", "convention"))
    elsewhere = files.exclude(pk__in=[file.pk for file in named]).exists()
    return Others(named, elsewhere)
