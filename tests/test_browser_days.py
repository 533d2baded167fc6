"""Skill-days as they are lived: a mission, a link on a phone, a certificate, the figures."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from support.grid import monday_of
from support.models import Mission, SkillDay, StatementSending, YearlyStatement
from territories.dates import in_figures
from tests import factories as make
from tests.numbers import TODAY
from tests.test_accessibility import DESKTOP, PHONE, faults
from tests.test_browser import PASSWORD, iso, press, sign_in, type_in
from tests.test_browser_money import beside, card, follow, says
from tests.test_statements import YEAR, gave, page_of

pytestmark = pytest.mark.browser


@pytest.fixture
def file(transactional_db, toul, alice):
    """Three days that the committee of Toul granted to Marchal; Jeanne of Sidérac may give them."""
    alice.set_password(PASSWORD)
    alice.save()
    convention = make.ConventionFactory(
        antenna=toul, reference="TOUL-1", funds=100_000, terms={"day_value": 800}
    )
    sponsor = make.SponsorFactory(name="Sidérac")
    convention.pledge(sponsor, origin="private", days=20, on=make.day(-100))
    make.ExpertFactory(
        sponsor=sponsor,
        first_name="Jeanne",
        last_name="Moreau",
        email="jeanne@siderac.example",
        antennas=[toul],
    )
    company = make.CompanyFactory(antenna=toul, name="Tôlerie Marchal")
    make.ContactFactory(company=company, name="Luc Marchal", email="luc@marchal.example")
    return make.approved(convention=convention, company=company, on=make.day(-40), days=3)


@pytest.fixture
def open_page(live_server, new_context, file):
    """A page of somebody who has no account, on a screen of this size."""
    return lambda size: new_context(viewport=size, base_url=live_server.url).new_page()


@pytest.fixture
def page(live_server, open_page, alice):
    page = open_page(DESKTOP)
    sign_in(page, live_server.url, alice)
    return page


def test_from_a_mission_to_the_figures_of_the_sponsor(page, open_page, file):
    open_a_mission(page, file)
    expert = open_page(PHONE)
    expert.goto(link_in_the_mail(page, "Saisir ses journées – Jeanne Moreau"))
    log_three_days_one_of_them_twice(expert)
    take_one_back(expert)
    company = open_page(PHONE)
    company.goto(link_in_the_mail(page, "Certifier les journées – Luc Marchal"))
    certify(company)
    read_the_mission(page)
    read_the_sponsor(page)


def clean(page):
    """Nothing for axe to say; what looks at it leaves the screen as it was."""
    size = page.viewport_size
    assert not list(faults(page))
    page.set_viewport_size(size)


def open_a_mission(page, file):
    page.goto(reverse("support:mission_add", args=[file.pk]))
    type_in(
        page,
        expert=str(file.antenna.experts.get().pk),
        subject="Réorganiser l’atelier",
        starts_on=iso(-10),
        ends_on=iso(90),
        days="3",
        signed_on=iso(-10),
    )
    press(page, "Enregistrer")
    says(page, "La mission est enregistrée.")
    clean(page)


def link_in_the_mail(page, choice):
    """Send this link; the address that the message brought."""
    page.goto(Mission.objects.get().get_absolute_url())
    follow(page, "Envoyer un lien")
    page.get_by_role("radio", name=choice).check()
    press(page, "Envoyer")
    says(page, "Lien envoyé à")
    body = mail.outbox[-1].body
    return next(line for line in body.splitlines() if line.startswith("http"))


def log_three_days_one_of_them_twice(expert):
    says(expert, "Mes journées", "Aucune journée pour l’instant.")
    clean(expert)
    for number, (ago, days) in enumerate([(-3, "1"), (-2, "0.5"), (-1, "1")], start=1):
        type_in(expert, done_on=iso(ago), note=f"Visite {number}")
        expert.locator(f"[name=days][value='{days}']").check()
        with expert.expect_request(lambda request: request.method == "POST") as sent:
            press(expert, "Enregistrer")
        says(expert, "C’est noté, merci.", f"Visite {number}")
    send_again(expert, sent.value)
    expert.reload()
    says(expert, "2,5 j données sur 3 j prévues")
    assert SkillDay.objects.count() == 3


def send_again(page, request):
    """As a phone does, that has not heard the answer."""
    kind = {"content-type": request.headers["content-type"]}
    answer = page.request.post(request.url, data=request.post_data, headers=kind)
    assert answer.ok


def take_one_back(expert):
    press(expert, f"Retirer {in_figures(make.day(-1))}")
    says(expert, "La journée est retirée.", "1,5 j données sur 3 j prévues")
    clean(expert)
    assert expert.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def certify(company):
    expect(company.get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(company.locator("[name=by]")).to_have_value("Luc Marchal")
    clean(company)
    press(company, "Certifier")
    says(company, "Merci", "Déjà certifiées", in_figures(make.day(-2)))
    clean(company)


def read_the_mission(page):
    page.goto(Mission.objects.get().get_absolute_url())
    facts = card(page, "Réorganiser l’atelier")
    for label, days in (("prévues", "3 j"), ("données", "1,5 j"), ("certifiées", "1,5 j")):
        expect(beside(facts, f"Journées {label}")).to_have_text(days)
    row = page.get_by_role("row", name=in_figures(make.day(-1)))
    expect(row).to_contain_text("Retirée par l’intervenant")
    clean(page)


def read_the_sponsor(page):
    follow(page, "Jeanne Moreau")
    follow(page, "Sidérac")
    follow(page, "Journées")
    facts = card(page, "Journées au")
    for label, told in (
        ("Promises", "20 j"),
        ("Prévues par les missions", "3 j"),
        ("Données", "1,5 j"),
        ("Certifiées", "1,5 j"),
        ("Entreprises aidées", "1"),
        ("Valeur indicative", "1 200,00 €"),
    ):
        expect(beside(facts, label)).to_have_text(told)
    expect(page.get_by_role("row", name="Tôlerie Marchal")).to_contain_text("1,5 j")
    clean(page)


# The grid


def test_a_week_in_the_grid_on_a_phone_and_what_is_refused(page, file):
    last_monday = monday_of(make.day(-7))
    mission = make.MissionFactory(
        application=file, expert=file.antenna.experts.get(), starts_on=make.day(-30)
    )
    mission.log(Decimal("0.5"), on=last_monday, key=uuid4())
    other = make.MissionFactory(
        application=file, expert=mission.expert, starts_on=make.day(-30), subject="Achats"
    )
    page.set_viewport_size(PHONE)
    page.goto(reverse("support:mission_list"))
    follow(page, "Saisir des journées en grille")
    expect(page.get_by_role("heading", level=1)).to_have_text("Journées en grille")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    names = [f"m{each.pk}-e{mission.expert.pk}-{last_monday}" for each in (mission, other)]
    expect(page.locator(f"[name='{names[0]}']")).to_have_count(0)
    page.locator(f"[name='{names[1]}']").select_option("¾")
    press(page, "Enregistrer")
    says(page, "Rien n’est enregistré")
    field = page.locator(f"[name='{names[1]}']")
    expect(field).to_have_value("0.75")
    expect(field).to_have_accessible_description(re.compile("cela dépasse une journée"))
    clean(page)
    field.select_option("½")
    press(page, "Enregistrer")
    says(page, "1 journée est enregistrée.")
    page.set_viewport_size(DESKTOP)
    page.reload()
    expect(page.locator(".logged")).to_have_count(2)
    clean(page)


# Yearly statements


def test_statements_go_on_by_themselves_until_all_have_left(page, toul):
    names = [f"Groupe {number}" for number in range(7)]
    for number, name in enumerate(names):
        gave(toul, name, email=f"g{number}@groupe.example")
    page.goto(page_of(toul))
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(7)
    clean(page)
    page.get_by_role("checkbox", name="Groupe 3").uncheck()
    press(page, "Envoyer les relevés cochés")
    says(page, "6 relevés envoyés.", "Relevés traités : 6 sur 6")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "6")
    assert YearlyStatement.objects.filter(year=YEAR).count() == len(mail.outbox) == 6
    clean(page)


def test_without_javascript_statements_leave_by_a_button(live_server, new_context, alice, file):
    for number in range(6):
        gave(file.antenna, f"Groupe {number}", email=f"g{number}@groupe.example")
    page = new_context(java_script_enabled=False, base_url=live_server.url).new_page()
    sign_in(page, live_server.url, alice)
    page.goto(page_of(file.antenna, annee=TODAY.year - 1))
    press(page, "Envoyer les relevés cochés")
    for told in ("5 sur 6", "6 sur 6"):
        press(page, "Continuer l’envoi")
        says(page, f"Relevés traités : {told}")
    assert len(mail.outbox) == 6 and not StatementSending.objects.get().lines.waiting()
