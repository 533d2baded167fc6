"""Figures of an evaluation set apart by what their rows have in common: a sponsor, a purpose…

Each cell is the sum of rows of one figure (`reports/rows.py`), and leads to them. A breakdown sorts
the rows by a value that each carries, its file or its sponsor for example, into groups. Each row is
in one group, so that the lines of a figure add up to it, unless the breakdown has a note that says
why they do not.
"""

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from reports.evaluation import Evaluation
from reports.groups import (
    Group,
    by_college,
    by_commune,
    by_envelope,
    by_instrument,
    by_origin,
    by_purpose,
    by_section,
    by_size,
    by_skill,
    by_sponsor,
)
from reports.rows import FIGURES
from territories.search import fold


class Breakdown(NamedTuple):
    """How the rows of some figures are sorted into groups."""

    slug: str  # its word in addresses
    title: str
    heading: str
    figures: list[str]  # keys, one column each
    paths: dict[str, str]  # kind of rows → lookup of the value that sorts them
    sort: Callable[[Evaluation, Iterable], dict]  # value → its groups
    note: str = ""  # why the lines do not add up, when a row may be in several groups

    @property
    def is_partition(self):
        """True when each row is in one group: the lines of a figure then add up to it."""
        return not self.note

    def lookup(self, key: str) -> str:
        """Where a row of the figure `key` carries the value that sorts it."""
        return self.paths[FIGURES[key].kind]

    def shared(self, key: str, evaluation: Evaluation, sums: dict) -> dict[Group, object]:
        """The sums of the figure `key` by value (`sums_of`), put together by group."""
        found, groups = {}, self.sort(evaluation, sums)
        for value, sum in sums.items():
            for group in groups[value]:
                found[group] = found.get(group, 0) + sum
        return found

    def part(self, key: str, evaluation: Evaluation, name: str) -> tuple[QuerySet, Group, object]:
        """The rows of the figure `key` in the group `name`, the group, and their sum.

        No row, in no group, when none is there.
        """
        lookup, rows = self.lookup(key), FIGURES[key].rows(evaluation)
        sums = sums_of(key, lookup, evaluation)
        groups = self.sort(evaluation, sums)
        for group, sum in self.shared(key, evaluation, sums).items():
            if group.value == name:
                values = [value for value in sums if group in groups[value]]
                return rows.filter(_among(lookup, values)), group, sum
        return rows.none(), Group(name, _("aucune ligne")), 0


def _among(lookup, values):
    """The condition that a row carries one of these values, None being one like another."""
    told = Q(**{f"{lookup}__in": [value for value in values if value is not None]})
    return told | Q(**{f"{lookup}__isnull": True}) if None in values else told


def sums_of(key: str, lookup: str, evaluation: Evaluation) -> dict:
    """The figure `key` by the value that its rows carry; one query."""
    rows = FIGURES[key].rows(evaluation).order_by()
    return dict(rows.values_list(lookup).annotate(Sum("counts")))


class Line(NamedTuple):
    """The sums of one group, in the order of the columns."""

    value: str
    name: str
    sums: list


class Table(NamedTuple):
    breakdown: Breakdown
    lines: list[Line]


SPONSORED = {
    "pledges": "sponsor",
    "calls": "pledge__sponsor",
    "receipts": "pledge__sponsor",
    "entries": "pledge__sponsor",
    "skill_days": "expert__sponsor",
}
ORIGINS = {
    "pledges": "origin",
    "calls": "pledge__origin",
    "receipts": "pledge__origin",
    "entries": "pledge__origin",
}
FILES = {
    "applications": "pk",
    "decisions": "application",
    "refusals": "application",
    "disbursements": "aid__decision__application",
    "skill_days": "mission__application",
    "jobs": "application",
}
OF_FILES = [
    "applications_approved",
    "aid_disbursed",
    "skill_days_delivered",
    "jobs_validated",
    "jobs_created",
    "jobs_verified",
]


def _of_files(slug, title, heading, sort, note=""):
    return Breakdown(slug, title, heading, OF_FILES, FILES, sort, note)


BREAKDOWNS = {
    each.slug: each
    for each in [
        Breakdown(
            "enveloppe",
            _("Par enveloppe"),
            _("Enveloppe"),
            [
                "pledged",
                "pledges_lost",
                "carried_over",
                "refilled",
                "aid_committed",
                "fees",
                "balance",
            ],
            {"pledges": "envelope", "entries": "envelope"},
            by_envelope,
        ),
        Breakdown(
            "origine",
            _("Fonds publics et fonds privés"),
            _("Origine des fonds"),
            ["pledged", "called", "received", "pledges_lost", "skill_days_pledged"],
            ORIGINS,
            by_origin,
        ),
        Breakdown(
            "apporteur",
            _("Ce que chaque apporteur a promis et donné"),
            _("Apporteur"),
            [
                "pledged",
                "called",
                "received",
                "pledges_lost",
                "skill_days_pledged",
                "skill_days_delivered",
            ],
            SPONSORED,
            by_sponsor,
        ),
        Breakdown(
            "nature",
            _("Par nature de l’aide"),
            _("Nature de l’aide"),
            ["aid_disbursed"],
            {"disbursements": "aid__instrument"},
            by_instrument,
        ),
        _of_files("taille", _("Par taille de l’entreprise"), _("Effectif de référence"), by_size),
        _of_files("secteur", _("Par secteur d’activité"), _("Section de la NAF"), by_section),
        _of_files("objet", _("Par objet du projet"), _("Objet du projet"), by_purpose),
        _of_files("commune", _("Par commune"), _("Commune de l’entreprise"), by_commune),
        _of_files(
            "competence",
            _("Par compétence demandée"),
            _("Compétence"),
            by_skill,
            _(
                "Un dossier qui demande plusieurs compétences compte dans chacune : les lignes ne"
                " s’ajoutent pas."
            ),
        ),
        Breakdown(
            "college",
            _("Présence par collège"),
            _("Collège"),
            ["seats_convened", "seats_present", "seats_remote", "seats_represented"],
            {"seats": "seat__college"},
            by_college,
        ),
    ]
}


def tables(evaluation: Evaluation) -> list[Table]:
    """Every breakdown; one query for each figure and value that sorts it, whatever the rows."""
    known = {}

    def sums(key, lookup):
        if (key, lookup) not in known:
            known[key, lookup] = sums_of(key, lookup, evaluation)
        return known[key, lookup]

    return [_table(breakdown, evaluation, sums) for breakdown in BREAKDOWNS.values()]


def _table(breakdown, evaluation, sums):
    columns = [
        breakdown.shared(key, evaluation, sums(key, breakdown.lookup(key)))
        for key in breakdown.figures
    ]
    groups = {group for column in columns for group in column}
    nothing = [_nothing(key, evaluation) for key in breakdown.figures]
    return Table(
        breakdown,
        [
            Line(group.value, group.name, list(map(dict.get, columns, repeat(group), nothing)))
            for group in sorted(groups, key=lambda group: (group.rank, fold(str(group.name))))
        ],
    )


def _nothing(key, evaluation):
    """Zero, in euros, days or jobs as the rows of the figure `key` count."""
    counts = FIGURES[key].find(evaluation).query.annotations["counts"]
    return counts.output_field.to_python(0)
