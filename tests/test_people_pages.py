"""The page of a person: roles, invitation, access."""

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.urls import reverse

from accounts.models import Role, User
from tests.factories import UserFactory
from tests.refusals import refused


def url(name, row):
    return reverse(f"accounts:{name}", args=[row.pk])


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


@pytest.fixture
def as_nadia(client, nadia):
    client.force_login(nadia)
    return client


def test_the_list_leads_to_each_person(as_nadia, root, alice):
    content = as_nadia.get(reverse("accounts:user_list")).content.decode()
    assert alice.get_absolute_url() in content
    assert "Administrateur" in content
    assert "Administrateur" in words(as_nadia.get(root.get_absolute_url()))


def test_a_role_is_added_and_removed(as_nadia, nadia, alice, toul, longwy):
    add = url("role_add", alice)
    as_nadia.post(add, {"role": Role.READER, "antenna": longwy.pk})
    assert f'Lecteur – <a href="{longwy.get_absolute_url()}">Longwy' in words(
        as_nadia.get(alice.get_absolute_url())
    )
    again = as_nadia.post(add, {"role": Role.READER, "antenna": longwy.pk})
    assert "a déjà ce rôle" in words(again)
    assert "Choisissez l’antenne" in words(as_nadia.post(add, {"role": Role.READER}))

    role = alice.memberships.get(antenna=longwy)
    remove = url("role_remove", role)
    assert "btn-danger" in words(as_nadia.get(remove))
    assert alice.memberships.filter(pk=role.pk).exists()
    as_nadia.post(remove)
    assert list(alice.memberships.values_list("antenna", flat=True)) == [toul.pk]
    entry = LogEntry.objects.get_for_object(role).filter(action=LogEntry.Action.DELETE).get()
    assert entry.actor == nadia


def test_an_access_is_closed_and_opened_again(as_nadia, client, alice):
    access = url("user_access", alice)
    assert "btn-danger" in words(as_nadia.get(access))
    as_nadia.post(access)
    alice.refresh_from_db()
    assert not alice.is_active
    assert "Accès fermé" in words(as_nadia.get(alice.get_absolute_url()))
    as_nadia.post(access)
    alice.refresh_from_db()
    assert alice.is_active
    entries = LogEntry.objects.get_for_object(alice).filter(action=LogEntry.Action.UPDATE)
    changes = [entry.changes_dict for entry in entries]
    assert sum("is_active" in change for change in changes) == 2


def test_a_closed_access_ends_the_visit_under_way(client, alice, nadia):
    client.force_login(alice)
    alice.deactivate(by=nadia)
    assert client.get("/").status_code == 302


def test_nobody_locks_themselves_out(as_nadia, nadia):
    with refused("own_access"):
        nadia.deactivate(by=nadia)
    role = nadia.memberships.get()
    with refused("own_access"):
        nadia.take_away(role, by=nadia)
    assert "demandez à quelqu’un d’autre" in words(as_nadia.post(url("role_remove", role)))
    assert "propre accès" in words(as_nadia.post(url("user_access", nadia)))
    nadia.refresh_from_db()
    assert nadia.is_active
    assert nadia.memberships.exists()


def test_an_invitation_is_sent_again_until_a_password_is_set(as_nadia):
    person = UserFactory()
    person.set_unusable_password()
    person.save()
    again = url("user_invite_again", person)
    assert again in words(as_nadia.get(person.get_absolute_url()))
    as_nadia.post(again)
    assert [message.to for message in mail.outbox] == [[person.email]]
    person.set_password("une phrase assez longue")
    person.save()
    as_nadia.post(again)
    assert len(mail.outbox) == 1
    assert again not in words(as_nadia.get(person.get_absolute_url()))


def test_the_administrator_is_managed_by_administrators(as_nadia, root):
    assert url("user_access", root) not in words(as_nadia.get(root.get_absolute_url()))
    for name in ("user_access", "role_add"):
        assert as_nadia.post(url(name, root)).status_code == 403
    other = UserFactory(is_superuser=True, is_staff=True)
    as_nadia.force_login(other)
    as_nadia.post(url("user_access", root))
    assert not User.objects.get(pk=root.pk).is_active


def test_a_role_and_an_antenna_asked_together_are_one_membership(as_nadia, alice, toul, longwy):
    alice.memberships.create(role=Role.READER, antenna=longwy)

    def names(**asked):
        page = as_nadia.get(reverse("accounts:user_list"), asked).context["page"]
        return [person.email for person in page if person == alice]

    assert names(role="coordinator", antenna=toul.pk) == names(role="reader") == [alice.email]
    assert names(role="coordinator", antenna=longwy.pk) == []
