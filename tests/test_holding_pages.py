"""The page of the room: who sees what, who may do what, what it costs."""

import pytest
from django.urls import reverse

from accounts.models import Role
from committee.models import Attendance, Decision, Motion, Session, Vote
from tests.factories import UserFactory, submitted
from tests.rooms import AWARD, convened, opened, put


@pytest.fixture
def anne(room, toul):
    """The chair's account."""
    user = UserFactory(email="anne@example.org", roles=[(Role.MEMBER, toul)])
    type(room.anne).objects.filter(pk=room.anne.pk).update(user=user)
    return user


@pytest.fixture
def lise(room, toul):
    """The account of who steps aside from Tôlerie Marchal, the second file."""
    user = UserFactory(email="lise@example.org", roles=[(Role.MEMBER, toul)])
    type(room.lise).objects.filter(pk=room.lise.pk).update(user=user)
    return user


def live(room):
    return reverse("committee:session_live", args=[room.session.pk])


def act(client, name, row, **data):
    return client.post(reverse(f"committee:{name}", args=[row.pk]), data, follow=True)


def text(response):
    return response.content.decode()


def test_the_chair_holds_the_session_for_the_room(client, anne, convention):
    room = opened(convention, present=[])
    type(room.anne).objects.filter(pk=room.anne.pk).update(user=anne)
    client.force_login(anne)
    for seat, how in [(room.anne, "here"), (room.marc, "deputy"), (room.bank, "remote")]:
        act(client, "session_attend", room.session, seat=seat.pk, how=how)
    assert "Quorum atteint" in text(client.get(live(room)))
    page = act(client, "item_take_up", room.items[0])
    assert "Scierie Didier" in text(page) and "Mettre aux voix" in text(page)
    answer = {**AWARD, "grant": 0, "jobs_maintained": 0, "conditions": "Un prêt\n\nUn bail"}
    page = act(client, "motion_add", room.items[0], **answer)
    assert "Le comité vote" in text(page) and "Un prêt\u00a0; Un bail" in text(page)
    motion = Motion.objects.get()
    act(client, "motion_vote", motion, seat=room.marc.pk, choice="against")
    act(client, "motion_vote", motion, seat="all", choice="for")
    page = act(client, "motion_close", motion)
    assert "2 pour, 1 contre" in text(page) and "Adopté" in text(page)
    assert Decision.objects.get().conditions.count() == 2
    act(client, "session_attend", room.session, seat=room.bank.pk, how="leave")
    page = act(client, "session_close", room.session)
    assert Session.objects.get(pk=room.session.pk).status == "closed"
    assert page.redirect_chain[-1][0] == room.session.get_absolute_url()


def test_a_member_votes_for_themselves_and_for_who_trusts_them(client, room, lise):
    room.session.arrive(room.lise)
    room.session.entrust(room.club, to=room.lise)
    motion = put(room)
    client.force_login(lise)
    assert "dont vous portez le pouvoir" in text(client.get(live(room)))
    for seat in (room.lise, room.club):
        act(client, "motion_vote", motion, seat=seat.pk, choice="for")
    assert set(Vote.objects.values_list("seat", "cast_by")) == {
        (room.lise.pk, room.lise.pk),
        (room.club.pk, room.lise.pk),
    }
    page = act(client, "motion_vote", motion, seat=room.lise.pk, choice="against")
    assert "a déjà voté" in text(page) and Vote.objects.count() == 2
    room.session.leave(room.lise)
    page = act(client, "motion_vote", motion, seat=room.lise.pk, choice="for")
    assert "n’est pas là" in text(page) and not Vote.objects.exists()


def test_a_holder_whose_deputy_sits_does_not_vote(client, room, lise):
    type(room.lise).objects.filter(pk=room.lise.pk).update(deputy="Paul Noël")
    room.lise.refresh_from_db()
    room.session.arrive(room.lise, by_deputy=True)
    motion = put(room)
    client.force_login(lise)
    page = client.get(live(room))
    assert not page.context["hall"].mine
    data = {"seat": room.lise.pk, "choice": "for"}
    assert act(client, "motion_vote", motion, **data).status_code == 403


def test_closing_or_voiding_a_vote_under_way_is_asked_again(client, room, alice):
    motion = put(room)
    room.session.vote(motion, room.anne, "for")
    client.force_login(alice)
    act(client, "motion_take_back", motion, seat=room.anne.pk)
    assert not Vote.objects.exists()
    assert act(client, "motion_take_back", motion, seat="0").status_code == 200
    room.session.vote(motion, room.anne, "for")
    page = text(client.get(reverse("committee:motion_close", args=[motion.pk])))
    assert "N’ont pas voté" in page and "Marc Petit" in page and "Anne Roy" not in page
    assert "effacés" in text(client.get(reverse("committee:motion_void", args=[motion.pk])))
    assert Motion.objects.get().closed_at is None
    assert "Le vote est annulé" in text(act(client, "motion_void", motion))
    assert not Motion.objects.exists()


def test_a_member_may_do_nothing_for_others(client, room, lise):
    motion = put(room)
    client.force_login(lise)
    for name, row in [
        ("motion_vote", motion),
        ("motion_close", motion),
        ("motion_void", motion),
        ("motion_take_back", motion),
        ("motion_refuse", motion),
        ("motion_add", room.items[0]),
        ("item_take_up", room.items[0]),
        ("session_entrust", room.session),
        ("session_close", room.session),
        ("session_open", room.session),
    ]:
        data = {"seat": room.marc.pk, "choice": "for"}
        assert act(client, name, row, **data).status_code == 403, name
    act(client, "session_attend", room.session, seat=room.marc.pk, how="leave")
    assert Attendance.objects.get(seat=room.marc).left_at is None
    act(client, "session_attend", room.session, seat=room.lise.pk, how="remote")
    assert Attendance.objects.get(seat=room.lise).is_remote


def test_who_steps_aside_sees_nothing_of_the_file_even_while_it_is_discussed(client, room, lise):
    motion = put(room, item=1)
    room.session.vote(motion, room.anne, "for")
    client.force_login(lise)
    page = text(client.get(live(room)))
    assert "dont vous vous déportez" in page and "Marchal" not in page and "20 000" not in page
    for name in ("motion_vote", "motion_close", "motion_refuse"):
        assert act(client, name, motion, seat=room.lise.pk, choice="for").status_code == 404


def test_a_chair_who_steps_aside_lets_the_coordinator_hold_the_file(client, room, anne, alice):
    room.items[0].application.recuse(room.anne, reason="Un ami dirige l’entreprise")
    client.force_login(anne)
    for name in ("item_take_up", "motion_add"):
        assert act(client, name, room.items[0]).status_code == 404
    assert "Scierie" not in text(
        client.get(reverse("committee:session_close", args=[room.session.pk]))
    )
    client.force_login(alice)
    assert act(client, "item_take_up", room.items[0]).status_code == 200


def test_in_a_secret_vote_nobody_votes_for_others(client, alice, convention):
    room = opened(convention, secret_vote=True)
    motion = put(room)
    client.force_login(alice)
    data = {"seat": room.anne.pk, "choice": "for"}
    assert act(client, "motion_vote", motion, **data).status_code == 403
    assert "Tous les autres" not in text(client.get(live(room)))
    page = act(client, "motion_papers", motion, in_favour=1, against=1, abstained=0)
    assert "2 bulletins pour 3 votants" in text(page)
    act(client, "motion_papers", motion, in_favour=2, against=1, abstained=0)
    assert "2 pour, 1 contre" in text(act(client, "motion_close", motion))


def test_the_page_answers_only_when_there_is_news(client, room, alice):
    client.force_login(alice)
    version = client.get(live(room)).context["hall"].version
    news = {"headers": {"HX-Request": "true"}}
    assert client.get(live(room), {"vu": version}, **news).status_code == 204
    room.session.arrive(room.club)
    answer = client.get(live(room), {"vu": version}, **news)
    assert answer.status_code == 200 and "<html" not in text(answer)
    motion = put(room)
    versions = {client.get(live(room)).context["hall"].version}
    room.session.vote(motion, room.anne, "for")
    versions.add(client.get(live(room)).context["hall"].version)
    room.session.close_vote(motion)
    versions.add(client.get(live(room)).context["hall"].version)
    assert len(versions) == 3


def test_before_and_after_the_page_says_what_to_do(client, alice, convention):
    room = convened(convention)
    client.force_login(alice)
    assert "Ouvrir la séance" in text(client.get(live(room)))
    assert "Entrer dans la séance" not in text(client.get(room.session.get_absolute_url()))
    act(client, "session_open", room.session)
    assert "Entrer dans la séance" in text(client.get(room.session.get_absolute_url()))
    act(client, "session_close", room.session)
    assert "est close" in text(client.get(live(room)))


def test_a_refused_motion_keeps_what_was_typed(client, room, alice):
    client.force_login(alice)
    answer = {**AWARD, "advance": "100 001", "grant": 0, "jobs_maintained": 0, "conditions": "Bail"}
    page = act(client, "motion_add", room.items[0], **answer)
    form = page.context["form"]
    assert form.errors["advance"] and "Bail" in text(page) and not Motion.objects.exists()
    answer = {**AWARD, "outcome": "refused", "grant": 0, "jobs_maintained": 0, "reason": ""}
    page = act(client, "motion_add", room.items[0], **answer)
    assert page.context["form"].errors["reason"]


def test_a_refusal_after_a_rejected_approval_has_its_page(client, room, alice):
    client.force_login(alice)
    motion = put(room)
    room.session.vote(motion, room.anne, "against")
    act(client, "motion_close", motion)
    url = reverse("committee:motion_refuse", args=[motion.pk])
    assert url in text(client.get(live(room)))
    assert act(client, "motion_refuse", motion, reason="").context["form"].errors["reason"]
    act(client, "motion_refuse", motion, reason="Trop tôt")
    assert Decision.objects.get().reason == "Trop tôt"


def test_a_proxy_is_noted_on_a_page(client, room, alice):
    client.force_login(alice)
    page = act(client, "session_entrust", room.session, seat=room.club.pk, to=room.anne.pk)
    assert "pouvoir à Anne Roy" in text(page)
    page = act(client, "session_entrust", room.session, seat=room.lise.pk, to=room.anne.pk)
    assert page.context["form"].errors["to"]


def test_the_room_costs_the_same_for_one_file_and_for_many(
    client, room, alice, convention, django_assert_max_num_queries
):
    put(room)
    client.force_login(alice)
    client.get(live(room))
    with django_assert_max_num_queries(60) as few:
        client.get(live(room))
    for _time in range(5):
        room.session.add(submitted(convention=convention), reason="Urgent")
    with django_assert_max_num_queries(len(few)):
        client.get(live(room))
