"""Coming in: the invitation, the password, the language, the pages of one's account."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Role, User
from tests.factories import UserFactory

PASSWORD = "une phrase assez longue"


def test_an_invited_person_sets_a_password_and_comes_in(
    client, nadia, toul, django_capture_on_commit_callbacks
):
    client.force_login(nadia)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("accounts:user_invite"),
            {
                "email": "zoe@example.org",
                "first_name": "Zoé",
                "last_name": "Petit",
                "language": "fr",
                "role": "coordinator",
                "antenna": toul.pk,
            },
        )
    client.logout()

    [message] = mail.outbox
    assert message.to == ["zoe@example.org"]
    link = re.search(r"http://testserver(/\S+)", message.body)[1]
    page = client.get(link, follow=True)
    url = page.redirect_chain[-1][0]
    client.post(url, {"password1": PASSWORD, "password2": PASSWORD})

    client.post(reverse("account_login"), {"login": "zoe@example.org", "password": PASSWORD})
    zoe = User.objects.get(email="zoe@example.org")
    assert zoe.may_edit(toul)
    assert client.get("/").context["user"] == zoe


def test_inviting_somebody_known_adds_the_role_and_sends_nothing(client, nadia, bob, longwy):
    bob.set_password(PASSWORD)
    bob.save()
    client.force_login(nadia)
    client.post(
        reverse("accounts:user_invite"),
        {"email": "BOB@example.org", "language": "fr", "role": "reader", "antenna": longwy.pk},
    )
    assert not mail.outbox
    assert User.objects.get(email=bob.email).antenna_ids >= {longwy.pk}


def test_an_invitation_without_its_antenna_comes_back_with_a_sentence(client, nadia):
    client.force_login(nadia)
    page = client.post(
        reverse("accounts:user_invite"),
        {"email": "zoe@example.org", "language": "fr", "role": "coordinator"},
    )
    assert "Choisissez l’antenne." in page.content.decode()
    assert not User.objects.filter(email="zoe@example.org").exists()


def test_nobody_signs_up(client, db):
    client.post(
        reverse("account_signup"),
        {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not User.objects.exists()


def test_a_forgotten_password_is_asked_for_by_e_mail(client, alice):
    client.post(reverse("account_reset_password"), {"email": alice.email})
    assert mail.outbox[0].to == [alice.email]


def test_an_unknown_address_is_told_nothing(client, db):
    client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert not mail.outbox


def test_the_language_follows_the_person_and_comes_back_to_the_page(client, alice):
    client.force_login(alice)
    answer = client.post(
        reverse("accounts:language"), {"language": "en", "next": reverse("accounts:profile")}
    )
    assert answer.url == reverse("accounts:profile")
    assert 'lang="en"' in client.get(answer.url).content.decode()
    alice.refresh_from_db()
    assert alice.language == "en"


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_changing_the_language_never_leads_elsewhere(client, url):
    assert client.post(reverse("accounts:language"), {"language": "en", "next": url}).url == "/"


def test_a_browser_in_english_still_gets_french_first(client, db):
    page = client.get(reverse("account_login"), headers={"accept-language": "en"})
    assert 'lang="fr"' in page.content.decode()


def test_the_list_of_people_is_searched_and_exported(client, nadia, alice, bob):
    client.force_login(nadia)
    url = reverse("accounts:user_list")
    page = client.get(url, {"q": "alice", "role": Role.COORDINATOR})
    assert list(page.context["page"]) == [alice]
    export = client.get(url, {"format": "csv"}).getvalue().decode("utf-8-sig")
    assert len(export.splitlines()) == 1 + User.objects.count()


def test_the_list_of_people_costs_the_same_for_one_and_for_many(
    client, nadia, toul, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(nadia)
    url = reverse("accounts:user_list")
    UserFactory(roles=[(Role.READER, toul)])
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    UserFactory.create_batch(20, roles=[(Role.READER, toul)])
    with django_assert_num_queries(len(few)):
        client.get(url)


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_signup",
        "account_inactive",
        "account_email",
        "account_change_password",
        "account_logout",
    ],
)
def test_the_pages_of_an_account_speak_as_we_do_and_lead_back(client, alice, name):
    if name in ("account_email", "account_change_password", "account_logout"):
        alice.set_password(PASSWORD)
        alice.save()
        client.force_login(alice)
    page = client.get(reverse(name))
    assert page.status_code == 200
    content = page.content.decode()
    main = content.split("<main")[1].split("</main>")[0]
    assert not re.search(r"e-mail|courriel|placeholder|[a-zé] [?!:;]", main, re.IGNORECASE)
    assert re.search(r'href="/', main)


def test_a_wrong_password_and_a_lost_link_get_our_sentences(client, alice):
    page = client.post(reverse("account_login"), {"login": alice.email, "password": "x"})
    assert "L’adresse électronique ou le mot de passe ne convient pas." in page.content.decode()
    lost = client.get(reverse("account_reset_password_from_key", args=["x", "y-z"]))
    assert "Demander un nouveau lien" in lost.content.decode()


def test_a_new_address_is_confirmed_by_the_link_it_receives(client, alice):
    client.force_login(alice)
    client.post(reverse("account_email"), {"email": "nouvelle@example.org", "action_add": ""})
    assert "nouvelle@example.org attend" in client.get(reverse("account_email")).content.decode()
    [message] = mail.outbox
    assert message.subject == "Confirmez votre adresse électronique"
    link = re.search(r"http://testserver(/\S+)", message.body)[1]
    assert "est bien l’adresse de" in client.get(link).content.decode()
    client.post(link)
    alice.refresh_from_db()
    assert alice.email == "nouvelle@example.org"


def test_a_forgotten_password_is_chosen_again(client, alice):
    client.post(reverse("account_reset_password"), {"email": alice.email})
    [message] = mail.outbox
    assert message.subject == "Choisir un nouveau mot de passe"
    assert "sans doute vous" in message.body
