"""Screening of an application: one pure function a rule, each answering a finding or nothing.

Source of the rules: the terms of the convention, settings that antennas agree with their funders
(docs/rules.md). Euros are Decimal; head-counts are full-time equivalents; ages are whole years.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from committee import ties, windfall
from committee.aid_account import standings
from committee.findings import Case, Finding, Level, blocking, finding
from committee.models.committee import Seat
from committee.models.financing import Plan
from committee.past_aid import past_aids
from companies.models import Sponsor
from companies.size import SizeClass
from conventions.models import Envelope
from conventions.schedule import add_months
from territories.dates import in_figures

YOUNG_YEARS = 3  # Regulation (EU) 651/2014, article 2(18)(a)


def findings(application, on, of_undertaking=None):
    """Every finding on `application` under the terms in force on `on`, the gravest first.

    `of_undertaking` is its `standing` on that day, for a caller that has read it already. A waiver
    lifts the finding that it was written for: other facts are another finding.
    """
    known = [of_undertaking] if of_undertaking else None
    return findings_of([application], on, known)[0]


def findings_of(applications, on, known=None):
    """The findings on each of these files of one convention: as many queries for one as for many.

    `known` are their `standings` on that day. To be asked with `expert` selected, and with
    `waivers`, `recusals`, `financing_lines` and `company__figures` prefetched.
    """
    cases = _cases(applications, on, known) if applications else []
    return [_found(case) for case in cases]


def _found(case):
    waivers = list(case.application.waivers.all())
    found = [finding._replace(rule=rule.__name__) for rule in RULES if (finding := rule(case))]
    found = [
        each._replace(waiver=next((waiver for waiver in waivers if waiver.lifts(each)), None))
        for each in found
    ]
    return sorted(found, key=lambda each: Level.values.index(each.level), reverse=True)


def _cases(applications, on, known):
    convention = applications[0].convention
    companies = [application.company for application in applications]
    seats = Seat.objects.held_on(on).filter(committee__antenna=convention.antenna_id)
    seats = list(seats.select_related("employer"))
    sponsors = list(Sponsor.objects.tied_to(*companies))
    terms = convention.terms_on(on)
    communes = terms.territories.filter(communes__in={each.commune_id for each in companies})
    covered = set(communes.values_list("communes", flat=True))
    everywhere = not covered and not terms.territories.exists()
    envelopes = {application.envelope for application in applications}
    room = {envelope: convention.available(envelope, on) for envelope in envelopes}
    return [
        Case(
            application=application,
            terms=terms,
            on=application.received_on or on,
            read_on=on,
            in_area=everywhere or application.company.commune_id in covered,
            room=room[application.envelope],
            standing=standing,
            past=past,
            sponsors=[each for each in sponsors if each.is_tied_to(application.company)],
            seats=seats,
        )
        for application, standing, past in zip(
            applications,
            known or standings(applications, on),
            past_aids(companies, on),
            strict=True,
        )
    ]


def term(case):
    """The convention runs on the day the file is read: later it grants nothing more."""
    ends_on = case.terms.ends_on
    if case.read_on > ends_on:
        return blocking(
            case,
            _("La convention a pris fin le %(day)s : elle n’accorde plus rien."),
            day=in_figures(ends_on),
        )


def area(case):
    """The company is in the convention's territory, when it has one."""
    if not case.in_area:
        commune = case.application.company.commune
        return blocking(
            case, _("%(commune)s n’est pas dans le territoire de la convention."), commune=commune
        )


def age(case):
    """The company is old enough, in whole years, on the day the file was received."""
    minimum, founded_on = case.terms.minimum_age_years, case.application.company.founded_on
    if not minimum:
        return None
    if founded_on is None:
        return finding(Level.INFO, case, _("La date de création de l’entreprise manque."))
    if add_months(founded_on, 12 * minimum) > case.on:
        return blocking(
            case,
            ngettext_lazy(
                "L’entreprise a moins de %(years)d an.",
                "L’entreprise a moins de %(years)d ans.",
                "years",
            ),
            years=minimum,
        )


def small_company(case):
    """The company is an SME, linked companies counted with it (2003/361/EC)."""
    figures = case.application.company.latest_figures
    if figures is None:
        return finding(Level.INFO, case, _("L’effectif et les comptes de l’entreprise manquent."))
    if figures.size == SizeClass.LARGE:
        return Finding(
            Level.BLOCKING,
            _("L’entreprise dépasse les plafonds de la PME, entreprises liées comprises."),
            {},
            _("Recommandation 2003/361/CE"),
        )


def difficulty(case):
    """Whether the EU finds the company in difficulty agrees with the envelope asked for."""
    company, application = case.application.company, case.application
    figures, founded_on = company.latest_figures, company.founded_on
    is_young = add_months(founded_on, 12 * YOUNG_YEARS) > case.on if founded_on else None
    signs, answer = figures.difficulty(is_young=is_young) if figures else ([], None)
    is_asked = application.envelope == Envelope.DIFFICULTY
    if answer == is_asked:
        return None
    level = Level.INFO if answer is None else Level.WARNING
    message = {
        None: _(
            "Difficulté au sens européen : les chiffres connus ne suffisent pas à le dire"
            " (capital souscrit, capitaux propres, date de création)."
        ),
        True: _(
            "Entreprise en difficulté au sens européen (%(signs)s), et la demande est dans"
            " l’enveloppe générale."
        ),
        False: _(
            "Aucun signe de difficulté au sens européen, et la demande est dans l’enveloppe"
            " des entreprises en difficulté."
        ),
    }[answer]
    facts = {"signs": ", ".join(str(sign.label) for sign in signs)}
    return Finding(level, message, facts, _("Règlement (UE) 651/2014, article 2, point 18"))


def headcount(case):
    """The frozen head-count (full-time equivalents) is within the convention's limits."""
    people, terms = case.application.baseline_headcount, case.terms
    if people is None:
        return None
    if terms.minimum_headcount is not None and people < terms.minimum_headcount:
        return blocking(
            case,
            _("L’effectif est inférieur au minimum de la convention (%(limit)d)."),
            limit=terms.minimum_headcount,
        )
    if terms.maximum_headcount is not None and people > terms.maximum_headcount:
        return blocking(
            case,
            _("L’effectif dépasse le maximum de la convention (%(limit)d)."),
            limit=terms.maximum_headcount,
        )


def sector(case):
    """The company's NAF code begins with one of the prefixes that the convention admits."""
    prefixes, naf = case.terms.sector_prefixes, case.application.company.naf
    if not prefixes:
        return None
    if naf is None:
        return finding(Level.INFO, case, _("L’activité de l’entreprise (code NAF) manque."))
    if not naf.code.startswith(tuple(prefixes)) and not naf.compact_code.startswith(
        tuple(prefixes)
    ):
        return blocking(
            case,
            _("L’activité « %(naf)s » n’est pas dans les secteurs admis."),
            naf=naf.label,
        )


def jobs(case):
    """Enough jobs are planned; the maintained ones count when the convention says so."""
    terms, application = case.terms, case.application
    planned = application.planned_jobs_created
    if terms.maintained_jobs_count:
        planned += application.planned_jobs_maintained
    if planned < terms.minimum_jobs:
        return blocking(
            case,
            _(
                "Emplois prévus : %(planned)d."
                " La convention en demande %(minimum)d en %(years)d ans."
            ),
            planned=planned,
            minimum=terms.minimum_jobs,
            years=terms.jobs_horizon_years,
        )


def advance_allowed(case):
    """An advance is asked for only where the convention lends."""
    if case.application.requested_advance and not case.terms.advance_allowed:
        return blocking(case, _("Cette convention ne prévoit pas d’avance."))


def advance_cap(case):
    """The advance asked for is within the convention's cap, in euros."""
    cap, advance = case.terms.advance_cap, case.application.requested_advance
    if cap is not None and advance > cap:
        return blocking(
            case,
            _("L’avance demandée (%(advance)s) dépasse le plafond (%(cap)s)."),
            advance=advance,
            cap=cap,
        )


def advance_with_days(case):
    """No advance without skill-days, where the convention says so."""
    application = case.application
    if (
        case.terms.advance_needs_days
        and application.requested_advance
        and not application.requested_days
    ):
        return blocking(case, _("Cette convention n’accorde pas d’avance sans journées."))


def envelope_room(case):
    """The envelope holds the euros asked for, on the day and since."""
    application = case.application
    if application.requested_money > case.room:
        return Finding(
            Level.WARNING,
            _("Il reste %(room)s dans l’enveloppe : moins que la demande (%(money)s)."),
            {
                "room": case.room,
                "money": application.requested_money,
            },
            _("Journal de la convention"),
        )


def financing_plan(case):
    """What stands beside the aid in the plan: other euros for each of its own, own funds."""
    plan = Plan.of(case.application)
    if plan.is_empty or not plan.aid:
        return None
    message = _(
        "Plan de financement équilibré : l’aide représente %(share)d %% des ressources, soit"
        " %(leverage)s d’autres ressources par euro d’aide. Fonds propres : %(own_funds)s."
    )
    if plan.gap:
        message = _(
            "Plan de financement à équilibrer (écart de %(gap)s) : l’aide représente %(share)d %%"
            " des ressources, soit %(leverage)s d’autres ressources par euro d’aide."
            " Fonds propres : %(own_funds)s."
        )
    facts = {
        "gap": abs(plan.gap),
        "share": plan.aid_percent,
        "leverage": plan.leverage,
        "own_funds": plan.own_funds,
    }
    return Finding(Level.INFO, message, facts, _("Plan de financement du dossier"))


def de_minimis(case):
    """The grant equivalent asked for, in euros, is within what the undertaking may still get."""
    _total, ceiling, room, equivalent, is_rate_known = case.standing
    if room is None or equivalent <= room:
        return None
    message = _(
        "De minimis : la demande vaut %(equivalent)s d’équivalent-subvention brut,"
        " il en reste %(room)s à l’entreprise unique."
    )
    if case.application.requested_advance and not is_rate_known:
        message = _(
            "De minimis : la demande vaut %(equivalent)s d’équivalent-subvention brut,"
            " il en reste %(room)s à l’entreprise unique. Faute de taux de référence à cette date,"
            " l’avance compte en entier."
        )
    facts = {"equivalent": equivalent, "room": room}
    return Finding(Level.BLOCKING, message, facts, str(ceiling))


RULES = [
    term,
    area,
    age,
    small_company,
    difficulty,
    headcount,
    sector,
    jobs,
    advance_allowed,
    advance_cap,
    advance_with_days,
    envelope_room,
    financing_plan,
    de_minimis,
    *windfall.RULES,
    *ties.RULES,
]
