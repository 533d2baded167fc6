"""Whom to ask for a file: experts set apart, with why, or ranked, with the reasons. Pure.

Source: the scheme for conflicts, sectors and fairness; the order is ours (docs/rules.md). Each
criterion gives a grade, 0 the best; among equals, whoever was asked longest ago comes first, and
before them whoever never was.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from companies.models import SkillLevel
from companies.sectors import covering
from conventions.money import in_days
from territories.dates import in_figures

POINTS = {SkillLevel.BASIC: 1, SkillLevel.CONFIRMED: 2, SkillLevel.EXPERT: 3}
LEVELS = dict(SkillLevel.choices)
LIGHT_LOAD = Decimal(5)  # days still to give in running missions

RUNNING = ngettext_lazy(
    "%(missions)d mission en cours, %(days)s encore à donner.",
    "%(missions)d missions en cours, %(days)s encore à donner.",
    "missions",
)


class Place(NamedTuple):
    """A commune, as official lists place it. `epci` is None where there is none."""

    commune: str
    epci: str | None
    department: str
    name: str = ""


class Asked(NamedTuple):
    """What an expert was asked and answered for a file; « there »: works for it until `on`."""

    on: date
    answer: str = ""


@dataclass(frozen=True)
class Need:
    """What a file needs: skills (names by key), days, somewhere, on a day.

    `naf` is None when nobody knows what the company does.
    """

    on: date
    place: Place
    skills: dict[int, str] = field(default_factory=dict)
    level: str = SkillLevel.BASIC  # at least
    days: Decimal = Decimal(0)
    naf: str | None = None


@dataclass(frozen=True)
class Candidate:
    """What is known of an expert, in days where it is not said."""

    key: int
    name: str
    sponsor: str
    sorts_as: str = ""
    levels: dict[int, str] = field(default_factory=dict)
    is_available: bool = True
    absences: tuple[tuple[date, date], ...] = ()
    home: Place | None = None
    reach: str = "antennas"
    days_a_year: int | None = None
    given_this_year: Decimal = Decimal(0)
    missions: int = 0  # running
    to_give: Decimal = Decimal(0)  # in those
    pledged: Decimal = Decimal(0)  # by the sponsor, to the convention
    pledge_left: Decimal = Decimal(0)
    last_asked_on: date | None = None
    asked_here: Asked | None = None
    excluded_sectors: tuple[str, ...] = ()
    is_of_the_company: bool = False
    employer_steps_aside: bool = False

    @property
    def left_this_year(self) -> Decimal | None:
        """Days that they may still give, what running missions wait for left aside."""
        if self.days_a_year is None:
            return None
        return self.days_a_year - self.given_this_year - self.to_give

    def get_absolute_url(self):
        return reverse("companies:expert", args=[self.key])


class Reason(NamedTuple):
    """A grade, 0 the best, and why: a message, put into words for those that a page shows."""

    grade: int
    message: str
    about: dict = {}

    @property
    def sentence(self) -> str:
        told = {
            name: in_days(value) if isinstance(value, Decimal) else value
            for name, value in self.about.items()
        }
        return self.message % told if told else str(self.message)


@dataclass(frozen=True)
class Verdict:
    """An expert and what speaks for or against them; proposed when nothing sets them apart."""

    candidate: Candidate
    against: tuple[str, ...]
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...] = ()  # what is worth knowing, and ranks nobody

    @property
    def is_proposed(self) -> bool:
        return not self.against

    @property
    def sentences(self) -> list[str]:
        """Why they stand where they stand; why they are set apart, of those who are."""
        if self.against:
            return list(self.against)
        reasons = [reason.sentence for reason in self.reasons]
        return [*reasons, fairness(self.candidate), *self.notes]

    @property
    def why(self) -> str:
        return " ".join(self.sentences)

    @property
    def order(self) -> tuple:
        """What they are sorted by: no two experts have the same."""
        candidate = self.candidate
        return (
            *(reason.grade for reason in self.reasons),
            candidate.last_asked_on or date.min,
            candidate.sorts_as,
            candidate.key,
        )


def rank(need: Need, candidates: Iterable[Candidate]) -> list[Verdict]:
    """A verdict on each candidate: those to propose first, the best first; then those set apart."""
    verdicts = [judge(need, candidate) for candidate in candidates]
    return sorted(verdicts, key=lambda verdict: (not verdict.is_proposed, verdict.order))


def judge(need: Need, candidate: Candidate) -> Verdict:
    """What speaks for and against one expert."""
    against = (rule(need, candidate) for rule in EXCLUSIONS)
    return Verdict(
        candidate,
        tuple(sentence for sentence in against if sentence),
        tuple(criterion(need, candidate) for criterion in CRITERIA),
        tuple(sentence for note in NOTES if (sentence := note(need, candidate))),
    )


# What sets an expert apart: a sentence, or nothing


def unavailable(need, candidate):
    """Who is not available is not asked."""
    return "" if candidate.is_available else _("N’est pas disponible en ce moment.")


def away(need, candidate):
    """Who is away on the day that is asked for."""
    for first, last in candidate.absences:
        if first <= need.on <= last:
            days = {"first": in_figures(first), "last": in_figures(last)}
            return _("Absence du %(first)s au %(last)s.") % days
    return ""


def sector(need, candidate):
    """The sponsor excluded what the company does; unknown, it cannot be ruled out."""
    if not candidate.excluded_sectors:
        return ""
    about = {"sponsor": candidate.sponsor, "sectors": " ".join(candidate.excluded_sectors)}
    if need.naf is None:
        return (
            _(
                "%(sponsor)s exclut des secteurs (%(sectors)s), et l’activité de l’entreprise"
                " (code NAF) manque."
            )
            % about
        )
    if found := covering(candidate.excluded_sectors, need.naf):
        about |= {"code": need.naf, "sector": found}
        return _("%(sponsor)s exclut ce secteur (%(sector)s) : l’activité est %(code)s.") % about
    return ""


def company_tie(need, candidate):
    """The employer is the company, or its group."""
    if candidate.is_of_the_company:
        about = {"sponsor": candidate.sponsor}
        return _("Son employeur, %(sponsor)s, est l’entreprise ou son groupe.") % about
    return ""


def recused_employer(need, candidate):
    """The employer sits in the committee, and steps aside from this file."""
    if candidate.employer_steps_aside:
        about = {"sponsor": candidate.sponsor}
        return _("Son employeur, %(sponsor)s, se déporte de ce dossier au comité.") % about
    return ""


def too_far(need, candidate):
    """They stay in the area that they leave from."""
    about = {"home": candidate.home.name if candidate.home else ""}
    if candidate.reach == "department" and not _same(need, candidate, "department"):
        return _("Ne se déplace que dans le département de %(home)s.") % about
    if candidate.reach == "epci" and not _same(need, candidate, "epci"):
        return _("Ne se déplace que dans l’intercommunalité de %(home)s.") % about
    return ""


def year_is_full(need, candidate):
    """They gave, or promised to running missions, all the days of their year."""
    left = candidate.left_this_year
    if left is not None and left <= 0:
        about = {"days": in_days(candidate.days_a_year)}
        return _("Les %(days)s de son année sont données ou promises.") % about
    return ""


def asked_already(need, candidate):
    """Asked for this file: one waits for the answer, has it, or they already work there."""
    asked = candidate.asked_here
    if asked is None:
        return ""
    sentences = {
        "": _("Sollicitation du %(on)s pour ce dossier : la réponse est attendue."),
        "no": _("A décliné ce dossier, demandé le %(on)s."),
        "yes": _("A déjà accepté ce dossier, demandé le %(on)s."),
        "there": _("Intervient déjà pour ce dossier, jusqu’au %(on)s."),
    }
    return sentences.get(asked.answer, "") % {"on": in_figures(asked.on)}


def without_the_skill(need, candidate):
    """They offer none of the skills that are looked for, at the level that is."""
    if need.skills and not _matching(need, candidate):
        return _("N’offre aucune des compétences recherchées, au niveau demandé.")
    return ""


# What ranks them: a grade, and why


def skill(need, candidate):
    """What lacks of the best level, 3 points a skill looked for: the less, the better."""
    if not need.skills:
        return Reason(0, gettext_lazy("Le dossier ne dit pas quelle compétence il recherche."))
    found = _matching(need, candidate)
    short = 3 * len(need.skills) - sum(POINTS[level] for level in found.values())
    if not found:
        return Reason(short, gettext_lazy("N’offre aucune compétence recherchée."))
    names = ", ".join(
        f"{need.skills[key]} ({str(LEVELS[level]).lower()})" for key, level in found.items()
    )
    about = {"found": len(found), "wanted": len(need.skills), "names": names}
    if len(found) == len(need.skills):
        return Reason(short, gettext_lazy("Offre ce qui est recherché : %(names)s."), about)
    message = gettext_lazy("Offre %(found)d des %(wanted)d compétences recherchées : %(names)s.")
    return Reason(short, message, about)


def nearness(need, candidate):
    """From near to far, by the areas of the official lists."""
    if candidate.home is None:
        return Reason(2, gettext_lazy("On ne sait pas d’où cette personne part."))
    about = {"home": candidate.home.name}
    if _same(need, candidate, "commune"):
        return Reason(0, gettext_lazy("Part de %(home)s, la commune de l’entreprise."), about)
    if _same(need, candidate, "epci"):
        return Reason(0, gettext_lazy("Part de %(home)s, dans la même intercommunalité."), about)
    if _same(need, candidate, "department"):
        return Reason(1, gettext_lazy("Part de %(home)s, dans le même département."), about)
    return Reason(2, gettext_lazy("Part de %(home)s, dans un autre département."), about)


def pledge(need, candidate):
    """What the sponsor promised to the convention, less what its experts' missions took."""
    pledged, left = candidate.pledged, candidate.pledge_left
    about = {
        "sponsor": candidate.sponsor,
        "left": left,
        "pledged": pledged,
        "days": need.days,
    }
    if not pledged:
        return Reason(
            2, gettext_lazy("%(sponsor)s n’a promis aucune journée à la convention."), about
        )
    if left <= 0:
        message = gettext_lazy(
            "Les %(pledged)s promises par %(sponsor)s sont toutes prévues en missions."
        )
        return Reason(2, message, about)
    if left < need.days:
        message = gettext_lazy(
            "Il reste %(left)s des %(pledged)s promises par %(sponsor)s : moins que les %(days)s"
            " du dossier."
        )
        return Reason(1, message, about)
    return Reason(
        0, gettext_lazy("Il reste %(left)s des %(pledged)s promises par %(sponsor)s."), about
    )


def year(need, candidate):
    """What is left of the days that they can give in a year."""
    left = candidate.left_this_year
    if left is None:
        return Reason(
            1, gettext_lazy("On ne sait pas combien de journées cette personne peut donner.")
        )
    about = {"left": left, "year": Decimal(candidate.days_a_year), "days": need.days}
    if left < need.days:
        message = gettext_lazy(
            "Peut encore donner %(left)s sur %(year)s cette année : moins que les %(days)s du"
            " dossier."
        )
        return Reason(1, message, about)
    return Reason(0, gettext_lazy("Peut encore donner %(left)s sur %(year)s cette année."), about)


def load(need, candidate):
    """Missions that run, and the days that they still wait for."""
    if not candidate.missions:
        return Reason(0, gettext_lazy("Aucune mission en cours."))
    about = {"missions": candidate.missions, "days": candidate.to_give}
    return Reason(1 if candidate.to_give <= LIGHT_LOAD else 2, RUNNING, about)


def fairness(candidate: Candidate) -> str:
    """When they were last asked, whatever the file: what settles between equals."""
    if candidate.last_asked_on is None:
        return _("Aucune sollicitation jusqu’ici.")
    return _("Dernière sollicitation le %(on)s.") % {"on": in_figures(candidate.last_asked_on)}


def silent_before(need, candidate):
    """They did not answer when they were asked for this file."""
    if candidate.asked_here and candidate.asked_here.answer == "none":
        about = {"on": in_figures(candidate.asked_here.on)}
        return _("N’a pas répondu à la demande du %(on)s pour ce dossier.") % about
    return ""


def away_later(need, candidate):
    """Their next absence."""
    later = sorted(absence for absence in candidate.absences if absence[0] > need.on)
    for first, last in later:
        days = {"first": in_figures(first), "last": in_figures(last)}
        return _("Absence prévue du %(first)s au %(last)s.") % days
    return ""


def _same(need, candidate, area):
    here = getattr(need.place, area)
    return bool(here) and candidate.home is not None and getattr(candidate.home, area) == here


def _matching(need, candidate):
    """The levels of the skills looked for that are high enough, by key."""
    enough = SkillLevel.from_(need.level)
    return {
        key: candidate.levels[key] for key in need.skills if candidate.levels.get(key) in enough
    }


CONFLICTS = [company_tie, recused_employer, sector]
EXCLUSIONS = [
    *CONFLICTS,
    unavailable,
    away,
    asked_already,
    year_is_full,
    too_far,
    without_the_skill,
]
CRITERIA = [skill, nearness, pledge, year, load]
NOTES = [silent_before, away_later]
