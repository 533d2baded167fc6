"""Rows to begin a test with. What a verb writes, the factories write by that verb."""

from datetime import time
from decimal import Decimal

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory

from accounts.models import Membership, User
from committee.models import (
    Application,
    Committee,
    DeclaredAid,
    Document,
    FinancingLine,
    PieceKind,
    Seat,
    Session,
)
from companies.models import (
    Company,
    CompanyFigures,
    Contact,
    Expert,
    NafCode,
    Skill,
    Sponsor,
)
from conventions.calls import call_funds
from conventions.models import Convention, Envelope, Terms
from conventions.schedule import add_months
from support.bank_lines import Credit, Reading
from support.models import Aid, BankColumns, Job, Mission, SkillDay, Statement
from territories.models import Antenna, Closure, Commune, Department, Epci, Territory
from tests.numbers import TODAY, day, siret

# Territories


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department
        django_get_or_create = ["code"]

    code = "54"
    name = "Meurthe-et-Moselle"
    region_code = "44"
    region_name = "Grand Est"


class EpciFactory(DjangoModelFactory):
    class Meta:
        model = Epci
        django_get_or_create = ["siren"]

    siren = "200070563"
    name = "CC Terres Touloises"
    kind = "CC"


class CommuneFactory(DjangoModelFactory):
    class Meta:
        model = Commune
        django_get_or_create = ["code"]

    code = "54528"
    name = "Toul"
    department = factory.SubFactory(DepartmentFactory)
    postal_codes = "54200"


class AntennaFactory(DjangoModelFactory):
    class Meta:
        model = Antenna

    name = factory.Sequence(lambda n: f"Antenne {n}")
    status = Antenna.Status.ACTIVE


class TerritoryFactory(DjangoModelFactory):
    class Meta:
        model = Territory

    antenna = factory.SubFactory(AntennaFactory)
    name = factory.Sequence(lambda n: f"Territoire {n}")


class ClosureFactory(DjangoModelFactory):
    class Meta:
        model = Closure

    antenna = factory.SubFactory(AntennaFactory)
    site = "Usine de Toul"
    company_name = "Kléber"
    jobs_cut = 826


# Accounts


class UserFactory(DjangoModelFactory):
    """`UserFactory(roles=[(Role.READER, antenna), (Role.FUNDER, None)])`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@example.org")

    @classmethod
    def _create(cls, model_class, *args, **fields):
        return model_class.objects.create_user(*args, **fields)

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        for role, antenna in extracted or ():
            Membership.objects.create(user=self, role=role, antenna=antenna)


# Companies


class NafFactory(DjangoModelFactory):
    class Meta:
        model = NafCode
        django_get_or_create = ["code"]

    code = "25.62B"
    label = "Mécanique industrielle"
    level = 5


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = Company

    antenna = factory.SubFactory(AntennaFactory)
    name = factory.Sequence(lambda n: f"Entreprise {n}")
    siret = factory.Sequence(lambda n: siret(10_000_000 + n))
    naf = factory.SubFactory(NafFactory)
    commune = factory.SubFactory(CommuneFactory)


class CompanyFiguresFactory(DjangoModelFactory):
    class Meta:
        model = CompanyFigures

    company = factory.SubFactory(CompanyFactory)
    closed_on = day(-200)
    headcount = 8
    subscribed_capital = 20_000
    own_funds = 45_000


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    company = factory.SubFactory(CompanyFactory)
    name = "Jeanne Marchal"


class SponsorFactory(DjangoModelFactory):
    class Meta:
        model = Sponsor

    name = factory.Sequence(lambda n: f"Apporteur {n}")
    kind = Sponsor.Kind.LARGE_GROUP


class SkillFactory(DjangoModelFactory):
    class Meta:
        model = Skill

    name = factory.Sequence(lambda n: f"Compétence {n}")


class ExpertFactory(DjangoModelFactory):
    """`ExpertFactory(antennas=[toul])`."""

    class Meta:
        model = Expert
        skip_postgeneration_save = True

    sponsor = factory.SubFactory(SponsorFactory)
    first_name = "Paul"
    last_name = "Humbert"

    @factory.post_generation
    def antennas(self, create, extracted, **kwargs):
        self.antennas.set(extracted or [])


# Conventions


class TermsFactory(DjangoModelFactory):
    """Three years; no rule against an advance, so that each test states the rule it is about."""

    class Meta:
        model = Terms

    effective_on = factory.SelfAttribute("convention.starts_on")
    ends_on = factory.LazyAttribute(lambda terms: add_months(terms.effective_on, 36))
    advance_needs_days = False


class ConventionFactory(DjangoModelFactory):
    """Running since a year. `funds`, `difficulty_funds`: euros pledged; `terms`: fields of it."""

    class Meta:
        model = Convention

    antenna = factory.SubFactory(AntennaFactory)
    reference = factory.Sequence(lambda n: f"CONV-{n}")
    name = factory.Sequence(lambda n: f"Convention {n}")
    starts_on = day(-365)

    @classmethod
    def _create(
        cls, model_class, *, signed=True, funds=0, difficulty_funds=0, terms=None, **fields
    ):
        convention = model_class.objects.create(**fields)
        TermsFactory(convention=convention, **terms or {})
        envelopes = {Envelope.GENERAL: funds, Envelope.DIFFICULTY: difficulty_funds}
        for envelope, amount in envelopes.items():
            if amount:
                convention.pledge(
                    SponsorFactory(),
                    origin="private",
                    amount=amount,
                    envelope=envelope,
                    on=convention.starts_on,
                )
        if signed:
            convention.sign(on=convention.starts_on)
        return convention


def called(pledge, amount, *, due_on=None, on=None, by=None):
    """A call, due in a month, its letter in preparation unless it was made `on` a day."""
    by = by or UserFactory()
    return call_funds(pledge, amount, due_on=due_on or day(30), on=on, by=by)


# Committee

SUBMITTED_ON = day(-60)
APPROVED_ON = day(-30)


class CommitteeFactory(DjangoModelFactory):
    class Meta:
        model = Committee

    antenna = factory.SubFactory(AntennaFactory)
    name = "Comité d’agrément"
    since = day(-365)


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = Seat

    committee = factory.SubFactory(CommitteeFactory)
    college = Seat.College.BUSINESS
    holder = factory.Sequence(lambda n: f"Membre {n}")
    mandate_from = day(-365)


class SessionFactory(DjangoModelFactory):
    """In ten days, in the morning, nothing on its agenda yet."""

    class Meta:
        model = Session

    convention = factory.SubFactory(ConventionFactory)
    committee = factory.SubFactory(
        CommitteeFactory, antenna=factory.SelfAttribute("..convention.antenna")
    )
    on = day(10)
    at = time(9, 30)
    place = "Mairie"


class ApplicationFactory(DjangoModelFactory):
    """A draft that lacks nothing; its plan balances whatever it asks for (`plan=False`: none)."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    convention = factory.SubFactory(ConventionFactory, funds=100_000)
    company = factory.SubFactory(
        CompanyFactory, antenna=factory.SelfAttribute("..convention.antenna")
    )
    purpose = Application.Purpose.PRODUCTION
    title = "Un deuxième centre d’usinage"
    project = "Doubler la capacité de l’atelier."
    project_starts_on = day(30)
    without_aid = Application.WithoutAid.LATER
    requested_advance = Decimal(10_000)
    requested_days = Decimal(2)
    baseline_headcount = 8
    planned_jobs_created = 3

    @factory.post_generation
    def plan(self, create, extracted, **kwargs):
        if extracted is False:
            return
        for side, amount in (("need", self.requested_money + 5_000), ("resource", 5_000)):
            FinancingLine.objects.create(
                application=self, side=side, label="Machine", amount=amount
            )


class PieceKindFactory(DjangoModelFactory):
    """A paper that every file must have, since a year."""

    class Meta:
        model = PieceKind

    name = factory.Sequence(lambda n: f"Pièce {n}")
    required_since = day(-365)


def upload(name="kbis.pdf", content=b"%PDF-1.7\n% un document\n%%EOF\n"):
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def attached(application, name="kbis.pdf", **fields):
    """A paper of an application; its content is its own, so that no two are the same."""
    return Document.attach(application, upload(name, b"%PDF-1.7\n" + name.encode()), **fields)


def submitted(*, on=SUBMITTED_ON, **fields):
    """An application put before the committee."""
    application = ApplicationFactory(**fields)
    application.submit(on=on)
    return application


def approved(*, on=APPROVED_ON, advance=Decimal(10_000), grant=0, days=2, conditions=(), **fields):
    """An application that the committee accepted, three jobs validated."""
    application = submitted(on=min(on, SUBMITTED_ON), **fields)
    application.approve(
        on=on, advance=advance, grant=grant, days=days, jobs_created=3, conditions=conditions
    )
    return application


def held(company=None, **fields):
    """A session of today under way: a member there, who votes on the one file of its agenda."""
    session = SessionFactory(on=TODAY, **fields)
    about = {"company": company} if company else {}
    application = submitted(convention=session.convention, **about)
    item = session.add(application)
    seat = SeatFactory(committee=session.committee)
    session.convene()
    session.open()
    session.arrive(seat)
    motion = session.put_to_vote(item, outcome="refused", reason="Hors du territoire")
    session.vote(motion, seat, "for")
    return session


def minuted(**fields):
    """The minutes, drafted, of a session that was closed on its only file."""
    session = held(**fields)
    session.close_vote(session.open_motion())
    session.close()
    return session.minutes.get()


class DeclaredAidFactory(DjangoModelFactory):
    class Meta:
        model = DeclaredAid

    company = factory.SubFactory(CompanyFactory)
    granted_on = day(-100)
    amount = Decimal(40_000)
    grantor = "Région Grand Est"
    regulation = "Règlement (UE) 2023/2831"


# Support


class AidFactory(DjangoModelFactory):
    """The contract of an advance of 10 000 €, nothing paid yet."""

    class Meta:
        model = Aid

    decision = factory.LazyFunction(lambda: approved().approval)
    instrument = Aid.Instrument.ADVANCE
    contract_on = day(-20)
    number = factory.LazyAttribute(
        lambda aid: Aid.next_number(aid.decision.antenna, aid.contract_on.year)
    )
    deferral_months = 6
    instalments = 36


def late_advance(*, days=40, instalments=10, **fields):
    """1 000 € paid out; the first instalment is late by `days`, 300 at most, or a few more."""
    due_on = day(-days)
    paid_on = add_months(due_on, -1)
    decision = approved(on=paid_on, advance=Decimal(1_000), **fields).approval
    terms = {"deferral_months": 0, "instalments": instalments}
    aid = AidFactory(decision=decision, contract_on=paid_on, **terms)
    aid.disburse(Decimal(1_000), on=paid_on)
    return aid


class MissionFactory(DjangoModelFactory):
    class Meta:
        model = Mission

    application = factory.LazyFunction(approved)
    expert = factory.SubFactory(ExpertFactory)
    subject = "Réorganiser l’atelier"
    starts_on = day(-20)
    ends_on = day(160)
    days = Decimal(2)
    signed_on = day(-20)


class SkillDayFactory(DjangoModelFactory):
    class Meta:
        model = SkillDay

    mission = factory.SubFactory(MissionFactory)
    expert = factory.SelfAttribute("mission.expert")
    done_on = day(-5)
    days = Decimal(1)


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    application = factory.LazyFunction(approved)
    kind = Job.Kind.CREATED
    contract = Job.Contract.PERMANENT
    starts_on = day(-10)
    observed_on = day(-5)


def statement(antenna, *amounts, label="VIR", on=None, name="releve.csv"):
    """A spreadsheet of the bank that was read: a line for each amount, one debit."""
    credits = [
        Credit(row, on or day(-3), Decimal(amount), f"{label} {row}")
        for row, amount in enumerate(amounts, start=2)
    ]
    reading = Reading(credits, 1, [])
    return Statement.keep(antenna, name=name, sha256=name, reading=reading)[0]


class BankColumnsFactory(DjangoModelFactory):
    """Day, label, signed amount."""

    class Meta:
        model = BankColumns

    antenna = factory.SubFactory(AntennaFactory)
    fingerprint = factory.Sequence(str)
    headings = ["Date", "Libellé", "Montant"]
    day, labels, amount = 0, [1], 2
