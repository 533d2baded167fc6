"""What a bank's spreadsheet says: a file of any usual kind → a table of texts. Pure, no database.

CSV (UTF-8, UTF-16, Windows-1252; semicolons, tabs, commas), XLSX, XLS or ODS, told apart by their
content. Banks write titles above the headings and balances below the last line: both are allowed.
"""

import csv
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from support.bank_cells import read_amount, read_day
from support.workbook import LOCKED, SECONDS, TOO_LONG
from territories.search import fold

LARGEST = 5 * 1024 * 1024  # bytes
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 500  # characters
TITLES = 60  # rows above the headings
SAMPLE = 200  # rows
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
OTHERS = {b"%PDF-": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"{\\rtf": "RTF"}
SEPARATORS = ";\t,|"
DAY_WORDS = ("date", "jour", "day")
AMOUNT_WORDS = ("montant", "credit", "debit", "amount", "somme", "encaissement", "recette")


class Row(NamedTuple):
    number: int  # in the file, from 1
    cells: list[str]


class Table(NamedTuple):
    """The lines below the headings; without headings, columns are called by their letters."""

    header: list[str]
    is_named: bool
    rows: list[Row]

    @property
    def fingerprint(self):
        """The same for the same headings, accents and case apart; empty without headings."""
        text = "\x1f".join(map(fold, self.header))
        return hashlib.sha256(text.encode()).hexdigest() if self.is_named else ""


def read_table(content: bytes) -> Table:
    """The table of a file; ValidationError, in one sentence, when it holds none."""
    if not content:
        raise ValidationError(_("Ce fichier est vide."), code="empty")
    if len(content) > LARGEST:
        raise ValidationError(
            _("Ce fichier dépasse 5 Mo : exportez une période plus courte."), code="too_big"
        )
    for start, kind in OTHERS.items():
        if content.startswith(start):
            raise ValidationError(
                _("Ce fichier est de type %(kind)s : demandez à la banque un export CSV ou XLSX."),
                code="unknown_type",
                params={"kind": kind},
            )
    sources = [_workbook(content)] if content.startswith(WORKBOOKS) else _texts(content)
    tables = [table for rows in sources if (table := _table(rows))]
    if not tables:
        raise ValidationError(
            _(
                "Ce fichier n’a aucune ligne avec une date et un montant : vérifiez que c’est bien"
                " l’export des opérations du compte."
            ),
            code="no_line",
        )
    return max(tables, key=lambda table: (table.is_named, sum(map(_is_line, table.rows[:SAMPLE]))))


def _workbook(content):
    """The rows of a workbook that hold something."""
    command = [sys.executable, "-I", str(Path(__file__).with_name("workbook.py"))]
    try:
        done = subprocess.run(
            [*command, str(MOST_ROWS)],
            input=content,
            capture_output=True,
            timeout=2 * SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise _unreadable() from None
    if done.returncode == LOCKED:
        raise ValidationError(
            _("Ce classeur est protégé par un mot de passe : enregistrez-le sans."), code="locked"
        )
    if done.returncode == TOO_LONG:
        raise _too_long()
    if done.returncode:
        raise _unreadable()
    return [Row(number, _tidy(cells)) for number, cells in json.loads(done.stdout)]


def _unreadable():
    return ValidationError(
        _("Ce fichier est abîmé ou illisible : exportez-le de nouveau, en CSV ou en XLSX."),
        code="unreadable",
    )


def _too_long():
    return ValidationError(
        _("Ce fichier dépasse 20 000 lignes : exportez une période plus courte."), code="too_long"
    )


def _tidy(cells):
    return [" ".join(cell[:LONGEST_CELL].split()) for cell in cells]


def _texts(content):
    """The rows of a CSV file that hold something, one way for each separator it may have."""
    text = _decode(content)
    if text.lstrip()[:1] == "<":
        raise ValidationError(
            _(
                "Ce fichier est une page web sous un autre nom : ouvrez-le dans un tableur et"
                " enregistrez-le en XLSX."
            ),
            code="unknown_type",
        )
    for separator in SEPARATORS:
        if separator in text:
            try:
                yield _separated(text, separator)
            except csv.Error:
                continue


def _separated(text, separator):
    rows = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for number, cells in enumerate(lines, start=1):
        if any(cell.strip() for cell in cells):
            rows.append(Row(number, _tidy(cells)))
        if len(rows) > MOST_ROWS:
            raise _too_long()
    return rows


def _decode(content):
    """ValidationError for bytes that are no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content[:100]:
        encodings = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(each.isprintable() or each.isspace() for each in text[:2000]):
            return text.replace("\0", "")
    raise _unreadable()


def _table(rows):
    """The headings and the lines, None when no row looks like a line of an account."""
    if any(any(row.cells[MOST_COLUMNS:]) for row in rows):
        return None
    first = next((i for i, row in enumerate(rows[:TITLES]) if _is_line(row)), None)
    titled = next((i for i, row in enumerate(rows[:TITLES]) if _names_columns(row)), None)
    if titled is not None:
        return Table(rows[titled].cells, True, rows[titled + 1 :])
    if first is None:
        return None
    if first and sum(map(bool, rows[first - 1].cells)) >= sum(map(bool, rows[first].cells)) - 1:
        return Table(rows[first - 1].cells, True, rows[first:])
    width = max(len(row.cells) for row in rows[first:])
    return Table([_letter(position) for position in range(width)], False, rows[first:])


def _names_columns(row):
    """Words of a date and of an amount, in two cells at least, and no value yet."""
    names = [fold(cell) for cell in row.cells if cell]
    dated = [name for name in names if name.startswith(DAY_WORDS)]
    priced = [name for name in names if any(word in name for word in AMOUNT_WORDS)]
    return bool(dated and priced and len(names) > 1 and not _is_line(row))


def _is_line(row):
    days = [read_day(cell) for cell in row.cells]
    amounts = [
        read_amount(cell) for cell, day in zip(row.cells, days, strict=True) if cell and not day
    ]
    return any(days) and any(amount is not None for amount in amounts)


def _letter(position):
    letters = chr(ord("A") + position % 26)
    prefix = chr(ord("A") + position // 26 - 1) if position >= 26 else ""
    return _("Colonne %(letter)s") % {"letter": prefix + letters}
