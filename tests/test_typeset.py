"""Printed documents: readable aloud, the same everywhere, whatever people type."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext_lazy, override
from hypothesis import given
from hypothesis import strategies as st

from territories import typeset
from territories.typeset import pdf, pdf_response
from tests.printed import is_accessible, read, words

AT = datetime(2026, 11, 25, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def template(tmp_path, monkeypatch):
    """A folder with the house's style and a document that shows all of it."""
    (tmp_path / "house.typ").write_text((typeset.FOLDER / "house.typ").read_text())
    (tmp_path / "sample.typ").write_text(
        """
        #import "house.typ": *
        #show: house
        = #data.title
        #prose(data.text)
        #facts(data.at("facts", default: ()))
        #rows(("A", "B"), data.at("lines", default: ()), total: ("Total", "3"))
        #notice[#data.text]
        """
    )
    monkeypatch.setattr(typeset, "FOLDER", tmp_path)
    return "sample"


@pytest.mark.parametrize(("language", "marked"), [("fr", "fr-FR"), ("en", "en-GB")])
def test_a_document_can_be_read_aloud_in_its_language(template, language, marked):
    with override(language):
        content = pdf(template, {"title": "Procès-verbal", "made_at": AT, "text": "Un"})
    assert is_accessible(content, title="Procès-verbal", language=marked)
    assert read(content).metadata.creation_date == AT


def test_the_same_data_give_the_same_bytes(template):
    data = {"title": "Titre", "made_at": AT, "text": "Un"}
    assert pdf(template, data) == pdf(template, data)


def test_pages_are_numbered_and_spaces_that_do_not_break_are_kept(template):
    typed = "Elle dit\u00a0: «\u00a0oui\u00a0».\n\nPuis\nrien. " + "long " * 2_000
    content = pdf(template, {"title": "Titre", "made_at": AT, "text": typed, "header": "Toul"})
    assert len(read(content).pages) > 1
    first = read(content).pages[0].extract_text()
    assert "dit\u00a0:" in first and "Toul" in first
    assert f"Page 1 / {len(read(content).pages)}" in words(content)


def test_a_word_longer_than_a_line_goes_on_to_the_next(template):
    typed = "W" * 200
    content = pdf(template, {"title": "Titre", "made_at": AT, "text": "", "lines": [[typed, "B"]]})
    lines = read(content).pages[0].extract_text().splitlines()
    assert max(line.count("W") for line in lines) < 100
    assert "\u200b" not in words(content) and words(content).count("W") == 200


def test_nothing_typed_is_markup(template):
    typed = '#panic("x") $x$ *gras* @preview/a \\ `code` <b> #sys.inputs'
    data = {
        "title": typed,
        "made_at": AT,
        "text": typed,
        "facts": [["Nom", typed], ["Liste", [typed, typed]]],
        "lines": [[typed, gettext_lazy("Oui")]],
    }
    content = pdf(template, data)
    assert words(content).count("*gras* @preview/a") == 7
    assert read(content).metadata.title == typed


@given(typed=st.text(max_size=60))
def test_whatever_is_typed_can_be_printed(template, typed):
    assert pdf(template, {"title": f"Titre {typed}", "made_at": AT, "text": typed})


def test_what_has_no_shape_is_an_empty_square(template):
    typed = "Bravo 👍🏽 漢\x07 e\u0301t\u00e9 \ufeff⚠\ufe0f œuvre Łódź ﬁn"
    content = pdf(template, {"title": "Titre", "made_at": AT, "text": typed})
    assert "Bravo □□ □ été □ œuvre Łódź fin" in words(content).replace("ﬁ", "fi")


def test_templates_ask_the_internet_for_nothing():
    for path in typeset.FOLDER.glob("*.typ"):
        assert "@preview" not in path.read_text() and "@local" not in path.read_text()


def test_a_document_is_served_under_a_safe_name():
    response = pdf_response(b"%PDF", 'Séance du 25/11/2026 "\r\nX: y')
    assert response["Content-Disposition"] == 'attachment; filename="seance-du-25112026-x-y.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Type"] == "application/pdf"
    assert pdf_response(b"%PDF", "", inline=True)["Content-Disposition"] == (
        'inline; filename="document.pdf"'
    )
