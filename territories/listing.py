"""One way to list rows: filters and order in the address, pages, and the same rows as a file."""

import csv
import io
from decimal import Decimal
from typing import NamedTuple

import xlsxwriter
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from territories.forms import option_label
from territories.search import fold

PER_PAGE = 25
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


def listing(request, filterset, template, *, columns, filename, **context):
    """Answer a list page, or its rows as a file with `?format=csv` or `?format=xlsx`."""
    rows = in_a_stable_order(filterset.qs)
    match request.GET.get("format"):
        case "csv":
            return csv_response(rows, columns, filename)
        case "xlsx":
            return xlsx_response(rows, columns, filename)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, template, {"filter": filterset, "page": page, **context})


def suggestions(request, rows, count=20):
    """Answer a look-up field as one types: the first rows that contain the text."""
    text = request.GET.get(request.GET.get("field", ""), "")[:200].replace("\0", "")
    found = rows.search(text)[:count] if fold(text) else []
    return render(request, "components/options.html", {"rows": map(option_label, found)})


def in_a_stable_order(rows):
    """Rows that the asked order leaves equal keep the same place from page to page."""
    order = rows.query.order_by or rows.model._meta.ordering
    return rows.order_by(*order, "pk")


def csv_response(rows, columns, filename):
    """Semicolons and decimal commas, as French spreadsheets expect."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([str(column.heading) for column in columns])
    for row in rows.iterator(chunk_size=2000):
        writer.writerow([_as_text(column.value(row)) for column in columns])
    return _attachment(UTF8_BOM + text.getvalue(), "text/csv; charset=utf-8", f"{filename}.csv")


def xlsx_response(rows, columns, filename):
    """Real numbers and real dates, headings that stay in view."""
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = workbook.add_worksheet()
    bold = workbook.add_format({"bold": True})
    sheet.write_row(0, 0, [str(column.heading) for column in columns], bold)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows.iterator(chunk_size=2000), start=1):
        for position, column in enumerate(columns):
            _write_cell(sheet, line, position, column.value(row))
    sheet.autofit()
    workbook.close()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _attachment(file.getvalue(), kind, f"{filename}.xlsx")


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
            return value.strftime("%d/%m/%Y")
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


def _attachment(content, kind, filename):
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
