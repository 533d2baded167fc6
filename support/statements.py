"""From a spreadsheet of the bank to its lines, and from those to the advances they pay back."""

import hashlib
from datetime import date, timedelta
from functools import cache

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import ExpressionWrapper, F, OuterRef
from django.db.models.lookups import LessThan
from django.utils.translation import gettext as _

from committee.filetypes import plain_name
from conventions.money import EuroField, sum_of
from support.bank_file import LARGEST, Row, Table, read_table
from support.bank_lines import read_lines
from support.matching import Debt, match
from support.models import Aid, BankColumns, Credit, Disbursement, Repayment, Statement

WAITS = 24 * 3600  # seconds: how long a file waits for its columns
SAME_MONEY = timedelta(days=10)  # between a repayment typed by hand and the bank's line


class Received:
    """A file as it came: its name, what tells it from another, its table. Kept nowhere.

    While one chooses its columns, it goes to the browser and back, signed for one person.
    """

    def __init__(self, name, sha256, table):
        self.name, self.sha256, self.table = name, sha256, table

    @classmethod
    def from_upload(cls, file):
        """ValidationError, in one sentence, when the file cannot be read."""
        content = file.read(LARGEST + 1)
        return cls(plain_name(file.name), hashlib.sha256(content).hexdigest(), read_table(content))

    def seal(self, user, antenna):
        """What the browser brings back to `unseal`."""
        said = [antenna.pk, self.name, self.sha256, self.table]
        return signing.dumps(said, salt=_salt(user), compress=True)

    @classmethod
    def unseal(cls, text, user):
        """(the file, the key of its antenna); ValidationError for another person, or too late."""
        try:
            antenna, name, sha256, table = signing.loads(text, salt=_salt(user), max_age=WAITS)
        except signing.BadSignature:
            raise ValidationError(
                _("Ce fichier n’attend plus : déposez-le de nouveau."), code="gone"
            ) from None
        header, is_named, rows = table
        return cls(name, sha256, Table(header, is_named, [Row(*row) for row in rows])), antenna


def _salt(user):
    return f"support.statement.{user.pk}"


def keep_statement(received, antenna, columns, *, by=None):
    """(statement, whether it is new); its columns are remembered. ValidationError if unreadable."""
    reading = read_lines(received.table, columns)
    BankColumns.remember(antenna, received.table, columns, by=by)
    return Statement.keep(
        antenna, name=received.name, sha256=received.sha256, reading=reading, by=by
    )


def owing(antenna):
    """The advances of an antenna with euros paid out and not paid back, written off or not."""
    repaid = Repayment.objects.counting_on(date.max).filter(aid=OuterRef("pk"))
    paid = Disbursement.objects.standing().filter(aid=OuterRef("pk"))
    return (
        Aid.objects.filter(
            LessThan(sum_of(repaid, "aid"), sum_of(paid, "aid")),
            instrument=Aid.Instrument.ADVANCE,
            decision__application__convention__antenna=antenna,
        )
        .with_money()
        .order_by("pk")
    )


def debt_of(aid):
    """What the match needs to know of an advance, the sums read already."""
    company = aid.application.company
    return Debt(
        key=aid.pk,
        names=[aid.number, aid.application.reference],
        company=company.name,
        siren=company.siren,
        outstanding=aid.outstanding or aid.lost,
        is_lost=not aid.outstanding,
        paid_out_on=min(line.paid_on for line in aid.disbursements.all() if not line.struck_at),
        instalments=aid.schedule(),
        late_on=cache(aid.late_on),  # lines of one day ask it once
        lost_on=max(
            (line.written_off_on for line in aid.writeoffs.all() if not line.struck_at),
            default=None,
        ),
    )


def matches(lines, debts):
    """The match of each line with the debts of its antenna, by the key of the line."""
    return {
        line.pk: match(day=line.day, amount=line.amount, label=line.label, debts=debts)
        for line in lines
    }


def typed_already(lines):
    """Repayments typed by hand that may be these lines: same euros, some days apart, by key.

    What was kept in excess with one came with it: `came` adds it.
    """
    if not lines:
        return {}
    days = [line.day for line in lines]
    excess = sum_of(Credit.objects.standing().filter(excess_of=OuterRef("pk")), "excess_of")
    found = (
        Repayment.objects.standing()
        .annotate(came=ExpressionWrapper(F("amount") + excess, output_field=EuroField()))
        .filter(
            bank_line=None,
            aid__decision__application__convention__antenna=lines[0].antenna,
            came__in={line.amount for line in lines},
            received_on__range=(min(days) - SAME_MONEY, max(days) + SAME_MONEY),
        )
        .select_related(
            "aid__decision__application__company", "aid__decision__application__convention"
        )
        .order_by("received_on", "pk")
    )
    return {
        line.pk: [
            each
            for each in found
            if each.came == line.amount and abs(each.received_on - line.day) <= SAME_MONEY
        ]
        for line in lines
    }
