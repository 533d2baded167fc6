"""What is known of the experts who could help a file, gathered for `support.finding`."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, Sum
from django.utils import timezone

from committee.models import Application, Seat
from committee.recusal import Ground, grounds, ties
from companies.models import Absence, Offer, Sponsor
from conventions.models import Pledge
from support.finding import CONFLICTS, Asked, Candidate, Need, Place, Verdict, rank
from support.models import Mission, SkillDay, Solicitation
from territories.search import fold

ASIDE = {Ground.EMPLOYER, Ground.GROUP, Ground.DECLARED}
NOTHING = Decimal(0)


def need_of(application: Application, on: date, *, skills=None, level="basic") -> Need:
    """What the file needs on a day, in days granted, else asked for.

    `skills`: others than those that the file asks for.
    """
    if skills is None:
        skills = application.requested_skills.all()
    approval = application.approval
    return Need(
        on=on,
        place=_place(application.company.commune),
        skills={skill.pk: skill.name for skill in skills},
        level=level,
        days=approval.days if approval else application.requested_days,
        naf=application.company.naf_id,
    )


def verdicts_on(application: Application, need: Need, experts) -> list[Verdict]:
    """Judges the `experts`, a queryset, for a file; as many queries for one as for many."""
    known = _Known(application, need.on, experts)
    experts = experts.select_related("sponsor", "home")
    return rank(need, [known.of(expert) for expert in experts])


def conflicts_with(application: Application, experts) -> dict[int, str]:
    """Why each of these experts, a queryset, is never sent to the company; by key, if so.

    Source: the scheme: neither its own people, nor those of whom steps aside from the file, nor
    those of a sponsor that excludes what the company does.
    """
    need = need_of(application, timezone.localdate(), skills=[])
    known = _Known(application, need.on, experts)
    found = {}
    for expert in experts.select_related("sponsor", "home"):
        candidate = known.of(expert)
        sentences = [rule(need, candidate) for rule in CONFLICTS]
        if any(sentences):
            found[expert.pk] = " ".join(filter(None, sentences))
    return found


class _Known:
    """What the rows say of all these experts at once, on a day, for a file."""

    def __init__(self, application, on, experts):
        self.convention, self.on, self.experts = application.convention, on, experts
        self._offers()
        self._missions()
        self._pledges()
        asked = Solicitation.objects.filter(expert__in=experts).order_by().values("expert")
        self.last_asked = dict(asked.values_list("expert", Max("asked_on")))
        self.asked_here = {
            each.expert_id: Asked(each.asked_on, each.answer)
            for each in application.solicitations.order_by("asked_on", "pk")
        }
        self._at_work(application)
        tied = Sponsor.objects.tied_to(application.company)
        self.tied = {each.pk for each in tied if each.is_tied_to(application.company)}
        self._recused(application)

    def _offers(self):
        """Levels by skill, and absences: read as plain values, which a thousand experts feel."""
        self.levels, self.absences = defaultdict(dict), defaultdict(list)
        offers = Offer.objects.filter(expert__in=self.experts).order_by()
        for expert, skill, level in offers.values_list("expert", "skill", "level"):
            self.levels[expert][skill] = level
        absences = Absence.objects.filter(expert__in=self.experts).order_by("starts_on", "pk")
        for expert, *days in absences.values_list("expert", "starts_on", "ends_on"):
            self.absences[expert].append(tuple(days))

    def _missions(self):
        """Running missions, the days that they plan, what was given of those; days of the year.

        The days that a mission still waits for are those of who leads it.
        """
        running = Mission.objects.running_on(self.on).exclude(stopped_on__lte=self.on).order_by()
        led = running.filter(expert__in=self.experts)
        shared = running.filter(others__in=self.experts).values_list("others")
        self.led = dict(led.values_list("expert").annotate(Count("pk")))
        self.shared = dict(shared.annotate(Count("pk")))
        self.planned = dict(led.values_list("expert").annotate(Sum("days")))
        days = SkillDay.objects.standing().order_by()
        given = days.filter(mission__in=led).values_list("mission__expert")
        self.given = dict(given.annotate(Sum("days")))
        this_year = days.filter(done_on__year=self.on.year, expert__in=self.experts)
        self.this_year = dict(this_year.values_list("expert").annotate(Sum("days")))

    def _at_work(self, application):
        """Whoever works for the file, or is about to, is there already: nothing is left to ask."""
        missions = application.missions.filter(ends_on__gte=self.on)
        missions = missions.exclude(stopped_on__lte=self.on).order_by("ends_on")
        for expert in ("expert", "others"):
            for key, ends_on in missions.values_list(expert, "ends_on"):
                self.asked_here[key] = Asked(ends_on, "there")

    def _pledges(self):
        """Of each sponsor: days promised to the convention, days that missions took of them."""
        promised = Pledge.objects.filter(convention=self.convention).standing_on(self.on)
        promised = promised.order_by().values_list("sponsor").annotate(Sum("days"))
        self.pledged = dict(promised)
        missions = Mission.objects.filter(application__convention=self.convention)
        self.taken = defaultdict(Decimal)
        for sponsor, planned, given, stopped_on in (
            missions.order_by()
            .with_days()
            .values_list("expert__sponsor", "days", "delivered", "stopped_on")
        ):
            # A mission that was stopped takes what it gave.
            self.taken[sponsor] += given if stopped_on else planned

    def _recused(self, application):
        """The employers of who steps aside from the file, but for those who lend its expert."""
        seats = Seat.objects.held_on(self.on).filter(committee__antenna=self.convention.antenna_id)
        found = grounds(seats.select_related("employer"), application)
        self.recused = ties(seat for seat, ground in found if ground in ASIDE)

    def of(self, expert):
        sponsor, given = expert.sponsor, self.given.get(expert.pk, NOTHING)
        planned = self.planned.get(expert.pk, NOTHING)
        pledged = self.pledged.get(sponsor.pk) or NOTHING
        return Candidate(
            key=expert.pk,
            name=str(expert),
            sponsor=sponsor.name,
            sorts_as=expert.search,
            levels=self.levels[expert.pk],
            is_available=expert.is_available,
            absences=tuple(self.absences[expert.pk]),
            home=expert.home and _place(expert.home),
            reach=expert.reach,
            days_a_year=expert.days_a_year,
            given_this_year=self.this_year.get(expert.pk, NOTHING),
            missions=self.led.get(expert.pk, 0) + self.shared.get(expert.pk, 0),
            to_give=max(planned - given, NOTHING),
            pledged=pledged,
            pledge_left=pledged - self.taken[sponsor.pk],
            last_asked_on=self.last_asked.get(expert.pk),
            asked_here=self.asked_here.get(expert.pk),
            excluded_sectors=tuple(sponsor.sectors),
            is_of_the_company=sponsor.pk in self.tied,
            employer_steps_aside=self._is_recused(sponsor),
        )

    def _is_recused(self, sponsor):
        aside = self.recused
        return (
            sponsor.pk in aside.sponsors
            or sponsor.siren in aside.sirens
            or fold(sponsor.name) in aside.groups
        )


def _place(commune):
    return Place(commune.pk, commune.epci_id, commune.department_id, commune.name)
