"""An evaluation as data for programs: every figure, gauge, breakdown and text."""

from datetime import date
from decimal import Decimal

from django.utils.functional import Promise

from reports.breakdowns import tables
from reports.evaluation import Evaluation
from reports.lineage import amendments, at_the_same_age, chain


def as_data(evaluation: Evaluation) -> dict:
    """Figures by their keys, as `Evaluation.as_dict`, and beside them what is made of several.

    Euros and days are text with two decimals, days of the calendar are text, counts are numbers.
    """
    before = at_the_same_age(evaluation)
    return evaluation.as_dict() | plain(
        {
            "at": evaluation.at,
            "gauges": evaluation.gauges,
            "forecasts": evaluation.forecasts,
            "breakdowns": {table.breakdown.slug: _breakdown(table) for table in tables(evaluation)},
            "chain": chain(evaluation),
            "amendments": [_amended(each) for each in amendments(evaluation)],
            "same_age_before": before
            and {"reference": before.convention.reference, "at": before.at, **before.as_dict()},
        }
    )


def _breakdown(table):
    figures = table.breakdown.figures
    return {
        "title": table.breakdown.title,
        "adds_up": table.breakdown.is_partition,
        "lines": [
            {
                "value": line.value,
                "name": line.name,
                "figures": dict(zip(figures, line.sums, strict=True)),
            }
            for line in table.lines
        ],
    }


def _amended(each):
    return {
        "number": each.amendment.number,
        "signed_on": each.amendment.signed_on,
        "effective_on": each.effective_on,
        "reason": each.amendment.reason,
        "changes": each.changes,
    }


def plain(value):
    """`value` in types that JSON knows; rows of names become dictionaries."""
    match value:
        case dict():
            return {name: plain(each) for name, each in value.items()}
        case tuple() if hasattr(value, "_asdict"):
            return plain(value._asdict())
        case list() | tuple():
            return [plain(each) for each in value]
        case Decimal():
            return f"{value:.2f}"
        case date():
            return value.isoformat()
        case Promise():
            return str(value)
    return value
