"""On a phone: rows are cards that say what decides, filters fold, a visit begins short."""

import pytest
from playwright.sync_api import expect

from companies.models import Lead
from support.models import SkillDay
from tests import factories as make
from tests.test_accessibility import PHONE
from tests.test_browser import PASSWORD, iso, press, sign_in, type_in

pytestmark = pytest.mark.browser


@pytest.fixture
def file(transactional_db, toul, alice):
    """A file of Toul that the committee approved, with a mission."""
    alice.set_password(PASSWORD)
    alice.save()
    convention = make.ConventionFactory(antenna=toul, reference="TOUL-1", funds=100_000)
    company = make.CompanyFactory(antenna=toul, name="Tôlerie Marchal")
    file = make.approved(convention=convention, company=company)
    make.MissionFactory(application=file, subject="Réorganiser l’atelier")
    return file


@pytest.fixture
def phone(live_server, new_context, file, alice):
    page = new_context(viewport=PHONE, base_url=live_server.url).new_page()
    sign_in(page, live_server.url, alice)
    return page


def fits(locator):
    """Seen, and within the width of the screen."""
    expect(locator).to_be_visible()
    box = locator.bounding_box()
    return box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]


def test_a_row_is_a_card_that_shows_its_state(phone):
    phone.goto("/dossiers/")
    row = phone.get_by_role("table").get_by_role("row").nth(1)
    expect(row.get_by_role("rowheader")).to_contain_text("Tôlerie Marchal")
    assert fits(row.get_by_role("cell", name="Accordé"))


def test_a_page_that_is_not_found_is_as_wide_as_the_screen(live_server, new_context, phone):
    stranger = new_context(viewport=PHONE, base_url=live_server.url).new_page()
    for page in (stranger, phone):
        page.goto("/nulle-part/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Page introuvable")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_list_is_still_sorted_from_a_phone(phone):
    phone.goto("/dossiers/")
    heading = phone.get_by_role("columnheader", name="Déposé le").get_by_role("link")
    assert fits(heading)
    heading.click()
    expect(phone).to_have_url("/dossiers/?o=received_on")


def test_filters_fold_until_one_is_in_force(phone):
    phone.goto("/dossiers/")
    state = phone.get_by_label("État", exact=True)
    expect(phone.get_by_label("Rechercher")).to_be_visible()
    expect(state).to_be_hidden()
    phone.get_by_text("Filtres", exact=True).click()
    state.select_option("approved")
    press(phone, "Filtrer")
    expect(state).to_be_visible()
    phone.set_viewport_size({"width": 1280, "height": 900})
    phone.goto("/dossiers/")
    expect(state).to_be_visible()
    expect(phone.get_by_text("Filtres", exact=True)).to_be_hidden()


def test_the_tab_where_one_is_comes_into_view(phone, file):
    phone.goto(f"/dossiers/{file.pk}/historique/")
    assert fits(phone.locator("[aria-current=page]", has_text="Historique"))


def test_blank_lines_of_a_visit_wait_until_they_are_asked_for(phone, file):
    phone.goto(f"/dossiers/{file.pk}/visite/")
    lines = phone.locator("[data-row=days]")
    for shown in (1, 2, 3, 4):
        expect(lines.filter(visible=True)).to_have_count(shown)
        if shown < 4:
            press(phone, "Ajouter une journée")
    type_in(phone, days__3__days="0.5", days__3__done_on=iso(-1))
    assert fits(phone.get_by_role("button", name="Enregistrer la visite"))
    press(phone, "Enregistrer la visite")
    expect(phone.get_by_text("La visite est enregistrée")).to_be_visible()
    assert [line.done_on for line in SkillDay.objects.all()] == [make.day(-1)]


def test_a_refused_line_of_a_visit_stays_in_sight(phone, file):
    phone.goto(f"/dossiers/{file.pk}/visite/")
    press(phone, "Ajouter une journée")
    type_in(phone, days__1__done_on=iso(-1))
    press(phone, "Enregistrer la visite")
    expect(phone.get_by_text("Rien n’est enregistré")).to_be_visible()
    expect(phone.locator("[data-row=days]").filter(visible=True)).to_have_count(2)


def test_without_javascript_every_line_of_a_visit_is_there(live_server, new_context, file, alice):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, live_server.url, alice)
    page.goto(f"{live_server.url}/dossiers/{file.pk}/visite/")
    for block in ("days", "jobs"):
        expect(page.locator(f"[data-row={block}]").filter(visible=True)).to_have_count(3)


def test_a_request_written_at_length_fits_the_screen(phone, toul):
    long = {
        "company_name": "S" * 150,
        "contact_name": "N" * 100,
        "need": "x" * 300 + " mot" * 1_250,
    }
    lead = Lead.objects.create(antenna=toul, commune=make.CommuneFactory(), **long)
    for url in ("/demandes/", lead.get_absolute_url(), f"/demandes/{lead.pk}/classer/", "/"):
        phone.goto(url)
        expect(phone.locator("main")).to_contain_text("S" * 150)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], url
