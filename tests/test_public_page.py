"""What anybody reads of the network, without an account."""

import pytest
from django.urls import reverse

from tests import factories as make

PAGE = reverse("reports:public_figures")


@pytest.fixture
def helped(toul):
    """A company helped in Toul, and the commune where it is."""
    make.TerritoryFactory(antenna=toul).communes.add(make.CommuneFactory())
    convention = make.ConventionFactory(antenna=toul, funds=50_000)
    return make.approved(convention=convention)


def test_anybody_reads_the_figures_and_asks_for_help(client, helped):
    page = client.get(PAGE)
    text = page.content.decode()
    assert "Entreprises aidées" in text and "Meurthe-et-Moselle" in text and "Toul" in text
    assert reverse("companies:lead_ask") in text
    assert "/reseau/lignes/" not in text, "rows are for those who work here"
    figures = {line.key: line.now for line in page.context["totals"]}
    assert figures["companies_supported"] == 1
    assert figures["jobs_validated"] == helped.approval.jobs_created


def test_no_cookie_is_set_so_that_a_cache_may_keep_the_page(client, helped, alice):
    page = client.get(PAGE)
    assert not page.cookies
    assert page["Cache-Control"] == "public, max-age=3600"
    client.force_login(alice)
    assert "no-store" in client.get(PAGE)["Cache-Control"]


def test_the_page_is_read_in_english_too(client, helped):
    page = client.get(PAGE, {"langue": "en"})
    assert "The network in figures" in page.content.decode()
    assert page["Content-Language"] == "en"
    assert "Le réseau en chiffres" in client.get(PAGE, {"langue": "xx"}).content.decode()


def test_a_network_that_begins_has_a_page_too(client, db):
    assert "Aucun territoire pour l’instant." in client.get(PAGE).content.decode()


def test_the_page_costs_the_same_for_one_antenna_and_for_many(
    client, helped, django_assert_max_num_queries
):
    with django_assert_max_num_queries(60) as first:
        client.get(PAGE)
    for number in range(4):
        antenna = make.AntennaFactory(name=f"Antenne {number}")
        make.approved(convention=make.ConventionFactory(antenna=antenna, funds=50_000))
    with django_assert_max_num_queries(len(first)):
        client.get(PAGE)
