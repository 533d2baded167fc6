"""Reading a report back in each of its forms, to see that all carry the same numbers."""

import csv
import io
import json
from html.parser import HTMLParser

from django.urls import reverse
from python_calamine import CalamineWorkbook

from reports.display import full_label, written
from reports.evaluation import Evaluation
from reports.report import Report, plain_value
from reports.workbook import sheet_name
from territories.files import harmless
from tests.printed import words

ROWS = " – voir les lignes"


class Tables(HTMLParser):
    """The tables of a page, by their caption: rows of texts."""

    def __init__(self, text):
        super().__init__()
        self.found, self.rows, self.texts, self.inside = {}, [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.rows, self.caption = [], ""
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("caption", "th", "td"):
            self.texts = []

    def handle_endtag(self, tag):
        if tag == "table":
            self.found[self.caption] = self.rows
        elif tag in ("caption", "th", "td"):
            text = plain(" ".join(self.texts).replace(ROWS, ""))
            if tag == "caption":
                self.caption = text
            else:
                self.rows[-1].append(text)
            self.texts = None

    def handle_data(self, data):
        if self.texts is not None:
            self.texts.append(data)


def plain(text):
    """On one line, every space a plain one."""
    return " ".join(str(text).split())


def told(value, kind):
    return plain(written(value, kind))


class Forms:
    """The report of a convention at a day as the pages and files of `client` tell it."""

    def __init__(self, client, convention, at):
        self.client, self.at = client, at
        self.url = reverse("reports:evaluation", args=[convention.pk])
        self.report = Report(Evaluation(convention, at), root="http://testserver")

    def get(self, kind=None):
        asked = {"au": self.at.isoformat()} | ({"format": kind} if kind else {})
        answer = self.client.get(self.url, asked)
        assert answer.status_code == 200
        return answer.getvalue()

    def check(self):
        """Every figure and every part of one, in all five forms; returns how many there are."""
        self.check_page()
        self.check_json()
        self.check_csv()
        self.check_workbook()
        self.check_pdf()
        return len(self.report.lines)

    def check_page(self):
        found = Tables(self.get().decode()).found
        for section in self.report.sections:
            rows = found[plain(section.title)]
            values = [told(line.value, section.kind) for line in section.lines]
            assert [row[1] for row in rows] == values
        for table in self.report.filled_tables:
            assert found[plain(table.title)][1:] == self.lines(table)

    def lines(self, table):
        return [
            [plain(line.label), *(told(value, column.kind) for value, column in line.cells)]
            for line in table.lines
        ]

    def check_json(self):
        data = json.loads(self.get("json"))
        assert data == json.loads(json.dumps(self.report.as_dict()))
        assert data["figures"] == self.report.evaluation.as_dict()
        by_key = {each["key"]: each for theme in data["themes"] for each in theme["figures"]}
        for section in self.report.sections:
            for line in section.lines:
                assert by_key[line.key]["value"] == plain_value(line.value, section.kind)
                assert data["figures"][line.key] == by_key[line.key]["value"]
        for table, plain_table in zip(self.report.tables, data["tables"], strict=True):
            cells = [
                [plain_value(value, column.kind) for value, column in line.cells]
                for line in table.lines
            ]
            assert [line["cells"] for line in plain_table["lines"]] == cells

    def check_csv(self):
        [_headings, *rows] = csv.reader(
            io.StringIO(self.get("csv").decode("utf-8-sig")), delimiter=";"
        )
        assert len(rows) == len(self.report.lines)
        for row, line in zip(rows, self.report.lines, strict=True):
            assert row[:4] == [line.theme, line.label, line.key, harmless(line.part)]
            value = "" if line.value is None else str(line.value).replace(".", ",")
            assert row[5:] == [value, line.address]

    def check_workbook(self):
        book = CalamineWorkbook.from_filelike(io.BytesIO(self.get("xlsx")))
        taken = {book.sheet_names[0].lower()}
        for section in self.report.sections:
            rows = book.get_sheet_by_name(sheet_name(section.title, taken)).to_python()[1:]
            for row, line in zip(rows, section.lines, strict=True):
                assert row[0] == full_label(line.key)
                assert row[1] == ("–" if line.value is None else float(line.value)), line.key
        for table in self.report.filled_tables:
            rows = book.get_sheet_by_name(sheet_name(table.title, taken)).to_python()[1:]
            cells = [[float(value) for value, _column in line.cells] for line in table.lines]
            totals = self.report.totals(table)
            if None not in totals:
                cells.append([float(each) for each in totals])
            assert [row[1:] for row in rows][: len(cells)] == cells

    def check_pdf(self):
        # Without spaces: a line may break after a hyphen.
        text = squeezed(words(self.get("pdf")))
        for section in self.report.sections:
            for line in section.lines:
                value = told(line.value, section.kind)
                terms = "".join(f"{term.sign}{term.label}" for term in line.terms)
                assert squeezed(f"{line.label}{terms}{value}") in text
        for table in self.report.filled_tables:
            for line in self.lines(table):
                assert squeezed("".join(line)) in text
            totals = self.report.totals(table)
            if None not in totals:
                sums = zip(totals, table.columns, strict=True)
                line = "".join(told(total, column.kind) for total, column in sums)
                assert squeezed(f"Total{line}") in text
        for gauge in self.report.gauges:
            for value in gauge.gauge[:4]:
                assert squeezed(told(value, gauge.kind)) in text
        for name, sentence in self.report.definitions:
            assert squeezed(f"{name}–{sentence}") in text


def squeezed(text):
    return "".join(str(text).split())
