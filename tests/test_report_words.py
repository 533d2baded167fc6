"""How a report calls its figures and writes its days: once closed, after a loss, on a first."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from reports.definitions import DEFINITIONS, ONCE_CLOSED
from reports.display import full_label
from reports.evaluation import Evaluation
from reports.gauges import forecast_sentence
from reports.indicators import LABELS, LABELS_ONCE_CLOSED
from reports.pace import Forecast
from reports.report import Told
from reports.rows import FIGURES, KEYS
from territories.dates import in_words
from tests import factories as make
from tests.factories import TODAY, day
from tests.forms_read import Forms, plain, squeezed
from tests.printed import words

# Once the convention is closed


@pytest.fixture
def closed(convention):
    convention.close(on=day(-5), reason="Terme")
    return convention


def test_nothing_is_available_of_a_convention_that_is_closed_whatever_the_form(
    client, alice, closed
):
    client.force_login(alice)
    for at, name in ((TODAY, "Reste de la convention close"), (day(-6), "Solde disponible")):
        forms = Forms(client, closed, at)
        assert forms.check() > 30  # names included, in CSV and XLSX
        labels = {line.label for line in forms.report.lines if line.key == "balance"}
        assert labels == {name}
        assert f"{name} ?" in plain(text_of(forms.get().decode()))
        assert squeezed(name) in squeezed(words(forms.get("pdf")))
        data = forms.report.as_dict()
        told = {
            figure["key"]: figure["label"]
            for theme in data["themes"]
            for figure in theme["figures"]
        }
        assert told["balance"] == name
        is_over = "plus rien ne peut en être engagé" in plain(data["definitions"]["balance"])
        assert is_over is (at == TODAY)


def text_of(page):
    return re.sub(r"<[^>]+>", " ", page)


def test_the_card_of_the_convention_calls_it_so_too(client, alice, convention):
    client.force_login(alice)
    address = convention.get_absolute_url()
    assert "Solde disponible" in client.get(address).text
    convention.close(on=day(-5), reason="Terme")
    page = client.get(address).text
    assert "Reste de la convention close" in page and "Solde disponible" not in page


def test_its_rows_and_its_frozen_copies_do_too(client, alice, closed):
    client.force_login(alice)
    rows = reverse("reports:evaluation_rows", args=[closed.pk])
    assert "Reste de la convention close au" in plain(client.get(rows, {"chiffre": "solde"}).text)
    assert set(LABELS_ONCE_CLOSED) <= set(ONCE_CLOSED) <= set(LABELS)


# What is still due


def test_what_is_still_due_is_what_its_definition_says_word_for_word(convention):
    aid = make.late_advance(convention=convention, days=60)
    aid.repay(Decimal(5), on=day(-20))
    aid.write_off(Decimal(10), on=day(-10), reference="PV", reason="Liquidation")
    aid.recover(Decimal(4), on=day(-5))
    found = Evaluation(convention, TODAY)
    terms = ["advances_disbursed", "aid_repaid", "aid_recovered", "aid_written_off"]
    given, repaid, recovered, lost = (getattr(found, key) for key in terms)
    assert (repaid, recovered, lost) == (9, 4, 10)
    assert found.aid_outstanding == given - repaid + recovered - lost
    names = [f"«\u00a0{full_label(key)}\u00a0»" for key in terms]
    said = "{}, moins {}, plus {}, moins {}.".format(*names)
    assert str(DEFINITIONS["aid_outstanding"]) == said


# A first of the month


@pytest.mark.parametrize(
    ("on", "how", "language", "told"),
    [
        (date(2026, 11, 1), "DATE_FORMAT", "fr", "1er novembre 2026"),
        (date(2026, 11, 11), "DATE_FORMAT", "fr", "11 novembre 2026"),
        (date(2026, 11, 21), "DATE_FORMAT", "fr", "21 novembre 2026"),
        (date(2026, 11, 1), "l j F", "fr", "dimanche 1er novembre"),
        (date(2026, 11, 1), "j F Y", "en", "1 November 2026"),
    ],
)
def test_the_first_of_a_month_is_said_as_the_french_say_it(on, how, language, told):
    with override(language):
        assert in_words(on, how) == told


def test_a_report_of_a_first_of_the_month_says_so_on_paper(client, alice, toul):
    convention = make.ConventionFactory(antenna=toul, starts_on=day(-300))
    first = TODAY.replace(day=1)
    client.force_login(alice)
    assert "Bilan au 1er " in words(Forms(client, convention, first).get("pdf"))


# Targets


@pytest.mark.parametrize("is_kept", [False, True])
def test_what_counts_towards_a_target_leads_to_the_rows_that_make_it(client, alice, toul, is_kept):
    terms = {"target_jobs": 5, "maintained_jobs_count": is_kept}
    convention = make.ConventionFactory(antenna=toul, funds=50_000, terms=terms)
    application = make.approved(convention=convention)
    for kind in ("created", "maintained"):
        make.JobFactory(application=application, kind=kind)
    client.force_login(alice)
    forms = Forms(client, convention, TODAY)
    assert forms.check() > 30
    page = forms.get().decode()
    evaluation = forms.report.evaluation
    for line in forms.report.gauges:
        for part in line.parts:
            counts = [
                row.counts
                for behind in part.figures
                for row in FIGURES[KEYS[behind.slug]].rows(evaluation)
            ]
            assert not part.figures or sum(counts) == part.value
            assert part.definition and f"{part.definition}</span>" in page
            for behind in part.figures:
                address = forms.report.address(behind.slug).removeprefix("http://testserver")
                assert f'href="{address.replace("&", "&amp;")}"' in page
                assert client.get(address).status_code == 200
        behind = {part.name: len(part.figures) for part in line.parts}
        assert behind["committed"] == 1 and behind["target"] == behind["remaining"] == 0
        assert behind["realised"] == (2 if is_kept and line.key == "jobs" else 1)
    assert ("1 créé" in page and "1 maintenu" in page) is is_kept


def test_definitions_of_several_conventions_are_told_apart_on_one_page(client, alice, toul):
    for _number in range(2):
        make.ConventionFactory(antenna=toul)
    client.force_login(alice)
    page = client.get(reverse("reports:dashboard", args=[toul.pk])).text
    marks = re.findall(r' id="(definition-[^"]+)"', page)
    assert len(marks) > 30 and len(set(marks)) == len(marks)
    assert sorted(marks) == sorted(re.findall(r'popovertarget="([^"]+)"', page))


def test_before_its_first_day_a_convention_has_no_rows_to_lead_to(client, alice, toul):
    convention = make.ConventionFactory(antenna=toul, starts_on=day(30), signed=False)
    client.force_login(alice)
    page = client.get(convention.get_absolute_url()).text
    assert "Reste à faire" in page
    assert reverse("reports:evaluation_rows", args=[convention.pk]) not in page


@pytest.mark.parametrize(
    ("language", "value", "told"),
    [("fr", 0, "0 emploi "), ("fr", 1, "1 emploi "), ("fr", 2, "2 emplois "), ("en", 0, "0 jobs ")],
)
def test_zero_is_a_singular_in_french_alone(language, value, told):
    with override(language):
        assert told in forecast_sentence("jobs", 5, Forecast(value, TODAY))


# Units


@pytest.mark.parametrize(
    ("key", "unit", "value", "in_words", "in_figures"),
    [
        ("aid_late", "euros", 0, "€", "0.00"),
        ("skill_days_granted", "days", Decimal("1.5"), "journées", "1.50"),
        ("creation_rate", "share", 0.0, "taux", "0.0000"),
        ("attendance_rate", "share", 0.5, "taux", "0.5000"),
        ("days_to_decision", "number", Decimal(3), "jours", "3.0"),
        ("decision_days", "number", 0, "jours", "0"),
        ("jobs_created", "number", 0, "nombre", "0"),
        ("days_to_payment", "number", None, "jours", "None"),
    ],
)
def test_a_unit_is_written_in_one_way(key, unit, value, in_words, in_figures):
    told = Told("", "", key, "", unit, value, "")
    assert (told.unit_in_words, str(told.in_figures)) == (in_words, in_figures)
