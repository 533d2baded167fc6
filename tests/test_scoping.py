"""Who sees which rows, for every model and every role."""

import pytest
from django.apps import apps

from accounts.models import Membership, Role
from committee.letters import draft_letter
from committee.models import (
    Application,
    CalendarFeed,
    Comment,
    CompletionRequest,
    Document,
    Motion,
    Reading,
    Session,
    Vote,
)
from companies.models import Lead
from conventions.models import BankBalance, Convention
from support.models import Aid, Campaign, Declaration
from territories.scoping import ScopedQuerySet, SharedQuerySet
from tests.experts import lent
from tests.factories import (
    TODAY,
    AidFactory,
    ApplicationFactory,
    BankColumnsFactory,
    ClosureFactory,
    CommuneFactory,
    CompanyFiguresFactory,
    ContactFactory,
    ConventionFactory,
    DeclaredAidFactory,
    EpciFactory,
    ExpertFactory,
    JobFactory,
    MissionFactory,
    PieceKindFactory,
    SeatFactory,
    SessionFactory,
    SkillDayFactory,
    SkillFactory,
    TerritoryFactory,
    UserFactory,
    approved,
    attached,
    called,
    day,
    held,
    minuted,
    statement,
    submitted,
)
from tests.left import (
    answered,
    judged,
    kept,
    linked,
    reminded,
    sampled,
    stated,
    surveyed,
)

OUR_APPS = {
    "territories",
    "accounts",
    "companies",
    "conventions",
    "committee",
    "support",
    "reports",
}
# People are listed by the pages that invite them; the address of a calendar is its owner's alone,
# and so is a file that somebody asked for.
UNSCOPED = {"accounts.User", "committee.CalendarFeed", "accounts.Export"}


def our_models():
    models = [model for model in apps.get_models() if model._meta.app_label in OUR_APPS]
    return {model._meta.label: model for model in models if model._meta.label not in UNSCOPED}


SHARED = {
    label: model
    for label, model in our_models().items()
    if isinstance(model.objects.all(), SharedQuerySet)
}
SCOPED = {label: model for label, model in our_models().items() if label not in SHARED}


def fill(antenna):
    """At least one row of every model, all of this antenna."""
    UserFactory(roles=[(Role.READER, antenna)])
    TerritoryFactory(antenna=antenna)
    ClosureFactory(antenna=antenna)
    Lead.objects.create(antenna=antenna, commune=CommuneFactory(), company_name="A", need="B")
    EpciFactory()
    SkillFactory()
    convention = ConventionFactory(antenna=antenna, funds=100_000)
    convention.pledges.first().receive(1_000, on=TODAY)
    called(convention.pledges.first(), 500)
    BankBalance.record(antenna, 5_000, on=TODAY)
    terms = convention.terms.last()
    terms.effective_on, terms.target_jobs = TODAY, 5
    convention.amend(terms, signed_on=TODAY, reason="Comité de pilotage")
    doubtful = ApplicationFactory(convention=convention, planned_jobs_created=0)
    doubtful.waive("jobs", reason="Emplois maintenus", on=TODAY)
    draft = ApplicationFactory(convention=convention)
    attached(draft, kind=PieceKindFactory(required_since=None))
    CompletionRequest.objects.create(
        application=draft, email="a@example.org", sent_by=UserFactory()
    )
    submitted(convention=convention)
    application = approved(convention=convention, conditions=["Accord de la banque"])
    draft_letter(application, by=UserFactory())
    CompanyFiguresFactory(company=application.company)
    ContactFactory(company=application.company)
    DeclaredAidFactory(company=application.company)
    seat = SeatFactory(committee__antenna=antenna)
    draft.recuse(seat, reason="Lien de famille")
    convened(convention, seat.committee)
    held(convention=convention, committee__antenna=antenna)
    minuted(convention=convention, committee__antenna=antenna)
    application.approval.conditions.get().meet(on=day(-15), proof="Courrier")
    lived(AidFactory(decision=application.approval))
    asked(application)
    given(MissionFactory(application=application, expert=lent(application)))
    JobFactory(application=application)
    statement(antenna, 10)
    BankColumnsFactory(antenna=antenna)


def given(mission):
    """A mission to which everything happened."""
    SkillDayFactory(mission=mission)
    linked(mission)
    mission.pause(on=day(-3), reason="Inventaire")
    stated(mission.antenna)
    convention = mission.application.convention
    judged(convention, report=kept(convention))
    mission.feedbacks.create(side="expert", **{f"grade{n}": 4 for n in range(1, 6)})


def asked(application):
    """What its company promised, and a campaign of its antenna, answered."""
    application.planned_jobs.create(kind="created", number=3, contract="permanent")
    campaign = Campaign.objects.create(
        antenna=application.antenna, months=12, opened_on=day(-3), answer_by=day(9)
    )
    surveyed(campaign, application)
    sampled(application)


def lived(aid):
    """An advance to which everything happened."""
    aid.disburse(1_000, on=day(-10))
    aid.repay(10, on=day(-5))
    answered(aid)
    aid.write_off(10, on=day(-3), reference="PV", reason="Liquidation")
    aid.repay(1_000, on=day(-2), keep_credit=True)
    aid.order(10, on=TODAY, by=None).strike(reason="Erreur")
    aid.release(on=TODAY, reason="Projet réduit")
    reminded(aid)
    Declaration.record([aid], on=TODAY)


def convened(convention, committee):
    """A session whose agenda changed since, with a file that was read and talked about."""
    session = SessionFactory(convention=convention, committee=committee)
    session.add(submitted(convention=convention))
    session.convene()
    session.add(submitted(convention=convention), reason="Urgent")
    reader = UserFactory(roles=[(Role.MEMBER, convention.antenna)])
    SeatFactory(committee=committee, user=reader)
    Reading.mark(session.items.first(), by=reader)
    Comment.write(session.items.first(), "Bon projet", by=reader)


@pytest.fixture
def network(toul, longwy):
    fill(toul)
    fill(longwy)


def antennas_of(row):
    """Keys of the antennas a row belongs to."""
    if hasattr(row, "antennas"):
        return {antenna.pk for antenna in row.antennas.all()}
    return {row.antenna.pk} if row.antenna else set()


def test_every_model_says_who_sees_it():
    silent = {
        label
        for label, model in our_models().items()
        if not isinstance(model.objects.all(), (ScopedQuerySet, SharedQuerySet))
    }
    assert silent == set()


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_people_of_an_antenna_see_its_rows_and_no_other(name, network, toul, request):
    user = request.getfixturevalue(name)
    for label, model in SCOPED.items():
        seen, rows = model.objects.visible_to(user), list(model.objects.all())
        expected = [row for row in rows if toul.pk in antennas_of(row)]
        assert expected and len(expected) < len(rows), f"no {label} to tell the antennas apart"
        assert sorted(row.pk for row in seen) == sorted(row.pk for row in expected), label
    for label, model in SHARED.items():
        assert model.objects.visible_to(user).count() == model.objects.count() > 0, label


@pytest.mark.parametrize("name", ["nadia", "root"])
def test_the_network_sees_every_row_once(name, network, request):
    user = request.getfixturevalue(name)
    for label, model in our_models().items():
        assert model.objects.visible_to(user).count() == model.objects.count() > 0, label


def test_a_funder_or_a_person_without_a_role_sees_no_row(network, fred):
    for convention in Convention.objects.all():
        convention.readers.add(fred)
    for user in (fred, UserFactory()):
        for label, model in our_models().items():
            assert not model.objects.visible_to(user).exists(), label
    assert Convention.objects.reportable_to(fred).count() == 2


def test_a_committee_member_sees_what_came_before_the_committee_and_nothing_else(
    network, toul, maria
):
    seen = set(Application.objects.visible_to(maria))
    assert seen == set(
        Application.objects.filter(
            convention__antenna=toul, status__in=["submitted", "approved", "refused"]
        )
    )
    assert len(seen) == 6
    for label, model in our_models().items():
        if model not in (Application, Comment, Document, Motion, Session, Vote):
            assert not model.objects.visible_to(maria).exists(), label


def test_a_committee_member_reads_the_papers_of_the_files_put_before_it(toul, maria):
    convention = ConventionFactory(antenna=toul)
    attached(ApplicationFactory(convention=convention), "brouillon.pdf")
    attached(submitted(), "ailleurs.pdf")
    file = submitted(convention=convention)
    read = attached(file, "devis.pdf")
    attached(file, "interne.pdf", is_private=True)
    attached(file, "erreur.pdf").strike(reason="Autre entreprise")
    assert list(Document.objects.visible_to(maria)) == [read]


def test_a_secret_address_is_seen_by_its_owner_and_nobody_else(alice, bob, nadia, root):
    feed = CalendarFeed.renew(alice)
    assert CalendarFeed.objects.visible_to(alice).get() == feed
    for person in (bob, nadia, root):
        assert not CalendarFeed.objects.visible_to(person).exists()


def test_a_draft_that_was_withdrawn_is_never_shown_to_the_committee(toul, maria):
    draft = ApplicationFactory(convention=ConventionFactory(antenna=toul))
    draft.withdraw(on=TODAY, reason="Sans suite")
    assert not Application.objects.visible_to(maria).exists()


def test_a_file_put_back_by_the_committee_stays_readable_to_it(toul, maria):
    application = submitted(convention=ConventionFactory(antenna=toul, funds=10_000))
    application.adjourn(on=TODAY, reason="Manque le devis")
    assert list(Application.objects.visible_to(maria)) == [application]


def test_several_roles_add_up_without_doubling_any_row(network, toul, longwy):
    ExpertFactory(antennas=[toul, longwy])
    user = UserFactory(roles=[(Role.COORDINATOR, toul), (Role.MEMBER, toul), (Role.READER, longwy)])
    for label, model in our_models().items():
        seen = list(model.objects.visible_to(user))
        assert len(seen) == len({row.pk for row in seen}), label
    assert Aid.objects.visible_to(user).count() == 2


def test_a_role_that_is_taken_away_hides_the_rows(network, alice):
    Membership.objects.filter(user=alice).delete()
    alice = type(alice).objects.get(pk=alice.pk)
    assert not Application.objects.visible_to(alice).exists()
