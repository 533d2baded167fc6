"""A report on a convention: its evaluation as every form of it tells it, figure by figure.

Page, PDF, workbook, CSV, JSON and frozen copies all read this one object, so that none of them
says another number. Reading it costs a few queries beyond those of the evaluation.
"""

import json
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from conventions.models import ConventionStatus
from reports.comparison import Comparison, comparison_shown
from reports.definitions import SAME_AGE
from reports.display import (
    DAYS,
    EUROS,
    NUMBER,
    SHARE,
    Section,
    TableShown,
    definition,
    full_label,
    sections,
    tables_shown,
)
from reports.evaluation import Evaluation
from reports.gauges import GaugeLine, gauge_lines
from reports.indicators import LABELS
from reports.lineage import Amended, Link, amendments, chain
from reports.models import Verdict
from reports.pace import METHOD
from reports.plain_data import plain_data
from reports.rows import KEYS
from territories.dates import in_figures

HUNDREDTH, TENTH = Decimal("0.01"), Decimal("0.1")
STEPS = {EUROS: HUNDREDTH, DAYS: HUNDREDTH, SHARE: Decimal("0.0001")}


class Fact(NamedTuple):
    """What a reader must know of the convention before any figure."""

    key: str
    label: str
    value: object  # a text, or a date


class Told(NamedTuple):
    """One figure, or one part of it, wherever it is listed."""

    theme: str
    label: str
    key: str
    part: str  # whose part it is, in a table; empty for the whole
    unit: str  # euros, days, share or number
    value: Decimal | int | float | None
    address: str  # of its rows; empty for a division
    definition: str = ""  # of a whole figure

    @property
    def unit_in_words(self):
        """Days of work that are given are no days of the calendar, that a file waited."""
        if self.unit == NUMBER and "days" in self.key.split("_"):
            return _("jours")
        words = {EUROS: "€", DAYS: _("journées"), SHARE: _("taux"), NUMBER: _("nombre")}
        return words.get(self.unit, self.unit)

    @property
    def in_figures(self):
        """Its value with the decimals of its unit, zero included: 0.00 €, a share of 0.0000."""
        if self.value is None or isinstance(self.value, str):
            return self.value
        step = STEPS.get(self.unit, TENTH if isinstance(self.value, Decimal) else None)
        return Decimal(str(self.value)).quantize(step) if step else self.value


@dataclass(frozen=True)
class Report:
    """Everything that a report says. `root` begins its addresses: `https://alize.example`.

    `readable`: keys of the conventions whose evaluation the reader may read, None for all: the
    convention before is compared only when it is one of them.
    """

    evaluation: Evaluation
    root: str = ""
    readable: Container[int] | None = None

    @property
    def convention(self):
        return self.evaluation.convention

    @property
    def at(self) -> date:
        return self.evaluation.at

    @property
    def name(self) -> str:
        """What its files are called, before their kind."""
        return f"bilan-{self.convention.reference}-{self.at.isoformat()}".lower()

    @property
    def title(self) -> str:
        return _("Bilan de la convention %(reference)s") % {"reference": self.convention.reference}

    # What it says

    @cached_property
    def gauges(self) -> list[GaugeLine]:
        return gauge_lines(self.evaluation)

    @cached_property
    def sections(self) -> list[Section]:
        return sections(self.evaluation)

    @cached_property
    def tables(self) -> list[TableShown]:
        """Figures set apart, those without a line included."""
        return tables_shown(self.evaluation)

    @property
    def filled_tables(self) -> list[TableShown]:
        return [table for table in self.tables if table.lines]

    @cached_property
    def chain(self) -> list[Link]:
        return chain(self.evaluation)

    @cached_property
    def amendments(self) -> list[Amended]:
        return amendments(self.evaluation)

    @cached_property
    def comparison(self) -> Comparison | None:
        return comparison_shown(self.evaluation, self.readable)

    @cached_property
    def verdict(self) -> Verdict | None:
        """The latest of the funders' verdicts that were given by that day."""
        return self.convention.verdicts.known_on(self.at).select_related("report").first()

    @cached_property
    def identity(self) -> list[Fact]:
        convention, terms = self.convention, self.evaluation.terms
        territories = ", ".join(map(str, terms.territories.all()))
        facts = [
            Fact("reference", _("Convention"), convention.reference),
            Fact("name", _("Intitulé"), convention.name),
            Fact("antenna", _("Antenne"), str(convention.antenna)),
            Fact("host", _("Structure porteuse"), convention.antenna.host),
            Fact("territories", _("Territoires"), territories),
            Fact("starts_on", _("Premier jour"), convention.starts_on),
            Fact("ends_on", _("Dernier jour"), terms.ends_on),
            Fact("signed_on", _("Signée le"), self._signed_on),
            Fact("status", _("État ce jour-là"), ConventionStatus(self.evaluation.status).label),
            Fact("predecessor", _("Convention précédente"), self.evaluation.predecessor),
            Fact("successor", _("Convention suivante"), self.evaluation.successor),
            Fact("at", _("Bilan au"), self.at),
        ]
        return [fact for fact in facts if fact.value]

    @property
    def _signed_on(self):
        signed_on = self.convention.signed_on
        return signed_on if signed_on and signed_on <= self.at else None

    def address(self, slug: str | None, *, of: Evaluation | None = None, **part) -> str:
        """Where the rows of a figure are read, at the day of the report, or `of` another one."""
        if not slug:
            return ""
        told = of or self.evaluation
        page = reverse("reports:evaluation_rows", args=[told.convention.pk])
        asked = {"chiffre": slug, **part, "au": told.at.isoformat()}
        return f"{self.root}{page}?{urlencode(asked)}"

    @cached_property
    def lines(self) -> list[Told]:
        """Every figure, every part of one, and those compared, in the order of the page."""
        figures = [told for section in self.sections for told in self.figures(section)]
        return [*self._targets(), *figures, *self._parts(), *self._compared()]

    def _targets(self):
        """What each gauge tells, and where its pace leads; the time gone, once."""
        theme, elapsed = _("Objectifs"), None
        for line in self.gauges:
            *parts, elapsed = line.parts
            for part in parts:
                address = "" if part.is_sum or not part.figures else part.figures[0].slug
                told = (part.kind, part.value, self.address(address), part.definition)
                yield Told(theme, f"{line.title} – {part.label}", part.key, "", *told)
            on = _("Prévision à ce rythme, au %(day)s") % {"day": in_figures(line.foreseen.on)}
            told = (line.kind, line.foreseen.value, "", str(METHOD))
            yield Told(theme, f"{line.title} – {on}", f"{line.key}_forecast", "", *told)
        told = (elapsed.kind, elapsed.value, "", elapsed.definition)
        yield Told(theme, elapsed.label, "time_elapsed", "", *told)

    def figures(self, section: Section) -> list[Told]:
        """The figures of a theme, in its order."""
        return [
            Told(
                str(section.title),
                full_label(line.key, self.evaluation),
                line.key,
                "",
                section.kind,
                line.value,
                self.address(line.slug),
                str(line.definition),
            )
            for line in section.lines
        ]

    def _parts(self):
        for table in self.filled_tables:
            for line in table.lines:
                for value, column in line.cells:
                    key = KEYS[column.slug]
                    address = self.address(column.slug, par=table.slug, valeur=line.value)
                    yield Told(
                        str(table.title),
                        column.label,
                        key,
                        line.label,
                        column.kind,
                        value,
                        address if value else "",
                    )

    def _compared(self):
        """The figures of the convention before, at the same age, and its own of that day."""
        if not self.comparison:
            return
        sides = [(_("Convention précédente, au même âge"), "before", self.comparison.before)]
        if self.comparison.here is not self.evaluation:
            sides.append((_("Cette convention, à son dernier jour"), "here", self.comparison.here))
        for theme, side, evaluation in sides:
            for section in self.comparison.sections:
                for line in section.lines:
                    yield Told(
                        theme,
                        line.label,
                        line.key,
                        f"{evaluation.convention.reference}, {in_figures(evaluation.at)}",
                        section.kind,
                        getattr(line, side),
                        self.address(line.slug, of=evaluation),
                    )

    @cached_property
    def definitions(self) -> list[tuple[str, str]]:
        """(name, sentence) of each figure, in the order of the page, and of the comparison."""
        told = [
            (full_label(key, self.evaluation), str(definition(key, self.evaluation)))
            for key in LABELS
        ]
        return told + ([(_("Au même âge"), str(SAME_AGE))] if self.comparison else [])

    def as_dict(self) -> dict:
        """All of it in plain data, the only shape of its JSON."""
        return plain_data(self)

    def as_json(self) -> str:
        """The text of its JSON file."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)
