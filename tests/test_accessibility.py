"""Every page of the demonstration, as each role: axe finds nothing, it fits a phone, it works."""

from collections import Counter
from contextlib import closing
from hashlib import sha256
from shutil import copytree
from sqlite3 import connect
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db import connection
from django.urls import resolve

from alize.demo.places import PASSWORD
from alize.demo.world import read_data
from tests.databases import one_at_a_time

# Each role: the people of one antenna, and those of the whole network.
ACCOUNTS = [
    account["email"]
    for account in read_data()["present"]["accounts"]
    if account.get("antenna", "Longwy") == "Longwy"
]
RULES = {
    "resultTypes": ["violations"],  # the others are counted, not told: a third of the time less
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
NEVER_FOLLOWED = ("/admin/", "/static/")
# What a page is made of, whatever its texts: two roles often read the very same one.
SHAPE = """() => [...new Set(Array.from(document.querySelectorAll("body *"),
  e => e.tagName + "." + e.getAttribute("class") + "[" + e.getAttributeNames() + "]"))]
  .sort().join()"""
# Cells of a row shown as a card whose label is not the heading of their column.
MISLABELLED = """() => [...document.querySelectorAll(".table-stacked")].flatMap(table => {
  const headings = [...table.querySelectorAll("thead th")].map(th => th.textContent.trim())
  return [...table.querySelectorAll("tbody tr")].flatMap(row => [...row.cells]
    .filter((cell, i) => cell.tagName == "TD" && cell.colSpan == 1
      && (cell.dataset.label || "Actions") != headings[i].replace(/\\s[↑↓]$/, ""))
    .map(cell => `${cell.dataset.label}: ${cell.textContent.trim()}`))})"""
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def sign_in(page, site, email):
    page.goto(f"{site}/compte/login/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"{site}/")


def pages_of(page, site):
    """Follow the links from the home page, one page of each kind; yields where it stands."""
    waiting, kinds = [f"{site}/"], Counter()
    seen = set(waiting)
    while waiting:
        url = waiting.pop(0)
        kind = resolve(urlsplit(url).path).view_name
        kinds[kind] += 1
        if kinds[kind] > 1:
            continue
        yield url, page.goto(url)
        for link in page.eval_on_selector_all(
            "a[href]:not([download])", "links => links.map(l => l.href)"
        ):
            link = link.split("#")[0]
            ours = link.startswith(site) and not urlsplit(link).path.startswith(NEVER_FOLLOWED)
            if ours and "format=" not in link and link not in seen:
                seen.add(link)
                waiting.append(link)


def faults(page):
    """What axe says of the page, whether it fits a phone, and says there what each value is."""
    for violation in Axe().run(page, options=RULES).response["violations"]:
        targets = [node["target"] for node in violation["nodes"][:3]]
        yield f"{violation['id']} {targets}"
    page.set_viewport_size(PHONE)
    if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
        yield "wider than a phone"
    page.set_viewport_size(DESKTOP)
    for cell in page.evaluate(MISLABELLED):
        yield f"under a wrong label: {cell}"


@pytest.fixture(scope="session")
def shared(tmp_path_factory, pytestconfig):
    """A folder that all the processes of this run have."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if hasattr(pytestconfig, "workerinput") else folder


@pytest.fixture
def demonstration(transactional_db, shared, media):
    """The demonstration and its papers: loaded by the first who asks, copied by the others."""
    connection.ensure_connection()
    with one_at_a_time(shared / "demo.lock"), closing(connect(shared / "demo.sqlite3")) as kept:
        if (shared / "demo-media").exists():
            kept.backup(connection.connection)
            copytree(shared / "demo-media", media, dirs_exist_ok=True)
        else:
            call_command("demo", verbosity=0)
            connection.connection.backup(kept)
            copytree(media, shared / "demo-media")


def first_to_see(shape, shared):
    """Whether no process of this run has met a page of this shape before."""
    try:
        (shared / f"seen-{sha256(shape.encode()).hexdigest()}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


@pytest.mark.browser
@pytest.mark.parametrize("email", ACCOUNTS)
def test_every_page_is_accessible_fits_a_phone_and_works(
    live_server, demonstration, new_context, shared, email
):
    complaints = []
    page = new_context(viewport=DESKTOP).new_page()
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, live_server.url, email)
    for url, answer in pages_of(page, live_server.url):
        if answer.status != 200:
            complaints.append(f"{url}: {answer.status}")
        kind = resolve(urlsplit(url).path).view_name
        if first_to_see(kind + page.evaluate(SHAPE), shared):
            complaints.extend(f"{url}: {fault}" for fault in faults(page))
    assert not complaints, "\n".join(complaints)


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/compte/login/", "/compte/password/reset/", "/nulle-part/"])
def test_the_door_is_accessible(live_server, page, path):
    page.goto(f"{live_server.url}{path}")
    assert not list(faults(page))
