"""Where one is: the entry of the menu, the tab, one head for every page of an object."""

import re

import pytest
from django.urls import reverse

from tests import factories as make


@pytest.fixture
def mission(convention):
    return make.MissionFactory(application=make.approved(convention=convention))


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


def here(response):
    """The texts of the links that say « you are here »."""
    links = re.findall(r'<a [^>]*aria-current="page"[^>]*>(.*?)</a>', response.content.decode())
    return [words(link) for link in links]


def heading(response):
    return words(re.search(r"<h1.*?</h1>", response.content.decode(), re.S)[0])


def test_every_tab_of_a_file_has_the_same_head(client, alice, mission):
    client.force_login(alice)
    file = mission.application
    heads = {
        heading(client.get(url))
        for _label, url in client.get(file.get_absolute_url()).context["tabs"]
    }
    assert heads == {file.company.name} == {heading(client.get(mission.get_absolute_url()))}


def test_every_tab_of_a_convention_has_the_same_head(client, alice, fred, convention):
    client.force_login(alice)
    tabs = client.get(convention.get_absolute_url()).context["tabs"]
    rows = reverse("reports:evaluation_rows", args=[convention.pk])
    heads = {heading(client.get(url)) for url in [*(url for _label, url in tabs), rows]}
    assert heads == {f"{convention.reference} {convention.get_status_display()}"}
    convention.readers.add(fred)
    client.force_login(fred)
    evaluation = client.get(reverse("reports:evaluation", args=[convention.pk]))
    assert heading(evaluation) in heads
    assert convention.antenna.get_absolute_url() not in evaluation.content.decode()


def test_a_page_below_a_tab_keeps_it_marked(client, alice, mission):
    client.force_login(alice)
    assert here(client.get(mission.get_absolute_url())) == ["Missions", "Journées"]
    rows = reverse("reports:evaluation_rows", args=[mission.application.convention_id])
    assert here(client.get(rows)) == ["Conventions", "Bilan"]


@pytest.mark.parametrize(
    ("name", "find", "entry"),
    [
        (
            "conventions:pledge_withdraw",
            lambda file: file.convention.pledges.first(),
            "Conventions",
        ),
        (
            "conventions:entry_reverse",
            lambda file: file.convention.charge_fee(1, on=make.day(-1), label="x"),
            "Conventions",
        ),
        (
            "companies:contact_edit",
            lambda file: make.ContactFactory(company=file.company),
            "Entreprises",
        ),
        (
            "companies:figures_edit",
            lambda file: make.CompanyFiguresFactory(company=file.company),
            "Entreprises",
        ),
        (
            "support:condition_meet",
            lambda file: file.approval.conditions.create(label="x"),
            "Dossiers",
        ),
        (
            "committee:letter",
            lambda file: file.approval.letters.create(subject="x", body="y"),
            "Dossiers",
        ),
        ("support:job_correct", lambda file: make.JobFactory(application=file), "Dossiers"),
        (
            "support:skill_day_strike",
            lambda file: make.SkillDayFactory(mission=file.missions.get()),
            "Missions",
        ),
        (
            "support:disbursement_strike",
            lambda file: make.AidFactory(decision=file.approval).disburse(1, on=make.day(-1)),
            "Aides",
        ),
        ("support:statement", lambda file: make.statement(file.antenna, 10), "Aides"),
    ],
)
def test_a_page_about_a_part_marks_the_entry_of_the_whole(
    client, alice, mission, name, find, entry
):
    client.force_login(alice)
    row = find(mission.application)
    assert here(client.get(reverse(name, args=[row.pk]))) == [entry]


def test_who_follows_evaluations_finds_them_in_the_menu(client, alice, nadia, fred, convention):
    for person, finds in ((nadia, True), (fred, True), (alice, False)):
        client.force_login(person)
        menu = client.get("/").content.decode().split("</nav>")[0]
        assert (reverse("reports:evaluation_list") in menu) is finds
    convention.readers.add(fred)
    client.force_login(fred)
    assert here(client.get(reverse("reports:evaluation", args=[convention.pk]))) == ["Bilans"]
