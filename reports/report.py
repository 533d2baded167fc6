"""A report on a convention: its evaluation as every form of it tells it, figure by figure.

Page, PDF, workbook, CSV, JSON and frozen copies all read this one object, so that none of them
says another number. Reading it costs a few queries beyond those of the evaluation.
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from conventions.models import ConventionStatus
from reports.definitions import DEFINITIONS
from reports.display import (
    DAYS,
    EUROS,
    NUMBER,
    SHARE,
    GaugeLine,
    Section,
    TableShown,
    full_label,
    gauge_lines,
    sections,
    tables_shown,
)
from reports.evaluation import Evaluation
from reports.indicators import LABELS
from reports.models import Verdict
from reports.rows import KEYS


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

    @property
    def unit_in_words(self):
        words = {EUROS: "€", DAYS: _("jours"), SHARE: _("taux"), NUMBER: _("nombre")}
        return words.get(self.unit, self.unit)


@dataclass(frozen=True)
class Report:
    """Everything that a report says. `root` begins its addresses: `https://alize.example`."""

    evaluation: Evaluation
    root: str = ""

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
            Fact("status", _("État ce jour-là"), ConventionStatus(self._status).label),
            Fact("predecessor", _("Convention précédente"), self.evaluation.predecessor),
            Fact("successor", _("Convention suivante"), self.evaluation.successor),
            Fact("at", _("Bilan au"), self.at),
        ]
        return [fact for fact in facts if fact.value]

    @property
    def _signed_on(self):
        signed_on = self.convention.signed_on
        return signed_on if signed_on and signed_on <= self.at else None

    @property
    def _status(self):
        return self.convention.status_on(self.at)

    def totals(self, table: TableShown) -> list:
        """The sum of each column; of a table whose parts are not the whole, None for each.

        A file may be in two parts, or a row in none: their sum would then be no figure at all.
        """
        sums = [sum(values) for values in zip(*map(_values, table.lines), strict=True)]
        wholes = [getattr(self.evaluation, KEYS[column.slug]) for column in table.columns]
        return sums if sums == wholes else [None] * len(sums)

    def address(self, slug: str | None, **part) -> str:
        """Where the rows of a figure are read, at the day of the report."""
        if not slug:
            return ""
        page = reverse("reports:evaluation_rows", args=[self.convention.pk])
        asked = {"chiffre": slug, **part, "au": self.at.isoformat()}
        return f"{self.root}{page}?{urlencode(asked)}"

    @cached_property
    def lines(self) -> list[Told]:
        """Every figure, then every part of one, in the order of the page."""
        figures = [told for section in self.sections for told in self.figures(section)]
        return [*figures, *self._parts()]

    def figures(self, section: Section) -> list[Told]:
        """The figures of a theme, in its order."""
        return [
            Told(
                str(section.title),
                full_label(line.key),
                line.key,
                "",
                section.kind,
                line.value,
                self.address(line.slug),
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
                        full_label(key),
                        key,
                        line.label,
                        column.kind,
                        value,
                        address if value else "",
                    )

    @cached_property
    def definitions(self) -> list[tuple[str, str]]:
        """(name, sentence) of each figure that has one, in the order of the page."""
        return [(full_label(key), str(DEFINITIONS[key])) for key in LABELS if key in DEFINITIONS]

    def as_dict(self) -> dict:
        """All of it in plain data: dates in figures, euros and days as text with two decimals."""
        return {
            "convention": {fact.key: _dated(fact.value) for fact in self.identity},
            "at": self.at.isoformat(),
            "figures": self.evaluation.as_dict(),
            "gauges": [
                {
                    "label": line.title,
                    "unit": line.kind,
                    "target": plain_value(line.gauge.target, line.kind),
                    "committed": plain_value(line.gauge.committed, line.kind),
                    "realised": plain_value(line.gauge.realised, line.kind),
                    "remaining": plain_value(line.gauge.remaining, line.kind),
                    "verified": plain_value(line.gauge.verified, line.kind),
                    "forecast": line.forecast,
                    "shares": line.gauge.shares and line.gauge.shares._asdict(),
                }
                for line in self.gauges
            ],
            "themes": [
                {
                    "title": str(section.title),
                    "unit": section.kind,
                    "figures": [
                        {
                            "key": line.key,
                            "label": full_label(line.key),
                            "value": plain_value(line.value, section.kind),
                        }
                        for line in section.lines
                    ],
                }
                for section in self.sections
            ],
            "tables": [self._plain_table(table) for table in self.tables],
            "verdict": self._plain_verdict(),
            "definitions": {key: str(sentence) for key, sentence in DEFINITIONS.items()},
        }

    def _plain_table(self, table):
        return {
            "slug": table.slug,
            "title": str(table.title),
            "heading": str(table.heading),
            "note": str(table.note),
            "columns": [
                {"key": key, "label": full_label(key), "unit": column.kind}
                for column in table.columns
                for key in [KEYS[column.slug]]
            ],
            "lines": [
                {
                    "value": line.value,
                    "label": str(line.label),
                    "cells": [plain_value(value, column.kind) for value, column in line.cells],
                }
                for line in table.lines
            ],
        }

    def _plain_verdict(self):
        if not self.verdict:
            return None
        return {
            "outcome": self.verdict.outcome,
            "met_on": self.verdict.met_on.isoformat(),
            "text": self.verdict.text,
            "conditions": self.verdict.conditions,
        }

    def as_json(self) -> str:
        """The text of its JSON file."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)


def plain_value(value, unit):
    """Euros, days and averages as text with two decimals; counts and shares as they are."""
    if value is None or isinstance(value, str):
        return value
    if unit in (EUROS, DAYS) or isinstance(value, Decimal):
        return f"{value:.2f}"
    return value


def _values(line):
    return [value for value, _column in line.cells]


def _dated(value):
    return value.isoformat() if isinstance(value, date) else str(value)
