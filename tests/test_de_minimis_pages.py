"""Pages of the de minimis rule: the register of a company, the card of a file, declared aid."""

from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from committee.models import Application, DeclaredAid
from conventions.models import ReferenceRate
from tests import factories as make
from tests.factories import TODAY, day, siret


@pytest.fixture(autouse=True)
def no_rate(db):
    """Every advance counts in full: figures that one reads at once."""
    ReferenceRate.objects.all().delete()


@pytest.fixture
def company(convention):
    return make.CompanyFactory(antenna=convention.antenna, name="Tôlerie Marchal", siret=siret(7))


@pytest.fixture
def elsewhere(longwy):
    """The same SIREN, followed by Longwy, which was granted 9 000 €."""
    company = make.CompanyFactory(antenna=longwy, name="Marchal Longwy", siret=siret(7))
    convention = make.ConventionFactory(antenna=longwy, reference="LONGWY-9", funds=50_000)
    make.approved(convention=convention, company=company, advance=9_000)
    return company


def page(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def register(company, **query):
    return reverse("committee:company_aids", args=[company.pk], query=query)


def test_the_register_shows_what_counts_and_what_is_left(client, alice, convention, company):
    make.approved(convention=convention, company=company, advance=10_000)
    make.DeclaredAidFactory(company=company, amount=40_000, grantor="Région", note="N° 12")
    client.force_login(alice)
    text = page(client.get(register(company)))
    for told in ("50 000,00 €", "300 000,00 €", "250 000,00 €", "Région", "N° 12"):
        assert told in text
    assert convention.reference in text and "Règlement (UE) 2023/2831" in text
    text = page(client.get(register(company, au=day(-60).isoformat())))
    assert "40 000,00 €" in text and convention.reference not in text


def test_another_antenna_is_one_sum_without_a_name(client, alice, nadia, company, elsewhere):
    client.force_login(alice)
    text = page(client.get(register(company)))
    assert "Une autre antenne du réseau" in text and "291 000,00 €" in text
    assert "Marchal Longwy" not in text and "LONGWY-9" not in text
    told = b"".join(client.get(register(company, format="csv")).streaming_content).decode()
    assert "Une autre antenne du réseau;;;;;9000,00" in told and "LONGWY-9" not in told
    client.force_login(nadia)
    text = page(client.get(register(company)))
    assert "Marchal Longwy" in text and "Une autre antenne" not in text


def test_the_register_is_a_file_too(client, alice, convention, company):
    make.DeclaredAidFactory(company=company, grantor="=Région", amount="12.50")
    client.force_login(alice)
    answer = client.get(register(company, format="xlsx"))
    rows = load_workbook(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0)
    heading, line = rows.to_python()
    assert heading[0] == "Accordée le" and heading[-2] == "Équivalent-subvention brut (€)"
    assert (line[0], line[2], line[3], line[-2]) == (day(-100), company.siren, "=Région", 12.5)
    assert (heading[-1], line[-1]) == ("Lien", f"http://testserver{register(company)}")


@pytest.mark.parametrize("typed", ["demain", "0206-01-01", "9999-12-31", "\0"])
def test_a_day_that_means_nothing_gets_a_sentence(client, alice, company, typed):
    client.force_login(alice)
    assert "invalid-feedback" in page(client.get(register(company, au=typed)))


def test_an_empty_register_says_so(client, alice, company):
    client.force_login(alice)
    text = page(client.get(register(company)))
    assert "Aucune aide ne compte à cette date." in text and "format=csv" not in text


def test_the_register_costs_the_same_for_one_aid_and_for_many(
    client, alice, convention, company, django_assert_max_num_queries
):
    client.force_login(alice)
    counts = {}
    for many in (1, 4):
        for _ in range(many):
            make.DeclaredAidFactory(company=company, amount=100)
            make.approved(convention=convention, company=company, advance=100)
        with django_assert_max_num_queries(counts.get("few", 20)) as asked:
            client.get(register(company))
        counts.setdefault("few", len(asked))


# Declared aid


def test_an_aid_is_declared(client, alice, company):
    client.force_login(alice)
    url = reverse("committee:declared_aid_add", args=[company.pk])
    assert "2023/2831" in page(client.get(url))
    typed = {"granted_on": day(-9), "grantor": "Région", "amount": "1 234,50 €", "regulation": "R"}
    response = client.post(url, typed)
    assert response.url == register(company)
    aid = DeclaredAid.objects.get()
    assert (aid.company, aid.created_by, aid.granted_on) == (company, alice, day(-9))
    assert "1 234,50 €" in page(client.get(response.url))


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("amount", "0"),
        ("amount", "-5"),
        ("amount", "1e1000000"),
        ("granted_on", day(1)),
        ("granted_on", "0206-11-25"),
        ("grantor", ""),
    ],
)
def test_a_wrong_aid_is_told_beside_its_field(client, alice, company, field, typed):
    client.force_login(alice)
    right = {"granted_on": TODAY, "grantor": "Région", "amount": "5", "regulation": "R"}
    url = reverse("committee:declared_aid_add", args=[company.pk])
    response = client.post(url, right | {field: typed})
    assert list(response.context["form"].errors) == [field]
    assert not DeclaredAid.objects.exists()


def test_an_aid_is_struck_out_with_a_reason_and_stays_visible(client, alice, company):
    aid = make.DeclaredAidFactory(company=company)
    client.force_login(alice)
    url = reverse("committee:declared_aid_strike", args=[aid.pk])
    assert url in page(client.get(register(company)))
    assert page(client.post(url, {"reason": " "}))
    assert client.post(url, {"reason": "Doublon"}).url == register(company)
    text = page(client.get(register(company)))
    assert "Doublon" in text and url not in text and "Aucune aide ne compte" in text


def test_a_reader_is_offered_nothing_to_write(client, bob, company):
    aid = make.DeclaredAidFactory(company=company)
    client.force_login(bob)
    text = page(client.get(register(company)))
    assert "rayer/" not in text and "nouvelle/" not in text
    assert client.post(reverse("committee:declared_aid_strike", args=[aid.pk])).status_code == 403


# The file


@pytest.mark.parametrize(("name", "sees_more"), [("alice", True), ("maria", False)])
def test_the_file_says_where_the_request_leaves_the_company(
    client, convention, company, elsewhere, name, sees_more, request
):
    file = make.submitted(convention=convention, company=company)
    client.force_login(request.getfixturevalue(name))
    text = page(client.get(file.get_absolute_url()))
    for told in ("9 000,00 €", "300 000,00 €", "281 000,00 €", "l’avance compte en entier"):
        assert told in text
    assert "LONGWY-9" not in text and "Marchal Longwy" not in text
    assert (register(company) in text) is sees_more


def test_a_decided_file_says_what_is_left(client, alice, convention, company):
    file = make.approved(convention=convention, company=company, advance=10_000)
    client.force_login(alice)
    text = page(client.get(file.get_absolute_url()))
    assert "Équivalent-subvention brut</dt><dd>10 000,00 €" in text
    assert "290 000,00 €" in text and "Reste après la demande" not in text


def test_a_decision_beyond_the_ceiling_is_refused_beside_its_amount(
    client, alice, convention, company
):
    make.DeclaredAidFactory(company=company, amount=299_000)
    file = make.ApplicationFactory(convention=convention, company=company)
    file.waive("de_minimis", reason="Une aide sort bientôt du compte", on=TODAY)
    file.submit(on=TODAY)
    client.force_login(alice)
    url = reverse("committee:decision_add", args=[file.pk])
    assert "il en reste 1 000,00 €" in page(client.get(url))
    typed = {"outcome": "approved", "decided_on": TODAY, "advance": "0", "grant": "1000,01"}
    typed |= {"days": "1", "jobs_created": "0", "jobs_maintained": "0"}
    response = client.post(url, typed)
    assert list(response.context["form"].errors) == ["grant"]
    assert not Application.objects.approved().exists()
    assert client.post(url, typed | {"grant": "1000"}).status_code == 302
