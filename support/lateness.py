"""What many advances are due to pay back, told by the database like `conventions.schedule`."""

from calendar import monthrange
from datetime import date

from django.db.models import BigIntegerField, Case, F, Func, IntegerField, Min, Sum, When
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, In, LessThan

MOST_INSTALMENTS = 120


class DayNumber(Func):
    """A date as a number: 31/12/2026 → 20261231."""

    output_field = IntegerField()
    template = "to_char(%(expressions)s, 'YYYYMMDD')::integer"

    def as_sqlite(self, compiler, connection):
        template = "CAST(strftime('%%%%Y%%%%m%%%%d', %(expressions)s) AS integer)"
        return self.as_sql(compiler, connection, template=template)


def cents_due(day: date):
    """Cents of the instalments of `Aid.schedule(day)` due before `day`.

    For rows joined to the `disbursements` that count. An instalment due on the 31st is due on the
    last day of a shorter month.
    """
    cents = Cast(Sum("disbursements__amount"), BigIntegerField())
    paid_on = DayNumber(Min("disbursements__paid_on"))
    paid_month = paid_on / 10_000 * 12 + paid_on / 100 % 100
    first_month = paid_month + F("deferral_months") + 1
    this_month = 12 * day.year + day.month
    this_month_too = LessThan(paid_on % 100, day.day) | In(first_month, _shorter_months(day))
    instalments = this_month - first_month + Case(When(this_month_too, then=1), default=0)
    return Case(
        When(GreaterThanOrEqual(instalments, F("instalments")), then=cents),
        When(GreaterThan(instalments, 0), then=cents / F("instalments") * instalments),
        default=0,
    )


def _shorter_months(day):
    """The months before this one without such a day, numbered from the year 0."""
    this_month = 12 * day.year + day.month
    return [
        month
        for month in range(this_month - MOST_INSTALMENTS, this_month)
        if monthrange((month - 1) // 12, (month - 1) % 12 + 1)[1] < day.day
    ]
