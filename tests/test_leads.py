"""Asking for help without an account: which antenna gets it, and what it makes of it."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from companies.leads import antenna_of, antennas_of
from companies.models import Company, Lead
from tests import factories as make
from tests.refusals import refused, refused_by

ASK = reverse("companies:lead_ask")
TYPED = {
    "company_name": "Tôlerie Marchal",
    "contact_name": "Luc Marchal",
    "email": "luc@marchal.example",
    "need": "Une presse de plus, et trois embauches.",
}


@pytest.fixture
def commune(toul):
    """A commune of the antenna of Toul."""
    commune = make.CommuneFactory(name="Écrouves", code="54174")
    make.TerritoryFactory(antenna=toul).communes.add(commune)
    toul.status = "active"
    toul.save()
    return commune


@pytest.fixture
def lead(commune, toul):
    return Lead.objects.create(**TYPED, commune=commune, antenna=toul)


@pytest.fixture
def ask(client, time_machine):
    """Open the page, take the time to fill it, send it; nobody asked in the hour before."""
    cache.clear()

    def ask(after=30, **typed):
        time_machine.move_to(timezone.now())
        page = client.get(ASK).content.decode()
        [opened] = re.findall(r'name="opened" value="([^"]+)"', page)
        time_machine.shift(timedelta(seconds=after))
        return client.post(ASK, {**TYPED, "opened": opened, **typed}, follow=True)

    return ask


def test_a_request_goes_to_the_antenna_of_the_commune(ask, alice, commune, toul, client):
    page = ask(commune="Écrouves")
    assert "Merci, votre demande est envoyée" in page.content.decode()
    lead = Lead.objects.get()
    assert lead.antenna == toul
    told, thanks = mail.outbox
    assert told.to == [alice.email] and lead.get_absolute_url() in told.body
    assert thanks.to == ["luc@marchal.example"] and "L’antenne Toul" in thanks.body
    client.force_login(alice)
    assert "Tôlerie Marchal" in client.get("/").content.decode()


def test_where_no_antenna_works_the_network_answers(ask, alice, nadia, client, commune):
    make.CommuneFactory(name="Brest", code="29019")
    ask(commune="Brest")
    lead = Lead.objects.get()
    assert lead.antenna is None and mail.outbox[0].to == [nadia.email]
    client.force_login(nadia)
    assert "Tôlerie Marchal" in client.get("/").content.decode()
    client.post(
        reverse("companies:lead_pass_on", args=[lead.pk]), {"antenna": alice.antennas[0].pk}
    )
    client.force_login(alice)
    assert client.get(lead.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("gone", ["left", "closed"])
def test_an_antenna_that_nobody_coordinates_leaves_its_requests_to_the_network(
    ask, alice, bob, nadia, commune, toul, client, gone
):
    toul.contact_email = "toul@alize.example"
    toul.save()
    if gone == "left":
        alice.memberships.all().delete()
    else:
        alice.deactivate(by=nadia)
    page = ask(commune="Écrouves").content.decode()
    told, thanks = mail.outbox
    lead = Lead.objects.get()
    assert lead.antenna == toul and told.to == thanks.reply_to == [nadia.email]
    assert "Personne n’anime l’antenne Toul" in told.body
    for text in (page, thanks.body):
        assert "L’équipe du réseau Alizé vous répondra." in text and "L’antenne Toul" not in text
    client.force_login(nadia)
    home = client.get("/").text
    assert "Tôlerie Marchal" in home and "Toul\u00a0: sans animateur" in home


def test_the_network_leaves_to_an_antenna_what_it_answers(client, nadia, alice, lead):
    client.force_login(nadia)
    assert "Tôlerie Marchal" not in client.get("/").text


def test_administrators_read_what_nobody_else_does(ask, root, commune):
    ask(commune="Écrouves")
    told, thanks = mail.outbox
    assert told.to == thanks.reply_to == [root.email]


def test_the_answer_of_the_company_is_read_by_a_person(ask, alice, commune, toul):
    ask(commune="Écrouves")
    toul.contact_email = "toul@alize.example"
    toul.save()
    ask(commune="Écrouves")
    assert [mail.outbox[at].reply_to for at in (1, 3)] == [[alice.email], ["toul@alize.example"]]
    assert "répondez à ce message" in mail.outbox[1].body


def test_the_page_and_the_message_tell_who_answers_in_one_sentence(ask, client, alice, commune):
    make.CommuneFactory(name="Brest", code="29019")
    for name, sentence in (
        ("Écrouves", "L’antenne Toul du réseau Alizé vous répondra."),
        ("Brest", "Aucune antenne ne travaille encore dans votre commune"),
    ):
        page = ask(commune=name).content.decode()
        assert sentence in page and sentence in mail.outbox[-1].body
    for typed in ({}, {"commune": "zzz"}, {"commune": "x" * 500}):
        page = client.get(reverse("companies:lead_thanks"), typed).text
        assert "Le réseau Alizé vous répondra." in page


def test_a_closed_antenna_gets_no_request(commune, toul):
    assert antenna_of(commune) == toul
    toul.status = "closed"
    toul.save()
    assert antenna_of(commune) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"after": 1}, "Relisez votre demande"),
        ({"after": 25 * 3600}, "Relisez votre demande"),
        ({"opened": "forged"}, "Relisez votre demande"),
        ({"siret": "123"}, "SIRET"),
        ({"commune": "Nulle-Part"}, "Aucun résultat"),
        ({"email": "luc"}, "adresse"),
        ({"phone": "abc"}, "numéro de téléphone"),
        ({"need": ""}, "obligatoire"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(ask, commune, typed, sentence):
    page = ask(**{"commune": "Écrouves", **typed}).content.decode()
    assert sentence in page and "Luc Marchal" in page
    assert not Lead.objects.exists() and not mail.outbox


def test_a_robot_is_thanked_and_forgotten(ask, commune):
    page = ask(commune="Écrouves", url="https://spam.example")
    assert "Merci" in page.content.decode()
    assert not Lead.objects.exists() and not mail.outbox


def test_who_asks_too_often_waits_and_keeps_what_was_typed(ask, commune, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "help_request": "1/h/ip"}
    ask(commune="Écrouves")
    page = ask(commune="Écrouves").content.decode()
    assert "Trop de demandes sont parties d’ici" in page and "Luc Marchal" in page
    assert Lead.objects.count() == 1


def test_a_page_sent_twice_is_one_request(ask, client, commune, time_machine):
    page = client.get(ASK).content.decode()
    [opened] = re.findall(r'name="opened" value="([^"]+)"', page)
    for _ in range(2):
        assert "Merci" in ask(commune="Écrouves", opened=opened).content.decode()
    assert Lead.objects.count() == len(mail.outbox) == 1


def test_a_page_left_open_for_days_is_sent_again(ask, client, commune, time_machine):
    page = ask(after=50 * 3600, commune="Écrouves").content.decode()
    assert "Relisez votre demande" in page
    [opened] = re.findall(r'name="opened" value="([^"]+)"', page)
    time_machine.shift(timedelta(seconds=9))
    client.post(ASK, {**TYPED, "commune": "Écrouves", "opened": opened})
    assert Lead.objects.count() == 1


def test_a_request_settled_meanwhile_loses_nothing_that_was_typed(client, alice, lead):
    client.force_login(alice)
    lead.dismiss(reason="Pas de projet", by=alice)
    typed = {"name": "Tôlerie Marchal", "siret": "73282932000074", "commune": "Écrouves"}
    url = f"{reverse('companies:company_add')}?demande={lead.pk}"
    page = client.post(url, typed).content.decode()
    assert "Cette demande est déjà traitée." in page and "73282932000074" in page
    assert not Company.objects.exists()


def test_a_request_is_passed_on_to_another_antenna_that_works(client, alice, lead, longwy, charlie):
    client.force_login(alice)
    url = reverse("companies:lead_pass_on", args=[lead.pk])
    for antenna, status in ((lead.antenna, "active"), (longwy, "project")):
        antenna.status = status
        antenna.save()
        refusal = client.post(url, {"antenna": antenna.pk}).content.decode()
        assert "Choisissez dans la liste" in refusal
    longwy.status = "active"
    longwy.save()
    client.post(url, {"antenna": longwy.pk})
    lead.refresh_from_db()
    assert lead.antenna == longwy
    assert mail.outbox[-1].to == [charlie.email]


def test_the_coordinator_follows_the_company_that_asked(client, alice, lead):
    client.force_login(alice)
    page = client.get(reverse("companies:company_add"), {"demande": lead.pk})
    assert "Tôlerie Marchal" in page.content.decode() and "Écrouves" in page.content.decode()
    typed = {"name": "Tôlerie Marchal", "siret": "73282932000074", "commune": "Écrouves"}
    client.post(f"{reverse('companies:company_add')}?demande={lead.pk}", typed)
    company = Company.objects.get()
    lead.refresh_from_db()
    assert (lead.company, lead.settled_by) == (company, alice)
    assert [(each.name, each.email) for each in company.contacts.all()] == [
        ("Luc Marchal", "luc@marchal.example")
    ]


def test_a_company_already_followed_is_not_typed_again(client, alice, lead, toul):
    company = make.CompanyFactory(antenna=toul, name="Marchal SAS")
    client.force_login(alice)
    url = reverse("companies:lead_follow", args=[lead.pk])
    refusal = client.post(url, {"company": "Marchal SAS"}).text
    assert "La demande vient de Tôlerie Marchal\u00a0: ni le nom" in refusal
    lead.refresh_from_db()
    assert lead.waits
    client.post(url, {"company": "Marchal SAS", "sure": "on"})
    lead.refresh_from_db()
    assert lead.company == company
    assert "Suivie" in client.get(reverse("companies:lead_list")).content.decode()


@pytest.mark.parametrize(("name", "siret"), [("Ets TOLERIE MARCHAL", ""), ("LM", "73282932000074")])
def test_a_company_of_the_same_name_or_siren_is_tied_at_once(
    client, alice, lead, toul, name, siret
):
    Lead.objects.update(siret=siret)
    company = make.CompanyFactory(antenna=toul, name=name, siret="73282932000074")
    client.force_login(alice)
    client.post(reverse("companies:lead_follow", args=[lead.pk]), {"company": name})
    lead.refresh_from_db()
    assert lead.company == company


def test_a_request_is_dismissed_with_a_reason(client, alice, lead):
    client.force_login(alice)
    url = reverse("companies:lead_dismiss", args=[lead.pk])
    assert "obligatoire" in client.post(url, {"reason": ""}).content.decode()
    client.post(url, {"reason": "Pas de projet"})
    assert "Classée\u00a0: Pas de projet" in client.get(lead.get_absolute_url()).content.decode()
    with pytest.raises(ValidationError, match="déjà traitée"):
        lead.dismiss(reason="Encore", by=alice)


def test_a_request_settled_by_mistake_is_opened_again(client, alice, bob, nadia, lead, toul):
    url = reverse("companies:lead_reopen", args=[lead.pk])
    company = make.CompanyFactory(antenna=toul)
    settled = [
        (alice, lambda: lead.dismiss(reason="Pas de projet", by=alice)),
        (nadia, lambda: lead.follow(company, by=alice)),
    ]
    for person, settle in settled:
        settle()
        client.force_login(bob)
        assert url not in client.get(lead.get_absolute_url()).text
        assert client.post(url).status_code == 403
        client.force_login(person)
        assert url in client.get(lead.get_absolute_url()).text
        assert "à traiter" in client.get(url).text and not Lead.objects.waiting().exists()
        client.post(url)
        lead.refresh_from_db()
        assert lead.waits and lead.settled_by is None
    assert company.contacts.count() == 1
    with refused("waits"):
        lead.reopen()
    assert "déjà à traiter" in client.post(url).text
    assert url not in client.get(lead.get_absolute_url()).text


def test_the_history_tells_what_became_of_a_request_and_nothing_of_who_asked(lead, alice):
    lead.dismiss(reason="Pas de projet", by=alice)
    lead.reopen()
    told = [entry.changes for entry in LogEntry.objects.get_for_object(lead)]
    assert told[0]["dismissal"] == ["Pas de projet", ""]
    assert told[1]["dismissal"] == ["", "Pas de projet"]
    assert "Luc" not in str(told) and "marchal.example" not in str(told)


def test_a_commune_of_several_antennas_goes_to_the_eldest(commune, toul, longwy):
    nancy = make.AntennaFactory(name="Nancy")
    for antenna in (longwy, nancy):
        antenna.status = "active"
        antenna.save()
        for name in "AB":
            make.TerritoryFactory(antenna=antenna, name=name).communes.add(commune)
    assert list(antennas_of(commune)) == sorted([toul, longwy, nancy], key=lambda each: each.pk)
    nancy.opened_on = date(2010, 1, 1)
    nancy.save()
    assert antenna_of(commune) == nancy
    longwy.opened_on = date(2003, 1, 1)
    longwy.save()
    assert list(antennas_of(commune)) == [longwy, nancy, toul]


def test_the_page_names_the_other_antennas_of_the_commune(client, alice, bob, lead, longwy):
    client.force_login(alice)
    assert "Autres antennes de cette commune" not in client.get(lead.get_absolute_url()).text
    longwy.status = "active"
    longwy.save()
    make.TerritoryFactory(antenna=longwy).communes.add(lead.commune)
    for person, acts in ((alice, True), (bob, False)):
        client.force_login(person)
        page = client.get(lead.get_absolute_url()).text
        assert "Autres antennes de cette commune</dt><dd>Longwy" in page
        assert ("la demande peut leur être confiée" in page) is acts


def test_who_asks_twice_is_recognised_by_address_or_siret(client, alice, nadia, lead, longwy):
    def ask(**fields):
        asked = {**TYPED, "commune": lead.commune, "antenna": lead.antenna, **fields}
        return Lead.objects.create(**asked)

    Lead.objects.update(siret="73282932000074")
    by_address = ask(email="LUC@marchal.example")
    by_siret = ask(email="anna@marchal.example", siret="73282932000074")
    stranger = ask(email="anna@marchal.example")
    elsewhere = ask(antenna=longwy)
    by_address.dismiss(reason="Pas de projet", by=alice)
    for person, seen in (
        (alice, {by_address, by_siret}),
        (nadia, {by_address, by_siret, elsewhere}),
    ):
        client.force_login(person)
        page = client.get(lead.get_absolute_url())
        assert set(page.context["asked_again"]) == seen
        assert by_address.get_absolute_url() in page.text and "Classée" in page.text
    assert "Autres demandes de cette adresse" in client.get(stranger.get_absolute_url()).text
    by_siret.delete()
    assert "Autres demandes de cette adresse" not in client.get(stranger.get_absolute_url()).text


def test_requests_are_listed_filtered_and_exported(client, alice, lead):
    client.force_login(alice)
    url = reverse("companies:lead_list")
    assert "Tôlerie Marchal" in client.get(url, {"state": "waiting", "q": "tolerie"}).text
    assert "Tôlerie Marchal" not in client.get(url, {"state": "dismissed"}).text
    assert "luc@marchal.example" in client.get(url, {"format": "csv"}).getvalue().decode()


def test_a_workbook_tells_what_the_csv_does(client, alice, lead):
    at = datetime(2026, 3, 31, 23, 30, 1, 234567, tzinfo=UTC)  # the first of April in France
    Lead.objects.update(phone="+33 3 82 00 00 00", received_at=at)
    client.force_login(alice)
    url = reverse("companies:lead_list")
    book = io.BytesIO(client.get(url, {"format": "xlsx"}).getvalue())
    [_headings, cells] = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    assert cells[4] == date(2026, 4, 1) and cells[7] == "+33 3 82 00 00 00"
    text = client.get(url, {"format": "csv"}).getvalue().decode()
    assert ";01/04/2026;" in text and ";'+33 3 82 00 00 00;" in text


def test_who_only_reads_is_not_invited_to_act(client, bob, alice, nadia, lead):
    url = reverse("companies:lead_list")
    for person, acts in ((bob, False), (alice, True), (nadia, True)):
        client.force_login(person)
        assert ("suivez-la" in client.get(url).text) is acts
        page = client.get(lead.get_absolute_url()).text
        assert ("Classer sans suite" in page) is acts
        assert ("Suivre cette entreprise" in page) is (person == alice)
        answer = client.get(reverse("companies:lead_dismiss", args=[lead.pk]))
        assert answer.status_code == (200 if acts else 403)
    lead.delete()
    for person, acts in ((bob, False), (alice, True)):
        client.force_login(person)
        assert ("Faites connaître" in client.get(url).text) is acts


def test_who_may_follow_or_settle_a_request(alice, bob, charlie, nadia, root, lead):
    people = (alice, bob, charlie, nadia, root)
    settles = [lead.may_be_settled_by(person) for person in people]
    assert settles == [True, False, False, True, True]
    follows = [lead.may_be_followed_by(person) for person in people]
    assert follows == [True, False, False, False, True]
    lead.antenna = None
    assert [lead.may_be_settled_by(person) for person in people] == [False] * 3 + [True] * 2
    assert not any(lead.may_be_followed_by(person) for person in people)


def test_the_first_page_leads_to_every_request(client, alice, nadia, lead):
    url = reverse("companies:lead_list") + "?state=waiting"
    client.force_login(alice)
    assert f'href="{url}">Toutes les demandes</a>' in client.get("/").text
    Lead.objects.update(antenna=None)
    client.force_login(nadia)
    assert f'href="{url}">Toutes les demandes</a>' in client.get("/").text


def test_the_database_refuses(lead, toul):
    lead.dismissed_at = timezone.now()
    with refused_by("lead_dismissed_with_a_reason"):
        lead.save()
    lead.dismissal, lead.company = "Non", make.CompanyFactory(antenna=toul)
    with refused_by("lead_followed_or_dismissed"):
        lead.save()
