"""Reading a report back in each of its forms, to see that all carry the same numbers."""

import csv
import io
import json
from decimal import Decimal
from html.parser import HTMLParser

from django.urls import reverse
from python_calamine import CalamineWorkbook

from conventions.money import percents
from reports.display import full_label, gap_written, setting_written, written
from reports.evaluation import Evaluation
from reports.lineage import amended_when
from reports.pace import METHOD
from reports.plain_data import plain_value
from reports.report import Report
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
            assert found[plain(table.title)][1:] == [*self.lines(table), *self.totals(table)]
        chain = found["Les conventions qui se suivent, la plus ancienne d’abord"][1:]
        assert [[row[0].split()[0], *row[1:]] for row in chain] == self.chain()
        assert found.get("Ce que chaque avenant a changé", [[]])[1:] == self.amendments()
        compared = found.get("Chiffres des deux conventions, et leur différence", [[]])[1:]
        assert [row for row in compared if len(row) > 1] == self.compared()

    def lines(self, table):
        return [
            [plain(line.label), *(told(value, column.kind) for value, column in line.cells)]
            for line in table.lines
        ]

    def totals(self, table):
        """The last row of a table, when it has a total."""
        sums = [told(total, column.kind) for total, column in table.totals]
        return [["Total", *sums]] if sums else []

    def chain(self):
        return [
            [
                link.reference,
                plain(link.name),
                f"{link.starts_on:%d/%m/%Y}",
                f"{link.ends_on:%d/%m/%Y}",
                plain(link.status),
            ]
            for link in self.report.chain
        ]

    def amendments(self):
        return [
            [
                plain(amended_when(each)),
                plain(change.label)[:1].upper() + plain(change.label)[1:],
                plain(setting_written(change.before, change.kind)),
                plain(setting_written(change.after, change.kind)),
            ]
            for each in self.report.amendments
            for change in each.changes
        ]

    def compared(self):
        """The convention before, line by line, as pages and paper write it."""
        return [
            [
                plain(line.label),
                told(line.here, section.kind),
                told(line.before, section.kind),
                plain(gap_written(line.difference, section.kind)),
            ]
            for section in self.sections_compared()
            for line in section.lines
        ]

    def check_json(self):
        data = json.loads(self.get("json"))
        assert data == json.loads(json.dumps(self.report.as_dict()))
        assert self.report.evaluation.as_dict().items() <= data.items()
        by_key = {each["key"]: each for theme in data["themes"] for each in theme["figures"]}
        for section in self.report.sections:
            for line in section.lines:
                assert by_key[line.key]["value"] == plain_value(line.value, section.kind)
                assert data[line.key] == by_key[line.key]["value"]
        for table, plain_table in zip(self.report.tables, data["tables"], strict=True):
            cells = [
                [plain_value(value, column.kind) for value, column in line.cells]
                for line in table.lines
            ]
            assert [line["cells"] for line in plain_table["lines"]] == cells
            totals = [plain_value(total, column.kind) for total, column in table.totals]
            assert (plain_table["totals"] or []) == totals
        assert [link["reference"] for link in data["chain"]] == [row[0] for row in self.chain()]
        assert sum(len(each["changes"]) for each in data["amendments"]) == len(self.amendments())
        same_age = data["same_age"]["figures"] if data["same_age"] else []
        assert [line["label"] for line in same_age] == [
            line.label for section in self.sections_compared() for line in section.lines
        ]
        for line, row in zip(same_age, self.compared(), strict=True):
            if line["difference"] is not None and line["unit"] == "share":
                assert percents(line["here"]) - percents(line["before"]) == line["difference"]
            assert told_again(line["before"], line["unit"]) == row[2]
        for gauge, line in zip(data["gauges"], self.report.gauges, strict=True):
            value, on, why_not = line.foreseen
            assert gauge["forecast"]["value"] == plain_value(value, line.kind)
            assert gauge["forecast"]["on"] == on.isoformat()
            assert gauge["forecast"]["why_not"] == why_not
            assert gauge["forecast"]["sentence"] == line.forecast

    def sections_compared(self):
        return self.report.comparison.sections if self.report.comparison else []

    def check_csv(self):
        [_headings, *rows] = csv.reader(
            io.StringIO(self.get("csv").decode("utf-8-sig")), delimiter=";"
        )
        assert len(rows) == len(self.report.lines)
        self.check_targets({row[2]: row for row in rows if row[0] == "Objectifs"})
        for row, line in zip(rows, self.report.lines, strict=True):
            assert row[:4] == [line.theme, line.label, line.key, harmless(line.part)]
            assert row[5:] == [figures_of(line.value, line.unit), line.address, line.definition]

    def check_targets(self, rows):
        """Each gauge, a line for each of its parts and for where its pace leads."""
        for line in self.report.gauges:
            parts = ["target", "committed", "realised", "remaining", "verified"]
            for part in parts[: 4 if line.gauge.verified is None else 5]:
                value = rows.pop(f"{line.key}_{part}")[5]
                assert value == figures_of(getattr(line.gauge, part), line.kind)
            _theme, label, _key, _part, _unit, *rest = rows.pop(f"{line.key}_forecast")
            assert f"{line.foreseen.on:%d/%m/%Y}" in label
            assert rest == [figures_of(line.foreseen.value, line.kind), "", METHOD]
        elapsed = self.report.evaluation.time_elapsed
        assert rows.pop("time_elapsed")[5] == figures_of(elapsed, "share") and not rows

    def check_workbook(self):
        book = CalamineWorkbook.from_filelike(io.BytesIO(self.get("xlsx")))
        taken = {book.sheet_names[0].lower()}
        for section in self.report.sections:
            rows = book.get_sheet_by_name(sheet_name(section.title, taken)).to_python()[1:]
            for row, line in zip(rows, section.lines, strict=True):
                assert row[0] == full_label(line.key, self.report.evaluation)
                assert row[1] == ("–" if line.value is None else float(line.value)), line.key
        for table in self.report.filled_tables:
            rows = book.get_sheet_by_name(sheet_name(table.title, taken)).to_python()[1:]
            cells = [[float(value) for value, _column in line.cells] for line in table.lines]
            if table.totals:
                cells.append([float(total) for total, _column in table.totals])
            assert [row[1:] for row in rows][: len(cells)] == cells
        self.check_sheets_of_others(book)
        rows = book.get_sheet_by_index(0).to_python()
        gauges = {row[0]: row[1:] for row in rows if len(row) > 9}
        for line in self.report.gauges:
            value, on, _why_not = line.foreseen
            *amounts, _share, number, day, sentence = gauges[line.title]
            gauge = line.gauge
            told = (gauge.target, gauge.committed, gauge.realised, gauge.verified, gauge.remaining)
            assert amounts == ["–" if each is None else float(each) for each in told]
            assert (number, day) == (("", "") if value is None else (float(value), on))
            assert sentence == line.forecast
        methods = {row[0]: row[1] for row in rows}
        assert methods["Comment cette prévision est calculée"] == METHOD

    def check_sheets_of_others(self, book):
        """The conventions before and after, what was amended, the same age."""
        chain = book.get_sheet_by_name("Reconductions").to_python()[1:]
        assert [row[0] for row in chain] == [row[0] for row in self.chain()]
        assert [row[2] for row in chain] == [link.starts_on for link in self.report.chain]
        if changes := self.amendments():
            rows = book.get_sheet_by_name("Avenants").to_python()[1:]
            assert [[plain(cell) for cell in row[:2]] for row in rows] == [
                change[:2] for change in changes
            ]
        lines = [
            (section.kind, line) for section in self.sections_compared() for line in section.lines
        ]
        if lines:
            rows = book.get_sheet_by_name("Au même âge").to_python()[3:]
            for row, (kind, line) in zip(rows, lines, strict=True):
                sides = [cell_of(value, kind) for value in (line.here, line.before)]
                assert row[1:] == [line.label, *sides, cell_of(line.difference, "points")]

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
            for line in self.totals(table):
                assert squeezed("".join(line)) in text
        for row in self.compared():
            assert squeezed("".join(row)) in text
        for row in [*self.chain(), *self.amendments()]:
            assert all(squeezed(cell) in text for cell in row)
        for gauge in self.report.gauges:
            for value in gauge.gauge[:4]:
                assert squeezed(told(value, gauge.kind)) in text
            assert squeezed(gauge.forecast) in text
        assert squeezed(f"Comment cette prévision est calculée – {METHOD}") in text
        for name, sentence in self.report.definitions:
            assert squeezed(f"{name}–{sentence}") in text


def squeezed(text):
    return "".join(str(text).split())


def figures_of(value, unit):
    """What a CSV file holds: as many decimals for zero as for any other value of its unit."""
    if value is None:
        return ""
    decimals = {"euros": 2, "days": 2, "share": 4}.get(unit, 1 if isinstance(value, Decimal) else 0)
    return f"{value:.{decimals}f}".replace(".", ",")


def told_again(value, kind):
    """What data tell, as pages write it."""
    return told(Decimal(value) if isinstance(value, str) else value, kind)


def cell_of(value, kind):
    """What a sheet holds: of shares, the whole percents that are shown."""
    if value is None:
        return "–"
    return percents(value) / 100 if kind == "share" else float(value)
