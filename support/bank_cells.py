"""What is written in the cells of a bank's spreadsheet: days, amounts, account numbers. Pure."""

import re
from datetime import date
from decimal import Decimal

AMBIGUOUS = "ambiguous"
EARLIEST, LATEST = 1990, 2100  # years
MOST_DIGITS = 10  # before the decimal mark
DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:[ T].*)?")
YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?:[ T].*)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
AMOUNT = re.compile(
    r"(?P<whole>\d+|\d{1,3}(?P<group>[ .,'])\d{3}(?:(?P=group)\d{3})*)"
    r"(?:(?P<mark>[.,])(?P<cents>\d{1,2}))?"
)
ACCOUNTS = [
    # IBAN, ISO 13616: country, key, then groups of four; a group without a figure is a word.
    re.compile(
        r"\b[A-Z]{2}\d{2} ?[A-Z0-9]{4}(?: ?(?=[A-Z]*\d)[A-Z0-9]{4}){1,6}"
        r"(?: ?(?=[A-Z]*\d)[A-Z0-9]{1,3})?\b",
        re.IGNORECASE,
    ),
    # French RIB: bank 5, branch 5, account 11, key 2.
    re.compile(r"\b\d{5} ?\d{5} ?[A-Z0-9]{11} ?\d{2}\b", re.IGNORECASE),
    # A card, or any longer number.
    re.compile(r"\d{16,}"),
]
LONG_NUMBER = re.compile(r"\d{10,}")  # in the name of a file, an account more often than not
SHORTEST_IBAN = 15
REMOVED = "[…]"


def read_day(text: str) -> date | None:
    """A day as banks write it: 05/03/2026, 05/03/26, 2026-03-05, 20260305; None otherwise."""
    if found := DAY_FIRST.fullmatch(text):
        day, _mark, month, year = found.groups()
        year = f"20{year}" if len(year) == 2 else year
    elif found := YEAR_FIRST.fullmatch(text):
        year, _mark, month, day = found.groups()
    elif found := COMPACT.fullmatch(text):
        year, month, day = found.groups()
    else:
        return None
    if not EARLIEST <= int(year) <= LATEST:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def is_month_first(text: str) -> bool:
    """True for 03/25/2026, which only an American bank writes."""
    found = DAY_FIRST.fullmatch(text)
    return bool(found) and int(found[1]) <= 12 < int(found[3]) <= 31


def read_amount(text: str, mark: str = "") -> Decimal | str | None:
    """Euros, negative ones too: « 1 234,56 € », 1.234,56, 1,234.56, -12,00, 12,00-, (12,00).

    `mark` is the decimal mark of the other amounts of the file, if they tell: without it, AMBIGUOUS
    for 1.234 and 1,234, which are a thousand or a unit. None for what is no amount.
    """
    sign, found = _parts(text)
    if not found or found["mark"] and found["mark"] == found["group"]:
        return None
    whole, group = found["whole"], found["group"]
    if group in (".", ",") and not found["mark"] and whole.count(group) == 1:
        if not mark:
            return AMBIGUOUS
        if group == mark:
            return None
    digits = re.sub(r"\D", "", whole).lstrip("0")
    if len(digits) > MOST_DIGITS:
        return None
    return sign * Decimal(f"{digits or 0}.{found['cents'] or 0:0<2}")


def decimal_mark(texts: list[str]) -> str:
    """The mark of every amount that has cents, empty when they differ or when none has."""
    marks = {found["mark"] for _sign, found in map(_parts, texts) if found and found["mark"]}
    return marks.pop() if len(marks) == 1 else ""


def _parts(text):
    """The sign of an amount, and its figures as AMOUNT tells them apart."""
    plain = " ".join(text.replace("\u2212", "-").replace("’", "'").split())
    plain = re.sub(r"€|\bEUR\b", "", plain, flags=re.IGNORECASE).strip()
    sign = -1 if re.fullmatch(r"-.*|.*-|\(.*\)", plain) else 1
    return sign, AMOUNT.fullmatch(re.sub(r"^[-+(] ?| ?[-+)]$", "", plain))


def without_accounts(text: str) -> str:
    """The text without the numbers of accounts and cards that it shows."""
    for pattern in ACCOUNTS:
        text = pattern.sub(_hide, text)
    return text


def _hide(found):
    letters = re.sub(r"\W", "", found[0])
    return REMOVED if len(letters) >= SHORTEST_IBAN else found[0]
