"""A campaign as it is lived: opened, answered on a phone, completed, accepted, closed."""

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from support.models import Campaign, Job
from support.views.campaigns import AT_ONCE
from tests import factories as make
from tests.test_accessibility import DESKTOP, PHONE
from tests.test_browser import PASSWORD, iso, press, sign_in
from tests.test_browser_days import clean
from tests.test_browser_money import card, follow, says

pytestmark = pytest.mark.browser


@pytest.fixture
def file(transactional_db, toul, alice):
    """Marchal was helped thirteen months ago; one job was seen there since."""
    alice.set_password(PASSWORD)
    alice.save()
    convention = make.ConventionFactory(
        antenna=toul, starts_on=make.day(-900), funds=100_000, terms={"ends_on": make.day(300)}
    )
    company = make.CompanyFactory(antenna=toul, name="Tôlerie Marchal")
    make.ContactFactory(company=company, name="Jeanne Marchal", email="jeanne@marchal.example")
    file = make.approved(convention=convention, company=company, on=make.day(-400))
    make.JobFactory(application=file, starts_on=make.day(-300), observed_on=make.day(-200))
    return file


@pytest.fixture
def open_page(live_server, new_context, file):
    return lambda size: new_context(viewport=size, base_url=live_server.url).new_page()


def test_a_campaign_from_its_opening_to_its_end(live_server, open_page, alice):
    page, phone = open_page(DESKTOP), open_page(PHONE)
    sign_in(page, live_server.url, alice)
    open_and_send(page)
    answer(phone)
    ask_for_more(page)
    complete(phone)
    accept_and_close(page)


def open_and_send(page):
    page.goto(reverse("committee:application_list"))
    follow(page, "Campagnes sur les emplois")
    follow(page, "Ouvrir une campagne")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ouvrir une campagne")
    clean(page)
    page.get_by_label("Terme").select_option("12")
    press(page, "Ouvrir la campagne")
    says(page, "La campagne est ouverte", "Tôlerie Marchal", "À envoyer")
    press(page, "Envoyer le questionnaire (1)")
    says(page, "1 message envoyé aujourd’hui.", "Sans réponse")


def answer(phone):
    """A job is gone, two are new."""
    [message] = mail.outbox
    phone.goto(next(part for part in message.body.split() if "/questionnaire/" in part))
    says(phone, "Tôlerie Marchal", "Ne donnez le nom d’aucun salarié.")
    clean(phone)
    phone.get_by_role("radio", name="N’existe plus").check()
    phone.get_by_label("Dernier jour").fill(iso(-30))
    phone.locator("[name=new-0-number]").fill("2")
    phone.locator("[name=new-0-contract]").select_option("permanent")
    phone.locator("[name=new-0-starts_on]").fill(iso(-20))
    phone.locator("[name=headcount]").fill("14")
    press(phone, "Envoyer ma réponse")
    says(
        phone, "Merci : votre réponse est enregistrée.", "Vous pouvez encore changer votre réponse."
    )
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def ask_for_more(page):
    page.goto(reverse("home"))
    card(page, "Réponses à contrôler").get_by_role("link", name="Tôlerie Marchal").click()
    says(page, "2 × CDI")
    clean(page)
    page.get_by_role("radio", name="À compléter").check()
    page.get_by_role("textbox", name="Commentaire").fill("Joignez votre registre.")
    press(page, "Enregistrer")
    says(page, "Le contrôle est enregistré.", "À compléter par l’entreprise")
    assert "Joignez votre registre." in mail.outbox[-1].body


def complete(phone):
    """What was answered is still there; a document joins it."""
    phone.reload()
    says(phone, "Joignez votre registre.")
    expect(phone.locator("[name=new-0-number]")).to_have_value("2")
    phone.locator("[name=document]").set_input_files(
        {"name": "registre.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    press(phone, "Envoyer ma réponse")
    says(phone, "Merci : votre réponse est enregistrée.")


def accept_and_close(page):
    page.goto(reverse("home"))
    card(page, "Réponses à contrôler").get_by_role("link", name="Tôlerie Marchal").click()
    says(page, "registre.pdf")
    page.get_by_role("radio", name="J’accepte").check()
    press(page, "Enregistrer")
    says(page, "Acceptée")
    assert Job.objects.counting_on(make.day(0)).count() == 2
    assert Job.objects.counting_on(make.day(-40)).count() == 1
    follow(page, "Clore la campagne")
    press(page, "Clore la campagne")
    says(page, "La campagne est close.", "Close")


def test_many_questionnaires_leave_without_another_click(live_server, open_page, alice, file):
    campaign = Campaign.open(file.antenna, 12, on=make.day(0), answer_by=make.day(30), by=alice)
    number = 2 * AT_ONCE + 1
    for _ in range(number - 1):
        other = make.approved(convention=file.convention, on=make.day(-400), advance=1_000)
        campaign.surveys.create(
            application=other, word="x", sent_to="a@b.example", expires_on=make.day(30)
        )
    page = open_page(DESKTOP)
    sign_in(page, live_server.url, alice)
    page.goto(campaign.get_absolute_url())
    press(page, f"Envoyer les questionnaires ({number})")
    says(page, f"Messages partis aujourd’hui : {number} sur {number}")
    assert len(mail.outbox) == number
    expect(page.get_by_role("button", name="Continuer")).to_have_count(0)
    clean(page)
    follow(page, "Revenir à la campagne")
    says(page, "Sans réponse")
