"""Every page of the demonstration, as each role: axe finds nothing, nothing breaks the policy."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.test import override_settings
from django.urls import Resolver404, resolve
from pytest_django.live_server_helper import LiveServer

from alize.demo.places import PASSWORD
from alize.demo.world import read_data

ACCOUNTS = [account["email"] for account in read_data()["present"]["accounts"]]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NEVER_FOLLOWED = ("/admin/", "/static/")
TWICE = 2  # pages of the same kind looked at: a full one and perhaps an empty one


@pytest.fixture(scope="module")
def demo_site(django_db_setup, django_db_blocker):
    """The demonstration, served; loaded once for all roles."""
    with django_db_blocker.unblock(), override_settings(DEBUG=True):
        call_command("demo", verbosity=0)
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()
        call_command("flush", interactive=False, verbosity=0)


def sign_in(page, site, email):
    page.goto(f"{site}/compte/login/")
    page.get_by_label("Courriel").fill(email)
    page.get_by_label("Mot de passe", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"{site}/")


def pages_of(page, site):
    """Follow the links from the home page, two pages of each kind; yields where it stands."""
    waiting, seen, kinds = [f"{site}/"], {f"{site}/"}, Counter()
    while waiting:
        url = waiting.pop(0)
        try:
            kind = resolve(urlsplit(url).path).view_name
        except Resolver404:
            raise AssertionError(f"a link leads nowhere: {url}") from None
        if kinds[kind] >= TWICE:
            continue
        kinds[kind] += 1
        answer = page.goto(url)
        yield kind, url, answer
        for link in page.eval_on_selector_all("a[href]", "links => links.map(l => l.href)"):
            path = urlsplit(link).path
            is_ours = link.startswith(site) and not path.startswith(NEVER_FOLLOWED)
            if is_ours and "format=" not in link and link.split("#")[0] not in seen:
                seen.add(link.split("#")[0])
                waiting.append(link.split("#")[0])


@pytest.mark.browser
@pytest.mark.parametrize("email", ACCOUNTS)
def test_every_page_is_accessible_and_works(demo_site, page, email):
    complaints, axe, kinds = [], Axe(), set()
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, demo_site, email)
    for kind, url, answer in pages_of(page, demo_site):
        kinds.add(kind)
        assert answer.status == 200, f"{answer.status} on {url}"
        for violation in axe.run(page, options=RULES).response["violations"]:
            targets = [node["target"] for node in violation["nodes"][:3]]
            complaints.append(f"{url}: {violation['id']} {targets}")
    assert not complaints, "\n".join(complaints)
    assert "home" in kinds


@pytest.mark.browser
def test_the_door_is_accessible(demo_site, page):
    for path in ("/compte/login/", "/compte/password/reset/", "/nowhere/"):
        page.goto(f"{demo_site}{path}")
        assert not axe_violations(page)


def axe_violations(page):
    return [each["id"] for each in Axe().run(page, options=RULES).response["violations"]]


@pytest.mark.browser
@pytest.mark.parametrize("email", ACCOUNTS)
def test_no_page_is_wider_than_a_phone(demo_site, page, email):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, demo_site, email)
    too_wide = [
        url
        for _kind, url, _answer in pages_of(page, demo_site)
        if page.evaluate("document.documentElement.scrollWidth") > 390
    ]
    assert not too_wide, "\n".join(too_wide)
