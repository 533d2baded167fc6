"""Which advance a line of the bank pays back: what points to it, and whether one may be sure.

Pure. A proposal is chosen beforehand when it is strong and alone; between two that are as good, or
on weak signs, the person chooses. The signs and their weight are the scheme's own.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from conventions.money import in_euros
from conventions.schedule import Instalment
from territories.dates import in_figures
from territories.search import fold

AROUND = timedelta(days=15)  # of the day of an instalment
MOST_PROPOSALS = 4
# Words of a company's name that name nobody.
COMMON = {
    *("sarl", "sas", "sasu", "eurl", "sa", "sci", "scop", "scic", "snc", "selarl", "earl", "scea"),
    *("ei", "eirl", "gie", "societe", "ste", "ets", "etablissements", "entreprise", "cie"),
    *("et", "fils", "freres", "de", "du", "des", "d", "la", "le", "les", "l"),
}
SIREN = re.compile(r"(?<!\d)(\d{3})[ .]?(\d{3})[ .]?(\d{3})(?:[ .]?\d{5})?(?!\d)")
# How strongly something points to an advance.
NAMED, LIKELY, WEAK = 3, 2, 1


class Debt(NamedTuple):
    """An advance with euros still to pay back, as the match needs it."""

    key: int
    names: list[str]  # the numbers that a label may carry: the file's, the aid's
    company: str
    siren: str
    outstanding: Decimal
    is_lost: bool  # written off: what comes is recovered
    paid_out_on: date
    instalments: list[Instalment]
    late_on: Callable[[date], Decimal]
    lost_on: date | None = None  # the latest loss, of a part or of all of it


class Proposal(NamedTuple):
    debt: Debt
    strength: int
    reasons: list[str]
    obstacles: list[str]


class Match(NamedTuple):
    """The proposals, the best first; the one chosen beforehand, if any; why, in a sentence."""

    proposals: list[Proposal]
    chosen: Debt | None
    why: str


def match(*, day: date, amount: Decimal, label: str, debts: list[Debt]) -> Match:
    """What a line of `amount` euros, received on `day`, may pay back among the `debts`."""
    words, sirens = _words(label), {"".join(found) for found in SIREN.findall(label)}
    found = [
        proposal
        for debt in debts
        if (proposal := _proposal(debt, day, amount, words, sirens)).strength
    ]
    found.sort(key=lambda each: (-each.strength, -len(each.reasons), each.debt.names))
    if not found:
        return Match([], None, _("Rien dans cette ligne ne désigne une avance à rembourser."))
    best = [each for each in found if each.strength == found[0].strength]
    return Match(found[:MOST_PROPOSALS], *_choice(best))


def _choice(best):
    """The debt to choose beforehand, if any, and why."""
    first = best[0]
    if first.strength == WEAK:
        return None, _("Les indices sont trop faibles pour choisir à votre place.")
    if len(best) > 1:
        return None, _("%(count)d avances conviennent aussi bien : choisissez.") % {
            "count": len(best)
        }
    if first.obstacles:
        return None, _("Une avance convient, mais un point est à vérifier.")
    return first.debt, _("Une seule avance convient : elle est cochée d’avance, vérifiez.")


def _proposal(debt, day, amount, words, sirens):
    named = next((name for name in debt.names if _follow(_words(name), words)), None)
    company = _points_to(debt, words, sirens)
    worth = _worth(debt, day, amount)
    if named:
        company = [_("Le libellé porte le numéro %(number)s.") % {"number": named}, *company]
    strength = NAMED if named else LIKELY if company and worth else WEAK
    if not company and not worth:
        strength = 0
    return Proposal(debt, strength, [*company, *worth], _obstacles(debt, day, amount))


def designates(label: str, *, names: list[str], company: str, siren: str) -> bool:
    """Whether a label says a number of an advance, or the company: more than an amount does."""
    words, sirens = _words(label), {"".join(found) for found in SIREN.findall(label)}
    name = [word for word in _words(company) if word not in COMMON]
    is_company = siren in sirens or bool(name) and set(name) <= set(words)
    return is_company or any(_follow(_words(each), words) for each in names)


def _points_to(debt, words, sirens):
    """Sentences: what in the label is the company's."""
    if debt.siren in sirens:
        return [_("Le libellé porte le SIREN de l’entreprise.")]
    name = [word for word in _words(debt.company) if word not in COMMON]
    if name and set(name) <= set(words):
        return [_("Le libellé porte le nom de l’entreprise.")]
    return []


def _worth(debt, day, amount):
    """Sentences: what the amount is worth in the life of the advance."""
    near = [
        line
        for line in debt.instalments
        if line.amount == amount and abs(line.due_on - day) <= AROUND
    ]
    reasons = []
    if near:
        due = min(near, key=lambda line: abs(line.due_on - day)).due_on
        reasons.append(
            _("Le montant est celui de l’échéance du %(day)s.") % {"day": in_figures(due)}
        )
    if amount <= debt.outstanding and amount == debt.late_on(day):
        reasons.append(_("Le montant est celui du retard."))
    if amount == debt.outstanding:
        reasons.append(_("Le montant est tout ce qui reste à rembourser."))
    return reasons


def _obstacles(debt, day, amount):
    """Sentences: why the advance may not take this money as it is."""
    obstacles = []
    if day < debt.paid_out_on:
        obstacles.append(
            _("Reçu avant le premier déblocage, du %(day)s.")
            % {"day": in_figures(debt.paid_out_on)}
        )
    is_before_loss = debt.lost_on and day < debt.lost_on
    if is_before_loss and (debt.is_lost or amount > debt.outstanding):
        obstacles.append(
            _(
                "Reçu avant la perte du %(day)s : rayez la perte, enregistrez la somme, puis passez"
                " en perte ce qui reste."
            )
            % {"day": in_figures(debt.lost_on)}
        )
        return obstacles
    if debt.is_lost:
        obstacles.append(_("Passée en perte : la somme sera enregistrée comme récupérée."))
    if amount > debt.outstanding:
        obstacles.append(
            _("Dépasse ce qui reste à rembourser : %(left)s.")
            % {"left": in_euros(debt.outstanding)}
        )
    return obstacles


@lru_cache(maxsize=5_000)
def _words(text):
    """« VIR S.A.R.L. Tôlerie » → `vir sarl tolerie`."""
    return fold(text.replace(".", "").replace("_", " ")).split()


def _follow(name, words):
    """Whether the words of a number follow each other in a label, or stand there as one."""
    if not name:
        return False
    spans = (words[i : i + len(name)] for i in range(len(words)))
    return any(span == name for span in spans) or "".join(name) in words


def find(text: str, debts: list[Debt]) -> list[Debt]:
    """The debts that a person means who types a number or a company's name; several if unsure."""
    exact = [debt for debt in debts if fold(option(debt)) == fold(text)]
    return exact or [debt for debt in debts if _begins(_words(text), _words(option(debt)))]


def _begins(typed, words):
    return bool(typed) and all(any(word.startswith(each) for word in words) for each in typed)


def option(debt: Debt) -> str:
    """The text that names one debt and no other: « LONGWY-2026-003 – LONGWY-1-002 – Marchal »."""
    return " – ".join([*debt.names, debt.company])
