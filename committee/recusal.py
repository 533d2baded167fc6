"""Who steps aside from a file: ties that the rows show, or that a member declares.

Source: the scheme; nobody decides on a file of their employer, of its group, or whose expert it
lends. A member who steps aside sees the file nowhere and leaves its quorum (docs/rules.md).
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from territories.search import SEPARATOR, fold


class Ground(models.TextChoices):
    EMPLOYER = "employer", _("l’entreprise est son employeur")
    GROUP = "group", _("l’entreprise est du groupe de son employeur")
    EXPERT = "expert", _("son employeur prête l’intervenant")
    DECLARED = "declared", _("déport déclaré")


class Ties(NamedTuple):
    """What ties seats to companies: SIRENs, folded names of employers and groups, sponsors."""

    seats: set[int]
    sirens: set[str]
    groups: set[str]
    sponsors: set[int]


def ties(seats: Iterable) -> Ties:
    """The ties of these seats (their `employer` at hand), whatever the day."""
    seats = list(seats)
    names = [
        name
        for seat in seats
        for name in (seat.employer_group, seat.employer_name, seat.employer and seat.employer.name)
    ]
    return Ties(
        seats={seat.pk for seat in seats},
        sirens={seat.siren for seat in seats} - {""},
        groups={fold(name) for name in names if name} - {""},
        sponsors={seat.employer_id for seat in seats} - {None},
    )


def files_recused(seats: Iterable) -> Q:
    """The files from which somebody in these seats steps aside; a filter of `Application`."""
    tied = ties(seats)
    found = Q(company__siren__in=tied.sirens) | Q(expert__sponsor__in=tied.sponsors)
    for group in tied.groups:
        # The name of the group ends what is searched in a company.
        found |= Q(company__search__endswith=SEPARATOR + group)
    return found | Q(recusals__seat__in=tied.seats)


def grounds(seats: Iterable, application) -> list:
    """(seat, its `Ground`) of each of these seats that steps aside from the file."""
    declared = {recusal.seat_id for recusal in application.recusals.all()}
    found = [(seat, _ground(seat, application, declared)) for seat in seats]
    return [(seat, why) for seat, why in found if why]


def ground(seat, application) -> Ground | None:
    """Why who holds `seat` steps aside from this file; None when they may decide."""
    return dict(grounds([seat], application)).get(seat)


def _ground(seat, application, declared):
    tied, company = ties([seat]), application.company
    if company.siren in tied.sirens:
        return Ground.EMPLOYER
    if fold(company.group_name) in tied.groups:
        return Ground.GROUP
    if application.expert and application.expert.sponsor_id in tied.sponsors:
        return Ground.EXPERT
    if seat.pk in declared:
        return Ground.DECLARED
    return None
