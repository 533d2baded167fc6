"""Pages of companies, sponsors and experts, as each person meets them."""

import csv
import io

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import Membership, Role
from companies.models import Company, CompanyFigures, Contact, Expert, Sponsor
from tests.factories import (
    CommuneFactory,
    CompanyFactory,
    CompanyFiguresFactory,
    ContactFactory,
    ExpertFactory,
    NafFactory,
    SkillFactory,
    SponsorFactory,
    day,
)

ADD = "/entreprises/nouvelle/"
COMPANY = {"name": "Forge", "siret": "732 829 320 00074", "naf": "mecanique", "commune": "toul"}
OTHER_ESTABLISHMENT = "73282932000082"


@pytest.fixture
def lists(db):
    """Lines of the official lists."""
    CommuneFactory()
    CommuneFactory(code="55001", name="Saint-Martin", postal_codes="55100")
    CommuneFactory(code="55002", name="Saint-Martin", postal_codes="55300")
    NafFactory()
    NafFactory(code="25.62A", label="Décolletage")


def page(client, name, *args, **query):
    return client.get(reverse(f"companies:{name}", args=args), query)


def error(response, field, form="form"):
    """What is said beside a field of a form that came back."""
    assert response.status_code == 200
    return " ".join(response.context[form].errors[field])


def told(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# Entering a company


def test_a_coordinator_enters_a_company_and_its_figures(client, alice, toul, lists):
    client.force_login(alice)
    assert client.get(ADD).status_code == 200
    figures = {"figures-headcount": "8.5", "figures-turnover": "900000"}
    answer = client.post(ADD, COMPANY | figures | {"figures-closed_on": day(-200)})
    company = Company.objects.get()
    assert answer.url == company.get_absolute_url()
    assert (company.antenna, company.siret, company.siren) == (
        toul,
        "73282932000074",
        "732829320",
    )
    text = client.get(answer.url).text
    for shown in ("732\u00a0829\u00a0320\u00a000074", "8,5", "Microentreprise", "25.62B"):
        assert shown in text
    assert f"{reverse('committee:application_add')}?entreprise={company.pk}" in text
    assert reverse("committee:company_files", args=[company.pk]) in text


def test_figures_can_wait(client, alice, lists):
    client.force_login(alice)
    client.post(ADD, COMPANY | {"figures-closed_on": day(-200)})
    assert Company.objects.get().latest_figures is None


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("siret", "732 829 320 00075", "vérifiez ses 14 chiffres"),
        ("siret", "", "obligatoire"),
        ("siret", "7" * 2_000_000, "30"),
        ("naf", "99.99Z", "Aucun résultat"),
        ("naf", "25.62", "25.62A – Décolletage"),
        ("commune", "Saint-Martin", "« Saint-Martin (55100) », « Saint-Martin (55300) »"),
        ("commune", "x" * 2_000_000, "Aucun résultat"),
        ("commune", "Toul\x00", "Aucun résultat"),
        ("founded_on", str(day(1)), "futur"),
        ("founded_on", "31/02/2020", "date"),
        ("website", "javascript:alert(1)", "URL"),
        ("name", "x" * 2_000_000, "150"),
        ("notes", "x" * 2_000_000, "5000"),
    ],
)
def test_a_wrong_company_is_told_beside_the_field(client, alice, lists, field, typed, said):
    client.force_login(alice)
    answer = client.post(ADD, COMPANY | {field: typed})
    assert said in error(answer, field)
    assert not Company.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("headcount", "-1", "0"),
        ("headcount", "beaucoup", "nombre"),
        ("headcount", "NaN", "nombre"),
        ("turnover", "-5", "0"),
        ("turnover", "9" * 30, "inférieure"),
        ("closed_on", str(day(1)), "futur"),
        ("closed_on", "", "obligatoire"),
    ],
)
def test_wrong_first_figures_keep_the_company_out(client, alice, lists, field, typed, said):
    client.force_login(alice)
    figures = {"headcount": "8", "closed_on": day(-9)} | {field: typed}
    data = {f"figures-{name}": value for name, value in figures.items()}
    answer = client.post(ADD, COMPANY | data)
    assert said in error(answer, field, "figures")
    assert not Company.objects.exists()


def test_the_antenna_is_asked_of_who_works_in_several(client, alice, longwy, lists):
    Membership.objects.create(user=alice, role=Role.COORDINATOR, antenna=longwy)
    client.force_login(alice)
    assert "obligatoire" in error(client.post(ADD, COMPANY), "antenna")
    client.post(ADD, COMPANY | {"antenna": longwy.pk})
    assert Company.objects.get().antenna == longwy


def test_another_antenna_cannot_be_chosen(client, alice, longwy, toul, lists):
    client.force_login(alice)
    client.post(ADD, COMPANY | {"antenna": longwy.pk})
    assert Company.objects.get().antenna == toul


# Twice the same company


def test_the_same_siret_is_refused_beside_it(client, alice, toul, lists):
    CompanyFactory(antenna=toul, siret="73282932000074")
    client.force_login(alice)
    assert "déjà une entreprise de ce SIRET" in error(client.post(ADD, COMPANY), "siret")


def test_another_establishment_is_confirmed(client, alice, toul, lists):
    CompanyFactory(antenna=toul, name="Forge (siège)", siret=OTHER_ESTABLISHMENT)
    client.force_login(alice)
    answer = client.post(ADD, COMPANY)
    assert "Forge (siège)" in error(answer, "siret")
    assert "C’est bien un autre établissement" in answer.text
    assert "C’est bien un autre établissement" not in client.get(ADD).text
    client.post(ADD, COMPANY | {"other_establishment": "on"})
    assert Company.objects.filter(siren="732829320").count() == 2


def test_another_antenna_is_mentioned_without_its_name(client, alice, longwy, lists):
    CompanyFactory(antenna=longwy, name="Secret", siret=OTHER_ESTABLISHMENT)
    client.force_login(alice)
    message = told(client.post(ADD, COMPANY))
    assert "Une autre antenne du réseau" in message
    assert "Secret" not in message
    assert "Longwy" not in message


# Following a company


def test_a_company_is_corrected_without_retyping(client, alice, toul, lists):
    company = CompanyFactory(antenna=toul, siret="73282932000074")
    CompanyFactory(antenna=toul, siret=OTHER_ESTABLISHMENT)
    client.force_login(alice)
    url = reverse("companies:company_edit", args=[company.pk])
    form = client.get(url).context["form"]
    assert "antenna" not in form.fields
    values = {field.html_name: field.value() or "" for field in form}
    assert values["commune"] == "Toul (54200)"
    client.post(url, values | {"name": "Nouveau nom"})
    company.refresh_from_db()
    assert (company.name, company.naf_id, company.antenna) == ("Nouveau nom", "25.62B", toul)


def test_figures_are_entered_once_for_a_date(client, alice, toul):
    company = CompanyFactory(antenna=toul)
    client.force_login(alice)
    url = reverse("companies:figures_add", args=[company.pk])
    linked = {"linked_headcount": "300", "linked_turnover": "0", "linked_balance_sheet": "0"}
    data = {"closed_on": day(-10), "headcount": "8"} | linked
    client.post(url, data)
    assert "Au-delà de la PME" in page(client, "company", company.pk).text
    assert "déjà saisis" in error(client.post(url, data), "closed_on")

    url = reverse("companies:figures_edit", args=[CompanyFigures.objects.get().pk])
    client.post(url, data | {"headcount": "9", "own_funds": "−12 000 €", "is_insolvent": "on"})
    figures = CompanyFigures.objects.get()
    assert (figures.headcount, figures.own_funds, figures.is_insolvent) == (9, -12_000, True)
    text = page(client, "company", company.pk).text
    assert "−12\u00a0000" in text and "Procédure collective" in text
    assert error(client.post(url, data | {"subscribed_capital": "-1"}), "subscribed_capital")


def test_contacts_come_and_go(client, alice, toul):
    company = CompanyFactory(antenna=toul)
    client.force_login(alice)
    client.post(reverse("companies:contact_add", args=[company.pk]), {"name": "Jeanne"})
    contact = Contact.objects.get()
    client.post(
        reverse("companies:contact_edit", args=[contact.pk]), {"name": "Jeanne", "is_main": "on"}
    )
    assert "Principal" in page(client, "company", company.pk).text
    url = reverse("companies:contact_delete", args=[contact.pk])
    assert "ne figurera plus" in client.get(url).text
    assert Contact.objects.exists()
    client.post(url)
    assert not Contact.objects.exists()


# The list


def test_companies_are_found_without_accents_and_sorted(client, alice, toul):
    CompanyFactory(antenna=toul, name="Mécanique Réunie")
    CompanyFactory(
        antenna=toul, name="Aciers", commune=CommuneFactory(code="54111", name="Zincourt")
    )
    client.force_login(alice)

    def names(**query):
        return [row.name for row in page(client, "company_list", **query).context["page"]]

    assert names(q="mecanique REUNIE") == ["Mécanique Réunie"]
    assert names() == ["Aciers", "Mécanique Réunie"]
    assert names(o="-name") == names(o="commune") == ["Mécanique Réunie", "Aciers"]
    assert names(department="54") == names()
    assert names(o="bad", page="9" * 30) == names()
    assert names(department="x") == []


def test_the_antenna_filter_is_for_who_sees_several(client, alice, nadia, toul, longwy):
    CompanyFactory(antenna=toul, name="Touloise")
    CompanyFactory(antenna=longwy, name="Longovicienne")
    client.force_login(alice)
    offered = page(client, "company_list").context["filter"].more_fields
    assert "antenna" not in [field.name for field in offered]
    client.force_login(nadia)
    text = page(client, "company_list", antenna=toul.pk).text
    assert "Touloise" in text
    assert "Longovicienne" not in text


def test_companies_leave_as_a_file(client, alice, toul):
    company = CompanyFactory(antenna=toul, name="=Forge")
    CompanyFiguresFactory(company=company, headcount=8)
    client.force_login(alice)
    text = page(client, "company_list", format="csv").getvalue().decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (row["Raison sociale"], row["Effectif"], row["Taille"]) == (
        "'=Forge",
        "8,00",
        "Microentreprise",
    )
    assert page(client, "company_list", format="xlsx").getvalue()[:2] == b"PK"


def test_suggestions_name_one_establishment_of_my_antennas(client, alice, toul, longwy, lists):
    CompanyFactory(antenna=toul, name="Forge", siret="73282932000074")
    CompanyFactory(antenna=longwy, name="Forge")
    client.force_login(alice)
    text = page(client, "company_options", field="c", c="forge").text
    assert text.count("<option") == 1
    assert "Forge (732\u00a0829\u00a0320\u00a000074)" in text
    assert "25.62B" in page(client, "naf_options", field="naf", naf="MECANIQUE").text


# Sponsors and experts


def test_sponsors_are_shared_by_the_network(client, alice, nadia, bob):
    for user, name in ((alice, "Michelin"), (nadia, "EDF")):
        client.force_login(user)
        client.post(
            reverse("companies:sponsor_add"),
            {"name": name, "kind": "large_group", "siren": "" if user == nadia else "732 829 320"},
        )
    michelin = Sponsor.objects.get(name="Michelin")
    assert michelin.siren == "732829320"
    client.force_login(bob)
    assert "EDF" in page(client, "sponsor_list", q="edf", o="kind").text
    assert "732\u00a0829\u00a0320" in page(client, "sponsor", michelin.pk).text
    assert page(client, "sponsor_edit", michelin.pk).status_code == 403
    assert page(client, "sponsor_add").status_code == 403


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "Michelin", "a déjà ce nom"),
        ("siren", "123", "9 chiffres"),
        ("siren", "732829320", "déjà ce SIREN"),
        ("kind", "autre", "Choisissez"),
    ],
)
def test_a_wrong_sponsor_is_told_beside_the_field(client, alice, field, typed, said):
    SponsorFactory(name="Michelin", siren="732829320")
    client.force_login(alice)
    data = {"name": "EDF", "kind": "company", "siren": ""} | {field: typed}
    answer = client.post(reverse("companies:sponsor_add"), data)
    assert said in error(answer, field)


def test_an_expert_is_entered_for_my_antenna(client, alice, toul):
    sponsor, skill = SponsorFactory(), SkillFactory(name="Achats")
    client.force_login(alice)
    url = f"{reverse('companies:expert_add')}?apporteur={sponsor.pk}"
    assert f'value="{sponsor.pk}" selected' in client.get(url).text
    data = {"first_name": "Paul", "last_name": "Humbert", "sponsor": sponsor.pk}
    data |= {"reach": "antennas", f"skill_{skill.pk}": "expert", "is_available": "on"}
    client.post(url, data | {"antennas": [toul.pk]})
    expert = Expert.objects.get()
    assert "Achats (expert)" in page(client, "expert", expert.pk).text
    assert "Humbert" in page(client, "sponsor", sponsor.pk).text
    for query in ({"q": "humbert"}, {"skill": skill.pk}, {"available": "true"}):
        assert "Humbert" in page(client, "expert_list", **query).text
    assert "Humbert" not in page(client, "expert_list", available="false").text


def test_an_expert_keeps_the_antennas_of_colleagues(client, alice, charlie, toul, longwy):
    expert = ExpertFactory(antennas=[toul, longwy])
    client.force_login(alice)
    url = reverse("companies:expert_edit", args=[expert.pk])
    assert "Longwy" not in client.get(url).text
    data = {"first_name": "P", "last_name": "H", "sponsor": expert.sponsor_id, "reach": "antennas"}
    client.post(url, data | {"antennas": [toul.pk]})
    assert set(expert.antennas.all()) == {toul, longwy}
    assert "antennas" in client.post(url, data | {"antennas": [longwy.pk]}).context["form"].errors


# Who may


@pytest.fixture
def addresses(toul):
    """Pages about a company of Toul and an expert: those that show, and those that write."""
    company, expert = CompanyFactory(antenna=toul), ExpertFactory(antennas=[toul])
    figures = CompanyFiguresFactory(company=company)
    contact = ContactFactory(company=company)
    written = {
        "company_edit": company,
        "figures_add": company,
        "figures_edit": figures,
        "contact_add": company,
        "contact_edit": contact,
        "contact_delete": contact,
        "expert_edit": expert,
    }
    return (
        [company.get_absolute_url(), expert.get_absolute_url()],
        [reverse(f"companies:{name}", args=[row.pk]) for name, row in written.items()],
    )


def test_a_stranger_finds_nothing(client, charlie, fred, maria, addresses):
    for user in (charlie, fred, maria):
        client.force_login(user)
        assert {client.get(url).status_code for url in sum(addresses, [])} == {404}


def test_a_reader_reads_and_does_not_write(client, bob, nadia, addresses):
    shown, written = addresses
    for user in (bob, nadia):
        client.force_login(user)
        assert {client.get(url).status_code for url in shown} == {200}
        assert {client.post(url, {}).status_code for url in written} == {403}
        assert client.get(ADD).status_code == 403


def test_a_coordinator_opens_every_page(client, alice, addresses):
    client.force_login(alice)
    assert {client.get(url).status_code for url in sum(addresses, [])} == {200}


def test_a_number_that_no_row_has_is_not_found(client, alice):
    client.force_login(alice)
    assert client.get(f"/entreprises/{'9' * 30}/").status_code == 404


# Costs


def test_lists_cost_the_same_for_one_row_and_for_many(
    client, alice, toul, django_assert_max_num_queries
):
    client.force_login(alice)
    for many in (1, 20):
        for _ in range(many):
            CompanyFiguresFactory(company__antenna=toul)
            ExpertFactory(antennas=[toul]).skills.add(SkillFactory())
        for name in ("company_list", "sponsor_list", "expert_list"):
            with django_assert_max_num_queries(9):
                assert page(client, name).status_code == 200
