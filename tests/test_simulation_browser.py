"""The simulation in a real browser: the figures follow as one types, nothing is kept before."""

import pytest
from playwright.sync_api import expect

from committee.models import Application
from tests import factories as make
from tests.test_browser import PASSWORD, press, sign_in, type_in

pytestmark = pytest.mark.browser


def test_the_gauges_follow_as_one_types(live_server, page, transactional_db, toul, alice):
    alice.set_password(PASSWORD)
    alice.save()
    convention = make.ConventionFactory(antenna=toul, funds=100_000, terms={"target_aid": 50_000})
    file = make.submitted(convention=convention)
    sign_in(page, live_server.url, alice)
    page.get_by_role("link", name=f"Simuler {convention}").click()
    effect = page.locator("#effect")
    expect(effect).to_contain_text("20\u00a0% avec ces montants")
    type_in(page, **{f"{file.pk}__proposed_advance": "25 000"})
    expect(effect).to_contain_text("50\u00a0% avec ces montants")
    expect(effect).to_contain_text("75\u00a0000,00")
    assert Application.objects.get().proposal is None
    press(page, "Enregistrer les propositions")
    expect(page.get_by_text("Les propositions sont enregistrées.")).to_be_visible()
    assert Application.objects.get().proposal.advance == 25_000
