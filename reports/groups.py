"""The groups of a breakdown: what some rows have in common, out of the value that each carries.

Each function takes an evaluation and values, and gives the groups of each value: one, but for the
skills of a file, of which there may be several.
"""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from committee.models import Application, Seat
from companies.models import Sponsor
from companies.sectors import SECTION_NAMES, section_of
from companies.size import CEILINGS
from conventions.models import Envelope, Pledge
from support.models import Aid

LAST = 99


class Group(NamedTuple):
    """What some rows have in common: its word in addresses, its name, its place in a table."""

    value: str
    name: str
    rank: int = 0


UNTOLD = Group("aucun", _("Non précisé"), LAST)


def by_sponsor(evaluation, keys):
    """Of sponsors; a loss may be of none in particular."""
    names = dict(
        Sponsor.objects.filter(pk__in=[key for key in keys if key]).values_list("pk", "name")
    )
    return {key: [Group(str(key), names[key]) if key else UNTOLD] for key in keys}


def _by_choice(choices):
    """Of the values of a field, in the order of its choices."""
    groups = {
        value: Group(value, label, rank) for rank, (value, label) in enumerate(choices.choices)
    }
    return lambda evaluation, values: {value: [groups.get(value, UNTOLD)] for value in values}


by_origin = _by_choice(Pledge.Origin)
by_envelope = _by_choice(Envelope)
by_instrument = _by_choice(Aid.Instrument)
by_college = _by_choice(Seat.College)


def _by_fact(group_of):
    """Of files, by what is known of each."""

    def groups(evaluation, files):
        return {file: [group_of(evaluation.facts[file])] for file in files}

    return groups


# Head-counts alone, frozen with the file: its ceilings are those of the European classes, which
# also ask for a turnover (companies/size.py).
SIZES = [
    Group("moins-de-10", _("Moins de 10 personnes"), 0),
    Group("10-a-49", _("10 à 49 personnes"), 1),
    Group("50-a-249", _("50 à 249 personnes"), 2),
    Group("250-et-plus", _("250 personnes et plus"), 3),
]


def size_of(headcount) -> Group:
    """The class of a head-count, in full-time equivalents; 9.9 is under ten."""
    if headcount is None:
        return UNTOLD
    return SIZES[sum(headcount >= ceiling.headcount for ceiling in CEILINGS)]


def _section(facts):
    letter = section_of(facts.naf) if facts.naf else None
    return Group(letter, f"{letter} – {SECTION_NAMES[letter]}") if letter else UNTOLD


def _purpose(facts):
    return Group(facts.purpose, Application.Purpose(facts.purpose).label)


by_size = _by_fact(lambda facts: size_of(facts.headcount))
by_section = _by_fact(_section)
by_purpose = _by_fact(_purpose)
by_commune = _by_fact(lambda facts: Group(facts.commune, f"{facts.commune_name} ({facts.commune})"))


def by_skill(evaluation, files):
    """Of files, by the skills that each asked for."""
    asked = evaluation.skills_asked
    return {
        file: [Group(str(key), name) for key, name in asked.get(file, [])] or [UNTOLD]
        for file in files
    }
