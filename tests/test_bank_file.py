"""What a bank's spreadsheet says, however it was exported; what is refused, in a sentence."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.bank_cells import (
    AMBIGUOUS,
    decimal_mark,
    is_month_first,
    read_amount,
    read_day,
    without_accounts,
)
from support.bank_file import LARGEST, MOST_ROWS, read_table
from support.bank_lines import Columns, Credit, fingerprints, guess_columns, read_lines
from tests.refusals import refused

MARCH = date(2026, 3, 5)
SIGNED = Columns(0, [1], amount=2)
LINES = "Date;Libellé;Montant\n05/03/2026;VIR TÔLERIE;1 277,78\n06/03/2026;FRAIS;-5,00\n"


def workbook(*rows, at=(0, 0)):
    """An XLSX file; days are real days."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        as_day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows, start=at[0]):
            for position, value in enumerate(row, start=at[1]):
                if isinstance(value, date):
                    sheet.write_datetime(number, position, value, as_day)
                else:
                    sheet.write(number, position, value)
    return file.getvalue()


def read(content, columns=SIGNED):
    return read_lines(read_table(content), columns)


# Cells


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("1 234,56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1\u202f234,56\u00a0€", "1234.56"),
        ("1'234.50", "1234.50"),
        ("EUR 12,5", "12.50"),
        ("1.234.567", "1234567.00"),
        ("+7", "7.00"),
        ("-12,00", "-12.00"),
        ("\u221212,00", "-12.00"),
        ("- 12,00", "-12.00"),
        ("12,00-", "-12.00"),
        ("(12,00)", "-12.00"),
        ("0012,30", "12.30"),
    ],
)
def test_an_amount_is_read_as_banks_write_it(text, euros):
    assert read_amount(text) == Decimal(euros)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "12 34", "1,234,56", "1e5", "12.3456", "99999999999", "-", "=1+1", "12,00 USD"],
)
def test_what_is_no_amount_is_not_guessed(text):
    assert read_amount(text) is None


def test_a_thousand_or_a_unit_is_told_by_the_other_amounts_of_the_file():
    assert read_amount("1.234") == read_amount("1,234") == AMBIGUOUS
    assert read_amount("1.234", mark=",") == Decimal(1234)
    assert read_amount("1,234", mark=",") is None
    assert decimal_mark(["1,50", "3", "1.234", "x"]) == ","
    assert decimal_mark(["1,50", "1.50"]) == decimal_mark([]) == ""


@pytest.mark.parametrize(
    "text",
    ["05/03/2026", "5/3/26", "05-03-2026", "05.03.2026", "2026-03-05", "20260305"]
    + ["05/03/2026 00:00:00", "2026-03-05T12:00:00"],
)
def test_a_day_is_read_as_banks_write_it(text):
    assert read_day(text) == MARCH


@pytest.mark.parametrize("text", ["", "31/02/2026", "03/25/2026", "05/03", "05/03-2026", "46086"])
def test_what_is_no_day_is_not_guessed(text):
    assert read_day(text) is None


def test_an_american_day_is_known():
    assert is_month_first("03/25/2026")
    assert not any(map(is_month_first, ["25/03/2026", "05/03/2026", "40/50/2026", "x"]))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("VIR FR76 3000 6000 0112 3456 7890 189 DUPONT", "VIR […] DUPONT"),
        ("fr7630006000011234567890189", "[…]"),
        ("LU28 0019 4006 4475 0000 LOYER MARS", "[…] LOYER MARS"),
        ("GB29 NWBK 6016 1331 9268 19 REF", "[…] REF"),
        ("RIB 30004 00828 00012345678 43 X", "RIB […] X"),
        ("RIB 3000400828A0012345B7843", "RIB […]"),
        ("CB 4970101234567890", "CB […]"),
        ("TVA FR32732829320", "TVA FR32732829320"),
        ("SIRET 73282932000074", "SIRET 73282932000074"),
        ("LONGWY-1-002 ECHEANCE MARS 2026", "LONGWY-1-002 ECHEANCE MARS 2026"),
    ],
)
def test_account_numbers_are_taken_out_and_nothing_else(text, kept):
    assert without_accounts(text) == kept


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_text_file_is_read_in_any_usual_encoding(encoding, separator):
    reading = read(LINES.replace(";", separator).encode(encoding))
    assert reading.credits == [Credit(2, MARCH, Decimal("1277.78"), "VIR TÔLERIE")]
    assert reading.debits == 1 and reading.unread == []


def test_commas_separate_when_amounts_are_quoted_or_english():
    text = 'Date,Label,Amount\n2026-03-05,"a, b","1,234.56"\n2026-03-06,c,7.50\n'
    assert [line.amount for line in read(text.encode()).credits] == [
        Decimal("1234.56"),
        Decimal("7.50"),
    ]


def test_a_row_with_more_cells_than_headings_is_told_not_cut():
    text = "Date,Libellé,Montant\n05/03/2026,VIR,12,50\n06/03/2026,VIR,13\n"
    reading = read(text.encode())
    assert [(line.row, line.amount) for line in reading.credits] == [(3, Decimal(13))]
    assert reading.unread == [(2, "elle a plus de cellules que d’en-têtes.")]


def test_titles_above_and_balances_below_are_no_lines():
    text = f"Compte FR7630006000011234567890189;;\nSolde au 01/03/2026;;10,00\n\n{LINES};;\n"
    reading = read((text + "Solde final;;1 282,78\n").encode())
    assert [line.row for line in reading.credits] == [5]
    assert reading.unread == [(8, "la date «\u00a0Solde final\u00a0» est illisible.")]


def test_headings_that_say_nothing_are_still_the_row_above_the_first_line():
    table = read_table(b"Quand;Quoi;Combien\n05/03/2026;VIR;12,00\n")
    assert table.header == ["Quand", "Quoi", "Combien"] and table.is_named
    assert guess_columns(table) == {}


def test_without_headings_columns_are_lettered_and_not_remembered():
    table = read_table(b"05/03/2026;VIR X;277,78\n06/03/2026;VIR Y;27,78\n")
    assert table.header == ["Colonne A", "Colonne B", "Colonne C"]
    assert table.fingerprint == "" and len(table.rows) == 2


def test_the_same_headings_are_known_again_whatever_their_case():
    one, two = (
        read_table(LINES.replace("Libellé", name).encode()) for name in ("Libellé", "LIBELLE")
    )
    assert one.fingerprint == two.fingerprint != ""


@pytest.mark.parametrize(
    ("header", "guess"),
    [
        (
            "Date opération;Date valeur;Libellé;Débit;Crédit;Solde",
            {"day": 0, "labels": [2], "debit": 3, "credit": 4},
        ),
        ("Date comptable;Montant;Libellé;Détail;Devise", {"day": 0, "labels": [2, 3], "amount": 1}),
        ("Date de valeur;Date;Intitulé;Montant (EUR)", {"day": 1, "labels": [2], "amount": 3}),
    ],
)
def test_headings_let_one_guess(header, guess):
    width = header.count(";")
    found = guess_columns(read_table(f"{header}\n05/03/2026;1,00{';' * (width - 1)}\n".encode()))
    assert {name: found.get(name) for name in guess} == guess


def test_a_workbook_has_real_days_and_real_numbers():
    rows = ["Date", "Libellé", "Montant"], [MARCH, "VIR", 277.78], [MARCH, "VIR", 0.1 + 0.2]
    for at in ((0, 0), (4, 2)):
        reading = read(workbook(*rows, at=at))
        assert [line.amount for line in reading.credits] == [Decimal("277.78"), Decimal("0.30")]
        assert {line.day for line in reading.credits} == {MARCH}
        assert reading.credits[0].row == at[0] + 2


def test_formulas_are_read_as_their_value_and_odd_numbers_are_told():
    rows = ["Date", "Libellé", "Montant"], [MARCH, "=1+1", 1.2345], [MARCH, "VIR", "12,00"]
    reading = read(workbook(*rows))
    assert [(line.row, line.amount) for line in reading.credits] == [(3, Decimal(12))]
    assert "1.2345" in reading.unread[0][1]


def test_credits_and_debits_may_have_a_column_each():
    text = (
        "Date;Libellé;Débit;Crédit\n05/03/2026;A;;12,00\n05/03/2026;B;-3,00;\n05/03/2026;C;3,00;\n"
        "05/03/2026;D;1,00;2,00\n05/03/2026;E;;\n05/03/2026;F;;zéro\n"
    )
    reading = read(text.encode(), Columns(0, [1], credit=3, debit=2))
    assert [line.label for line in reading.credits] == ["A"]
    assert reading.debits == 2
    assert [row for row, _why in reading.unread] == [5, 7]


def test_the_same_line_twice_is_two_lines_known_again_in_another_file():
    one, two = Credit(2, MARCH, Decimal(5), "VIR  A"), Credit(9, MARCH, Decimal(5), "vir a")
    prints = fingerprints(1, [one, two])
    assert len(set(prints)) == 2
    assert fingerprints(1, [two]) == prints[:1]
    assert not set(prints) & set(fingerprints(2, [one, two]))


# What is refused

WHOLE = workbook(["Date", "Libellé", "Montant"], [MARCH, "VIR", 12])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\0" * 50, "unreadable"),
        (b"%PDF-1.7 releve", "unknown_type"),
        (b"<html><table></table>", "unknown_type"),
        (b"PK\x03\x04 broken", "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "unreadable"),
        (b"\xff\xfea", "unreadable"),
        (b"bonjour", "no_line"),
        (b"a;b\nc;d\n", "no_line"),
        (b"\n" * 100_000, "no_line"),
        (b"x" * (LARGEST + 1), "too_big"),
        (LINES.encode() + b"05/03/2026;VIR;1,00\n" * MOST_ROWS, "too_long"),
        (b'Date;Montant\n05/03/2026;"' + b"x" * 200_000, "no_line"),
    ],
)
def test_a_file_that_is_no_statement_is_refused_in_a_sentence(content, code):
    with refused(code) as caught:
        read_table(content)
    assert caught.value.messages[0].endswith(".")


def test_days_with_the_month_first_are_refused_not_turned_round():
    text = LINES + "03/25/2026;VIR;1,00\n"
    with refused("month_first"):
        read(text.encode())


def test_columns_that_fit_no_line_are_refused():
    with refused("nothing") as caught:
        read(LINES.encode(), Columns(1, [0], amount=2))
    assert "Ligne 2" in caught.value.messages[0]


def test_a_workbook_that_declares_billions_of_cells_does_not_break_the_site():
    with refused("unreadable"):
        read_table(workbook(["Date"], *[[]] * 1_048_574, [""] * 16_383 + ["fin"]))


def test_a_workbook_that_unpacks_without_end_is_refused():
    whole, bomb = zipfile.ZipFile(io.BytesIO(WHOLE)), io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in whole.namelist():
            if "sheet1" not in name:
                archive.writestr(name, whole.read(name))
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b'<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>')
            for _time in range(600):
                sheet.write(b"x" * 1024 * 1024)
    assert len(bomb.getvalue()) < LARGEST
    with refused("unreadable"):
        read_table(bomb.getvalue())


STARTS = st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"Date;Montant\n", LINES.encode()])


@given(start=STARTS, rest=st.binary(max_size=400))
@example(start=b"", rest=b"05/03/2026;\x85;1\n")
def test_no_file_breaks_the_reader(start, rest):
    readable_or_refused(start + rest)


@settings(max_examples=20)
@given(cut=st.integers(1, len(WHOLE) - 1), at=st.integers(0, len(WHOLE) - 1))
def test_no_damaged_workbook_breaks_the_reader(cut, at):
    readable_or_refused(WHOLE[:cut])
    readable_or_refused(WHOLE[:at] + bytes([WHOLE[at] ^ 255]) + WHOLE[at + 1 :])


@given(
    st.lists(
        st.lists(
            st.sampled_from(["05/03/2026", "1,00", "-2", "1.234", "VIR", "", "=A1", '"', "\u0085"]),
            min_size=1,
            max_size=4,
        ),
        max_size=8,
    )
)
def test_every_row_is_a_line_or_is_told(rows):
    text = "Date;Libellé;Montant\n" + "\n".join(";".join(row) for row in rows)
    readable_or_refused(text.encode())


def readable_or_refused(content):
    try:
        table = read_table(content)
        guess = guess_columns(table)
        columns = Columns(guess.get("day", 0), guess.get("labels", []), guess.get("amount", 0))
        reading = read_lines(table, columns)
    except ValidationError as refusal:
        assert refusal.messages[0]
    else:
        told = len(reading.credits) + reading.debits + len(reading.unread)
        assert 0 < told <= len(table.rows)
        assert all(line.amount > 0 for line in reading.credits)
