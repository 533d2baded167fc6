"""A report as data for programs: the one shape of its JSON, on the page and from the command.

Euros, days and averages are text with two decimals, days of the calendar are text, counts and
shares are numbers.
"""

from datetime import date
from decimal import Decimal

from reports.definitions import SAME_AGE
from reports.display import DAYS, EUROS, SHARE, definition, full_label
from reports.evaluation import STEPS
from reports.indicators import LABELS
from reports.pace import METHOD
from reports.refusals import refusals
from reports.rows import KEYS


def plain_data(report) -> dict:
    """All that a `Report` says: each figure under its key, and beside them what they make up."""
    evaluation = report.evaluation
    definitions = {key: str(definition(key, evaluation)) for key in LABELS}
    return evaluation.as_dict() | {
        "convention": {fact.key: plain(fact.value) for fact in report.identity},
        "at": report.at.isoformat(),
        "gauges": [_gauge(line) for line in report.gauges],
        "themes": [_theme(report, section) for section in report.sections],
        "tables": [_table(table, evaluation) for table in report.tables],
        "refusals": [_refusal(each) for each in refusals(evaluation)],
        "chain": [_link(link) for link in report.chain],
        "amendments": [_amended(each) for each in report.amendments],
        "same_age": report.comparison and _comparison(report.comparison),
        "verdict": report.verdict and _verdict(report.verdict),
        "definitions": definitions | {"forecast": str(METHOD), "same_age": str(SAME_AGE)},
    }


def plain_value(value, unit):
    """Euros, days and averages as text with two decimals; counts and shares as they are."""
    if value is None or isinstance(value, str):
        return value
    if unit in (EUROS, DAYS) or isinstance(value, Decimal):
        return f"{value:.2f}"
    return value


def plain(value):
    """A fact or a setting, in types that JSON knows."""
    match value:
        case Decimal():
            return f"{value:.2f}"
        case date():
            return value.isoformat()
        case None | bool() | int() | float():
            return value
    return str(value)


def _gauge(line):
    gauge, foreseen = line.gauge, line.foreseen
    parts = ("target", "committed", "realised", "remaining", "verified")
    return {
        "key": line.key,
        "label": line.title,
        "unit": line.kind,
        **{part: plain_value(getattr(gauge, part), line.kind) for part in parts},
        "shares": gauge.shares and gauge.shares._asdict(),
        "forecast": {
            "value": plain_value(foreseen.value, line.kind),
            "on": foreseen.on.isoformat(),
            "why_not": foreseen.why_not,
            "step": plain_value(STEPS[line.key], line.kind),
            "sentence": line.forecast,
        },
    }


def _theme(report, section):
    return {
        "title": str(section.title),
        "unit": section.kind,
        "figures": [
            {
                "key": told.key,
                "label": told.label,
                "value": plain_value(told.value, section.kind),
            }
            for told in report.figures(section)
        ],
    }


def _table(table, evaluation):
    return {
        "slug": table.slug,
        "title": str(table.title),
        "heading": str(table.heading),
        "note": str(table.note),
        "columns": [
            {"key": key, "label": full_label(key, evaluation), "unit": column.kind}
            for column in table.columns
            for key in [KEYS[column.slug]]
        ],
        "lines": [
            {"value": line.value, "label": str(line.label), "cells": _cells(line.cells)}
            for line in table.lines
        ],
        "totals": _cells(table.totals) or None,
    }


def _cells(cells):
    return [plain_value(value, column.kind) for value, column in cells]


def _refusal(each):
    """Without the company: a copy of this goes to anybody."""
    return {
        "reference": each.reference,
        "decided_on": each.decided_on.isoformat(),
        "reason": each.reason,
    }


def _link(link):
    told = {name: plain(value) for name, value in link._asdict().items()}
    del told["pk"]
    return told


def _amended(each):
    return {
        "number": each.amendment.number,
        "signed_on": each.amendment.signed_on.isoformat(),
        "effective_on": each.effective_on.isoformat(),
        "reason": each.amendment.reason,
        "changes": [
            {name: plain(value) for name, value in change._asdict().items()}
            for change in each.changes
        ],
    }


def _comparison(found):
    """Both sides and their difference, figure by figure; of shares, in whole points."""
    return {
        "reference": found.before.convention.reference,
        "at": found.before.at.isoformat(),
        "age": found.age_before,
        "here": {"at": found.here.at.isoformat(), "age": found.age},
        "sentence": found.told,
        "figures": [
            {
                "key": line.key,
                "label": line.label,
                "unit": section.kind,
                "here": plain_value(line.here, section.kind),
                "before": plain_value(line.before, section.kind),
                "difference": plain_value(line.difference, section.kind),
                "difference_unit": "points" if section.kind == SHARE else section.kind,
            }
            for section in found.sections
            for line in section.lines
        ],
    }


def _verdict(verdict):
    return {
        "outcome": verdict.outcome,
        "met_on": verdict.met_on.isoformat(),
        "text": verdict.text,
        "conditions": verdict.conditions,
    }
