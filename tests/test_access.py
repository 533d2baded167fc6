"""No page shows another antenna's data, the pages not written yet included."""

import pytest
from django.db import connection, transaction
from django.urls import get_resolver, reverse

from accounts.models import Role
from committee.models import Application, CalendarFeed, Comment, Motion, Reading
from companies.models import Lead
from conventions.models import BankBalance
from support.models import Campaign, Declaration, Disbursement, Job
from tests import factories as make
from tests.experts import AbsenceFactory, SolicitationFactory
from tests.left import (
    NO_FIGURES,
    answered,
    delivered,
    judged,
    kept,
    linked,
    reminded,
    sampled,
    stated,
    surveyed,
)
from tests.printed import words

OUR_APPS = {
    "accounts",
    "territories",
    "companies",
    "conventions",
    "committee",
    "support",
    "reports",
}
pytestmark = pytest.mark.once

SECRET = "=CONFIDENTIEL"  # as a formula begins: tests/test_every_list.py
# One's own, and nothing else.
FOR_ANYBODY = {"accounts:profile", "accounts:language", "accounts:export_list"}
ONES_CALENDAR = {"committee:calendar", "committee:calendar_renew"}  # of those who meet
FOR_MEMBERS = ONES_CALENDAR | {
    "committee:application",
    "committee:application_list",
    "committee:application_history",
    "committee:session_list",
    "committee:document",
}
FOR_MEMBERS_ROWS = {"dossiers", "documents", "votes"}  # words of the rows that a member finds
# By the link of a message, by a secret address, or for anybody.
WITHOUT_SIGNING_IN = {
    "companies:lead_ask",
    "companies:lead_thanks",
    "reports:public_figures",
    "territories:commune_options",
    "committee:invitation_answer",
    "committee:calendar_feed",
    "support:personal_link",
    "support:survey_answer",
}
OF_ONE_PERSON = {"accounts:export"}  # tests/test_exports.py
UNWRITTEN = {"committee:minutes", "committee:minutes_scan_file"}  # no such page yet, for anybody
FOR_FUNDERS = {
    "reports:evaluation_list",
    "reports:evaluation",
    "reports:evaluation_rows",
    "reports:frozen_list",
    "reports:frozen",
    "reports:frozen_pdf",
    "reports:frozen_json",
    "reports:verdict",
}
NETWORK_ONLY = {
    "reports:network",
    "reports:network_rows",
    "accounts:user_list",
    "accounts:user_invite",
    "territories:antenna_add",
}
FOR_NETWORK_ROWS = {"personnes", "roles"}  # words of the rows that the network alone finds


def our_urls():
    """(name, first word of the path, has a row) of every address of our apps."""
    for app, (_, resolver) in get_resolver().namespace_dict.items():
        for name in resolver.reverse_dict if app in OUR_APPS else ():
            if isinstance(name, str):
                [(path, params)] = resolver.reverse_dict[name][0]
                yield f"{app}:{name}", path.split("/")[0], bool(params)


URLS = sorted(url for url in our_urls() if url[0] not in WITHOUT_SIGNING_IN | OF_ONE_PERSON)
READABLE = [url for url in URLS if url[0] not in UNWRITTEN]


def meeting(convention):
    """A session in preparation, with a file on its agenda, and who sits in it."""
    coordinator = make.UserFactory(roles=[(Role.COORDINATOR, convention.antenna)])
    session = make.SessionFactory(
        convention=convention, committee__name=f"{SECRET} comité", place=SECRET
    )
    company = make.CompanyFactory(antenna=convention.antenna, name=f"{SECRET} et fils")
    item = session.add(make.submitted(convention=convention, company=company))
    seat = make.SeatFactory(committee=session.committee, holder=SECRET)
    held = make.held(convention=convention)
    return {
        "seances": session,
        "points": item,
        "commentaires": Comment.write(item, SECRET, by=coordinator),
        "comites": seat.committee,
        "sieges": seat,
        "proces-verbaux": make.minuted(convention=convention),
        "votes": Motion.objects.get(item__session=held),
    }


def money(convention):
    """What was promised, called and received, a line of the ledger, what the bank says."""
    pledge, on = convention.pledges.get(), make.day(-3)
    letter = make.called(pledge, 500).letters.get()
    return {
        "apports": pledge,
        "appels": letter.call,
        "courriers-d-appel": letter,
        "versements": pledge.receive(10, on=on, label=SECRET),
        "ecritures": convention.charge_fee(10, on=on, label=SECRET),
        "soldes-bancaires": BankBalance.record(convention.antenna, 5, on=on, note=SECRET),
    }


def bank(antenna):
    """What came in on the account of an antenna."""
    statement = make.statement(antenna, 10, label=SECRET, name=f"{SECRET}.csv")
    return {"releves": statement, "lignes-de-releve": statement.lines.get()}


def yearly(antenna):
    """What a sponsor was told of its days."""
    statement = stated(antenna, subject=SECRET, body=SECRET)
    return {"releves-annuels": statement, "envois-de-releves": statement.line.sending}


def reported(convention):
    """A copy of the report that was sent, and what the funders said of it."""
    copy = kept(convention, figures=NO_FIGURES.replace("{", f'{{"predecessor": "{SECRET}", ', 1))
    delivered(copy, recipient=SECRET)
    verdict = judged(convention, report=copy, text=SECRET, conditions=SECRET)
    return {"exemplaires": copy, "verdicts": verdict}


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The antenna of Toul and its rows, made once for this file and then forgotten."""
    with django_db_blocker.unblock(), transaction.atomic():
        toul = make.AntennaFactory(name="Toul")
        rows = rows_of(toul)
        connection.check_constraints()  # now, not again at the end of each test
        yield toul, rows
        transaction.set_rollback(True)


@pytest.fixture
def toul(stage, db):
    return stage[0]


@pytest.fixture
def rows(stage, db):
    return stage[1]


def rows_of(toul):
    """One row of Toul for each kind of address, by the first word of its path."""
    convention = make.ConventionFactory(
        antenna=toul, reference=SECRET, funds=100_000, name=f"{SECRET} convention"
    )
    company = make.CompanyFactory(antenna=toul, name=f"{SECRET} SARL")
    application = make.approved(convention=convention, company=company)
    mission = make.MissionFactory(application=application, subject=f"{SECRET} mission")
    mission.file_signed_copy(make.upload(f"{SECRET}.pdf"), on=make.day(0))
    expert = make.ExpertFactory(last_name=SECRET, antennas=[toul])
    return {
        "antennes": toul,
        "territoires": make.TerritoryFactory(antenna=toul, name=f"{SECRET} territoire"),
        "fermetures": make.ClosureFactory(antenna=toul, site=f"{SECRET} usine"),
        "entreprises": company,
        "chiffres": make.CompanyFiguresFactory(company=company),
        "interlocuteurs": make.ContactFactory(company=company, name=SECRET),
        "apporteurs": make.SponsorFactory(),
        "intervenants": expert,
        "absences": AbsenceFactory(expert=expert),
        "conventions": convention,
        **money(convention),
        "dossiers": application,
        **meeting(convention),
        "documents": make.attached(application, f"{SECRET}.pdf"),
        "courriers": application.approval.letters.create(subject=SECRET, body=SECRET),
        **money_of(application),
        **bank(toul),
        "missions": mission,
        **campaign(application),
        "liens": linked(mission, email="secret@example.org"),
        "sollicitations": SolicitationFactory(application=application, expert=expert),
        "journees": make.SkillDayFactory(mission=mission),
        **yearly(toul) | reported(convention),
        "emplois": proved(application),
        "aides-declarees": make.DeclaredAidFactory(company=company, grantor=SECRET),
        "conditions": application.approval.conditions.create(label=SECRET),
        "personnes": make.UserFactory(first_name=SECRET, roles=[(Role.READER, toul)]),
        "roles": make.UserFactory(first_name=SECRET).give(Role.READER, toul),
    }


def lead(antenna):
    """A request for help."""
    commune = make.CommuneFactory()
    return Lead.objects.create(antenna=antenna, commune=commune, company_name=SECRET, need=SECRET)


def campaign(application):
    """A campaign in which one company was asked."""
    row = Campaign.objects.create(
        antenna=application.antenna, months=12, opened_on=make.day(-3), answer_by=make.day(9)
    )
    survey = surveyed(row, application)
    item = sampled(application)
    return {
        "campagnes": row,
        "demandes": lead(application.antenna),
        "questionnaires": survey,
        "controles": item.sample,
        "dossiers-controles": item,
    }


def proved(application):
    """A job with the document that proves it, and another without."""
    job, _other = (make.JobFactory(application=application, evidence=SECRET) for _ in range(2))
    Job.attach([job], make.upload(f"{SECRET}.pdf"))
    return job


def money_of(application):
    """What may happen to an advance, by the word of its pages."""
    aid = make.AidFactory(decision=application.approval)
    aid.file_signed_copy(make.upload(f"{SECRET}.pdf"))
    other = make.AidFactory(decision=make.approved(convention=aid.convention).approval)
    other.disburse(10, on=make.day(-10))
    paid = aid.disburse(1_000, on=make.day(-10))
    repaid = aid.repay(100, on=make.day(-5))
    letter = answered(aid, subject=SECRET)
    asked = aid.ask_rescheduling(
        "moratorium", on=make.day(-1), reason=SECRET, first_due_on=make.day(400)
    )
    return {
        "aides": aid,
        "deblocages": paid,
        "remboursements": repaid,
        "relances": reminded(aid, subject=SECRET),
        "declarations": Declaration.record([aid], on=make.day(0))[0],
        "reechelonnements": asked,
        "lettres-de-reponse": letter,
        "pertes": aid.write_off(10, on=make.day(-3), reference=SECRET, reason=SECRET),
        "ordres": aid.order(10, on=make.day(0), label=SECRET, by=None),
        "trop-percus": other.repay(20, on=make.day(-5), keep_credit=True).excess,
        "desengagements": other.release(on=make.day(0), reason=SECRET),
    }


def address(name, word, has_row, rows):
    return reverse(name, args=[rows[word].pk] if has_row else [])


@pytest.mark.parametrize(("name", "word", "has_row"), URLS)
def test_somebody_who_is_not_signed_in_is_sent_to_the_door(client, rows, name, word, has_row):
    response = client.get(address(name, word, has_row, rows))
    if name == "accounts:language":
        assert response.status_code == 405
    else:
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(("name", "word", "has_row"), URLS)
def test_a_stranger_sees_nothing_of_another_antenna(client, rows, charlie, name, word, has_row):
    client.force_login(charlie)
    url = address(name, word, has_row, rows)
    for response in (client.get(url), client.post(url)):
        if has_row and word != "apporteurs":  # sponsors are shared by the whole network
            assert response.status_code in (404, 405)
        else:
            assert response.status_code in (200, 302, 403, 405)
        assert SECRET not in told(response)


@pytest.mark.parametrize(("name", "word", "has_row"), READABLE)
def test_a_reader_reads_and_writes_nothing(client, rows, bob, name, word, has_row):
    client.force_login(bob)
    url = address(name, word, has_row, rows)
    before = list(Application.objects.values()), list(Disbursement.objects.values())
    refused = (404, 405) if has_row and word in FOR_NETWORK_ROWS else (200, 403, 405)
    assert client.get(url).status_code in refused
    if name not in FOR_ANYBODY | ONES_CALENDAR:
        assert client.post(url).status_code in refused
    assert (list(Application.objects.values()), list(Disbursement.objects.values())) == before


@pytest.mark.parametrize(("name", "word", "has_row"), URLS)
def test_a_committee_member_reads_files_and_nothing_else(client, rows, maria, name, word, has_row):
    client.force_login(maria)
    status = client.get(address(name, word, has_row, rows)).status_code
    if name in FOR_MEMBERS | FOR_ANYBODY:
        assert status in (200, 405)
    elif has_row:
        assert status == 403 if word in FOR_MEMBERS_ROWS and status != 404 else status == 404
    else:
        assert status == 403  # a list of nothing would be no answer


@pytest.mark.parametrize(("name", "word", "has_row"), URLS)
def test_a_funder_reads_evaluations_and_nothing_else(client, rows, fred, name, word, has_row):
    rows["conventions"].readers.add(fred)
    client.force_login(fred)
    response = client.get(address(name, word, has_row, rows))
    if name in FOR_FUNDERS | FOR_ANYBODY:
        assert response.status_code in (200, 405)
    else:
        assert response.status_code == (404 if has_row else 403)
        assert SECRET not in response.content.decode()


@pytest.mark.parametrize(("name", "word", "has_row"), READABLE)
def test_a_coordinator_may_open_every_page_of_the_antenna(client, rows, alice, name, word, has_row):
    client.force_login(alice)
    status = client.get(address(name, word, has_row, rows)).status_code
    if has_row and word in FOR_NETWORK_ROWS:
        assert status in (404, 405)
    else:
        assert status == 403 if name in NETWORK_ONLY else status in (200, 302, 403, 405)


@pytest.mark.parametrize(("name", "word", "has_row"), READABLE)
def test_the_network_reads_every_antenna(client, rows, nadia, name, word, has_row):
    client.force_login(nadia)
    assert client.get(address(name, word, has_row, rows)).status_code in (200, 302, 403, 405)


def test_private_notes_never_reach_the_committee(client, rows, maria, alice):
    file = rows["dossiers"]
    file.private_notes = "Entre nous"
    file.save(update_fields=["private_notes"])
    for person, reads in ((alice, True), (maria, False)):
        client.force_login(person)
        for page in ("committee:application", "committee:application_history"):
            content = client.get(reverse(page, args=[file.pk])).content.decode()
            assert reads or "Entre nous" not in content
    client.force_login(alice)
    assert "Entre nous" in client.get(file.get_absolute_url()).content.decode()


def test_a_person_with_two_roles_writes_only_where_they_coordinate(client, rows, charlie, toul):
    charlie.memberships.create(role=Role.READER, antenna=toul)
    client.force_login(charlie)
    company = rows["entreprises"]
    assert client.get(company.get_absolute_url()).status_code == 200
    assert client.get(reverse("companies:company_edit", args=[company.pk])).status_code == 403


@pytest.mark.parametrize(("name", "word", "has_row"), URLS)
def test_a_member_who_steps_aside_finds_no_trace_of_the_file(
    client, rows, maria, name, word, has_row
):
    company = rows["entreprises"]
    make.SeatFactory(committee__antenna=company.antenna, user=maria, employer_siren=company.siren)
    client.force_login(maria)
    url = address(name, word, has_row, rows)
    answers = [client.get(url), client.get(url, {"format": "csv"}), client.post(url)]
    for answer in answers:
        if word in ("dossiers", "documents") and has_row:
            assert answer.status_code in (404, 405)
        assert company.name not in answer.getvalue().decode()


@pytest.fixture(scope="module")
def last_act(stage, django_db_blocker):
    """A member steps aside from a file that is read, talked about, voted on; from one minuted."""
    with django_db_blocker.unblock(), transaction.atomic():
        rows, aside = underway_of(*stage)
        connection.check_constraints()
        yield rows, aside
        transaction.set_rollback(True)


@pytest.fixture
def underway(last_act, db):
    return last_act[0]


@pytest.fixture
def aside(last_act, db):
    """The member who steps aside."""
    return last_act[1]


def underway_of(toul, rows):
    session, item = rows["seances"], rows["points"]
    company, committee = item.application.company, session.committee
    aside, paul = (make.UserFactory(roles=[(Role.MEMBER, toul)]) for _time in range(2))
    seat = make.SeatFactory(committee=committee, user=paul)
    make.SeatFactory(committee=committee, user=aside, employer_siren=company.siren)
    session.add(make.submitted(convention=session.convention))
    session.on = make.TODAY
    session.save()
    session.convene()
    Reading.mark(item, by=paul)
    Comment.write(item, f"{company.name} mérite cette aide", by=paul)
    CalendarFeed.renew(aside)
    session.open()
    for present in session.seats():
        session.arrive(present)
    motion = session.put_to_vote(item, outcome="refused", reason=f"{company.name} peut attendre")
    session.vote(motion, seat, "against")
    minutes = make.minuted(convention=session.convention, company=company)
    minutes.correct(remarks=f"{company.name} est bien connue ici.")
    minutes.sign(by=paul)
    changed = {"dossiers": item.application, "votes": motion, "proces-verbaux": minutes}
    return rows | changed, aside


@pytest.mark.parametrize(("name", "word", "has_row"), URLS)
def test_a_member_who_steps_aside_from_an_item_finds_no_trace_of_it(
    client, underway, aside, name, word, has_row
):
    hidden = underway["points"].application.company.name
    client.force_login(aside)
    url = address(name, word, has_row, underway)
    for answer in (client.get(url), client.get(url, {"format": "csv"}), client.post(url)):
        if word in ("dossiers", "points", "commentaires", "votes") and has_row:
            assert answer.status_code in (404, 405)
        assert hidden not in told(answer)


def told(answer):
    """What an answer says; of a PDF that we made, its text."""
    content = answer.getvalue()
    typeset = b"pdfuaid" in content
    return words(content) if typeset else content.decode()


def test_what_needs_no_signing_in_and_the_home_page_tell_no_trace_either(client, underway, aside):
    hidden = underway["points"].application.company.name
    feed = client.get(CalendarFeed.objects.get().get_absolute_url())
    assert feed.status_code == 200 and "VEVENT" in feed.text
    client.force_login(aside)
    for text in (feed.text, client.get("/").text):
        assert underway["seances"].committee.name in text and hidden not in text


@pytest.mark.parametrize("name", ["session", "session_live", "session_packet", "session_reading"])
def test_a_member_opens_the_session_that_is_underway(client, underway, aside, name):
    client.force_login(aside)
    url = reverse(f"committee:{name}", args=[underway["seances"].pk])
    assert client.get(url).status_code == 200
