"""Rows as a file: CSV sent while it is written, XLSX written on the disk."""

import csv
import io
import re
import tempfile
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from territories.dates import in_figures

BATCH = 2000  # rows of a file that are in memory at once
WIDEST = 60  # characters; a longer text is cut by the next column
MOST_LINKS = 65_530  # that a sheet can hold; beyond, an address is text
LONGEST_SHEET_NAME = 31  # characters
REFUSED_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
DAY_IN_A_NAME = re.compile(r"-?\d{4}-\d\d-\d\d$")
UTF8_BOM = "\ufeff"  # so that spreadsheets read the accents


class Column(NamedTuple):
    """A column of an exported file: its heading, and the row's attribute (dots go deeper)."""

    heading: str
    path: str

    def value(self, row):
        for name in self.path.split("."):
            row = getattr(row, name, None)
            if callable(row):
                row = row()
        return row


class Address(str):
    """An address that a workbook opens."""


class Link(NamedTuple):
    """The column of the addresses of the rows, or of what `path` finds on them; some have none."""

    root_url: str
    path: str = "get_absolute_url"
    heading: str = _("Lien")

    def value(self, row):
        found = Column(self.heading, self.path).value(row)
        return Address(self.root_url.rstrip("/") + found) if found else None


def batches(rows, complete=None):
    """The rows, some at a time: a file of any length takes the same memory."""
    found = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        if complete:
            complete(batch)
        yield batch


def csv_response(batches, columns, filename):
    """Semicolons and decimal commas, as French spreadsheets expect; sent while it is written."""
    language = translation.get_language()

    def lines():
        yield UTF8_BOM + _csv([[str(column.heading) for column in columns]])
        for batch in batches:
            # The page has been answered when this runs: its language is no longer active.
            with translation.override(language):
                text = _csv([_in_csv(column.value(row)) for column in columns] for row in batch)
            yield text

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response


def xlsx_response(batches, columns, filename, title=""):
    """Real numbers, days and texts, headings that stay in view; written on the disk.

    The sheet has the name of the list (`title`), or that of the file.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the answer)
    options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(file, options) as workbook:
        sheet = workbook.add_worksheet(sheet_name(title or told_by(filename)))
        sheet.freeze_panes(1, 0)
        headings = [str(column.heading) for column in columns]
        sheet.write_row(0, 0, headings, workbook.add_format({"bold": True}))
        widths = [len(heading) for heading in headings]
        rows = (row for batch in batches for row in batch)
        for line, row in enumerate(rows, start=1):
            for position, column in enumerate(columns):
                value = column.value(row)
                _write_cell(sheet, line, position, value)
                widths[position] = max(widths[position], len(_as_text(value)))
        for position, width in enumerate(widths):
            sheet.set_column(position, position, min(width, WIDEST) + 2)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=f"{filename}.xlsx", content_type=kind)


def sheet_name(title):
    """A name that a workbook takes for a sheet: whole words, without the signs it refuses."""
    words = REFUSED_IN_SHEET_NAMES.sub(" ", str(title)).split()
    while len(words) > 1 and len(" ".join(words)) > LONGEST_SHEET_NAME:
        words.pop()
    name = " ".join(words)[:LONGEST_SHEET_NAME].strip("' ,–")
    return name[:1].upper() + name[1:]


def told_by(filename):
    """The words of a file's name, without its day: « retards-2026-11-27 » → « retards »."""
    return DAY_IN_A_NAME.sub("", filename).replace("-", " ")


def harmless(text):
    """Text that no spreadsheet takes for a formula, where a cell says nothing of its kind."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _in_csv(value):
    """As text that a spreadsheet has to guess the kind of."""
    text = _as_text(value)
    is_typed = value is None or isinstance(value, Decimal | int | float | Address)
    return text if is_typed else harmless(text)


def _as_text(value):
    """As it is read; a moment is told by its day, as its heading says."""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case Decimal() | int() | float():
            return str(value).replace(".", ",")
        case Address():
            return value
        case _ if hasattr(value, "strftime"):
            return in_figures(_day(value))
    return str(value)


def _day(value):
    """The day in France of a moment; a day is itself."""
    return timezone.localdate(value) if hasattr(value, "utcoffset") else value


def _write_cell(sheet, line, position, value):
    if value is None:
        return
    if isinstance(value, Address) and line <= MOST_LINKS:
        sheet.write_url(line, position, value)
    elif isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        sheet.write_number(line, position, value)
    elif hasattr(value, "strftime"):
        sheet.write_datetime(line, position, _day(value))
    else:
        sheet.write_string(line, position, _as_text(value))


def _csv(lines):
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(lines)
    return text.getvalue()
