"""The register of de minimis aid: its lines, and those entered in the national one in time."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from committee.letters import draft_letter
from committee.models import DeMinimisCeiling, LetterTemplate
from conventions.models import ReferenceRate
from support.models import Aid, Declaration
from support.register import complete, register_of, to_declare
from territories.dates import in_figures
from tests import factories as make
from tests.numbers import TODAY, day
from tests.refusals import refused, refused_by

URL = "/registre/"


@pytest.fixture
def aid(convention, toul):
    """An advance of 10 000 € granted ten days ago, under contract."""
    ReferenceRate.objects.update_or_create(
        since=date(2020, 1, 1), defaults={"until": None, "base_rate": 2, "source": "essai"}
    )
    company = make.CompanyFactory(antenna=toul, name="Tôlerie Marchal")
    file = make.approved(convention=convention, company=company, on=day(-10), grant=500)
    return make.AidFactory(decision=file.approval, contract_on=day(-9))


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def row():
    (found,) = register_of(Aid.objects.all())
    complete([found], TODAY)
    return found


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("declaration_once_for_an_aid", {}),
        ("declaration_struck_out_with_a_reason", {"struck_at": "2026-01-01T00:00Z"}),
    ],
)
def test_the_database_refuses(constraint, fields, aid):
    Declaration.record([aid], on=TODAY)
    with refused_by(constraint):
        Declaration.objects.create(aid=aid, declared_on=TODAY, **fields)


def test_a_line_tells_what_the_law_asks_for(aid, alice):
    aid.convention.pledges.update(origin="public")
    aid.antenna.host = "Club de Toul"
    aid.antenna.save()
    found = row()
    assert found.equivalent == aid.decision.grant_equivalent - 500 > 0
    assert found.granting_body == "Club de Toul"
    assert found.regulation == DeMinimisCeiling.objects.first().regulation
    pledges = aid.convention.pledges.exclude(amount=0)
    assert found.funders == ", ".join(sorted({each.sponsor.name for each in pledges}))
    assert (found.declare_by, found.is_overdue, found.waits) == (day(10), False, True)
    grant = make.AidFactory(decision=aid.decision, instrument="grant", contract_on=day(-9))
    assert {each.equivalent for each in register_of(Aid.objects.filter(pk=grant.pk))} == {500}


def test_a_grant_of_three_weeks_ago_is_overdue_until_it_is_declared(convention, alice):
    file = make.approved(convention=convention, on=day(-21))
    aid = make.AidFactory(decision=file.approval)
    assert row().is_overdue
    with refused(field="declared_on"):
        Declaration.record([aid], on=day(-22), by=alice)
    (line,) = Declaration.record([aid], on=day(-15), reference="RC-1", by=alice)
    assert (row().declared_on, row().declared_as, row().is_overdue) == (day(-15), "RC-1", False)
    assert not to_declare(Aid.objects.all())
    line.strike(reason="Autre aide", by=alice)
    assert row().is_overdue


def test_aids_of_before_2026_and_annulled_ones_wait_for_nothing(convention):
    old = date(2025, 12, 31)
    convention.starts_on = date(2025, 1, 1)
    convention.save()
    convention.steps.update(on=date(2025, 1, 1))
    make.AidFactory(decision=make.approved(convention=convention, on=old).approval, contract_on=old)
    assert not to_declare(Aid.objects.all())
    assert not row().must_be_declared


def test_lines_are_listed_exported_declared_and_shown_on_the_dashboard(client, alice, aid):
    client.force_login(alice)
    assert "Aides à déclarer au registre" in words(client.get(reverse("home")))
    page = words(client.get(URL))
    assert aid.number in page and "Tôlerie Marchal" in page and "Avant le" in page
    file = client.get(URL, {"format": "csv"}).getvalue().decode("utf-8-sig")
    for told in (aid.number, aid.application.company.siren, "10000,00", "2023/2831"):
        assert told in file
    assert client.get(URL, {"format": "xlsx"}).getvalue()[:2] == b"PK"
    declare = reverse("support:declare")
    answer = client.post(declare, {"declared_on": TODAY.isoformat()})
    assert "Cochez au moins une aide." in words(answer)
    typed = {"aids": [aid.pk], "declared_on": TODAY.isoformat(), "reference": "RC-12"}
    assert "Déclarée le" in words(client.post(declare, typed, follow=True))
    assert "Aucune aide n’attend" in words(client.get(declare, follow=True))
    assert "Tôlerie" not in words(client.get(URL, {"waiting": "on"}))


def test_the_dashboard_says_that_the_delay_is_over(client, alice, convention):
    late = make.approved(convention=convention, on=day(-25), advance=0, grant=Decimal(500))
    make.AidFactory(decision=late.approval, instrument="grant", instalments=1, contract_on=day(-24))
    aid = row()
    client.force_login(alice)
    home = words(client.get(reverse("home")))
    assert f"Délai passé le {in_figures(aid.declare_by)}" in home and aid.is_overdue


def test_nobody_declares_for_another_antenna(client, charlie, bob, aid):
    client.force_login(charlie)
    typed = {"aids": [aid.pk], "declared_on": TODAY.isoformat()}
    client.post(reverse("support:declare"), typed)
    client.force_login(bob)
    assert client.post(reverse("support:declare"), typed).status_code == 403
    assert not Declaration.objects.exists()


def test_the_register_costs_the_same_for_one_line_and_for_many(
    client, alice, convention, django_assert_max_num_queries
):
    client.force_login(alice)
    for extra in (1, 4):
        for _ in range(extra):
            file = make.approved(convention=convention, advance=Decimal(1_000), on=day(-5))
            make.AidFactory(decision=file.approval, contract_on=day(-5))
        with django_assert_max_num_queries(10):
            client.get(URL)


def test_the_award_letter_tells_the_company_its_de_minimis_amount(aid, alice):
    assert "{equivalent}" in LetterTemplate.objects.get(antenna=None, outcome="approved").body
    letter = draft_letter(aid.application, by=alice).body.replace("\u00a0", " ")
    equivalent = f"{aid.decision.grant_equivalent:.2f}".replace(".", ",")
    assert "aide de minimis" in letter and f"{equivalent[-6:]} €" in letter
