"""The days of a sponsor as lines of a file: the same figures as its page."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conventions.money import HUNDREDTH
from reports.sponsor_days import SponsorDays
from territories.files import Column

COLUMNS = [
    Column(gettext_lazy("Tableau"), "table"),
    Column(gettext_lazy("Ligne"), "row"),
    Column(gettext_lazy("Antenne"), "antenna"),
    Column(gettext_lazy("Journées promises"), "pledged"),
    Column(gettext_lazy("Journées prévues"), "contracted"),
    Column(gettext_lazy("Journées données"), "delivered"),
    Column(gettext_lazy("Journées certifiées"), "certified"),
    Column(gettext_lazy("Entreprises aidées"), "companies"),
    Column(gettext_lazy("Valeur (€)"), "value"),
]


class Line(NamedTuple):
    """A convention, a company, or all of them; None is what the line does not say."""

    table: str
    row: str
    antenna: str
    pledged: Decimal | None
    contracted: Decimal | None
    delivered: Decimal
    certified: Decimal
    companies: int | None
    value: Decimal | None


def lines(days: SponsorDays) -> Iterator[Line]:
    """Every figure of the page, in its order; totals come last."""
    for line in days.conventions:
        yield Line(
            _("Par convention"),
            str(line.convention),
            str(line.convention.antenna),
            *line[1:6],
            line.value.quantize(HUNDREDTH),
        )
    for line in days.companies:
        yield Line(
            _("Par entreprise"),
            line.name,
            "",
            None,
            None,
            line.delivered,
            line.certified,
            None,
            None,
        )
    yield Line(
        _("En tout"),
        str(days.sponsor),
        "",
        days.pledged,
        days.contracted,
        days.delivered,
        days.certified,
        days.companies_helped,
        days.value.quantize(HUNDREDTH),
    )
