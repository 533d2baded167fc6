"""The rows of `./dev bench`: as many as asked, all of them such that the database accepts them."""

import random
import sys
from datetime import timedelta
from decimal import Decimal
from io import StringIO

from django.core.management import call_command
from django.db import connection, transaction

from committee.models import Application, Decision
from companies.models import Company, CompanyFigures, Expert, NafCode, Offer, Skill, Sponsor
from conventions.models import Entry
from conventions.schedule import Plan, add_months, spread
from support.models import Aid, Disbursement, Instalment, Job, Mission, Repayment, SkillDay
from territories.models import Commune
from tests import factories as make
from tests.factories import day

ANTENNAS = 20  # the first one has half of the rows, unless told
CONVENTIONS = 4  # of each antenna, one after the other; the last one runs
CHUNK = 5_000
CHANCE = random.Random(2003)  # the same rows at each run
PAST = [*["approved"] * 15, *["refused"] * 4, "withdrawn"]
RUNNING = [*["approved"] * 13, *["refused"] * 2, "adjourned", *["submitted", "draft"] * 2]


def fill(rows, *, antennas=ANTENNAS, place=None, jobs=1):
    """`rows` companies with a file each, and what three files in four got.

    `place` says of which antenna and convention a file is; `jobs`: of each kind, in a file.
    """
    place = place or half_in_the_first
    for command in ("load_communes", "load_naf"):
        call_command(command, stdout=StringIO())
    conventions = [_conventions(number, rows) for number in range(antennas)]
    experts = [_experts(number, own[0].antenna, rows) for number, own in enumerate(conventions)]
    communes = list(Commune.objects.values_list("pk", flat=True)[::71])
    activities = list(NafCode.objects.sub_classes().values_list("pk", flat=True))
    for start in range(0, rows, CHUNK):
        numbers = range(start, min(start + CHUNK, rows))
        with transaction.atomic():
            files = _files(numbers, place, conventions, communes, activities)
            approved = _decisions(files)
            _aids(approved)
            _missions(approved, place, experts, jobs)
        print(f"\r{numbers.stop} of {rows} companies", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if connection.vendor == "postgresql":
        # As its own housekeeping would soon do; SQLite has none.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


def half_in_the_first(number):
    """(antenna, convention of it, number within the convention) of a file."""
    half = number // 2
    antenna, rest = (1 + half % (ANTENNAS - 1), half // (ANTENNAS - 1)) if number % 2 else (0, half)
    return antenna, rest % CONVENTIONS, rest // CONVENTIONS + 1


def word(number):
    stems = ["Marchal", "Tôlerie", "Noël", "Vosges", "Chêne", "Bâti", "Laiton", "Forge", "Œuvre"]
    ends = ["", " et Fils", "-Est", " Industrie", " Services", " Lorraine", " Sud"]
    return stems[number % 9] + ends[number // 9 % 7]


def _conventions(number, rows):
    """An antenna and its conventions: the next one begins when one ends."""
    antenna = make.AntennaFactory(name=f"Antenne {word(number)} {number}")
    committee = make.CommitteeFactory(antenna=antenna)
    make.SeatFactory.create_batch(9, committee=committee)
    targets = {"target_aid": 10_000_000, "target_days": 10_000, "target_jobs": 10_000}
    conventions = []
    for rank in range(CONVENTIONS):
        convention = make.ConventionFactory(
            antenna=antenna,
            reference=f"A{number}-{rank}",
            starts_on=add_months(day(-700), 36 * (rank + 1 - CONVENTIONS)),
            funds=10_000 * rows,
            terms=targets,
        )
        pledge = convention.pledges.get()
        for _ in range(3):
            pledge.receive(1_000, on=convention.starts_on)
        conventions.append(convention)
    for convention in conventions[:-1]:
        convention.close(on=add_months(convention.starts_on, 36))
    return conventions


def _experts(number, antenna, rows):
    """The experts of an antenna, some of every sponsor."""
    sponsors = Sponsor.objects.bulk_create(
        Sponsor(name=f"Groupe {word(n)} {number}-{n}", kind=Sponsor.Kind.values[n % 6])
        for n in range(rows // 2_000 + 1)
    )
    experts = Expert.objects.bulk_create(
        Expert(sponsor=sponsors[n % len(sponsors)], first_name=word(n), last_name=word(n // 7))
        for n in range(rows // 400 + 1)
    )
    link = Expert.antennas.through
    link.objects.bulk_create(link(expert=expert, antenna=antenna) for expert in experts)
    skills = list(Skill.objects.values_list("pk", flat=True))
    Offer.objects.bulk_create(
        Offer(expert=expert, skill_id=skills[(n + step) % len(skills)], level=level)
        for n, expert in enumerate(experts)
        for step, level in enumerate(["basic", "confirmed", "expert"])
    )
    return experts


def _files(numbers, place, conventions, communes, activities):
    """(number, file) of each company, which has figures of two years."""
    companies, figures, files = [], [], []
    for n in numbers:
        antenna, rank, number = place(n)
        convention = conventions[antenna][rank]
        siret = make.siret(10_000_000 + n)
        company = Company(
            antenna=convention.antenna,
            name=f"{word(n)} {n}",
            siret=siret,
            siren=siret[:9],
            naf_id=activities[n % len(activities)],
            commune_id=communes[n % len(communes)],
        )
        companies.append(company)
        figures += [
            CompanyFigures(company=company, closed_on=day(-365 * year), headcount=n % 60)
            for year in (1, 2)
        ]
        status = CHANCE.choice(RUNNING if rank == CONVENTIONS - 1 else PAST)
        received_on = convention.starts_on + timedelta(days=n * 37 % 600)
        file = Application(
            convention=convention,
            number=number,
            company=company,
            purpose=Application.Purpose.values[n % 8],
            title=f"Projet {word(n // 3)}",
            requested_advance=5_000 + n % 10_000 * 2,
            requested_days=3,
            planned_jobs_created=3,
            baseline_headcount=n % 60,
            status=status,
            received_on=None if status == "draft" else received_on,
        )
        files.append((n, file))
    Company.objects.bulk_create(companies)
    CompanyFigures.objects.bulk_create(figures)
    Application.objects.bulk_create(file for _n, file in files)
    return files


def _entry(file, kind, amount, on):
    return Entry(
        convention=file.convention,
        envelope=file.envelope,
        kind=kind,
        amount=amount,
        on=on,
        label=f"{file.reference} – {file.company.name}",
    )


def _decisions(files):
    """Decides on the files; (number, decision) of each approval."""
    decisions = []
    for n, file in files:
        if file.status not in ("approved", "refused"):
            continue
        on = file.received_on + timedelta(days=30)
        decision = Decision(application=file, outcome=file.status, decided_on=on)
        if file.status == "approved":
            decision.advance, decision.days, decision.jobs_created = file.requested_advance, 3, 2
            decision.entry = _entry(file, "commitment", -decision.advance, on)
        else:
            decision.reason = "Hors du champ"
        decisions.append((n, decision))
    Entry.objects.bulk_create(each.entry for _n, each in decisions if each.entry)
    Decision.objects.bulk_create(each for _n, each in decisions)
    return [(n, each) for n, each in decisions if each.entry]


def _aids(approved):
    """Nine approvals in ten are under contract; one aid in fifty is half paid, one late."""
    aids, disbursements, repayments, instalments = [], [], [], []
    for _n, decision in approved:
        if CHANCE.random() < 0.1:
            continue
        on = decision.decided_on
        number = f"BANC-{on.year}-{decision.pk:06d}"
        aid = Aid(decision=decision, instrument="advance", contract_on=on, number=number)
        aid.instalments = 24
        aids.append(aid)
        paid = decision.advance // (2 if CHANCE.random() < 0.02 else 1)
        for part in (1_000, paid - 1_000):
            disbursements.append(Disbursement(aid=aid, amount=part, paid_on=on))
        plan = spread(Decimal(paid), Plan(add_months(on, 1), 24).dates())
        instalments += [
            Instalment(aid=aid, since=on, due_on=line.due_on, amount=line.amount) for line in plan
        ]
        due = [line for line in plan if line.due_on < day(0)]
        due = due[: len(due) // 2] if CHANCE.random() < 0.02 else due
        for part in (due[at : at + 8] for at in range(0, len(due), 8)):
            paid, back_on = sum(line.amount for line in part), part[-1].due_on
            entry = _entry(decision.application, "repayment", paid, back_on)
            repayments.append(Repayment(aid=aid, amount=paid, received_on=back_on, entry=entry))
    Aid.objects.bulk_create(aids)
    Disbursement.objects.bulk_create(disbursements)
    Instalment.objects.bulk_create(instalments)
    Entry.objects.bulk_create(each.entry for each in repayments)
    Repayment.objects.bulk_create(repayments)


def _missions(approved, place, experts, jobs_of_a_kind):
    """Each approved file has a mission of three days, and most have jobs of both kinds."""
    missions, days, jobs = [], [], []
    for n, decision in approved:
        file, on = decision.application, decision.decided_on
        own = experts[place(n)[0]]
        fields = {"subject": f"Mission {word(n // 5)}", "expert": own[n % len(own)], "days": 3}
        mission = Mission(
            application=file, starts_on=on, ends_on=on + timedelta(days=120), signed_on=on, **fields
        )
        missions.append(mission)
        for rank in range(3):
            done_on = on + timedelta(days=7 * rank)
            certified_on = None if CHANCE.random() < 0.05 else done_on
            days.append(
                SkillDay(
                    mission=mission,
                    expert=mission.expert,
                    done_on=done_on,
                    days=1,
                    certified_on=certified_on,
                )
            )
        for rank, kind in enumerate(Job.Kind.values * jobs_of_a_kind if n % 8 else ()):
            began_on = min(on + timedelta(days=5 * rank // 2), day(0))
            fields = {"contract": "permanent", "starts_on": began_on, "observed_on": began_on}
            jobs.append(Job(application=file, kind=kind, **fields))
    Mission.objects.bulk_create(missions)
    SkillDay.objects.bulk_create(days)
    Job.objects.bulk_create(jobs)
