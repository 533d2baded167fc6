"""What every list has in common: its filters, an empty search, its headings."""

import csv
import io
import re

import pytest
from django.urls import reverse

from conventions.models import BankBalance
from support.ageing import AGE_LABELS
from support.models import Campaign, Sample
from tests import factories as make
from tests.left import sampled, surveyed

ANTENNAS = ["companies:expert_list", "companies:company_list", "conventions:convention_list"]
ANTENNAS += [
    "conventions:call_list",
    "committee:committee_list",
    "support:aid_list",
    "support:campaign_list",
    "support:late_list",
    "support:mission_list",
    "support:sample_list",
    "support:statement_list",
]
LISTS = [*ANTENNAS, "committee:application_list", "companies:sponsor_list", "accounts:user_list"]
LISTS += ["territories:antenna_list"]
OF_MONEY = ["conventions:call_list", "support:aid_list", "support:late_list", "support:register"]
OF_MONEY += ["support:payment_list", "support:statement_list"]
OF_A_CONVENTION = ["conventions:entry_list", "conventions:pledge_list"]
NOTHING = "Rien ne correspond à cette recherche."


def address(name, convention):
    return reverse(name, args=[convention.pk] if name in OF_A_CONVENTION else [])


@pytest.mark.parametrize("name", [*LISTS, *OF_A_CONVENTION])
def test_an_empty_search_says_so_and_shows_the_way_back(client, root, convention, name):
    client.force_login(root)
    url = address(name, convention)
    text = client.get(url, {"q": "zzz introuvable"}).text
    assert NOTHING in text
    assert f'<a class="btn btn-outline-primary" href="{url}">Tout afficher</a>' in text
    assert "format=csv" not in text
    assert NOTHING not in client.get(url).text


@pytest.mark.parametrize("name", [*LISTS, *OF_A_CONVENTION])
def test_no_filter_offers_a_row_of_dashes(client, root, convention, name):
    client.force_login(root)
    text = client.get(address(name, convention)).text
    assert "-----" not in text
    assert text.count("<select") == text.count(">Tous</option>") + text.count(">Toutes</option>")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("support:payment_list", "paid_from"),
        ("support:aid_list", "contract_to"),
        ("support:late_list", "au"),
        ("support:register", "antenna"),
        ("conventions:entry_list", "since"),
        ("conventions:call_list", "convention"),
        ("accounts:user_list", "q"),
    ],
)
def test_what_is_asked_wrong_gives_its_error_and_no_file(
    client, root, convention, name, field, kind
):
    client.force_login(root)
    wrong = "2026-13-01" if field != "q" else "x" * 101
    page = client.get(address(name, convention), {field: wrong, "format": kind})
    assert "Content-Disposition" not in page
    assert field in page.context["filter"].form.errors and "Classeur (XLSX)" not in page.text
    right = client.get(address(name, convention), {"o": "?", "format": kind})
    assert "attachment" in right["Content-Disposition"]


@pytest.mark.parametrize("name", ANTENNAS)
def test_the_antenna_is_chosen_by_those_who_see_several(client, alice, nadia, name):
    client.force_login(nadia)
    assert 'name="antenna"' in client.get(reverse(name)).text
    client.force_login(alice)
    assert 'name="antenna"' not in client.get(reverse(name)).text


@pytest.mark.parametrize("name", OF_MONEY)
def test_who_reads_no_antenna_is_refused_the_lists_of_money(client, alice, maria, fred, name):
    for person, status in ((maria, 403), (fred, 403), (alice, 200)):
        client.force_login(person)
        assert client.get(reverse(name)).status_code == status


@pytest.mark.parametrize("name", ["support:aid_list", "support:late_list"])
def test_every_amount_of_a_file_has_its_cents(client, alice, convention, name):
    make.late_advance(convention=convention)
    client.force_login(alice)
    content = client.get(reverse(name), {"format": "csv"}).getvalue().decode("utf-8-sig")
    heading, line = csv.reader(io.StringIO(content), delimiter=";")
    amounts = [cell for title, cell in zip(heading, line, strict=True) if is_euros(title)]
    assert len(amounts) > 4 and "0,00" in amounts
    assert all(re.fullmatch(r"\d+,\d\d", amount) for amount in amounts)


def is_euros(title):
    return "(€)" in title or title in AGE_LABELS.values()


def test_a_list_without_any_row_says_what_to_do(client, alice):
    client.force_login(alice)
    text = client.get(reverse("companies:company_list")).text
    assert "ajoutez la première" in text
    assert "#plus-lg" in text
    assert "format=csv" not in text


def test_an_action_has_the_icon_of_what_it_does(client, alice):
    client.force_login(alice)
    body = client.get(reverse("support:aid_list")).text.partition("Aucune aide sous contrat")[2]
    assert "Voir les dossiers" in body
    assert "#plus-lg" not in body


def test_a_heading_that_sorts_underlines_nothing_but_its_words(client, alice, toul):
    make.CompanyFactory(antenna=toul)
    client.force_login(alice)
    url = reverse("companies:company_list")
    assert ">Raison sociale</a>" in client.get(url).text
    assert ">Raison sociale\u00a0↑</a>" in client.get(url, {"o": "name"}).text
    assert ">Raison sociale\u00a0↓</a>" in client.get(url, {"o": "-name"}).text


# Campaigns, checks by sampling, what the bank says


def rows(client, url, **filters):
    return list(client.get(url, filters).context["page"].object_list)


def campaign(file, months, **fields):
    fields = {"opened_on": make.day(-30), "answer_by": make.day(-3)} | fields
    row = Campaign.objects.create(antenna=file.antenna, months=months, **fields)
    surveyed(row, file)
    return row


def test_campaigns_are_found_by_antenna_term_year_and_state(client, nadia, convention, longwy):
    other = make.approved(convention=make.ConventionFactory(antenna=longwy, funds=90_000))
    over = campaign(make.approved(convention=convention), 12, closed_on=make.day(-1))
    later = campaign(make.approved(convention=convention), 24, opened_on=make.day(-20))
    away = campaign(other, 12, opened_on=make.day(-400))
    client.force_login(nadia)
    url = reverse("support:campaign_list")
    year = str(away.opened_on.year)
    for typed, found in {
        "toul": [later, over],
        "m+12": [over, away],
        "12 LONGWY": [away],
        year: [away],
        "m+99": [],
        "9999999999": [],
        "0": [],
        "m+²": [],
    }.items():
        assert rows(client, url, q=typed) == found, typed
    assert rows(client, url, state="open") == [later, away]
    assert rows(client, url, state="closed") == [over]
    assert rows(client, url, antenna=longwy.pk) == [away]
    assert rows(client, url, o="opened_on") == [away, over, later]


def test_checks_are_found_by_convention_and_by_what_is_left_to_do(client, nadia, convention):
    files = [make.approved(convention=convention) for _ in range(2)]
    done, waiting = (sampled(file) for file in files)
    done.record([], on=make.day(0), note="DSN")
    Sample.objects.filter(pk=done.sample_id).update(drawn_on=make.day(-9), size=1, population=7)
    client.force_login(nadia)
    url = reverse("support:sample_list")
    assert rows(client, url) == [waiting.sample, done.sample]
    assert rows(client, url, q=convention.reference) == [waiting.sample, done.sample]
    assert rows(client, url, q="ailleurs") == []
    assert rows(client, url, to_check="on") == [waiting.sample]
    assert rows(client, url, o="drawn_on") == [done.sample, waiting.sample]


def test_what_the_bank_says_is_found_by_day_and_by_note(client, alice, toul):
    old, new = (
        BankBalance.record(toul, amount, on=make.day(-ago), note=note)
        for amount, ago, note in ((50, 40, "Relevé de mars"), (20, 2, ""))
    )
    client.force_login(alice)
    url = reverse("conventions:balance_list", args=[toul.pk])
    assert rows(client, url) == [new, old]
    assert rows(client, url, since=make.day(-9)) == [new]
    assert rows(client, url, until=make.day(-9)) == [old]
    assert rows(client, url, q="mars") == [old]
    assert rows(client, url, o="-amount") == [old, new]
    assert rows(client, url, since="hier") == []


def test_the_answers_of_a_campaign_are_put_in_order(client, alice, convention):
    files = [
        make.approved(
            convention=convention,
            company=make.CompanyFactory(antenna=convention.antenna, name=name),
        )
        for name in ("Abel", "Zola")
    ]
    row = campaign(files[0], 12)
    surveyed(row, files[1])
    row.surveys.filter(application=files[1]).update(asked_on=make.day(-9))
    client.force_login(alice)
    names = [each.application.company.name for each in rows(client, row.get_absolute_url())]
    assert names == ["Abel", "Zola"]
    found = rows(client, row.get_absolute_url(), o="-company")
    assert [each.application.company.name for each in found] == ["Zola", "Abel"]
