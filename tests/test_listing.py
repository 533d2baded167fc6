"""Lists: the page one asks for, and files of any length."""

import csv
import io
import re
import zipfile
from contextlib import closing

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from territories import files
from territories.files import Column, batches, sheet_name, told_by, xlsx_response
from territories.listing import Pages, in_a_stable_order
from territories.models import Antenna
from tests.factories import AntennaFactory


@pytest.fixture
def antennas(db):
    """Twenty-three antennas of three hosts."""
    for number in range(23):
        AntennaFactory(name=f"Antenne {number:02d}", host=f"Hôte {number % 3}")
    return Antenna.objects.all()


# Pages


@pytest.mark.parametrize("order", [["name"], ["-name"], ["host"], ["-host"], ["-host", "name"]])
def test_the_pages_hold_every_row_once_in_order(antennas, order):
    rows = in_a_stable_order(antennas.order_by(*order))
    for per_page in (5, 11, 12, 23, 25):
        pages = [page.object_list for page in Pages(rows, per_page)]
        assert sum(pages, []) == list(rows)
        assert {len(page) for page in pages[:-1]} <= {per_page}


def test_an_order_turned_round_is_the_opposite_one(antennas):
    up, down = (in_a_stable_order(antennas.order_by(order)) for order in ("host", "-host"))
    assert list(up) == list(down)[::-1]


def test_the_last_page_is_read_from_the_end(antennas):
    pages = Pages(in_a_stable_order(antennas), 5)
    assert pages.count == 23
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert len(pages.page(5)) == 3
    assert not [query for query in caught.captured_queries if "OFFSET" in query["sql"]]


def test_a_list_without_a_row_has_an_empty_page(db):
    assert list(Pages(in_a_stable_order(Antenna.objects.all()), 5).page(1)) == []


# Files


def exported(client, kind):
    return client.get(reverse("territories:antenna_list"), {"format": kind})


def test_a_file_holds_every_row_however_few_are_read_at_once(client, nadia, antennas, monkeypatch):
    monkeypatch.setattr(files, "BATCH", 4)
    client.force_login(nadia)
    names = [antenna.name for antenna in antennas]
    text = exported(client, "csv").getvalue().decode("utf-8-sig")
    assert [row["Nom"] for row in csv.DictReader(io.StringIO(text), delimiter=";")] == names
    file = io.BytesIO(exported(client, "xlsx").getvalue())
    lines = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert [line[0] for line in lines] == ["Nom", *names]


def test_the_rows_of_a_file_are_completed_some_at_a_time(antennas, monkeypatch):
    monkeypatch.setattr(files, "BATCH", 10)
    sizes = []
    rows = [
        row for batch in batches(antennas, lambda rows: sizes.append(len(rows))) for row in batch
    ]
    assert (sizes, len(rows)) == ([10, 10, 3], 23)


def test_a_file_begins_before_its_rows_are_read(client, nadia, antennas, django_assert_num_queries):
    client.force_login(nadia)
    answer = exported(client, "csv")
    with django_assert_num_queries(0):
        assert b"Nom;" in next(iter(answer))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_in_the_language_of_its_reader(client, nadia, db, kind):
    AntennaFactory(status=Antenna.Status.CLOSED)
    nadia.language = "en"
    nadia.save()
    client.force_login(nadia)
    with translation.override("fr"):
        answer = exported(client, kind)
        file = io.BytesIO(answer.getvalue())
    if kind == "csv":
        text = file.read().decode()
    else:
        text = str(CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python())
    assert "Closed" in text and "Fermée" not in text


def test_the_columns_of_a_workbook_are_as_wide_as_their_texts(db):
    AntennaFactory(name="Nom " * 8, host="Hôte " * 25)
    columns = [
        Column("Nom", "name"),
        Column("Structure porteuse", "host"),
        Column("État", "status"),
    ]
    with closing(xlsx_response(batches(Antenna.objects.all()), columns, "antennes")) as answer:
        content = io.BytesIO(answer.getvalue())
    with zipfile.ZipFile(content) as workbook:
        sheet = workbook.read("xl/worksheets/sheet1.xml").decode()
    widths = [float(width) for width in re.findall(r'<col [^>]*width="([\d.]+)"', sheet)]
    assert [round(width) for width in widths] == [35, 63, 9]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("déblocages", "Déblocages"),
        ("Apports promis, dont fonds publics", "Apports promis, dont fonds"),
        ("Journées faites : reste/prévu [x]", "Journées faites reste prévu x"),
        ("x" * 40, "X" + "x" * 30),
        (told_by("retards-2026-11-27"), "Retards"),
        (told_by("intervenants-D-12"), "Intervenants D 12"),
    ],
)
def test_a_sheet_is_named_in_whole_words_that_a_workbook_takes(title, name):
    assert sheet_name(title) == name
