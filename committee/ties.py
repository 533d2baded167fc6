"""Ties of a file with sponsors and with the committee. One pure function a rule.

Source: the scheme; who is tied steps aside (`committee/recusal.py`), and the committee is told.
"""

from django.utils.translation import gettext_lazy as _

from committee.findings import Finding, Level
from committee.models.committee import Seat
from committee.recusal import Ground, grounds


def sponsor_tie(case):
    """The company, or its group, is itself a sponsor."""
    if case.sponsors:
        return Finding(
            Level.INFO,
            _("L’entreprise ou son groupe est un apporteur du réseau : %(sponsors)s."),
            {"sponsors": _named(case.sponsors)},
            _("Apporteurs du réseau"),
        )


def expert_tie(case):
    """The expert whom one thinks of is lent by the company or by its group."""
    expert = case.application.expert
    lenders = [each for each in case.sponsors if expert and each.pk == expert.sponsor_id]
    if lenders:
        return Finding(
            Level.WARNING,
            _("L’intervenant pressenti vient de l’entreprise ou de son groupe : %(sponsors)s."),
            {"sponsors": _named(lenders)},
            _("Apporteurs du réseau"),
        )


def stepping_aside(case):
    """Who steps aside, and what is left of the committee; graver when it employs one of them."""
    aside = dict(grounds(case.seats, case.application))
    if not aside:
        return None
    left = [seat for seat in case.seats if seat not in aside]
    is_employer = not {Ground.EMPLOYER, Ground.GROUP}.isdisjoint(aside.values())
    message = _(
        "Déports : %(who)s. Sièges qui restent : %(left)d sur %(seats)d,"
        " dont %(heads)d de chefs d’entreprise."
    )
    if is_employer:
        message = _(
            "L’entreprise ou son groupe emploie un membre du comité. Déports : %(who)s."
            " Sièges qui restent : %(left)d sur %(seats)d, dont %(heads)d de chefs d’entreprise."
        )
    facts = {
        "who": _named(aside),
        "left": len(left),
        "seats": len(case.seats),
        "heads": sum(seat.college == Seat.College.BUSINESS for seat in left),
    }
    level = Level.WARNING if is_employer or not left else Level.INFO
    return Finding(level, message, facts, _("Composition du comité"))


def _named(rows):
    return ", ".join(map(str, rows))


RULES = [sponsor_tie, expert_tie, stepping_aside]
