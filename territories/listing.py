"""One way to list rows: filters and order in the address, pages, and the same rows as a file."""

from typing import NamedTuple

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.shortcuts import render

from territories.exports import offer_export, root_url
from territories.files import Link, batches, csv_response, xlsx_response
from territories.forms import option_label
from territories.search import fold

PER_PAGE = 25


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


class Unfiltered(NamedTuple):
    """Rows to list whole, as a filter set would answer them."""

    qs: QuerySet
    is_refused: bool = False


def listing(
    request, filterset, template, *, columns, filename, complete=None, links=True, **context
):
    """Answer a list page, or its rows as a file with `?format=csv` or `?format=xlsx`.

    Of filters that are refused there is no file: the page says why. `complete` is given the rows,
    some at a time, to set on them what their query does not bring. Each row of a file leads to its
    page, if it has one and the reader may open it (`links`). A long workbook is made apart
    (accounts/exports.py).
    """
    rows = in_a_stable_order(filterset.qs)
    kind = asked_format(request, filterset)
    if kind in ("csv", "xlsx"):
        if links and hasattr(rows.model, "get_absolute_url"):
            columns = [*columns, Link(root_url(request))]
        found = batches(rows, complete)
        if kind == "csv":
            return csv_response(found, columns, filename)
        title = context.get("title") or rows.model._meta.verbose_name_plural
        if export := getattr(request, "export", None):
            return xlsx_response(export.counted(found, rows.count()), columns, filename, title)
        if (count := rows.count()) > settings.EXPORT_AT_ONCE:
            return offer_export(request, count, filename)
        return xlsx_response(found, columns, filename, title)
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
