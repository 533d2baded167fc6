"""Which columns of a bank's table say what, and the lines that they give. Pure, no database."""

import hashlib
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from support.bank_cells import (
    AMBIGUOUS,
    decimal_mark,
    is_month_first,
    read_amount,
    read_day,
    without_accounts,
)
from support.bank_file import Table
from territories.search import fold

LONGEST_LABEL = 200  # characters
# What the headings of French banks say of a column; what they say of another one.
NAMES = {
    "day": ["date operation", "date d operation", "date comptable", "date", "jour", "day"],
    "labels": ["libelle", "description", "intitule", "communication", "detail", "nature", "motif"],
    "amount": ["montant", "amount", "somme"],
    "credit": ["credit", "encaissement", "recette"],
    "debit": ["debit", "decaissement", "depense"],
}
NOT_THESE = ("solde", "devise", "currency", "balance")


class Columns(NamedTuple):
    """Positions, from 0: one signed amount, or credits with or without debits beside them."""

    day: int
    labels: list[int]
    amount: int | None = None
    credit: int | None = None
    debit: int | None = None


class Credit(NamedTuple):
    """Money that came in. Its label shows no account number."""

    row: int  # in the file, from 1
    day: date
    amount: Decimal  # euros
    label: str


class Reading(NamedTuple):
    """What a file says: money that came in, how many lines took some out, rows left unread."""

    credits: list[Credit]
    debits: int
    unread: list[tuple[int, str]]  # (row, why)


def guess_columns(table: Table) -> dict:
    """What the headings let one think, by the names of the fields of `Columns`; never certain."""
    headings = [fold(heading).replace(".", "") for heading in table.header]
    guess = {}
    for name, words in NAMES.items():
        found = [
            position
            for word in words
            for position, heading in enumerate(headings)
            if word in heading and not any(other in heading for other in NOT_THESE)
        ]
        found = [position for position in dict.fromkeys(found) if position not in guess.values()]
        # The day that counts is the bank's own, rather than that of the interest.
        found.sort(key=lambda position: "valeur" in headings[position])
        if found:
            guess[name] = found[:3] if name == "labels" else found[0]
    if "credit" in guess:
        guess.pop("amount", None)
    else:
        guess.pop("debit", None)
    return guess


def read_lines(table: Table, columns: Columns) -> Reading:
    """The lines of a table; ValidationError when not one can be read that way.

    A row that cannot be read is told, with why; a row with neither a day nor an amount is no line.
    """
    priced = [p for p in (columns.amount, columns.credit, columns.debit) if p is not None]
    cells = [(row.number, _Cells(row.cells)) for row in table.rows]
    mark = decimal_mark([row[position] for _number, row in cells for position in priced])
    _refuse_month_first(row[columns.day] for _number, row in cells)
    reading = Reading([], 0, [])
    for number, row in cells:
        if not any(row[position] for position in (columns.day, *priced)):
            continue
        try:
            amount = _amount(row, columns, mark)
            day = _day(row[columns.day], len(row) > len(table.header))
        except ValueError as why:
            reading.unread.append((number, str(why)))
            continue
        if amount > 0:
            label = " ".join(filter(None, (row[position] for position in columns.labels)))
            label = without_accounts(label)[:LONGEST_LABEL]
            reading.credits.append(Credit(number, day, amount, label))
        elif amount < 0:
            reading = reading._replace(debits=reading.debits + 1)
    _refuse_nothing(reading)
    return reading


def _refuse_month_first(days):
    if any(map(is_month_first, days)):
        raise ValidationError(
            _(
                "Des dates de ce fichier ont le mois avant le jour (03/25/2026) : demandez un"
                " export avec des dates françaises."
            ),
            code="month_first",
        )


def _refuse_nothing(reading):
    if reading.credits or reading.debits:
        return
    sentence = _("Ce fichier ne contient aucune opération.")
    if reading.unread:
        row, why = reading.unread[0]
        sentence = _(
            "Aucune ligne de ce fichier ne se lit avec ces colonnes. Ligne %(row)d : %(why)s"
        ) % {"row": row, "why": why}
    raise ValidationError(sentence, code="nothing")


def fingerprints(antenna: int, credits: list[Credit]) -> list[str]:
    """What makes each line known again in another file of the same antenna.

    Its day, its amount, its label, accents and spaces apart, and whether it is the first, the
    second… of the file to say so.
    """
    seen, prints = {}, []
    for credit in credits:
        said = f"{antenna}|{credit.day}|{credit.amount}|{fold(credit.label)}"
        seen[said] = seen.get(said, 0) + 1
        prints.append(hashlib.sha256(f"{said}|{seen[said]}".encode()).hexdigest())
    return prints


class _Cells(list):
    """The cells of a row; those that it lacks are empty."""

    def __getitem__(self, position):
        return list.__getitem__(self, position) if position < len(self) else ""


def _day(text, is_too_long):
    if is_too_long:
        raise ValueError(_("elle a plus de cellules que d’en-têtes."))
    day = read_day(text)
    if day is None:
        raise ValueError(
            _("la date « %(text)s » est illisible.") % {"text": without_accounts(text)[:40]}
            if text
            else _("elle n’a pas de date.")
        )
    return day


def _amount(row, columns, mark):
    """Signed euros of a row."""
    if columns.amount is not None:
        return _euros(row[columns.amount], mark)
    credit = _euros(row[columns.credit], mark) if row[columns.credit] else Decimal(0)
    debit = row[columns.debit] if columns.debit is not None else ""
    debit = abs(_euros(debit, mark)) if debit else Decimal(0)
    if credit and debit:
        raise ValueError(_("elle a un crédit et un débit."))
    return credit - debit


def _euros(text, mark):
    amount = read_amount(text, mark)
    if amount is AMBIGUOUS:
        raise ValueError(
            _("le montant « %(text)s » peut se lire de deux façons.") % {"text": text[:40]}
        )
    if amount is None:
        raise ValueError(
            _("le montant « %(text)s » est illisible.") % {"text": without_accounts(text)[:40]}
            if text
            else _("elle n’a pas de montant.")
        )
    return amount
