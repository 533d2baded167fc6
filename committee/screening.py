"""Screening of an application: one pure function a rule, each answering a finding or nothing.

Source of the rules: the terms of the convention, settings that antennas agree with their funders
(docs/rules.md). Euros are Decimal; head-counts are full-time equivalents; ages are whole years.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from committee.aid_account import Standing, standing
from committee.models import Application
from conventions.models import Terms
from conventions.money import in_euros
from conventions.schedule import add_months


class Level(models.TextChoices):
    INFO = "info", gettext_lazy("À vérifier")
    WARNING = "warning", gettext_lazy("Attention")
    BLOCKING = "blocking", gettext_lazy("Contraire aux règles")


class Finding(NamedTuple):
    level: Level
    sentence: str
    source: str


class Case(NamedTuple):
    """An application, and what is true around it on the day it is read."""

    application: Application
    terms: Terms
    on: date
    in_area: bool
    room: Decimal  # euros left in the envelope
    standing: Standing  # of its undertaking, as to the de minimis rule


def findings(application, on, of_undertaking=None):
    """Every finding on `application` under the terms in force on `on`, the gravest first.

    `of_undertaking` is its `standing` on that day, for a caller that has read it already.
    """
    terms = application.convention.terms_on(on)
    communes = terms.territories.filter(communes=application.company.commune_id)
    case = Case(
        application=application,
        terms=terms,
        on=application.received_on or on,
        in_area=not terms.territories.exists() or communes.exists(),
        room=application.convention.available(application.envelope, on),
        standing=of_undertaking or standing(application, on),
    )
    found = [finding for rule in RULES if (finding := rule(case))]
    return sorted(found, key=lambda finding: Level.values.index(finding.level), reverse=True)


def area(case):
    """The company is in the convention's territory, when it has one."""
    if not case.in_area:
        commune = case.application.company.commune
        return _blocking(
            case,
            _("%(commune)s n’est pas dans le territoire de la convention.") % {"commune": commune},
        )


def age(case):
    """The company is old enough, in whole years, on the day the file was received."""
    minimum, founded_on = case.terms.minimum_age_years, case.application.company.founded_on
    if not minimum:
        return None
    if founded_on is None:
        return Finding(
            Level.INFO, _("La date de création de l’entreprise manque."), _source(case.terms)
        )
    if add_months(founded_on, 12 * minimum) > case.on:
        return _blocking(
            case,
            ngettext(
                "L’entreprise a moins de %(years)d an.",
                "L’entreprise a moins de %(years)d ans.",
                minimum,
            )
            % {"years": minimum},
        )


def headcount(case):
    """The frozen head-count (full-time equivalents) is within the convention's limits."""
    people, terms = case.application.baseline_headcount, case.terms
    if people is None:
        return None
    if terms.minimum_headcount is not None and people < terms.minimum_headcount:
        return _blocking(
            case,
            _("L’effectif est inférieur au minimum de la convention (%(limit)d).")
            % {"limit": terms.minimum_headcount},
        )
    if terms.maximum_headcount is not None and people > terms.maximum_headcount:
        return _blocking(
            case,
            _("L’effectif dépasse le maximum de la convention (%(limit)d).")
            % {"limit": terms.maximum_headcount},
        )


def sector(case):
    """The company's NAF code begins with one of the prefixes that the convention admits."""
    prefixes, naf = case.terms.sector_prefixes, case.application.company.naf
    if not prefixes:
        return None
    if naf is None:
        return Finding(
            Level.INFO, _("L’activité de l’entreprise (code NAF) manque."), _source(case.terms)
        )
    if not naf.code.startswith(tuple(prefixes)) and not naf.compact_code.startswith(
        tuple(prefixes)
    ):
        return _blocking(
            case,
            _("L’activité « %(naf)s » n’est pas dans les secteurs admis.") % {"naf": naf.label},
        )


def jobs(case):
    """Enough jobs are planned; the maintained ones count when the convention says so."""
    terms, application = case.terms, case.application
    planned = application.planned_jobs_created
    if terms.maintained_jobs_count:
        planned += application.planned_jobs_maintained
    if planned < terms.minimum_jobs:
        return _blocking(
            case,
            _(
                "Emplois prévus : %(planned)d."
                " La convention en demande %(minimum)d en %(years)d ans."
            )
            % {
                "planned": planned,
                "minimum": terms.minimum_jobs,
                "years": terms.jobs_horizon_years,
            },
        )


def advance_allowed(case):
    """An advance is asked for only where the convention lends."""
    if case.application.requested_advance and not case.terms.advance_allowed:
        return _blocking(case, _("Cette convention ne prévoit pas d’avance."))


def advance_cap(case):
    """The advance asked for is within the convention's cap, in euros."""
    cap, advance = case.terms.advance_cap, case.application.requested_advance
    if cap is not None and advance > cap:
        return _blocking(
            case,
            _("L’avance demandée (%(advance)s) dépasse le plafond (%(cap)s).")
            % {"advance": in_euros(advance), "cap": in_euros(cap)},
        )


def advance_with_days(case):
    """No advance without skill-days, where the convention says so."""
    application = case.application
    if (
        case.terms.advance_needs_days
        and application.requested_advance
        and not application.requested_days
    ):
        return _blocking(case, _("Cette convention n’accorde pas d’avance sans journées."))


def envelope_room(case):
    """The envelope holds the euros asked for, on the day and since."""
    application = case.application
    if application.requested_money > case.room:
        return Finding(
            Level.BLOCKING,
            _("Il reste %(room)s dans « %(envelope)s » : moins que la demande (%(money)s).")
            % {
                "room": in_euros(case.room),
                "envelope": application.get_envelope_display(),
                "money": in_euros(application.requested_money),
            },
            _("Journal de la convention"),
        )


def de_minimis(case):
    """The grant equivalent asked for, in euros, is within what the undertaking may still get."""
    _total, ceiling, room, equivalent, is_rate_known = case.standing
    if room is None or equivalent <= room:
        return None
    sentence = _(
        "De minimis : la demande vaut %(equivalent)s d’équivalent-subvention brut,"
        " il en reste %(room)s à l’entreprise unique."
    ) % {"equivalent": in_euros(equivalent), "room": in_euros(room)}
    if case.application.requested_advance and not is_rate_known:
        sentence += " " + _("Faute de taux de référence à cette date, l’avance compte en entier.")
    return Finding(Level.BLOCKING, sentence, str(ceiling))


def started_before(case):
    """Windfall effect: the project began before the request."""
    starts_on = case.application.project_starts_on
    if starts_on and starts_on < case.on:
        return _windfall(case, _("Effet d’aubaine : le projet commence avant la demande."))


def same_without_aid(case):
    """Windfall effect: the company says that the project would be the same without the aid."""
    if case.application.without_aid == Application.WithoutAid.SAME:
        return _windfall(
            case, _("Effet d’aubaine : le projet se ferait à l’identique sans cette aide.")
        )


RULES = [
    area,
    age,
    headcount,
    sector,
    jobs,
    advance_allowed,
    advance_cap,
    advance_with_days,
    envelope_room,
    de_minimis,
    started_before,
    same_without_aid,
]


def _source(terms):
    return _("Convention %(reference)s, %(terms)s") % {
        "reference": terms.convention.reference,
        "terms": str(terms).lower(),
    }


def _blocking(case, sentence):
    return Finding(Level.BLOCKING, sentence, _source(case.terms))


def _windfall(case, sentence):
    level = Level.BLOCKING if case.terms.windfall_blocks else Level.WARNING
    return Finding(level, sentence, _source(case.terms))
