"""What earlier decisions gave a single undertaking, and what became of their advances.

Payments belong to `support`, above: their rows are looked up by the names of their relations, and
nothing of it is imported (docs/decisions.md). Sums alone: another antenna's files are not named.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from committee.models.decision import Decision
from companies.models import Company
from companies.undertaking import sirens_tied_to


class PastAid(NamedTuple):
    """Earlier approvals of one undertaking, annulled ones out; euros."""

    awards: int
    granted: Decimal  # advances and grants together
    paid_out: Decimal  # of advances alone, as what follows
    repaid: Decimal
    lost: Decimal  # written off, what was recovered since left out

    @property
    def outstanding(self):
        return self.paid_out - self.repaid - self.lost


def past_aids(companies, on: date) -> list[PastAid]:
    """For each company, what its undertaking was granted before `on`, whatever the antenna.

    As many queries for one company as for many; no more than two when nothing was granted.
    """
    members = list(Company.objects.of_undertaking(*companies).values_list("siren", "group_name"))
    siren = "application__company__siren"
    decisions = Decision.objects.approved().filter(
        annulled_on=None, decided_on__lt=on, **{f"{siren}__in": {each for each, _group in members}}
    )
    awards = list(decisions.values_list("pk", siren, "advance", "grant"))
    if not awards:
        return [PastAid(0, *[Decimal(0)] * 4) for _company in companies]
    paid_out = _sums(decisions, "aids__disbursements", paid_on__lte=on)
    repaid = _repaid(decisions, on)
    recovered = _repaid(decisions, on, is_recovery=True)
    written_off = _sums(decisions, "aids__writeoffs", written_off_on__lte=on)
    found = []
    for company in companies:
        tied = sirens_tied_to(company, members)
        mine = [award for award in awards if award[1] in tied]
        found.append(
            PastAid(
                awards=len(mine),
                granted=sum((advance + grant for *_, advance, grant in mine), Decimal(0)),
                paid_out=sum((paid_out.get(award[0], 0) for award in mine), Decimal(0)),
                repaid=sum((repaid.get(award[0], 0) for award in mine), Decimal(0)),
                lost=sum(
                    (written_off.get(key, 0) - recovered.get(key, 0) for key, *_ in mine),
                    Decimal(0),
                ),
            )
        )
    return found


def _repaid(decisions, on, **kind):
    """What came back by the end of `on`, payments that the bank rejected since then included."""
    received = _sums(decisions, "aids__repayments", received_on__lte=on, **kind)
    rejected = _sums(decisions, "aids__repayments", rejected_on__lte=on, **kind)
    return {key: amount - rejected.get(key, 0) for key, amount in received.items()}


def _sums(decisions, lines, **dates):
    """By decision, euros of these lines of its advance, struck-out ones left out."""
    standing = {"struck_at": None} | dates
    conditions = {f"{lines}__{name}": value for name, value in standing.items()}
    of_advances = decisions.filter(aids__instrument="advance", **conditions)
    return dict(of_advances.values_list("pk").annotate(total=Sum(f"{lines}__amount")))
