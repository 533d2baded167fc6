"""The coordinator's entry after a visit with the keyboard alone, and a correction that shows."""

import re

import pytest
from playwright.sync_api import expect

from support.models import Disbursement, Job, SkillDay
from tests import factories as make
from tests.test_browser import PASSWORD, press, sign_in, type_in

pytestmark = pytest.mark.browser

NAME = """() => {
  const here = document.activeElement
  return here.getAttribute("name") || here.textContent.trim().replace(/\\s+/g, " ")
}"""
CREATED = re.compile("^Emplois créés")  # not the rates of which they are a term


@pytest.fixture
def followed(transactional_db, toul, alice):
    """A file of Toul that the committee approved: an advance under contract, a mission."""
    alice.set_password(PASSWORD)
    alice.save()
    convention = make.ConventionFactory(antenna=toul, reference="TOUL-1", funds=100_000)
    company = make.CompanyFactory(antenna=toul, name="Tôlerie Marchal")
    file = make.approved(convention=convention, company=company)
    make.AidFactory(decision=file.approval)
    make.MissionFactory(application=file, subject="Réorganiser l’atelier")
    return file


def tab_to(page, name, at_most=150):
    """Press Tab until the focus is on the field, the link or the button called `name`."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate(NAME).startswith(name):
            shown = page.evaluate(
                "() => { const box = document.activeElement.getBoundingClientRect();"
                " return box.width > 0 && getComputedStyle(document.activeElement).outlineStyle }"
            )
            assert shown not in (False, "none"), f"the focus on {name} cannot be seen"
            return
    raise AssertionError(f"Tab never reaches {name}")


def test_a_visit_is_recorded_with_the_keyboard_alone(live_server, page, followed, alice):
    page.goto(live_server.url)
    tab_to(page, "login")
    page.keyboard.type(alice.email)
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bonjour Alice")).to_be_visible()
    tab_to(page, "Aller au contenu")
    page.keyboard.press("Enter")
    tab_to(page, "Tôlerie Marchal")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tôlerie Marchal", level=1)).to_be_visible()
    tab_to(page, "Saisir une visite")
    page.keyboard.press("Enter")
    expect(page.locator("#id_on")).to_be_focused()
    tab_to(page, "days-0-days")
    page.keyboard.type("0,5")
    tab_to(page, "jobs-0-kind")
    page.keyboard.type("C")
    tab_to(page, "payment-amount")
    page.keyboard.type("1 250,50")
    page.keyboard.press("Enter")
    expect(page.get_by_text("La visite est enregistrée")).to_be_visible()
    assert [(day.days, day.done_on) for day in SkillDay.objects.all()] == [(0.5, make.day(0))]
    assert [job.kind for job in Job.objects.all()] == ["created"]
    assert [str(line.amount) for line in Disbursement.objects.all()] == ["1250.50"]


def test_a_corrected_job_changes_the_figures_and_stays_visible(live_server, page, followed, alice):
    job = make.JobFactory(application=followed)
    evaluation = f"{live_server.url}/conventions/{followed.convention_id}/bilan/"
    sign_in(page, live_server.url, alice)
    page.goto(evaluation)
    expect(page.get_by_role("row", name=CREATED)).to_contain_text("1")
    page.get_by_role("row", name=CREATED).get_by_role("link").click()
    page.get_by_role("cell", name="Tôlerie Marchal").or_(
        page.get_by_role("rowheader", name="Tôlerie Marchal")
    ).get_by_role("link").click()
    page.get_by_role("link", name="Corriger").click()
    type_in(page, kind="maintained", reason="Poste déjà occupé avant l’aide")
    press(page, "Corriger")
    expect(page.get_by_text("l’ancienne ligne reste visible")).to_be_visible()
    expect(page.get_by_text("Poste déjà occupé avant l’aide")).to_be_visible()
    page.goto(evaluation)
    expect(page.get_by_role("row", name=CREATED).get_by_role("cell")).to_contain_text("0")
    expect(page.get_by_role("row", name="Emplois maintenus")).to_contain_text("1")
    struck = Job.objects.get(pk=job.pk)
    assert (struck.kind, struck.correction.kind) == ("created", "maintained")
