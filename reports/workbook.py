"""A report as a workbook: real numbers and dates, totals that compute, ways back to the rows.

Divisions and sums are formulas, each with the value that it has today, so that a program that
reads the file without computing finds the figures of the page.
"""

import io
import re
from datetime import date
from decimal import Decimal

import xlsxwriter
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from xlsxwriter.utility import xl_rowcol_to_cell

from conventions.money import MINUS, percents
from reports.display import DAYS, EUROS, NUMBER, SHARE, setting_written
from reports.lineage import amended_when
from reports.pace import METHOD
from reports.report import Report
from territories.files import harmless

FORMATS = {EUROS: '#,##0.00 "€"', DAYS: "#,##0.00", SHARE: "0.0%", NUMBER: "#,##0"}
POINTS = '+0" point(s)";-0" point(s)";0" point"'  # a difference of whole percents
SIGNS = {MINUS: "-", "÷": "/", "×": "*"}
LONGEST_NAME = 31  # characters that the name of a sheet may have
SHORT = [  # the title of a theme or of a table, and that of its sheet
    (gettext_lazy("Les entreprises et leurs dossiers"), gettext_lazy("Entreprises et dossiers")),
    (
        gettext_lazy("Ce que chaque apporteur a promis et donné"),
        gettext_lazy("Promis et donné, par apporteur"),
    ),
]
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
METHOD_HEIGHT = 48  # points: three lines of text
WIDTHS = {"label": 46, "value": 18, "text": 90}


def workbook(report: Report) -> bytes:
    """The XLSX file: a summary, a sheet for each theme, a sheet for each table."""
    file = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": report.title})
        Writer(book, report).write()
    return file.getvalue()


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that a spreadsheet accepts, once in its workbook; `taken` are lower-case names."""
    title = next((short for long, short in SHORT if str(long) == str(title)), title)
    stem = FORBIDDEN.sub(" ", str(title)).strip(" '")
    name, number = stem[:LONGEST_NAME].strip(" '"), 2
    while not name or name.lower() in taken:
        end = f" {number}"
        name, number = stem[: LONGEST_NAME - len(end)].strip(" '") + end, number + 1
    taken.add(name.lower())
    return name


class Writer:
    """Writes the sheets of one report."""

    def __init__(self, book, report):
        self.book, self.report = book, report
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.kinds = {kind: book.add_format({"num_format": how}) for kind, how in FORMATS.items()}
        self.whole = book.add_format({"num_format": "0%"})
        self.points = book.add_format({"num_format": POINTS})
        self.tenths = book.add_format({"num_format": "#,##0.0"})
        self.sums = {
            kind: book.add_format({"num_format": how, "bold": True, "top": 1})
            for kind, how in FORMATS.items()
        }
        self.names, self.cells = set(), {}

    def write(self):
        self.summary(self.sheet(_("Synthèse")))
        themes = [(self.sheet(section.title), section) for section in self.report.sections]
        for sheet, section in themes:
            self.place(sheet, section)
        for sheet, section in themes:
            self.theme(sheet, section)
        for table in self.report.filled_tables:
            self.table(self.sheet(table.title), table)
        self.chain(self.sheet(_("Reconductions")))
        if self.report.amendments:
            self.amendments(self.sheet(_("Avenants")))
        if self.report.comparison:
            self.comparison(self.sheet(_("Au même âge")), self.report.comparison)

    def sheet(self, title):
        return self.book.add_worksheet(sheet_name(title, self.names))

    # The first sheet

    def summary(self, sheet):
        report = self.report
        sheet.set_column(0, 0, WIDTHS["label"])
        sheet.set_column(1, 8, WIDTHS["value"])
        sheet.set_column(9, 9, WIDTHS["text"])
        sheet.write_string(0, 0, harmless(report.title), self.title)
        row = 2
        for fact in report.identity:
            sheet.write_string(row, 0, str(fact.label), self.bold)
            self.value(sheet, row, 1, fact.value)
            row += 1
        sheet.write_string(row, 0, _("Temps écoulé"), self.bold)
        sheet.write_number(row, 1, report.evaluation.time_elapsed, self.kinds[SHARE])
        row = self.gauges(sheet, row + 2)
        if report.verdict:
            self.verdict(sheet, row + 1)

    def gauges(self, sheet, row):
        headings = [
            _("Objectifs"),
            _("Objectif"),
            _("Engagé ou validé"),
            _("Réalisé"),
            _("Certifié ou vérifié"),
            _("Reste à faire"),
            _("Part réalisée"),
            _("À ce rythme"),
            _("Prévu au"),
            _("Prévision"),
        ]
        sheet.write_row(row, 0, headings, self.bold)
        for line in self.report.gauges:
            row += 1
            gauge, style = line.gauge, self.kinds[line.kind]
            sheet.write_string(row, 0, str(line.title))
            amounts = (gauge.target, gauge.committed, gauge.realised, gauge.verified)
            for column, value in enumerate(amounts, 1):
                if value is None:  # nobody verifies what was paid out
                    sheet.write_string(row, column, "–")
                else:
                    sheet.write_number(row, column, value, style)
            target, realised = xl_rowcol_to_cell(row, 1), xl_rowcol_to_cell(row, 3)
            left = f"=MAX({target}-{realised},0)"
            sheet.write_formula(row, 5, left, style, float(gauge.remaining))
            reached = float(gauge.realised / gauge.target) if gauge.target else ""
            share = f'=IF({target}=0,"",{realised}/{target})'
            sheet.write_formula(row, 6, share, self.kinds[SHARE], reached)
            if line.foreseen.value is not None:
                sheet.write_number(row, 7, line.foreseen.value, style)
                sheet.write_datetime(row, 8, line.foreseen.on)
            sheet.write_string(row, 9, line.forecast)
        return self.method(sheet, row + 1)

    def method(self, sheet, row):
        """How the forecasts are made, across the columns of the gauges."""
        sheet.write_string(row, 0, _("Comment cette prévision est calculée"), self.bold)
        sheet.merge_range(row, 1, row, 9, str(METHOD), self.text)
        sheet.set_row(row, METHOD_HEIGHT)
        return row + 1

    def verdict(self, sheet, row):
        verdict = self.report.verdict
        facts = [
            (_("Verdict des financeurs"), verdict.get_outcome_display()),
            (_("Réunion du"), verdict.met_on),
            (_("Texte du verdict"), verdict.text),
            (_("Conditions"), verdict.conditions),
        ]
        for row, (label, value) in enumerate(facts, row):  # noqa: B020
            sheet.write_string(row, 0, label, self.bold)
            self.value(sheet, row, 1, value)

    def value(self, sheet, row, column, value):
        if isinstance(value, date):
            sheet.write_datetime(row, column, value)
        else:
            sheet.write_string(row, column, harmless(str(value)))

    # A theme: a line for each figure

    def place(self, sheet, section):
        """Where each figure with rows will be, for the divisions of other themes."""
        for row, line in enumerate(section.lines, 1):
            if line.slug:
                self.cells[line.slug] = f"'{sheet.get_name().replace(chr(39), chr(39) * 2)}'!" + (
                    xl_rowcol_to_cell(row, 1)
                )

    def theme(self, sheet, section):
        headings = [_("Chiffre"), _("Valeur"), _("Unité"), _("Lignes"), _("Définition")]
        sheet.write_row(0, 0, headings, self.bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, WIDTHS["label"])
        sheet.set_column(1, 3, WIDTHS["value"])
        sheet.set_column(4, 4, WIDTHS["text"], self.text)
        figures = zip(section.lines, self.report.figures(section), strict=True)
        for row, (line, told) in enumerate(figures, 1):
            sheet.write_string(row, 0, told.label)
            self.figure(sheet, row, 1, line, section.kind)
            sheet.write_string(row, 2, told.unit_in_words)
            if told.address:
                sheet.write_url(row, 3, told.address, string=_("voir les lignes"))
            sheet.write_string(row, 4, str(line.definition), self.text)

    def figure(self, sheet, row, column, line, kind):
        style = self.style(line.value, kind)
        formula = self.division(line, kind)
        if line.value is None:
            sheet.write_string(row, column, "–")
        elif formula:
            sheet.write_formula(row, column, formula, style, float(line.value))
        elif isinstance(line.value, str):
            sheet.write_string(row, column, harmless(line.value))
        else:
            sheet.write_number(row, column, line.value, style)

    def style(self, value, kind):
        """As its kind is written; an average of whole numbers to the tenth."""
        is_average = kind == NUMBER and isinstance(value, Decimal)
        return self.tenths if is_average else self.kinds.get(kind)

    def division(self, line, kind):
        """The formula of what is divided; none when a term of it is on no sheet."""
        parts = []
        for term in line.terms:
            if term.slug not in self.cells:
                return None
            sign = "".join(SIGNS.get(letter, letter) for letter in term.sign.replace(" ", ""))
            parts += [sign, self.cells[term.slug]]
        places = {SHARE: 4, NUMBER: 1}.get(kind, 2)
        return f"=ROUND({''.join(parts)},{places})" if parts else None

    # A table: a line for each part, and the sum of those that make a whole

    def table(self, sheet, table):
        headings = [table.heading, *(column.label for column in table.columns)]
        sheet.write_row(0, 0, [str(heading) for heading in headings], self.bold)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, WIDTHS["label"])
        sheet.set_column(1, len(table.columns), WIDTHS["value"])
        for row, line in enumerate(table.lines, 1):
            sheet.write_string(row, 0, harmless(str(line.label)))
            for position, (value, column) in enumerate(line.cells, 1):
                self.part(sheet, row, position, value, table, line, column)
        if table.totals:
            self.total(sheet, table)
        elif table.note:
            sheet.write_string(len(table.lines) + 2, 0, str(table.note))

    def total(self, sheet, table):
        last = len(table.lines)
        sheet.write_string(last + 1, 0, _("Total"), self.bold)
        for position, (total, column) in enumerate(table.totals, 1):
            first_cell, last_cell = (xl_rowcol_to_cell(row, position) for row in (1, last))
            formula = f"=SUM({first_cell}:{last_cell})"
            sheet.write_formula(
                last + 1, position, formula, self.sums.get(column.kind), float(total)
            )

    def part(self, sheet, row, position, value, table, line, column):
        if value:  # the number is written over the text of the link, which stays
            address = self.report.address(column.slug, par=table.slug, valeur=line.value)
            sheet.write_url(row, position, address, string=str(value))
        sheet.write_number(row, position, value, self.kinds.get(column.kind))

    # The conventions before and after, what was amended, the same age

    def headed(self, sheet, headings, widths, row=0):
        sheet.write_row(row, 0, headings, self.bold)
        sheet.freeze_panes(row + 1, 1)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, WIDTHS[width])

    def chain(self, sheet):
        headings = [
            _("Convention"),
            _("Intitulé"),
            _("Premier jour"),
            _("Dernier jour"),
            _("État à cette date"),
        ]
        self.headed(sheet, headings, ["value", "label", "value", "value", "value"])
        for row, link in enumerate(self.report.chain, 1):
            told = (link.reference, link.name, link.starts_on, link.ends_on, link.status)
            for column, value in enumerate(told):
                self.value(sheet, row, column, value)

    def amendments(self, sheet):
        headings = [_("Avenant"), _("Ce qui change"), _("Avant"), _("Après")]
        self.headed(sheet, headings, ["label"] * 4)
        changes = [
            (amended_when(each), change)
            for each in self.report.amendments
            for change in each.changes
        ]
        for row, (when, change) in enumerate(changes, 1):
            sheet.write_string(row, 0, when)
            sheet.write_string(row, 1, capfirst(str(change.label)))
            for column, value in enumerate((change.before, change.after), 2):
                if change.kind == "number" and value is not None:
                    sheet.write_number(row, column, value)
                elif isinstance(value, date):
                    sheet.write_datetime(row, column, value)
                else:
                    sheet.write_string(row, column, harmless(setting_written(value, change.kind)))

    def comparison(self, sheet, found):
        sheet.write_string(0, 0, found.told)
        references = [each.convention.reference for each in (found.here, found.before)]
        headings = [_("Thème"), _("Chiffre"), *references, _("Différence")]
        self.headed(sheet, headings, ["label", "label", "value", "value", "value"], row=2)
        row = 2
        for section in found.sections:
            for line in section.lines:
                row += 1
                sheet.write_string(row, 0, str(section.title))
                sheet.write_string(row, 1, line.label)
                for column, value, evaluation in (
                    (2, line.here, found.here),
                    (3, line.before, found.before),
                ):
                    self.compared(sheet, row, column, value, section.kind, line.slug, evaluation)
                self.difference(sheet, row, line, section.kind)

    def compared(self, sheet, row, column, value, kind, slug, evaluation):
        """A figure of one side; of shares, the whole percents that are shown."""
        if value is None:
            sheet.write_string(row, column, "–")
            return
        if slug and value:
            address = self.report.address(slug, of=evaluation)
            sheet.write_url(row, column, address, string=str(value))
        if kind == SHARE:
            sheet.write_number(row, column, percents(value) / 100, self.whole)
        else:
            sheet.write_number(row, column, value, self.style(value, kind))

    def difference(self, sheet, row, line, kind):
        if line.difference is None:
            sheet.write_string(row, 4, "–")
            return
        here, before = (xl_rowcol_to_cell(row, column) for column in (2, 3))
        if kind == SHARE:
            formula, style = f"=ROUND(({here}-{before})*100,0)", self.points
        else:
            formula, style = f"={here}-{before}", self.style(line.difference, kind)
        sheet.write_formula(row, 4, formula, style, float(line.difference))
