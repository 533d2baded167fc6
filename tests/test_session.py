"""A session of the committee: planned, put in order, convened, answered to."""

import re
from datetime import time

import pytest
from django.core import mail
from django.db.models import F
from django.urls import reverse
from icalendar import Calendar

from committee.convocations import token_of, write_to_members
from committee.models import AgendaItem, Invitation, Session
from tests.factories import (
    CommitteeFactory,
    CompanyFactory,
    ConventionFactory,
    SeatFactory,
    approved,
    day,
    submitted,
)
from tests.refusals import refused, refused_by


@pytest.fixture
def committee(toul, maria):
    """Three seats; Maria's employer is of the group Marchal."""
    committee = CommitteeFactory(antenna=toul, name="Comité du Toulois")
    SeatFactory(committee=committee, holder="Anne Roy", email="anne@example.org", is_chair=True)
    SeatFactory(committee=committee, holder="Maria Rossi", user=maria, employer_group="Marchal")
    SeatFactory(committee=committee, holder="Sans adresse")
    return committee


@pytest.fixture
def session(committee, convention):
    session = Session.objects.create(
        committee=committee, convention=convention, on=day(10), at=time(9, 30), place="Mairie"
    )
    tied = CompanyFactory(antenna=committee.antenna, name="Tôlerie", group_name="Marchal")
    session.add(submitted(convention=convention, company=tied))
    other = CompanyFactory(antenna=committee.antenna, name="Scierie Didier")
    session.add(submitted(convention=convention, company=other))
    return session


def order(session):
    return [item.application.company.name for item in session.items.all()]


def url(name, row):
    return reverse(f"committee:{name}", args=[row.pk])


# The agenda


def test_files_are_put_in_an_order(session):
    first, second = session.items.all()
    session.move(second, -1)
    assert order(session) == ["Scierie Didier", "Tôlerie"]
    session.move(second, -1)
    session.move(AgendaItem.objects.get(pk=first.pk), 5)
    assert order(session) == ["Scierie Didier", "Tôlerie"]


def test_only_a_file_that_waits_in_this_convention_and_nowhere_else_is_added(session, longwy):
    with refused("wrong_step"):
        session.add(approved(convention=session.convention))
    with refused("convention"):
        session.add(submitted(convention=ConventionFactory(antenna=session.antenna, funds=90_000)))
    file = session.items.first().application
    with refused("elsewhere"):
        session.add(file)
    session.cancel(reason="Trop peu de membres")
    another = Session.objects.create(
        committee=session.committee,
        convention=session.convention,
        on=day(20),
        at=time(9),
        link="https://example.org/",
    )
    assert another.add(file).position == 1


def test_once_convened_the_agenda_changes_with_a_reason_that_is_kept(session, alice):
    session.convene()
    item = session.items.first()
    with refused(field="reason"):
        session.remove(item)
    with refused(field="reason"):
        session.move(item, 1)
    session.remove(item, reason="L’entreprise n’est pas prête", by=alice)
    [change] = session.changes.all()
    assert (change.added, change.application, change.by) == (False, item.application, alice)
    session.add(item.application, reason="Elle l’est")
    assert session.changes.count() == 2


# Convening


def test_convening_freezes_the_rules_and_asks_every_seat_of_the_day(session):
    SeatFactory(committee=session.committee, mandate_from=day(-99), mandate_until=day(9))
    session.convention.terms.update(quorum_percent=40, proxies_per_member=2)
    session.convene()
    session.convention.terms.update(quorum_percent=90)
    session = Session.objects.get()
    assert (session.status, session.quorum_percent, session.proxies_per_member) == (
        "convened",
        40,
        2,
    )
    assert session.invitations.count() == 3
    with refused("wrong_step"):
        session.convene()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda session: session.items.all().delete(), "empty"),
        (lambda session: Session.objects.update(on=day(-1)), "past"),
        (lambda session: session.committee.seats.all().delete(), "nobody"),
    ],
)
def test_a_session_that_cannot_be_held_is_not_convened(session, spoil, code):
    spoil(session)
    session = Session.objects.get()
    with refused(code):
        session.convene()
    assert Session.objects.get().status == "planned" and not Invitation.objects.exists()


def test_each_member_gets_the_agenda_they_may_read_and_an_event(session):
    session.convene()
    unreached = write_to_members(session, "https://alize.example/")
    assert unreached == ["Sans adresse"]
    by_address = {message.to[0]: message for message in mail.outbox}
    chair, maria = by_address["anne@example.org"], by_address["maria@example.org"]
    assert "Tôlerie" in chair.body and "Scierie Didier" in chair.body
    assert "Tôlerie" not in maria.body and "1 dossier dont vous vous déportez" in maria.body
    for message in (chair, maria):
        name, content, kind = message.attachments[0]
        calendar = Calendar.from_ical(content)
        [event] = calendar.walk("VEVENT")
        assert calendar["METHOD"] == "REQUEST" and kind.endswith("method=REQUEST")
        assert event["DTSTART"].dt.isoformat().startswith(f"{session.on.isoformat()}T09:30")
        assert event["DTSTART"].params["TZID"] == "Europe/Paris"
        assert "Tôlerie" not in content or message is chair
    assert Invitation.objects.filter(sent_at__isnull=False).count() == 2


def test_a_change_and_a_cancellation_are_the_same_event(session):
    session.convene()
    session.answer(session.invitations.first(), "present")
    session.change(on=day(12), at=time(14), place="Préfecture", link="")
    write_to_members(session, "https://alize.example/")
    session.cancel(reason="Neige")
    write_to_members(session, "https://alize.example/")
    changed, cancelled = (
        Calendar.from_ical(message.attachments[0][1]).walk("VEVENT")[0]
        for message in mail.outbox
        if message.to == ["anne@example.org"]
    )
    assert changed["UID"] == cancelled["UID"]
    assert (changed["SEQUENCE"], cancelled["SEQUENCE"]) == (1, 2)
    assert (changed["STATUS"], cancelled["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert set(session.invitations.values_list("answer", flat=True)) == {"waiting"}
    assert "modifiée" in mail.outbox[0].subject and "annulée" in mail.outbox[-1].subject


def test_a_mail_server_that_does_not_answer_is_told_and_members_are_written_to_again(
    client, alice, session, settings
):
    client.force_login(alice)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = client.post(url("session_convene", session), follow=True).content.decode()
    assert "Anne Roy, " in page and "n’ont pas pu être prévenus" in page
    assert Session.objects.get().status == "convened"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    session.refresh_from_db()
    session.answer(session.invitations.get(seat__holder="Anne Roy"), "present")
    assert url("session_remind", session) in client.get(session.get_absolute_url()).content.decode()
    client.post(url("session_remind", session))
    assert [message.to for message in mail.outbox] == [["maria@example.org"]]
    session.cancel(reason="Neige")
    client.post(url("session_remind", session))
    assert len(mail.outbox) == 1


def test_a_convened_session_does_not_move_to_the_past(session):
    session.convene()
    with refused(field="on"):
        session.change(on=day(-1), at=time(14), place="Préfecture", link="")
    assert Session.objects.get().on == day(10)


# Answers


@pytest.fixture
def convened(session):
    session.convene()
    return session


def invitation(session, holder):
    return session.invitations.get(seat__holder=holder)


def test_a_member_answers_from_the_link_without_signing_in(client, convened):
    mine = invitation(convened, "Anne Roy")
    link = reverse("committee:invitation_answer", args=[token_of(mine)])
    assert client.get(link).status_code == 200
    assert invitation(convened, "Anne Roy").answer == "waiting"  # reading a message answers nothing
    assert "Merci" in client.post(link, {"answer": "remote"}).content.decode()
    assert invitation(convened, "Anne Roy").answer == "remote"
    holder = invitation(convened, "Maria Rossi").seat
    client.post(link, {"answer": "proxy", "proxy_to": holder.pk})
    assert invitation(convened, "Anne Roy").proxy_to == holder
    page = client.post(link, {"answer": "proxy", "proxy_to": ""})
    assert page.context["form"].errors["proxy_to"]


@pytest.mark.parametrize("spoil", ["forged", "past", "cancelled"])
def test_a_link_that_is_forged_or_over_says_so(client, convened, spoil):
    token = token_of(invitation(convened, "Anne Roy"))
    match spoil:
        case "forged":
            token = re.sub(".$", lambda found: "A" if found[0] != "A" else "B", token)
        case "past":
            Session.objects.update(on=day(-1))
        case "cancelled":
            convened.cancel(reason="Neige")
    page = client.post(reverse("committee:invitation_answer", args=[token]), {"answer": "present"})
    assert page.status_code == 410 and "ne sert plus" in page.content.decode()
    assert invitation(convened, "Anne Roy").answer == "waiting"


def test_a_proxy_goes_to_somebody_who_comes_and_is_not_passed_on(convened):
    anne, maria, third = (
        invitation(convened, name) for name in ("Anne Roy", "Maria Rossi", "Sans adresse")
    )
    for holder in (None, anne.seat, SeatFactory()):
        with refused(field="proxy_to"):
            convened.answer(anne, "proxy", proxy_to=holder)
    convened.answer(third, "absent")
    with refused(field="proxy_to"):
        convened.answer(anne, "proxy", proxy_to=third.seat)
    convened.answer(anne, "proxy", proxy_to=maria.seat)
    convened.answer(third, "present")
    with refused(field="proxy_to"):  # one proxy a member
        convened.answer(third, "proxy", proxy_to=maria.seat)
    with refused(field="proxy_to"):
        convened.answer(maria, "proxy", proxy_to=third.seat)
    with refused("holds_a_proxy"):
        convened.answer(maria, "absent")
    convened.answer(anne, "present")
    convened.answer(maria, "absent")


def test_a_proxy_does_not_go_to_who_steps_aside_from_every_file(convened):
    convened.items.get(application__company__name="Scierie Didier").delete()
    anne, maria = (invitation(convened, name) for name in ("Anne Roy", "Maria Rossi"))
    with refused(field="proxy_to"):
        convened.answer(anne, "proxy", proxy_to=maria.seat)
    assert invitation(convened, "Anne Roy").answer == "waiting"


def test_nobody_answers_from_afar_where_the_text_does_not_allow_it(client, convened):
    Session.objects.update(remote_allowed=False)
    mine = invitation(convened, "Anne Roy")
    link = reverse("committee:invitation_answer", args=[token_of(mine)])
    assert "À distance" not in client.get(link).content.decode()
    assert client.post(link, {"answer": "remote"}).context["form"].errors
    with refused():
        Session.objects.get().answer(mine, "remote")


def test_a_link_leads_to_the_room_while_the_session_is_held(client, convened):
    Session.objects.update(on=day(0))
    Session.objects.get().open()
    link = reverse("committee:invitation_answer", args=[token_of(invitation(convened, "Anne Roy"))])
    for answer in (client.get(link), client.post(link, {"answer": "absent"})):
        assert answer.url == convened.get_live_url()
    assert invitation(convened, "Anne Roy").answer == "waiting"


# Pages


def test_a_coordinator_plans_fills_and_convenes_a_session(client, alice, committee, convention):
    file = submitted(convention=convention)
    client.force_login(alice)
    typed = {"committee": committee.pk, "convention": convention.pk, "on": day(9), "at": "18:00"}
    page = client.post(reverse("committee:session_add"), typed)
    assert "Donnez un lieu" in page.context["form"].errors["place"][0]
    client.post(reverse("committee:session_add"), typed | {"place": "Mairie"})
    session = Session.objects.get()
    empty = client.post(url("session_convene", session))
    assert "ordre du jour est vide" in empty.content.decode()
    client.post(url("agenda_add", session), {"application": file.pk, "minutes": "15"})
    client.post(url("agenda_move", session.items.get()), {"down": "1"})
    client.post(url("agenda_move", session.items.get()), {"places": "-7"})
    answer = client.post(url("session_convene", session), follow=True)
    assert "Sans adresse n’a pas pu être prévenu" in answer.content.decode()
    assert len(mail.outbox) == 2
    client.post(url("agenda_remove", session.items.get()), {"reason": "Pas prête"})
    assert len(mail.outbox) == 4 and "modifiée" in mail.outbox[-1].subject
    assert "Pas prête" in client.get(session.get_absolute_url()).content.decode()
    moved = {"on": day(11), "at": "09:00", "place": "Préfecture"}
    client.post(url("session_edit", session), moved)
    assert (Session.objects.get().sequence, len(mail.outbox)) == (2, 6)
    client.post(url("session_cancel", session), {"reason": "Neige"})
    assert Session.objects.get().status == "cancelled"
    assert "Motif : Neige" in mail.outbox[-1].body
    assert "Neige" in client.get(session.get_absolute_url()).content.decode()


def test_a_member_sees_convened_sessions_without_the_files_they_step_aside_from(
    client, maria, session
):
    client.force_login(maria)
    assert client.get(session.get_absolute_url()).status_code == 404
    session.convene()
    page = client.get(session.get_absolute_url()).content.decode()
    assert "Scierie Didier" in page and "Tôlerie" not in page
    assert "1 dossier dont vous vous déportez" in page
    assert "prochaine séance" in client.get("/").content.decode()
    assert "Convoquer" not in page


def test_the_list_costs_the_same_for_one_session_and_for_many(
    client, alice, session, django_assert_max_num_queries
):
    client.force_login(alice)
    address = reverse("committee:session_list")
    client.get(address)
    with django_assert_max_num_queries(20) as few:
        client.get(address)
    for offset in range(5):
        Session.objects.create(
            committee=session.committee,
            convention=session.convention,
            on=day(20 + offset),
            at=time(9),
            place="Mairie",
        )
    with django_assert_max_num_queries(len(few)):
        client.get(address)


# What the database refuses


@pytest.mark.parametrize(
    ("constraint", "spoil"),
    [
        ("session_status_known", lambda: Session.objects.update(status="lost")),
        ("session_majority_known", lambda: Session.objects.update(majority="loud")),
        ("session_is_somewhere", lambda: Session.objects.update(place="", link="")),
        ("session_convened_with_its_rules", lambda: Session.objects.update(quorum_percent=None)),
        ("agenda_item_once_in_a_session", lambda: again(AgendaItem.objects.first())),
        (
            "agenda_change_has_a_reason",
            lambda: Session.objects.get().changes.create(
                application=AgendaItem.objects.first().application, added=True, reason=""
            ),
        ),
        ("invitation_once_for_a_seat", lambda: again(Invitation.objects.first())),
        ("invitation_answer_known", lambda: Invitation.objects.update(answer="maybe")),
        ("invitation_proxy_has_a_holder", lambda: Invitation.objects.update(answer="proxy")),
        (
            "invitation_proxy_to_somebody_else",
            lambda: Invitation.objects.update(answer="proxy", proxy_to=F("seat")),
        ),
    ],
)
def test_the_database_keeps_sessions_sound(convened, constraint, spoil):
    with refused_by(constraint):
        spoil()


def again(row):
    row.pk = None
    row.save(force_insert=True)
