"""Where the network works: the figures of each département, the map of them, sites that closed."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.network.columns import RowsPages
from reports.network.france import Map, companies_helped, france
from reports.network.picture import Figures, Network
from territories.models import Closure, Commune, Department

COLUMNS = {
    "companies_supported": gettext_lazy("Entreprises"),
    "jobs_validated": gettext_lazy("Validés"),
    "jobs_created": gettext_lazy("Créés"),
    "jobs_maintained": gettext_lazy("Maintenus"),
}


class Cell(NamedTuple):
    """A figure of a département, and where its rows are."""

    heading: str
    value: int
    url: str


class Place(NamedTuple):
    """A département: the antennas that cover some of it, what the companies there got."""

    department: Department
    antennas: list[str]
    figures: Figures
    cells: list[Cell]


def places(network: Network) -> list[Place]:
    """The départements with an antenna or a company helped, by code. Two queries."""
    covered = {}
    names = {each.pk: each.name for each in network.open}
    pairs = Commune.objects.filter(territories__antenna__in=names).order_by()
    for code, antenna in pairs.values_list("department", "territories__antenna").distinct():
        covered.setdefault(code, []).append(names[antenna])
    departments = Department.objects.in_bulk()
    pages, found = RowsPages(network), []
    for code in sorted({*covered, *network.now.departments}):
        figures = network.now.departments.get(code, Figures())
        cells = [
            Cell(heading, getattr(figures, key), pages.of(key, department=code))
            for key, heading in COLUMNS.items()
        ]
        found.append(Place(departments[code], sorted(covered.get(code, [])), figures, cells))
    return found


def map_of(found: list[Place]) -> Map:
    """The companies helped, département by département."""
    numbers = {each.department.code: each.figures.companies_supported for each in found}
    names = dict(Department.objects.values_list("code", "name"))
    label = _(
        "Carte de France : entreprises aidées par département. Les chiffres sont dans le tableau."
    )
    return france(label, numbers, names, companies_helped)


class Site(NamedTuple):
    """A site that closed; jobs created anew are those counted by the day, None when none were."""

    closure: Closure
    recreated: int | None
    counted_on: date | None
    share: float | None


def closures(network: Network) -> list[Site]:
    """Sites closed by the day, the most jobs cut first; a count made later is not known yet."""
    rows = Closure.objects.select_related("antenna", "commune").order_by("-jobs_cut", "pk")
    found = []
    for row in rows:
        if row.closed_on and row.closed_on > network.at:
            continue
        if row.recreated_on and row.recreated_on > network.at:
            found.append(Site(row, None, None, None))
        else:
            found.append(Site(row, row.jobs_recreated, row.recreated_on, row.share_recreated))
    return found
