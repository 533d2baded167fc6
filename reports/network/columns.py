"""The comparison of antennas: figures side by side, in an order, as a page or a file."""

from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.display import DAYS, EUROS, NUMBER, SHARE
from reports.network.picture import Line, Network, Pace
from reports.rows import FIGURES
from territories.files import Column

ANTENNA = "antenne"


class Indicator(NamedTuple):
    """A figure that antennas are compared on: its full name, its heading, how it is written."""

    label: str
    heading: str
    kind: str


INDICATORS = {
    "companies_supported": Indicator(
        gettext_lazy("Entreprises aidées"), gettext_lazy("Entreprises"), NUMBER
    ),
    "applications_approved": Indicator(
        gettext_lazy("Dossiers accordés"), gettext_lazy("Dossiers"), NUMBER
    ),
    "aid_committed": Indicator(gettext_lazy("Aide engagée"), gettext_lazy("Engagée"), EUROS),
    "aid_disbursed": Indicator(gettext_lazy("Aide débloquée"), gettext_lazy("Débloquée"), EUROS),
    "aid_outstanding": Indicator(
        gettext_lazy("Avances restant dues"), gettext_lazy("Restant dû"), EUROS
    ),
    "arrears": Indicator(gettext_lazy("Avances en retard"), gettext_lazy("En retard"), EUROS),
    "advances_late": Indicator(
        gettext_lazy("Nombre d’avances en retard"), gettext_lazy("Avances en retard"), NUMBER
    ),
    "skill_days_delivered": Indicator(
        gettext_lazy("Journées faites"), gettext_lazy("Faites"), DAYS
    ),
    "skill_days_certified": Indicator(
        gettext_lazy("Journées certifiées"), gettext_lazy("Certifiées"), DAYS
    ),
    "jobs_promised": Indicator(gettext_lazy("Emplois promis"), gettext_lazy("Promis"), NUMBER),
    "jobs_validated": Indicator(gettext_lazy("Emplois validés"), gettext_lazy("Validés"), NUMBER),
    "jobs_created": Indicator(gettext_lazy("Emplois créés"), gettext_lazy("Créés"), NUMBER),
    "jobs_verified": Indicator(
        gettext_lazy("Emplois créés et vérifiés"), gettext_lazy("dont vérifiés"), NUMBER
    ),
    "jobs_maintained": Indicator(
        gettext_lazy("Emplois maintenus"), gettext_lazy("Maintenus"), NUMBER
    ),
    "realisation_rate": Indicator(
        gettext_lazy("Taux de réalisation"), gettext_lazy("Réalisation"), SHARE
    ),
    "cost_per_job": Indicator(
        gettext_lazy("Aide par emploi créé"), gettext_lazy("Aide par emploi"), EUROS
    ),
    "time": Indicator(
        gettext_lazy("Temps écoulé des conventions en cours"), gettext_lazy("Temps écoulé"), SHARE
    ),
    "pace_jobs": Indicator(
        gettext_lazy("Objectif d’emplois réalisé"), gettext_lazy("Emplois"), SHARE
    ),
    "pace_euros": Indicator(gettext_lazy("Objectif d’aide débloqué"), gettext_lazy("Euros"), SHARE),
    "pace_days": Indicator(
        gettext_lazy("Objectif de journées réalisé"), gettext_lazy("Journées"), SHARE
    ),
}

# The figures that one page shows side by side, by the word of the choice in its address.
THEMES = {
    "emplois": (
        gettext_lazy("Emplois"),
        [
            "jobs_promised",
            "jobs_validated",
            "jobs_created",
            "jobs_verified",
            "jobs_maintained",
            "realisation_rate",
            "cost_per_job",
        ],
    ),
    "aide": (
        gettext_lazy("Entreprises et aide"),
        [
            "companies_supported",
            "applications_approved",
            "aid_committed",
            "aid_disbursed",
            "aid_outstanding",
            "arrears",
            "advances_late",
        ],
    ),
    "rythme": (
        gettext_lazy("Journées et rythme"),
        [
            "skill_days_delivered",
            "skill_days_certified",
            "time",
            "pace_jobs",
            "pace_euros",
            "pace_days",
        ],
    ),
}


class Cell(NamedTuple):
    """A figure and that of a year before, with where its rows are."""

    heading: str
    kind: str
    now: object
    before: object
    url: str | None = None


class Row(NamedTuple):
    """A line of the comparison: an antenna, the whole, or the median."""

    name: str
    line: Line | None
    cells: list[Cell]
    is_open: bool = True
    url: str | None = None  # the dashboard of the antenna


class RowsPages:
    """Where the rows of a figure are listed, of the whole network or of a part of it."""

    def __init__(self, network: Network):
        self.at, self.past_asked = network.at, network.past_asked
        self.late, self.rows = reverse("support:late_list"), reverse("reports:network_rows")

    def dashboard(self, antenna) -> str:
        """That of an antenna, on the day."""
        return self._on_the_day(reverse("reports:dashboard", args=[antenna]))

    def network(self) -> str:
        return self._on_the_day(reverse("reports:network"))

    def _on_the_day(self, url):
        return f"{url}?{urlencode(self.past_asked)}" if self.past_asked else url

    def of(self, key, antenna=None, department=None) -> str | None:
        """The address for a figure; a division has none."""
        if key in ("arrears", "advances_late"):
            asked = {"au": self.at, **({"antenna": antenna} if antenna else {})}
            return f"{self.late}?{urlencode(asked)}"
        if key not in FIGURES:
            return None
        asked = {"chiffre": FIGURES[key].slug, "au": self.at}
        asked |= {"antenne": antenna} if antenna else {}
        asked |= {"departement": department} if department else {}
        return f"{self.rows}?{urlencode(asked)}"


def comparison(network: Network, theme: str, order: str) -> list[Row]:
    """The antennas in the order asked for, then the whole network, then the median."""
    keys = THEMES[theme][1]
    pages = RowsPages(network)
    open_keys = {antenna.pk for antenna in network.open}
    rows = [
        Row(
            line.antenna.name,
            line,
            [_cell(key, line, pages.of(key, line.antenna.pk)) for key in keys],
            line.antenna.pk in open_keys,
            pages.dashboard(line.antenna.pk),
        )
        for line in in_order(network.lines, order)
    ]
    whole = [_cell(key, whole_of(network), pages.of(key)) for key in keys]
    middle = [_of(key, network.median(key), network.median(key, before=True)) for key in keys]
    return [*rows, Row(_("Réseau"), None, whole), Row(_("Médiane"), None, middle)]


def whole_of(network: Network) -> Line:
    """The whole network as a line of the comparison."""
    paces = (Pace(network.running), Pace(network.running_before))
    return Line(None, network.total, network.total_before, *paces)


def _cell(key, line, url):
    return _of(key, line.value(key), line.value(key, before=True), url)


def _of(key, now, before, url=None):
    indicator = INDICATORS[key]
    return Cell(indicator.heading, indicator.kind, now, before, url)


def in_order(lines: list[Line], order: str) -> list[Line]:
    """Sorted as asked; what has no value comes last, an order unknown is that of names."""
    key, descends = order.removeprefix("-"), order.startswith("-")
    if key not in INDICATORS:
        return lines[::-1] if order == f"-{ANTENNA}" else lines
    known = [line for line in lines if line.value(key) is not None]
    unknown = [line for line in lines if line.value(key) is None]
    return sorted(known, key=lambda line: line.value(key), reverse=descends) + unknown


# The same figures as a file, whatever the theme


def file_columns() -> list[Column]:
    """Every indicator, beside what it was a year before."""
    columns = [Column(_("Antenne"), "name")]
    for key, indicator in INDICATORS.items():
        before = _("%(figure)s, un an avant") % {"figure": indicator.label}
        columns += [Column(indicator.label, key), Column(before, f"{key}_before")]
    return columns


def file_rows(network: Network, order: str) -> list:
    """The lines of the file, in the order of the page."""
    pages = RowsPages(network)
    rows = [
        _file_row(line.antenna.name, line.value, pages.dashboard(line.antenna.pk))
        for line in in_order(network.lines, order)
    ]
    whole = _file_row(_("Réseau"), whole_of(network).value, pages.network())
    return [*rows, whole, _file_row(_("Médiane"), network.median)]


def _file_row(name, value, url=None):
    values = {key: value(key) for key in INDICATORS}
    values |= {f"{key}_before": value(key, before=True) for key in INDICATORS}
    return SimpleNamespace(name=name, url=url, **values)
