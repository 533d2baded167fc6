"""Windfall effect (effet d’aubaine): an aid that changes nothing. One pure function a rule.

Source: the scheme bans it; whether it blocks a file or is only told is a setting of the convention.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from committee.findings import Finding, Level, finding
from committee.models.project import WithoutAid


def started_before(case):
    """Windfall effect: the project began before the request."""
    starts_on = case.application.project_starts_on
    if starts_on and starts_on < case.on:
        return _windfall(case, _("Effet d’aubaine : le projet commence avant la demande."))


def same_without_aid(case):
    """Windfall effect: the company says that the project would be the same without the aid."""
    if case.application.without_aid == WithoutAid.SAME:
        return _windfall(
            case, _("Effet d’aubaine : le projet se ferait à l’identique sans cette aide.")
        )


def hires_signed(case):
    """Windfall effect: people of the project are hired already."""
    if signed := case.application.hires_signed:
        return _windfall(
            case,
            ngettext_lazy(
                "Effet d’aubaine : %(signed)d embauche du projet est déjà signée.",
                "Effet d’aubaine : %(signed)d embauches du projet sont déjà signées.",
                "signed",
            ),
            signed=signed,
        )


def previous_aid(case):
    """Repeated aid, in euros: the committee weighs what the earlier ones brought."""
    past = case.past
    if past.awards:
        return Finding(
            Level.INFO,
            ngettext_lazy(
                "Aide répétée : déjà %(count)d accord pour cette entreprise ou son groupe,"
                " %(money)s.",
                "Aide répétée : déjà %(count)d accords pour cette entreprise ou son groupe,"
                " %(money)s.",
                "count",
            ),
            {"count": past.awards, "money": past.granted},
            _("Décisions du réseau"),
        )


def previous_advances(case):
    """What became of the earlier advances, in euros: paid out, paid back, lost, still owed."""
    past = case.past
    if past.paid_out:
        facts = {name: getattr(past, name) for name in ("paid_out", "repaid", "outstanding")}
        sentence = _(
            "Avances d’avant : %(paid_out)s débloqués, %(repaid)s remboursés,"
            " %(outstanding)s restent à rembourser."
        )
        if past.lost:
            facts["lost"] = past.lost
            sentence = _(
                "Avances d’avant : %(paid_out)s débloqués, %(repaid)s remboursés,"
                " %(lost)s passés en perte, %(outstanding)s restent à rembourser."
            )
        return Finding(Level.INFO, sentence, facts, _("Versements du réseau"))


RULES = [started_before, same_without_aid, hires_signed, previous_aid, previous_advances]


def _windfall(case, message, **facts):
    level = Level.BLOCKING if case.terms.windfall_blocks else Level.WARNING
    return finding(level, case, message, **facts)
