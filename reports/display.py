"""How an evaluation reads: its figures by theme and in tables, and how they are written."""

from typing import NamedTuple

from django.template.defaultfilters import yesno
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conventions.money import MINUS, as_counted, in_days, in_euros, in_percents, percents, plain
from reports.breakdowns import BREAKDOWNS, tables
from reports.definitions import DEFINITIONS, ONCE_CLOSED
from reports.evaluation import Evaluation
from reports.indicators import LABELS, LABELS_ONCE_CLOSED, RATIOS, SUBTRACTED
from reports.rows import FIGURES, KEYS
from territories.dates import in_figures

EUROS, DAYS, NUMBER, SHARE = "euros", "days", "number", "share"

SECTIONS = [
    (
        gettext_lazy("L’aide aux entreprises"),
        EUROS,
        [
            "aid_committed",
            "aid_committed_difficulty",
            "aid_disbursed",
            "advances_disbursed",
            "aid_repaid",
            "aid_recovered",
            "aid_written_off",
            "aid_outstanding",
            "aid_late",
        ],
    ),
    (
        gettext_lazy("Les financements"),
        EUROS,
        [
            "pledged",
            "pledged_public",
            "pledged_private",
            "pledges_lost",
            "called",
            "calls_unreceived",
            "calls_late",
            "calls_given_up",
            "received",
            "received_on_call",
            "fees",
            "refilled",
            "carried_over",
            "balance",
            "balance_difficulty",
        ],
    ),
    (
        gettext_lazy("Les journées de compétences"),
        DAYS,
        [
            "skill_days_pledged",
            "skill_days_granted",
            "skill_days_reserved",
            "skill_days_contracted",
            "skill_days_delivered",
            "skill_days_certified",
        ],
    ),
    (
        gettext_lazy("Les emplois"),
        NUMBER,
        [
            "jobs_promised",
            "jobs_validated",
            "jobs_to_create",
            "jobs_created",
            "jobs_verified",
            "jobs_maintained",
            "jobs_maintained_verified",
            "sample_files_checked",
            "sample_files_proved",
        ],
    ),
    (
        gettext_lazy("Ce qui est devenu réel"),
        SHARE,
        [
            "creation_rate",
            "realisation_rate",
            "verified_share",
            "verified_share_low",
            "verified_share_high",
        ],
    ),
    (
        gettext_lazy("Ce que coûte un emploi"),
        EUROS,
        ["skill_days_value", "cost_per_job", "cost_per_job_with_days", "cost_per_job_net"],
    ),
    (
        gettext_lazy("Ce qui s’ajoute à l’aide"),
        EUROS,
        ["project_cost", "aid_granted", "leverage"],
    ),
    (
        gettext_lazy("Les entreprises et leurs dossiers"),
        NUMBER,
        [
            "companies_supported",
            "companies_under_10_staff",
            "applications_received",
            "applications_approved",
            "applications_refused",
            "applications_waiting",
            "applications_withdrawn",
            "applications_adjourned",
            "advances_late",
        ],
    ),
    (
        gettext_lazy("Les délais, en jours"),
        NUMBER,
        [
            "days_to_decision",
            "applications_decided",
            "decision_days",
            "days_to_payment",
            "applications_paid",
            "payment_days",
        ],
    ),
    (
        gettext_lazy("Les séances du comité"),
        NUMBER,
        [
            "sessions_held",
            "seats_convened",
            "seats_present",
            "seats_remote",
            "seats_represented",
        ],
    ),
    (gettext_lazy("La présence aux séances"), SHARE, ["attendance_rate"]),
]


WHOLES = {
    "aid_committed_difficulty": "aid_committed",
    "advances_disbursed": "aid_disbursed",
    "aid_recovered": "aid_repaid",
    "aid_late": "aid_outstanding",
    "balance_difficulty": "balance",
    "pledged_public": "pledged",
    "pledged_private": "pledged",
    "calls_late": "calls_unreceived",
    "calls_given_up": "calls_unreceived",
    "received_on_call": "received",
    "companies_under_10_staff": "companies_supported",
    "jobs_to_create": "jobs_validated",
    "jobs_verified": "jobs_created",
    "sample_files_proved": "sample_files_checked",
    "jobs_maintained_verified": "jobs_maintained",
    "seats_remote": "seats_present",
}


def label(key, evaluation=None):
    """The name of a figure beside others; of an `evaluation`, as it is called that day."""
    if evaluation is not None and evaluation.is_closed:
        return LABELS_ONCE_CLOSED.get(key, LABELS[key])
    return LABELS[key]


def full_label(key, evaluation=None):
    """The name of a figure where it stands alone: « Apports promis, dont fonds publics »."""
    if key in WHOLES:
        return f"{label(WHOLES[key], evaluation)}, {label(key, evaluation)}"
    return str(label(key, evaluation))


def definition(key, evaluation):
    """What a figure of an evaluation means, that day."""
    return ONCE_CLOSED.get(key, DEFINITIONS[key]) if evaluation.is_closed else DEFINITIONS[key]


KINDS = {key: kind for _title, kind, keys in SECTIONS for key in keys}


class Term(NamedTuple):
    """A figure of a division, after its sign."""

    sign: str
    label: str
    slug: str


class Line(NamedTuple):
    label: str
    value: object
    slug: str | None  # the word of the figure in the address of its rows; a division has none
    terms: list[Term] = []  # what is divided by what
    definition: str = ""
    key: str = ""  # of the figure, in files

    @property
    def is_part(self):
        """True of « dont… », a part of the figure above it."""
        return self.key in WHOLES


class Section(NamedTuple):
    title: str
    kind: str  # euros, days or number: how its figures are written
    lines: list[Line]


def sections(evaluation: Evaluation) -> list[Section]:
    """The figures by theme."""
    return [
        Section(title, kind, [_line(evaluation, key) for key in keys])
        for title, kind, keys in SECTIONS
    ]


class TableColumn(NamedTuple):
    label: str
    kind: str
    slug: str  # of the figure, in the address of its rows


class TableLine(NamedTuple):
    label: str
    value: str  # what its rows have in common, in their address
    cells: list[tuple[object, TableColumn]]


class TableShown(NamedTuple):
    """Figures side by side, one line a sponsor, a purpose…"""

    slug: str
    title: str
    heading: str  # of the first column
    columns: list[TableColumn]
    lines: list[TableLine]
    note: str = ""  # why its lines do not add up, when they do not
    totals: list[tuple[object, TableColumn]] = []  # none where the parts are not the whole


def tables_shown(evaluation: Evaluation) -> list[TableShown]:
    """The figures set apart by what their rows have in common (reports/breakdowns.py)."""
    found = [_shown(table, evaluation) for table in tables(evaluation)]
    return [table._replace(totals=totals_of(table, evaluation)) for table in found]


def totals_of(table: TableShown, evaluation: Evaluation) -> list[tuple[object, TableColumn]]:
    """The sum of each column; nothing of a table whose parts are not the whole.

    A file may be in two parts, or a row in none: their sum would then be no figure at all, even on
    a day when it happens to be the figure.
    """
    if not BREAKDOWNS[table.slug].is_partition:
        return []
    values = ([value for value, _column in line.cells] for line in table.lines)
    sums = [sum(column) for column in zip(*values, strict=True)]
    wholes = [getattr(evaluation, KEYS[column.slug]) for column in table.columns]
    return list(zip(sums, table.columns, strict=True)) if sums == wholes else []


def _shown(table, evaluation):
    breakdown = table.breakdown
    columns = [
        TableColumn(full_label(key, evaluation), KINDS[key], FIGURES[key].slug)
        for key in breakdown.figures
    ]
    lines = [
        TableLine(line.name, line.value, list(zip(line.sums, columns, strict=True)))
        for line in table.lines
    ]
    about = (breakdown.slug, breakdown.title, breakdown.heading)
    return TableShown(*about, columns, lines, breakdown.note)


def _line(evaluation, key):
    slug = FIGURES[key].slug if key in FIGURES else None
    terms = _terms(key) if key in RATIOS else []
    told = definition(key, evaluation)
    return Line(label(key, evaluation), getattr(evaluation, key), slug, terms, told, key)


def _terms(key):
    """What a figure is the division of: what is taken off, what is added, by what."""
    (first, *others), whole = RATIOS[key]
    signs = [MINUS if name in SUBTRACTED else "+" for name in others]
    signs = ["(", *signs, ") ÷"] if others else ["", "÷"]
    terms = zip(signs, [first, *others, whole], strict=True)
    return [Term(sign, full_label(name), FIGURES[name].slug) for sign, name in terms]


def written(value, kind):
    """A figure as its kind is written on pages and on paper; a dash when there is none."""
    if value in (None, ""):
        return "–"
    return {EUROS: in_euros, DAYS: in_days, SHARE: in_percents}.get(kind, plain)(value)


def gap_written(difference, kind):
    """How far a figure is above or below another: « + 3 », « − 12,00 € », « + 5 points ».

    Of shares, `difference` is in points.
    """
    if difference is None:
        return "–"
    size = abs(difference)
    told = written(size, kind)
    if kind == SHARE:
        told = ngettext("%(points)d point", "%(points)d points", as_counted(size)) % {
            "points": size
        }
    sign = MINUS if difference < 0 else "+"
    return f"{sign}\u00a0{told}" if difference else told


def difference(value, other, kind):
    """What a figure has more than another, both as they are shown: of shares, whole points."""
    if None in (value, other):
        return None
    return percents(value) - percents(other) if kind == SHARE else value - other


def setting_written(value, kind):
    """A setting of a convention, as the page of its amendments writes it."""
    if value in (None, ""):
        return "–"
    match kind:
        case "yes_no":
            return yesno(value, _("oui,non"))
        case "number":
            return plain(value)
        case "day":
            return in_figures(value)
    return str(value)
