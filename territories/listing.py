"""One way to list rows: filters and order in the address, pages, and the same rows as a file."""

import csv
import io
import tempfile
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

import xlsxwriter
from django.core.paginator import Paginator
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from territories.dates import in_figures
from territories.forms import option_label
from territories.search import fold

PER_PAGE = 25
BATCH = 2000  # rows of a file that are in memory at once
WIDEST = 60  # characters; a longer text is cut by the next column
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


class Pages(Paginator):
    """Finds a page from the nearer end: the last one costs what the first does."""

    def page(self, number):
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        rows = self.object_list
        keys = rows.values_list("pk", flat=True)
        if start < self.count - stop:
            keys = list(keys[start:stop])
        else:
            keys = list(keys.reverse()[self.count - stop : self.count - start])[::-1]
        return self._get_page(rows_of(rows, keys), number, self)


def rows_of(rows, keys):
    """The rows of these keys, in their order: what a row brings along is read for them alone."""
    found = rows.order_by().in_bulk(keys)
    return [found[key] for key in keys if key in found]


def first(rows, count):
    """The first rows, found by their keys: quicker than a slice of long rows with much to join."""
    return rows_of(rows, list(rows.values_list("pk", flat=True)[:count]))


def listing(request, filterset, template, *, columns, filename, complete=None, **context):
    """Answer a list page, or its rows as a file with `?format=csv` or `?format=xlsx`.

    Of filters that are refused there is no file: the page says why. `complete` is given the rows,
    some at a time, to set on them what their query does not bring.
    """
    rows = in_a_stable_order(filterset.qs)
    match asked_format(request, filterset):
        case "csv":
            return csv_response(batches(rows, complete), columns, filename)
        case "xlsx":
            return xlsx_response(batches(rows, complete), columns, filename)
    page = Pages(rows, PER_PAGE).get_page(request.GET.get("page"))
    if complete:
        complete(page.object_list)
    return render(request, template, {"filter": filterset, "page": page, **context})


def asked_format(request, filterset):
    """The kind of file that is asked for; None when its filters are refused."""
    return None if filterset.is_refused else request.GET.get("format")


def suggestions(request, rows, count=20):
    """Answer a look-up field as one types: the first rows that contain the text."""
    text = request.GET.get(request.GET.get("field", ""), "")[:200].replace("\0", "")
    found = rows.search(text)[:count] if fold(text) else []
    return render(request, "components/options.html", {"rows": map(option_label, found)})


def in_a_stable_order(rows):
    """Rows that the asked order leaves equal keep the same place from page to page."""
    order = rows.query.order_by or rows.model._meta.ordering
    descends = order and str(order[0]).startswith("-")
    return rows.order_by(*order, "-pk" if descends else "pk")


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
                text = _csv([_as_text(column.value(row)) for column in columns] for row in batch)
            yield text

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response


def xlsx_response(batches, columns, filename):
    """Real numbers and real dates, headings that stay in view; written on the disk."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the answer)
    options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(file, options) as workbook:
        sheet = workbook.add_worksheet()
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


def harmless(text):
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _as_text(value):
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case Decimal() | int() | float():
            return str(value).replace(".", ",")
        case _ if hasattr(value, "strftime"):
            return in_figures(value)
    return harmless(str(value))


def _write_cell(sheet, line, position, value):
    if value is None:
        return
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        sheet.write_number(line, position, value)
    elif hasattr(value, "utcoffset"):
        sheet.write_datetime(line, position, timezone.localtime(value).replace(tzinfo=None))
    elif hasattr(value, "strftime"):
        sheet.write_datetime(line, position, value)
    else:
        sheet.write_string(line, position, _as_text(value))


def _csv(lines):
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(lines)
    return text.getvalue()
