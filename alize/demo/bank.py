"""What came in on the bank account of an antenna: the bank's file, read as the page reads it."""

from datetime import timedelta

from django.core.files.base import ContentFile

from conventions.models import BankBalance
from reports.fund import Fund
from support.bank_lines import Columns
from support.statements import Received, keep_statement

HEADINGS = "Date;Libellé;Montant"


def plan_statement(world, row):
    world.on(world.day(row["on"]), read, world, row)


def plan_balance(world, row):
    world.on(world.day(row["on"]) + timedelta(days=1), read_balance, world, row)


def read_balance(world, row):
    """The day after, what the bank shows of the day: what the rows say, but for a `gap` to find."""
    antenna, on = world.antennas[row["antenna"]], world.day(row["on"])
    amount = Fund(antenna, on).cash + row.get("gap", 0)
    person = world.coordinator_of(antenna)
    BankBalance.record(antenna, amount, on=on, note=row.get("note", ""), by=person)


def read(world, row):
    """A file as the bank writes it; lines that are no repayment of ours are set aside."""
    lines = [f"{world.day(on):%d/%m/%Y};{label};{amount}" for on, label, amount in row["lines"]]
    content = "\n".join([HEADINGS, *lines]).encode("cp1252")
    antenna, person = world.antennas[row["antenna"]], world.users[row["person"]]
    statement, _is_new = keep_statement(
        Received.from_upload(ContentFile(content, row["name"])),
        antenna,
        Columns(0, [1], amount=2),
        by=person,
    )
    for line in statement.lines.filter(label__in=row.get("ignored", [])):
        line.ignore("other", by=person)
