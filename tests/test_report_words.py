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
from reports.indicators import LABELS, LABELS_ONCE_CLOSED
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
