"""The packet of a session: one document for each reader, who may read all that is in it."""

from datetime import time
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committee.models import Session
from committee.packet import packet_of
from committee.screening import findings
from tests.factories import (
    TODAY,
    AidFactory,
    CommitteeFactory,
    CompanyFactory,
    DeclaredAidFactory,
    PieceKindFactory,
    SeatFactory,
    SessionFactory,
    approved,
    attached,
    day,
    submitted,
)
from tests.printed import is_accessible, read, words


@pytest.fixture
def session(convention, maria):
    """Three files; Maria steps aside from the second, whose company is of her employer's group."""
    committee = CommitteeFactory(antenna=convention.antenna, name="Comité du Toulois")
    SeatFactory(committee=committee, user=maria, employer_group="Marchal")
    session = SessionFactory(
        convention=convention, committee=committee, on=day(10), at=time(9, 30), place="Mairie"
    )
    for name, group in (("Scierie Didier", ""), ("Tôlerie Marchal", "Marchal"), ("Brodeurs", "")):
        company = CompanyFactory(antenna=convention.antenna, name=name, group_name=group)
        session.add(submitted(convention=convention, company=company), minutes=30)
    session.convene()
    return session


def packet(client, user, session):
    client.force_login(user)
    response = client.get(reverse("committee:session_packet", args=[session.pk]))
    assert response.status_code == 200 and response["Content-Type"] == "application/pdf"
    return response.content


def test_the_antenna_reads_the_agenda_with_its_hours_and_a_page_for_each_file(
    client, alice, session
):
    content = packet(client, alice, session)
    title = f"Séance du {session.on.day} "
    assert read(content).metadata.title.startswith(title)
    assert is_accessible(content, title=read(content).metadata.title)
    pages = [" ".join(page.extract_text().split()) for page in read(content).pages]
    assert len(pages) == 4
    for told in ("Comité du Toulois", "Mairie", "09:30 1 Scierie Didier", "10:30 3 Brodeurs"):
        assert told in pages[0]
    assert "2. Tôlerie Marchal" in pages[2] and "Page 3 / 4" in pages[2]
    assert "Alice" in pages[0] and "déportez" not in pages[0]


def test_a_page_tells_all_that_the_committee_decides_on(client, bob, session, convention):
    file = session.items.first().application
    file.propose(advance=Decimal(8_000), grant=0, days=Decimal("1.5"), jobs=2, on=TODAY)
    attached(file, "bilan.pdf", kind=PieceKindFactory(name="Derniers comptes", required_since=None))
    attached(file, "entre nous.pdf", is_private=True)
    attached(file, "erreur.pdf").strike(reason="Autre entreprise")
    DeclaredAidFactory(company=file.company, amount=40_000)
    page = " ".join(read(packet(client, bob, session)).pages[1].extract_text().split())
    for told in (
        file.reference,
        "Doubler la capacité de l’atelier.",
        "Avance 10 000,00 € 8 000,00 €",
        "Journées 2 j 1,5 j",
        "Emplois à créer 3 2",
        "Aide demandée dans ce dossier 10 000,00 €",
        "Total 15 000,00 €",
        "Le plan est équilibré.",
        "De minimis reçu en trois ans 40 000,00 €",
        "Derniers comptes",
    ):
        assert told in page
    assert "erreur" not in page
    for finding in findings(file, TODAY):
        assert f"{finding.level.label} – {finding.sentence}".replace("\u00a0", " ") in page


def test_a_page_tells_what_became_of_earlier_aid(client, alice, session, convention):
    company = session.items.first().application.company
    aid = AidFactory(decision=approved(convention=convention, company=company).approval)
    aid.disburse(9_000, on=day(-20))
    aid.repay(1_000, on=day(-5))
    told = words(packet(client, alice, session))
    assert "Accords précédents du réseau 1 (10 000,00 €)" in told
    assert "Avances débloquées 9 000,00 € Reste à rembourser 8 000,00 €" in told


def test_a_member_finds_no_trace_of_a_file_they_step_aside_from(client, maria, session):
    attached(session.items.first().application, "entre nous.pdf", is_private=True)
    content = packet(client, maria, session)
    told = words(content)
    assert len(read(content).pages) == 3
    assert "Marchal" not in told and b"Marchal" not in content and "entre nous" not in told
    hidden = session.items.all()[1].application
    assert hidden.reference not in told and hidden.company.siret not in told
    assert "1 dossier dont vous vous déportez n’est pas montré." in told
    assert "10:30 3 Brodeurs" in told  # the hours are those of the whole agenda


def test_who_steps_aside_from_all_of_them_gets_the_first_page_alone(client, maria, session):
    session.items.exclude(application__company__group_name="Marchal").delete()
    content = packet(client, maria, session)
    assert len(read(content).pages) == 1 and "déportez" in words(content)


def test_only_a_session_that_was_convened_is_given_to_members(client, maria, charlie, convention):
    planned = SessionFactory(convention=convention)
    for person in (maria, charlie):
        client.force_login(person)
        address = reverse("committee:session_packet", args=[planned.pk])
        assert client.get(address).status_code == 404


def test_a_cancelled_session_says_so(client, maria, session):
    session.cancel(reason="Neige")
    assert "Cette séance est annulée." in words(packet(client, maria, session))


def test_after_the_session_the_findings_are_those_that_the_committee_read(
    client, alice, session, convention
):
    file = session.items.first().application
    Session.objects.update(on=TODAY)
    decision = file.refuse(on=TODAY, reason="Hors sujet")
    decision.findings = [
        {
            "level": "blocking",
            "sentence": "Vu",
            "source": "Texte",
            "waived": "Oui",
            "waived_by": "A",
        }
    ]
    decision.save()
    told = words(packet(client, alice, session))
    assert "Contraire aux règles – Vu (Texte) Levé par A : Oui" in told


def test_it_costs_the_same_queries_for_one_file_as_for_many(alice, session, convention):
    def cost():
        row = Session.objects.select_related(
            "committee__antenna", "convention__antenna"
        ).prefetch_related("convention__terms__amendment")
        row = row.get(pk=session.pk)
        with CaptureQueriesContext(connection) as queries:
            packet_of(row, alice)
        return len(queries)

    assert alice.antenna_ids  # read once, by whatever page
    few = cost()
    for number in range(6):
        file = submitted(convention=convention)
        attached(file, f"{number}.pdf", kind=PieceKindFactory(required_since=None))
        session.add(file, reason="Urgent")
    assert cost() == few
