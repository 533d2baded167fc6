"""The first page of a committee member: next session, files left to read, what is behind."""

import re
from html import unescape

import pytest
from django.urls import reverse

from committee.convocations import invitation_of
from committee.models import Reading, Session
from tests import factories as make
from tests.factories import day


@pytest.fixture
def seat(toul, maria):
    return make.SeatFactory(committee__antenna=toul, holder="Maria Rossi", user=maria)


def convened(seat, convention, *, on, company="Scierie Didier"):
    session = make.SessionFactory(committee=seat.committee, convention=convention, on=on)
    company = make.CompanyFactory(antenna=convention.antenna, name=company)
    session.add(make.submitted(convention=convention, company=company))
    session.convene()
    return session


def home(client, person):
    client.force_login(person)
    return " ".join(unescape(client.get("/").content.decode()).split())


def test_the_next_session_comes_first_with_its_answer_and_its_files(
    client, maria, seat, convention
):
    later = convened(seat, convention, on=day(30), company="Fromagerie Delvalle")
    session = convened(seat, convention, on=day(10))
    mine = session.invitations.get()
    page = home(client, maria)
    assert "Sans réponse" in page and "Dire si je viens" in page
    for each in (session, later):
        assert reverse("committee:session_reading", args=[each.pk]) in page
    assert page.index("Scierie Didier") < page.index("Fromagerie Delvalle")
    assert page.index("Ma prochaine séance") < page.index("Séance suivante")
    link = re.search(r'"(/reponse/[^"]+/)"', page)[1]
    assert invitation_of(link.split("/")[2]) == mine
    answered = client.post(link, {"answer": "remote"}).content.decode()
    assert 'href="/"' in answered and "Revenir à l’accueil" in answered
    page = home(client, maria)
    assert "À distance" in page and "Changer ma réponse" in page


def test_files_that_were_read_leave_the_list(client, maria, seat, convention):
    session = convened(seat, convention, on=day(10))
    assert "Scierie Didier" in home(client, maria)
    Reading.mark(session.items.get(), by=maria)
    page = home(client, maria)
    assert "Scierie Didier" not in page and "Vous n’avez plus de dossier à lire" in page


def test_a_member_without_a_session_knows_what_to_expect(client, maria, seat):
    assert "Vous recevrez un message" in home(client, maria)


def test_an_account_without_a_seat_is_told_whom_to_ask(client, maria):
    assert "demandez-le à l’antenne" in home(client, maria)


def test_sessions_that_were_held_stay_within_reach(client, maria, seat, convention):
    held, cancelled = (convened(seat, convention, on=day(10 + number)) for number in range(2))
    cancelled.cancel(reason="Neige")
    Session.objects.update(on=day(-20))
    page = home(client, maria)
    assert "Séances précédentes" in page
    assert held.get_absolute_url() in page and cancelled.get_absolute_url() not in page
    assert "Ma prochaine séance" in page and "Vous recevrez un message" in page


def test_a_session_convened_elsewhere_is_nobody_else_s(client, maria, seat, convention, toul):
    other = make.SeatFactory(committee__antenna=toul)
    session = convened(other, convention, on=day(10))
    assert session.get_absolute_url() not in home(client, maria)
