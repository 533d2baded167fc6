"""The journey of a coordinator: find an expert, ask, note the yes, open the mission."""

import pytest
from django.core import mail
from playwright.sync_api import expect

from support.models import Mission
from tests import factories as make
from tests.experts import AbsenceFactory, OfferFactory
from tests.test_accessibility import PHONE
from tests.test_browser import PASSWORD, iso, press, sign_in, type_in

pytestmark = pytest.mark.browser


@pytest.fixture
def file(transactional_db, toul, alice):
    """Granted, looks for methods, which an expert offers; another is away."""
    alice.set_password(PASSWORD)
    alice.save()
    convention = make.ConventionFactory(antenna=toul, reference="TOUL-1", funds=100_000)
    file = make.approved(convention=convention)
    skill = make.SkillFactory(name="Méthodes de production")
    file.requested_skills.add(skill)
    for name in ("Humbert", "Weber"):
        expert = make.ExpertFactory(last_name=name, antennas=[toul], email="paul@example.org")
        OfferFactory(expert=expert, skill=skill)
    AbsenceFactory(expert=expert)
    return file


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "wide"])
def test_a_coordinator_finds_an_expert_and_opens_a_mission(
    live_server, new_context, file, alice, size
):
    page = new_context(viewport=size, base_url=live_server.url).new_page()
    sign_in(page, live_server.url, alice)
    page.goto(f"/dossiers/{file.pk}/journees/")
    page.get_by_role("link", name="Trouver un intervenant").click()
    row = page.get_by_role("table").get_by_role("row").filter(has_text="Humbert")
    expect(row).to_contain_text("Offre ce qui est recherché")
    expect(page.get_by_text("Weber")).to_have_count(0)
    page.get_by_role("link", name="1 intervenant écarté").click()
    expect(page.get_by_role("row").filter(has_text="Weber")).to_contain_text("Absence du")
    page.get_by_role("link", name="Revenir aux intervenants proposés").click()
    page.get_by_role("link", name="Solliciter Paul Humbert").click()
    press(page, "Envoyer")
    expect(page.get_by_text("Message envoyé à paul@example.org.")).to_be_visible()
    assert [message.to for message in mail.outbox] == [["paul@example.org"]]
    page.get_by_role("link", name="Noter la réponse").click()
    page.get_by_label("Oui").check()
    press(page, "Enregistrer")
    page.get_by_role("link", name="Ouvrir une mission").click()
    type_in(page, subject="Flux de l’atelier", days="2", ends_on=iso(60))
    press(page, "Enregistrer")
    expect(page.get_by_role("heading", name="Flux de l’atelier")).to_be_visible()
    assert Mission.objects.get().expert.last_name == "Humbert"
