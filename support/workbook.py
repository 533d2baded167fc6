"""Reads a workbook in a process of its own, with little memory and little time.

A workbook of a few kilobytes may declare billions of cells: python-calamine then aborts the process
that reads it. Here it aborts this one, and the site answers with a sentence (docs/decisions.md).
"""

import contextlib
import json
import sys
from datetime import datetime
from io import BytesIO

from python_calamine import CalamineWorkbook, PasswordError

MEMORY = 512 * 1024 * 1024  # bytes; 20 000 rows of 15 columns take 75 MB
SECONDS = 10
LOCKED, TOO_LONG = 3, 4  # exit statuses: wants a password, has too many rows


def main():
    """Write as JSON the number and the texts of each row of the first sheet that has any."""
    _limit()
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    except PasswordError:
        sys.exit(LOCKED)
    rows, most = [], int(sys.argv[1])
    for name in workbook.sheet_names:
        for number, row in enumerate(workbook.get_sheet_by_name(name).iter_rows(), start=1):
            if any(value not in ("", None) for value in row):
                rows.append([number, [as_text(value) for value in row]])
            if len(rows) > most:
                sys.exit(TOO_LONG)
        if rows:
            break
    json.dump(rows, sys.stdout)


def as_text(value):
    """A cell as a bank would write it in a text file: dates in ISO, two decimals or four.

    Four when two would round: nobody then takes 1.234 for a thousand and more.
    """
    match value:
        case bool() | str():
            return str(value)
        case float() if value.is_integer():
            return f"{value:.0f}"
        case float():
            return f"{value:.2f}" if abs(value - round(value, 2)) < 1e-6 else f"{value:.4f}"
        case datetime():
            return value.date().isoformat()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _limit():
    with contextlib.suppress(ImportError):  # elsewhere than on Unix
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    main()
