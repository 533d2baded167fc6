"""Euros and days: Decimal in Python, whole units in the database, so that sums are exact.

SQLite sums a DecimalField in binary: 100.00 − 99.99 gives 0.0100000000000051. Whole cents (and
whole quarters of a day) do not. The fields below derive from `Field`, not from `BigIntegerField`,
so that `F("a") + F("b")` without an output type fails loudly instead of returning cents.
"""

import re
from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

HUNDREDTH = Decimal("0.01")
MINUS = "\u2212"
ZERO = Decimal("0.00")  # so that files show the cents of nothing too
PLAIN_NUMBER = re.compile(r"[+-]?[\d.]*")  # neither 1e3 nor 1_000
MOST_DIGITS = 12  # before the decimal point: an absurd number is told so, never computed


class TypedDecimalField(forms.DecimalField):
    """Reads a number as people type it: « 12 345,67 € », `12345.67`."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        kwargs.setdefault("localize", True)
        super().__init__(**kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            value = "".join(value.replace("€", "").replace(MINUS, "-").split())
            if "," in value and "." in value:
                thousands = min(",.", key=value.rindex)
                value = value.replace(thousands, "")
            value = value.replace(",", ".")
            if not PLAIN_NUMBER.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        number = super().to_python(value)
        if number is not None and not number.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class WholeUnitsField(models.Field):
    """A decimal number stored as a whole number of `1 / per_one`."""

    per_one: int
    wrong_step: str
    empty_strings_allowed = False
    default_validators = [DecimalValidator(max_digits=12, decimal_places=2)]

    def get_internal_type(self):
        return "BigIntegerField"

    def to_python(self, value):
        try:
            return None if value is None else Decimal(value)
        except (InvalidOperation, TypeError, ValueError):
            raise ValidationError(_("Saisissez un nombre."), code="invalid") from None

    def from_db_value(self, value, expression, connection):
        return None if value is None else (Decimal(value) / self.per_one).quantize(HUNDREDTH)

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        if value is None:
            return None
        units = Decimal(value) * self.per_one
        if units != int(units):
            raise ValueError(f"{value} is not a whole number of 1/{self.per_one}")
        return int(units)

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        # An absurd number has no remainder to compute: the other validators refuse it.
        sensible = value is not None and value.is_finite() and value.adjusted() < MOST_DIGITS
        if sensible and (value * self.per_one) % 1:
            raise ValidationError(self.wrong_step, code="wrong_step")

    def value_to_string(self, obj):
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs):
        return super().formfield(form_class=TypedDecimalField, **kwargs)


class EuroField(WholeUnitsField):
    """An amount in euros, exact to the cent."""

    per_one = 100
    wrong_step = _("Un montant s’arrête aux centimes : deux chiffres après la virgule.")


class DayField(WholeUnitsField):
    """A number of days, in quarters of a day."""

    per_one = 4
    wrong_step = _("Les journées se comptent par quarts : 0,25, 0,5, 0,75 ou 1.")


class DayValueField(WholeUnitsField):
    """Euros that days are worth: quarters of a day times cents, exact in a query."""

    per_one = DayField.per_one * EuroField.per_one

    def from_db_value(self, value, expression, connection):
        return None if value is None else Decimal(value) / self.per_one


def total(queryset, field="amount"):
    """The exact sum of a column of `queryset`, zero when it is empty."""
    return queryset.aggregate(total=models.Sum(field, default=ZERO))["total"]


def sum_of(rows, parent, field="amount"):
    """The exact sum of a column of the `rows` that `OuterRef` ties to a `parent`, zero for none.

    A subquery, unlike a join, is only read for the parents that are shown. The column may be one
    that the rows were annotated with.
    """
    added = rows.query.annotations.get(field)
    kind = added.output_field if added else rows.model._meta.get_field(field)
    sums = rows.order_by().values(parent).annotate(sum=models.Sum(field)).values("sum")
    return Coalesce(models.Subquery(sums), 0, output_field=kind)


def grouped(number, decimals):
    """A number as it is read: grouped by thousands, with a true minus sign."""
    text = number_format(number, decimals, use_l10n=True, force_grouping=True)
    return text.replace("-", MINUS)


def in_euros(amount):
    """12345.67 → « 12 345,67 € », on pages and in the sentences that rules answer with."""
    return f"{grouped(amount, 2)}\u00a0€"


def taken(amount):
    """An amount that a page subtracts: « − 12,00 € », and plainly « 0,00 € » of nothing."""
    return f"{MINUS} {in_euros(amount)}" if amount > 0 else in_euros(-amount)


def plain(number):
    """A number without useless decimals: 3.00 → « 3 », 2.50 → « 2,5 »; a dash for none."""
    if number in (None, ""):
        return "–"
    number = Decimal(number)
    return grouped(number, max(-number.normalize().as_tuple().exponent, 0))


def as_counted(number):
    """The number by which `ngettext` chooses a word: in French, zero is a singular."""
    in_french = (get_language() or "fr").startswith("fr")
    return 1 if in_french and abs(number) < 2 else number


def in_days(days):
    """1.50 → « 1,5 j »."""
    return gettext("%(days)s j") % {"days": plain(days)}


def percents(share):
    """0.604 → 60, the whole number that is shown."""
    return round(share * 100)


def in_percents(share):
    """0.6 → « 60 % »."""
    return f"{grouped(percents(share), 0)}\u00a0%"
