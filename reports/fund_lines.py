"""The page of a fund as lines of a file: the same figures, the same day."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conventions.money import HUNDREDTH
from reports.fund import Fund
from territories.dates import in_figures
from territories.files import Column

COLUMNS = [
    Column(gettext_lazy("Tableau"), "table"),
    Column(gettext_lazy("Ligne"), "row"),
    Column(gettext_lazy("Chiffre"), "figure"),
    Column(gettext_lazy("Montant (€)"), "amount"),
]


class Line(NamedTuple):
    """One figure of the page, in euros: its table, its row, its column."""

    table: str
    row: str
    figure: str
    amount: Decimal


def lines(fund: Fund) -> Iterator[Line]:
    """Every figure of the page, in its order; what the page subtracts is negative."""
    for table, rows in (
        (_("De la caisse au disponible"), _bridge(fund)),
        (_("Avances en cours"), _advances(fund)),
        (_("Avances en cours par origine"), _origins(fund)),
        (_("Ce que dit la banque"), _bank(fund)),
        (_("Remboursements attendus"), _months(fund)),
        (_("Par convention"), _conventions(fund)),
        (_("Qui finance"), _funders(fund)),
    ):
        for row, figure, amount in rows:
            yield Line(table, row, figure, Decimal(amount).quantize(HUNDREDTH))


def _bridge(fund):
    amount = _("Montant")
    return [
        (_("Reçu des financeurs"), amount, fund.received),
        (_("Débloqué aux entreprises"), amount, -fund.disbursed),
        (_("Remboursé ou récupéré"), amount, fund.repaid),
        (_("Frais de gestion"), amount, -fund.fees),
        (_("Trop-perçus gardés pour des entreprises"), amount, fund.credits),
        (_("En caisse"), amount, fund.cash),
        (_("dont trop-perçus, qui ne sont pas au fonds"), amount, -fund.credits),
        (_("Accordé, pas encore débloqué"), amount, -fund.to_pay),
        (_("Promis, pas encore reçu"), amount, fund.to_receive),
        (_("Reste de conventions closes"), amount, -fund.left_over),
        (_("Disponible pour de nouvelles aides"), amount, fund.available),
    ]


def _advances(fund):
    return [
        (_("Reste à rembourser"), _("Montant"), fund.outstanding),
        (_("dont en retard"), _("Montant"), fund.late),
    ]


def _origins(fund):
    for share in fund.origins:
        yield share.origin, _("Reçu"), share.received
        yield share.origin, _("Reste à rembourser"), share.outstanding


def _bank(fund):
    if fund.bank:
        day = in_figures(fund.bank.on)
        yield day, _("Solde du relevé"), fund.bank.amount
        yield day, _("Écart avec les lignes saisies"), fund.gap


def _months(fund):
    for month in fund.months:
        yield date_format(month.first_day, "F Y"), _("Attendu"), month.amount
    yield _("Plus tard"), _("Attendu"), fund.beyond


def _conventions(fund):
    for share in fund.conventions:
        for figure, amount in (
            (_("Promis"), share.promised),
            (_("Promesses perdues"), share.lost),
            (_("Reports"), share.carried),
            (_("Engagé"), share.committed),
            (_("Rentré au journal"), share.refilled),
            (_("Frais"), share.fees),
            (_("Solde"), share.balance),
        ):
            yield str(share.convention), figure, amount


def _funders(fund):
    for funder in fund.funders:
        row = f"{funder.name} – {funder.origin}"
        yield row, _("Promis"), funder.promised
        yield row, _("Promesses perdues"), funder.lost
        yield row, _("Reçu"), funder.received
        yield row, _("Reste attendu"), funder.expected
