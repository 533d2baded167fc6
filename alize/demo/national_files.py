"""The projects of the national picture: planned first, so that what is promised covers them, then
written in bulk. A test finds the same instalments and balances as the verbs would have made.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.utils.text import slugify
from stdnum import luhn

from committee.models import Application, ApplicationStep, Decision
from companies.models import Company, CompanyFigures, Expert
from conventions.models import Convention, Entry
from conventions.schedule import Plan, add_months, spread
from support.models import Aid, Disbursement, Instalment, Job, Mission, Repayment, SkillDay

FIRST_SIREN = 90_000  # SIREN numbers of the demonstration begin with 000
DEFERRAL, INSTALMENTS, EVERY = 6, 12, 3  # months, number, months
REFUSED_IN = 4  # one file in four is refused
REFUSALS = ["Emplois trop incertains.", "Projet commencé avant la demande.", "Plan non bouclé."]


@dataclass
class Project:
    """A file to write: amounts in whole euros, days and jobs as the committee retained them."""

    convention: dict
    received_on: date
    decided_on: date
    purpose: str
    title: str
    advance: int = 0
    grant: int = 0
    days: int = 0
    created: int = 0
    maintained: int = 0
    rows: dict = field(default_factory=dict)  # what was written of it

    @property
    def is_approved(self):
        return self.days > 0


# What happens


def plan_projects(world, data, conventions, already) -> list[Project]:
    """Every file by the day it was received; the approved ones make the published totals."""
    published, (projects, jobs) = data["published"], already
    number = published["projects"] - projects
    weights = [_months(convention, data["on"]) for convention in conventions]
    chosen = world.random.choices(conventions, weights, k=number)
    approved = [_project(world, data, convention) for convention in chosen]
    _promise_jobs(world, approved, published["jobs"] - jobs)
    for project in approved:
        project.advance, project.grant, project.days = _award(world)
    refused = world.random.choices(conventions, weights, k=number // (REFUSED_IN - 1))
    refused = [_project(world, data, convention) for convention in refused]
    return sorted([*approved, *refused], key=lambda project: project.received_on)


def _months(convention, on):
    """Days of its term that are gone by `on`, none of the last two months."""
    return max((_last_decision(convention, on) - convention["starts"]).days, 1)


def _last_decision(convention, on):
    ends = add_months(convention["starts"], 12 * convention["years"])
    return min(ends - timedelta(days=1), on - timedelta(days=7))


def _project(world, data, convention):
    chance, purposes = world.random, data["purposes"]
    [purpose] = chance.choices(list(purposes), [each["weight"] for each in purposes.values()])
    last = (_last_decision(convention, data["on"]) - convention["starts"]).days
    decided_on = convention["starts"] + timedelta(days=chance.randint(min(35, last), last))
    received_on = max(decided_on - timedelta(days=chance.randint(21, 50)), convention["starts"])
    title = chance.choice(purposes[purpose]["titles"])
    return Project(convention, received_on, decided_on, purpose, title)


def _promise_jobs(world, projects, total):
    """Jobs to create and to keep, so that they make exactly the total."""
    chance = world.random
    for project in projects:
        project.created, project.maintained = chance.randint(2, 7), chance.choice([0, 1, 2, 3, 4])
    missing = total - sum(project.created + project.maintained for project in projects)
    step = 1 if missing > 0 else -1
    while missing:
        project = chance.choice(projects)
        if project.maintained + step >= 0 and project.maintained < 12:
            project.maintained += step
            missing -= step


def _award(world):
    """Advances of 10 to 25 thousand euros as a rule; grants are rare, days always there."""
    chance = world.random
    euros = 500 * chance.randint(20, 50)
    advance, grant = (0, euros // 2) if chance.random() < 0.08 else (euros, 0)
    return advance, grant, chance.choice([3, 3, 4, 4, 5])


# What is written of it


def write_projects(world, projects, on: date):
    """Every row of these files, dated `on` at the latest."""
    writer = Writer(world, on)
    writer.companies(projects)
    writer.files(projects)
    approved = [project for project in projects if project.is_approved]
    writer.money(approved)
    writer.days(approved)
    writer.jobs(approved)


class Writer:
    """Writes the rows of one kind after the other, for all files at once."""

    def __init__(self, world, on):
        self.world, self.chance, self.on = world, world.random, on
        self.conventions = {
            each.reference: each
            for each in Convention.objects.select_related("antenna", "successor").prefetch_related(
                "steps"
            )
        }

    def companies(self, projects):
        names, trades = self._names(), iter(count())
        numbers, companies, figures = count(FIRST_SIREN), [], []
        communes = {
            name: list(territory.communes.order_by("pk").values_list("pk", flat=True))
            for name, territory in self.world.territories.items()
        }
        for project in projects:
            antenna = self.conventions[project.convention["reference"]].antenna
            name, naf = names[next(trades)]
            siret = _siret(next(numbers))
            company = Company(
                antenna=antenna,
                name=name,
                siret=siret,
                siren=siret[:9],
                naf_id=naf,
                commune_id=self.chance.choice(communes[antenna.name]),
                founded_on=project.received_on - timedelta(days=self.chance.randint(1100, 9000)),
                notes="Entreprise fictive.",
            )
            companies.append(company)
            closed_on = date(project.received_on.year - 1, 12, 31)
            staff = self.chance.choice([4, 5, 6, 7, 8, 9, 9, 12, 15, 18, 24, 36])
            figures.append(CompanyFigures(company=company, closed_on=closed_on, headcount=staff))
            project.rows |= {"company": company, "staff": staff}
        Company.objects.bulk_create(companies)
        CompanyFigures.objects.bulk_create(figures)

    def _names(self):
        trades, names = self.world.national["trades"], self.world.national["last"]
        found = [(f"{trade} {name}", naf) for trade, naf in trades for name in names]
        found += [(f"{trade} {name} et fils", naf) for trade, naf in trades for name in names]
        found += [(f"Ateliers {name} ({trade})", naf) for trade, naf in trades for name in names]
        self.chance.shuffle(found)
        return found

    def files(self, projects):
        """The applications, their steps, the decisions and the lines that commit the money."""
        numbers, applications, decisions, steps = Counter(), [], [], []
        for project in projects:
            convention = self.conventions[project.convention["reference"]]
            numbers[convention] += 1
            application = _application(project, convention, numbers[convention], self.chance)
            applications.append(application)
            decisions.append(_decision(project, application, self.chance))
            steps += [
                ApplicationStep(application=application, status=status, on=on)
                for status, on in (
                    ("submitted", project.received_on),
                    (application.status, project.decided_on),
                )
            ]
            project.rows |= {"application": application, "decision": decisions[-1]}
        Application.objects.bulk_create(applications)
        ApplicationStep.objects.bulk_create(steps)
        Entry.objects.bulk_create(each.entry for each in decisions if each.entry)
        Decision.objects.bulk_create(decisions)

    def money(self, projects):
        """Contracts, one payment each, and what came back; few companies stop paying."""
        aids, paid, plans, repaid, numbers = [], [], [], [], Counter()
        for project in projects:
            contract_on = project.decided_on + timedelta(days=self.chance.randint(1, 20))
            paid_on = contract_on + timedelta(days=self.chance.randint(1, 15))
            if paid_on > self.on:
                continue
            application = project.rows["application"]
            place = slugify(application.convention.antenna.name).upper(), contract_on.year
            numbers[place] += 1
            aid = _aid(project, contract_on, "{}-{}-{:03d}".format(*place, numbers[place]))
            aids.append(aid)
            paid.append(Disbursement(aid=aid, amount=aid.amount, paid_on=paid_on))
            if not project.advance:
                continue
            first = add_months(paid_on, DEFERRAL + EVERY)
            plan = spread(Decimal(project.advance), Plan(first, INSTALMENTS, EVERY).dates())
            plans += [
                Instalment(aid=aid, since=paid_on, due_on=line.due_on, amount=line.amount)
                for line in plan
            ]
            stops_after = self.chance.randint(1, 8) if self.chance.random() < 0.02 else INSTALMENTS
            repaid += [
                self._repayment(aid, application, line)
                for line in plan[:stops_after]
                if line.due_on <= self.on
            ]
        Aid.objects.bulk_create(aids)
        Disbursement.objects.bulk_create(paid)
        Instalment.objects.bulk_create(plans)
        Entry.objects.bulk_create(each.entry for each in repaid)
        Repayment.objects.bulk_create(repaid)

    def _repayment(self, aid, application, line):
        """It refills the convention, or the one that follows once this one is closed."""
        convention = application.convention
        while convention.status_on(line.due_on) == "closed" and hasattr(convention, "successor"):
            convention = self.conventions[convention.successor.reference]
        entry = Entry(
            convention=convention,
            envelope="general",
            kind="repayment",
            amount=line.amount,
            on=line.due_on,
            label=str(aid),
        )
        return Repayment(aid=aid, amount=line.amount, received_on=line.due_on, entry=entry)

    def days(self, projects):
        """A mission each, led by somebody of a sponsor of the antenna; a day every other week."""
        experts = {}
        for link in Expert.antennas.through.objects.select_related("expert", "antenna"):
            experts.setdefault(link.antenna.name, []).append(link.expert)
        missions, days = [], []
        for project in projects:
            application = project.rows["application"]
            signed_on = project.decided_on + timedelta(days=self.chance.randint(5, 40))
            if signed_on > self.on:
                continue
            mission = Mission(
                application=application,
                expert=self.chance.choice(experts[application.convention.antenna.name]),
                subject=f"Accompagner : {project.title}"[:150],
                starts_on=signed_on,
                ends_on=add_months(signed_on, 9),
                days=project.days,
                signed_on=signed_on,
            )
            missions.append(mission)
            for rank in range(project.days):
                done_on = signed_on + timedelta(days=14 * (rank + 1))
                if done_on > self.on:
                    break
                certified_on = done_on + timedelta(days=10)
                certified = certified_on <= self.on and self.chance.random() < 0.95
                days.append(
                    SkillDay(
                        mission=mission,
                        expert=mission.expert,
                        done_on=done_on,
                        days=1,
                        certified_on=certified_on if certified else None,
                    )
                )
        Mission.objects.bulk_create(missions)
        SkillDay.objects.bulk_create(days)

    def jobs(self, projects):
        """Two thirds to three quarters of what was promised came true, as the network tells."""
        found = []
        for project in projects:
            for _ in range(project.created):
                found += self._job(project, "created", 0.72, self.chance.randint(30, 240))
            for _ in range(project.maintained):
                found += self._job(project, "maintained", 0.9, -self.chance.randint(400, 3000))
        Job.objects.bulk_create(found)

    def _job(self, project, kind, likelihood, begins):
        comes_true = self.chance.random() < likelihood
        starts_on = project.decided_on + timedelta(days=begins)
        seen_after = timedelta(days=self.chance.randint(20, 90))
        observed_on = max(starts_on, project.decided_on) + seen_after
        if not comes_true or observed_on > self.on:
            return []
        verified_on = observed_on + timedelta(days=30)
        is_verified = verified_on <= self.on and self.chance.random() < 0.4
        job = Job(
            application=project.rows["application"],
            kind=kind,
            contract="permanent" if self.chance.random() < 0.85 else "fixed_term",
            starts_on=starts_on,
            observed_on=observed_on,
            evidence_kind="register",
            verified_on=verified_on if is_verified else None,
            verified_how="Registre du personnel" if is_verified else "",
        )
        ended_on = observed_on + timedelta(days=self.chance.randint(60, 900))
        if kind == "created" and self.chance.random() < 0.08 and ended_on <= self.on:
            job.ends_on = ended_on
        return [job]


def _siret(number):
    """A valid SIRET whose SIREN no company is known to have."""
    stem = f"{number:08d}"
    siren = stem + luhn.calc_check_digit(stem)
    return f"{siren}0001" + luhn.calc_check_digit(f"{siren}0001")


def _application(project, convention, number, chance):
    created = project.created if project.is_approved else chance.randint(1, 5)
    return Application(
        convention=convention,
        number=number,
        company=project.rows["company"],
        purpose=project.purpose,
        title=project.title,
        project_starts_on=project.decided_on + timedelta(days=30),
        without_aid=chance.choice(["smaller", "later", "abandoned"]),
        requested_advance=project.advance or (0 if project.grant else 15_000),
        requested_grant=project.grant,
        requested_days=project.days or 3,
        baseline_headcount=project.rows["staff"],
        planned_jobs_created=created + chance.choice([0, 0, 1, 2]),
        planned_jobs_maintained=project.maintained,
        status="approved" if project.is_approved else "refused",
        received_on=project.received_on,
    )


def _decision(project, application, chance):
    decision = Decision(
        application=application, outcome=application.status, decided_on=project.decided_on
    )
    if not project.is_approved:
        decision.reason = chance.choice(REFUSALS)
        return decision
    decision.advance, decision.grant = Decimal(project.advance), Decimal(project.grant)
    decision.days, decision.jobs_created = Decimal(project.days), project.created
    decision.jobs_maintained = project.maintained
    decision.entry = Entry(
        convention=application.convention,
        envelope="general",
        kind="commitment",
        amount=-(decision.advance + decision.grant),
        on=project.decided_on,
        label=str(application),
    )
    return decision


def _aid(project, contract_on, number):
    terms = (
        {"deferral_months": DEFERRAL, "instalments": INSTALMENTS, "frequency": EVERY}
        if project.advance
        else {}
    )
    return Aid(
        decision=project.rows["decision"],
        instrument="advance" if project.advance else "grant",
        contract_on=contract_on,
        number=number,
        **terms,
    )
