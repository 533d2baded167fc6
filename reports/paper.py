"""A report on paper: what its PDF prints. The shapes of its charts: templates/typst/report.typ.

Every number is written as the page writes it; lengths of bars are whole percents.
"""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from reports.display import full_label, gap_written, setting_written, written
from reports.lineage import amended_when
from reports.pace import METHOD
from reports.report import Report
from territories.dates import in_figures, in_words
from territories.typeset import pdf

DRAWN = "jobs_"  # how the keys of figures that are drawn begin: notions that are never added up
COLOURED = ("target", "committed", "realised", "time")  # parts of a gauge, in report.typ


def paper(report: Report, *, made_at, copy: list[tuple[str, str]] = ()) -> bytes:
    """The PDF, made at the moment `made_at`; `copy` are (label, value) of a copy that is kept."""
    day = in_words(report.at)
    made_on = date_format(timezone.localtime(made_at), "SHORT_DATETIME_FORMAT")
    antenna = _("Réseau Alizé – antenne %(antenna)s") % {"antenna": report.convention.antenna}
    told_on = _("Bilan au %s") % day
    return pdf(
        "report",
        {
            "title": report.title,
            "made_at": made_at,
            "header": antenna,
            "header_right": f"{report.convention.reference}, {told_on[0].lower()}{told_on[1:]}",
            "footer": copy[0][1] if copy else _("Établi le %s") % made_on,
            "antenna": antenna,
            "day": told_on,
            "name": report.convention.name,
            "facts": [*_identity(report), *(copy or [(_("Établi le"), made_on)])],
            "verdict": _verdict(report),
            "targets": _targets(report),
            "chart": _chart(report),
            "headings": [_("Chiffre"), _("Valeur"), _("En proportion")],
            "figures": _("Les chiffres"),
            "themes": [_theme(section) for section in report.sections],
            "parts": _("Le détail"),
            "tables": [_table(table) for table in report.filled_tables],
            "lineage": _("Reconductions et avenants"),
            "chain": _chain(report),
            "amendments": _amendments(report),
            "comparison": report.comparison and _comparison(report.comparison),
            "definitions": {
                "heading": _("Ce que veulent dire les chiffres"),
                "lines": report.definitions,
            },
        },
    )


def _identity(report):
    """What the cover tells beyond its title."""
    return [
        (fact.label, in_figures(fact.value) if hasattr(fact.value, "strftime") else fact.value)
        for fact in report.identity
        if fact.key not in ("reference", "name", "at")
    ]


def _verdict(report):
    verdict = report.verdict
    if not verdict:
        return None
    told = _("Verdict des financeurs, réunion du %(day)s : %(outcome)s") % {
        "day": in_figures(verdict.met_on),
        "outcome": verdict.get_outcome_display().lower(),
    }
    conditions = _("Conditions : %s") % verdict.conditions if verdict.conditions else ""
    return {"heading": told, "text": verdict.text, "conditions": conditions}


def _targets(report):
    elapsed = _(
        "%(share)s du temps de la convention est écoulé. Ce qui est daté plus tard que le jour du"
        " bilan ne compte pas."
    )
    return {
        "heading": _("Où en sont les objectifs"),
        "elapsed": elapsed % {"share": written(report.evaluation.time_elapsed, "share")},
        "gauges": [_gauge(line) for line in report.gauges],
        "method": {"name": _("Comment cette prévision est calculée"), "text": METHOD},
    }


def _gauge(line):
    gauge, shares = line.gauge, line.gauge.shares
    told = _("%(label)s ; aucun objectif n’est fixé") % {"label": line.realised_label}
    alt = ""
    if shares:
        told = _("%(label)s : %(share)d %% de l’objectif") % {
            "label": line.realised_label,
            "share": shares.realised,
        }
        alt = _(
            "%(title)s : %(committed)d %% de l’objectif engagés, %(realised)d %% réalisés,"
            " %(time)d %% du temps écoulé"
        ) % {
            "title": line.title,
            "committed": shares.committed,
            "realised": shares.realised,
            "time": line.time,
        }
    return {
        "title": line.title,
        "forecast": line.forecast,
        "big": written(gauge.realised, line.kind),
        "told": told,
        "alt": alt,
        "committed": line.committed,
        "realised": line.realised,
        "time": line.time,
        "legend": [
            [part.name if part.name in COLOURED else "", part.label, written(part.value, part.kind)]
            for part in line.parts
        ],
    }


def _chart(report):
    """The bars of the figures that are drawn, beside one another."""
    for section in report.sections:
        drawn = [line for line in section.lines if line.key.startswith(DRAWN)]
        if drawn:
            bars = _bars(section._replace(lines=drawn))
            lines = [
                (full_label(line.key), written(line.value, section.kind), bar)
                for line, bar in zip(drawn, bars, strict=True)
            ]
            told = ", ".join(f"{label}\u00a0: {value}" for label, value, _bar in lines)
            return {
                "heading": section.title,
                "note": _("Ces notions ne s’additionnent pas : chacune compte autre chose."),
                "alt": _("Barres côte à côte. %s") % told,
                "lines": lines,
            }
    return None


def _bars(section):
    """The length of each figure's bar, from 0 to 100; of a division, of a loss, there is none."""
    sizes = [line.value if line.slug and line.value else 0 for line in section.lines]
    most = max([*sizes, 0])
    return [max(round(100 * size / most), 1) if size > 0 else 0 for size in sizes]


def _theme(section):
    return {
        "heading": section.title,
        "lines": [
            {
                "label": line.label,
                "is_part": line.is_part,
                "note": _terms(line),
                "value": written(line.value, section.kind),
                "bar": bar,
            }
            for line, bar in zip(section.lines, _bars(section), strict=True)
        ],
    }


def _terms(line):
    """What is divided by what: « (Aide débloquée − Aide remboursée) ÷ Emplois créés »."""
    told = " ".join(f"{term.sign} {term.label}".strip() for term in line.terms)
    return told.replace("( ", "(").replace(" )", ")")


def _table(table):
    sums = [written(total, column.kind) for total, column in table.totals]
    return {
        "heading": table.title,
        "note": table.note,
        "headings": [table.heading, *(column.label for column in table.columns)],
        "lines": [
            [line.label, *(written(value, column.kind) for value, column in line.cells)]
            for line in table.lines
        ],
        "total": [_("Total"), *sums] if sums else None,
    }


def _chain(report):
    """The conventions that follow one another, the earliest first."""
    return {
        "heading": _("Reconductions"),
        "headings": [
            _("Convention"),
            _("Intitulé"),
            _("Premier jour"),
            _("Dernier jour"),
            _("État à cette date"),
        ],
        "lines": [
            [
                f"{link.reference} {_('(ce bilan)')}" if link.is_here else link.reference,
                link.name,
                in_figures(link.starts_on),
                in_figures(link.ends_on),
                link.status,
            ]
            for link in report.chain
        ],
    }


def _amendments(report):
    """What the amendments in force changed, setting by setting."""
    return {
        "heading": _("Avenants"),
        "none": _("Aucun avenant n’est en vigueur à cette date : le texte initial s’applique."),
        "headings": [_("Avenant"), _("Ce qui change"), _("Avant"), _("Après")],
        "lines": [
            [
                amended_when(each),
                capfirst(change.label),
                setting_written(change.before, change.kind),
                setting_written(change.after, change.kind),
            ]
            for each in report.amendments
            for change in each.changes
        ],
    }


def _comparison(found):
    """Each figure beside that of the convention before; its themes are headings inside it."""
    references = [each.convention.reference for each in (found.here, found.before)]
    return {
        "heading": _("Comparaison avec %(before)s, au même âge")
        % {"before": found.before.convention},
        "note": found.told,
        "headings": [_("Chiffre"), *references, _("Différence")],
        "halves": [list(map(_compared, half)) for half in _halves(found.sections)],
    }


def _compared(section):
    return {
        "heading": section.title,
        "lines": [
            [
                line.label,
                written(line.here, section.kind),
                written(line.before, section.kind),
                gap_written(line.difference, section.kind),
            ]
            for line in section.lines
        ],
    }


def _halves(sections):
    """Themes for the left and the right of a page, about as many lines each."""
    left, lines = 0, sum(len(section.lines) for section in sections)
    while sum(len(section.lines) for section in sections[:left]) < lines / 2:
        left += 1
    return sections[:left], sections[left:]
