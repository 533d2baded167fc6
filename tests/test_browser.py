"""A coordinator's day in a real browser: from a new company to the convention's figures."""

import pytest
from playwright.sync_api import expect

from committee.models import Application
from tests import factories as make

pytestmark = pytest.mark.browser

PASSWORD = "une phrase assez longue"
SIRET = "73282932000074"
NO_BREAK = "\u00a0"


@pytest.fixture
def ready(transactional_db, toul, alice):
    """Toul has a convention with 100 000 €, an expert, and the commune of its companies."""
    alice.set_password(PASSWORD)
    alice.save()
    make.CommuneFactory(code="54528", name="Toul", postal_codes="54200")
    expert = make.ExpertFactory(first_name="Jeanne", last_name="Moreau")
    expert.antennas.set([toul])
    return make.ConventionFactory(antenna=toul, reference="TOUL-1", funds=100_000)


def iso(offset):
    return make.day(offset).isoformat()


def press(page, name):
    page.get_by_role("main").get_by_role("button", name=name).first.click()


def sign_in(page, site, person):
    page.goto(site)
    page.locator("#id_login").fill(person.email)
    page.locator("#id_password").fill(PASSWORD)
    press(page, "Se connecter")
    expect(page.get_by_role("heading", name=f"Bonjour {person.first_name}")).to_be_visible()


def type_in(page, **values):
    """Fill fields by their names, as `app__0__field` for a row's."""
    for name, value in values.items():
        field = page.locator(f"main [name='{name.replace('__', '-')}']")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def test_from_a_new_company_to_the_figures_of_the_convention(live_server, page, ready, alice):
    sign_in(page, live_server.url, alice)
    add_a_company(page)
    open_and_submit_an_application(page)
    record_the_approval(page)
    open_a_mission(page, live_server.url)
    record_a_visit(page, live_server.url)
    read_the_figures(page, live_server.url, ready)


def add_a_company(page):
    page.get_by_role("link", name="Ajouter une entreprise").click()
    type_in(page, name="Tôlerie Marchal", siret="732 829 320 00075", commune="Toul")
    press(page, "Enregistrer")
    expect(page.get_by_text("Ce SIRET n’est pas valable")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("Tôlerie Marchal")
    type_in(page, siret=SIRET)
    press(page, "Enregistrer")
    expect(page.get_by_role("heading", name="Tôlerie Marchal")).to_be_visible()


def open_and_submit_an_application(page):
    page.get_by_role("link", name="Ouvrir un dossier").first.click()
    type_in(
        page,
        purpose="production",
        title="Robot de soudage",
        project="Doubler la capacité de l’atelier.",
        project_starts_on=iso(30),
        without_aid="smaller",
        requested_advance="20 000,00",
        requested_days="3",
        baseline_headcount="8",
        planned_jobs_created="4",
        besoins__0__label="Robot",
        besoins__0__amount="50 000",
        ressources__0__label="Banque",
        ressources__0__amount="20 000",
    )
    press(page, "Enregistrer")
    expect(page.get_by_text(f"10{NO_BREAK}000,00{NO_BREAK}€").first).to_be_visible()
    assert not Application.objects.exists()  # the plan lacks 10 000 €
    type_in(page, ressources__0__amount="30 000")
    press(page, "Enregistrer")
    page.get_by_role("link", name="Déposer").first.click()
    type_in(page, on=iso(-20))
    press(page, "Déposer")


def record_the_approval(page):
    page.get_by_role("link", name="Saisir la décision").first.click()
    page.locator("[name=outcome][value=approved]").check()
    type_in(page, advance="20 000", days="3", jobs_created="4", decided_on=iso(-10))
    press(page, "Enregistrer")
    expect(page.get_by_role("link", name="Saisir une visite").first).to_be_visible()


def open_a_mission(page, site):
    application = Application.objects.get()
    page.goto(f"{site}/dossiers/{application.pk}/missions/nouvelle/")
    type_in(
        page,
        expert=str(application.antenna.experts.get().pk),
        subject="Réorganiser l’atelier",
        starts_on=iso(-10),
        ends_on=iso(90),
        days="3",
    )
    press(page, "Enregistrer")
    expect(page.get_by_role("heading", name="Réorganiser l’atelier")).to_be_visible()


def record_a_visit(page, site):
    page.goto(f"{site}/dossiers/{Application.objects.get().pk}/visite/")
    for row, ago in enumerate((0, -1, -2)):
        if row:
            press(page, "Ajouter une journée")
        type_in(page, **{f"days__{row}__days": "1", f"days__{row}__done_on": iso(ago)})
    type_in(
        page,
        jobs__0__number="2",
        jobs__0__kind="created",
        payment__instrument="advance",
        payment__amount="12 000",
        payment__contract_on=iso(0),
    )
    press(page, "Enregistrer la visite")
    expect(page.get_by_text("La visite est enregistrée")).to_be_visible()


def read_the_figures(page, site, convention):
    for path in (f"/conventions/{convention.pk}/", f"/conventions/{convention.pk}/bilan/"):
        page.goto(f"{site}{path}")
        for figure in ("20 000,00 €", "12 000,00 €", "3 j"):
            shown = page.get_by_text(figure.replace(" ", NO_BREAK), exact=True)
            expect(shown.first).to_be_visible()
    row = page.get_by_role("row", name="Emplois créés")
    expect(row.get_by_role("cell", name="2")).to_be_visible()


def test_the_look_up_of_a_commune_suggests_as_one_types(live_server, page, ready, alice):
    sign_in(page, live_server.url, alice)
    page.goto(f"{live_server.url}/entreprises/nouvelle/")
    page.locator("[name=commune]").press_sequentially("542")
    expect(page.locator("datalist option[value='Toul (54200)']")).to_be_attached()
