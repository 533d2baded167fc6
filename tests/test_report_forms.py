"""A report as page, PDF, workbook, CSV and JSON: the same numbers, real types, ways back."""

import csv
import datetime
import io
import json
import zipfile
from decimal import Decimal

import pytest
import xlsxwriter
from django.urls import reverse
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from conventions.models import Pledge
from reports.breakdowns import BREAKDOWNS
from reports.display import SECTIONS, totals_of
from reports.evaluation import Evaluation
from reports.models import Verdict
from reports.plain_data import plain_value
from reports.report import Report
from reports.rows import KEYS
from reports.workbook import FORBIDDEN, SHORT, sheet_name, workbook
from tests import factories as make
from tests.forms_read import Forms, Tables, plain
from tests.left import judged
from tests.numbers import TODAY, day
from tests.printed import is_accessible, read, words

pytestmark = pytest.mark.once

KINDS = ["pdf", "xlsx", "csv", "json"]


@pytest.fixture
def filled(convention):
    """What two sponsors promised, a company helped, a job, a fee."""
    for name, origin in (("Sidérac & fils", Pledge.Origin.PRIVATE), ("=Région", "public")):
        sponsor = make.SponsorFactory(name=name)
        convention.pledge(sponsor, origin=origin, on=day(-300), amount=1_234, days=10)
    application = make.approved(convention=convention)
    aid = make.AidFactory(decision=application.approval)
    aid.disburse(5_000, on=day(-10))
    aid.repay(Decimal("33.33"), on=day(-5))
    make.SkillDayFactory(mission=make.MissionFactory(application=application), days=Decimal("0.75"))
    make.JobFactory(application=application, starts_on=day(-9), observed_on=day(-6))
    convention.charge_fee(Decimal("250.50"), on=day(-3), label="Animation")
    return convention


def asked(client, convention, **query):
    return client.get(reverse("reports:evaluation", args=[convention.pk]), query)


def book_of(answer):
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue()))


@pytest.mark.parametrize("at", [day(0), day(-7), day(-364)])
def test_every_form_carries_the_same_numbers(client, alice, filled, at):
    client.force_login(alice)
    assert Forms(client, filled, at).check() > 40


def test_the_forms_of_a_convention_where_nothing_happened_agree_too(client, alice, toul):
    client.force_login(alice)
    empty = make.ConventionFactory(antenna=toul)
    assert Forms(client, empty, TODAY).check() > 30


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_named_after_the_convention_and_the_day(client, alice, filled, kind):
    client.force_login(alice)
    answer = asked(client, filled, format=kind, au=day(-7).isoformat())
    name = f"bilan-{filled.reference.lower()}-{day(-7).isoformat()}.{kind}"
    assert name in answer["Content-Disposition"] and "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2090-01-01", "est dans le futur"),
        ("1999-01-01", "précède la convention"),
        ("hier", "Saisissez une date valide"),
        ("2026-13-45", "Saisissez une date valide"),
    ],
)
def test_of_a_wrong_date_there_is_no_file_but_a_sentence(
    client, alice, filled, kind, typed, sentence
):
    client.force_login(alice)
    answer = asked(client, filled, format=kind, au=typed)
    assert answer.status_code == 200 and sentence in plain(answer.text)
    assert "Content-Disposition" not in answer


def test_an_unknown_form_is_the_page(client, alice, filled):
    client.force_login(alice)
    assert "Bilan au" in asked(client, filled, format="docx").text


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_another_antenna_is_not_found(client, charlie, fred, filled, kind):
    for person in (charlie, fred):
        client.force_login(person)
        assert asked(client, filled, format=kind).status_code == 404
    filled.readers.add(fred)
    assert asked(client, filled, format=kind).status_code == 200


def test_the_page_offers_every_form_at_its_day(client, alice, filled):
    client.force_login(alice)
    page = asked(client, filled, au=day(-7).isoformat()).text
    for kind in KINDS:
        assert f"?au={day(-7).isoformat()}&amp;format={kind}" in page


# The workbook


def test_dates_are_dates_and_gauges_compute(client, alice, filled):
    client.force_login(alice)
    rows = book_of(asked(client, filled, format="xlsx")).get_sheet_by_index(0).to_python()
    told = {row[0]: row[1:] for row in rows}
    assert told["Bilan au"][0] == TODAY
    assert isinstance(told["Premier jour"][0], datetime.date)
    euros = Evaluation(filled, TODAY).gauges["euros"]
    assert told["Euros"][:3] == [float(each) for each in euros[:3]]
    assert told["Euros"][3:5] == ["–", float(euros.remaining)]


def test_totals_and_divisions_are_formulas(filled):
    report = Report(Evaluation(filled, TODAY), root="https://alize.example")
    archive = zipfile.ZipFile(io.BytesIO(workbook(report)))
    formulas = " ".join(
        archive.read(name).decode() for name in archive.namelist() if "/sheet" in name
    )
    assert "<f>SUM(B2:B" in formulas and "<f>MAX(" in formulas
    assert "<f>ROUND(('L’aide aux entreprises'!B4-'L’aide aux entreprises'!B6)/" in formulas


def test_every_figure_leads_back_to_its_rows(client, alice, filled):
    client.force_login(alice)
    answer = asked(client, filled, format="xlsx", au=day(-1).isoformat())
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    links = " ".join(archive.read(name).decode() for name in archive.namelist() if "rels" in name)
    report = Report(Evaluation(filled, day(-1)), root="http://testserver")
    addresses = [line.address for line in report.lines if line.address]
    assert len(addresses) > 30
    for address in addresses:
        assert address.replace("&", "&amp;") in links
        assert client.get(address.removeprefix("http://testserver")).status_code == 200


def test_what_was_typed_is_no_formula(client, alice, filled):
    client.force_login(alice)
    book = book_of(asked(client, filled, format="xlsx"))
    cells = [
        cell
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert "'=Région" in cells and "=Région" not in cells
    text = asked(client, filled, format="csv").getvalue().decode("utf-8-sig")
    parts = [row[3] for row in csv.reader(io.StringIO(text), delimiter=";")]
    assert "'=Région" in parts


def test_names_of_sheets_are_those_that_a_spreadsheet_accepts():
    taken = set()
    names = [
        sheet_name(title, taken)
        for title in ("Les entreprises et toutes leurs aides", "A/B: [C]?", "", "x", "X", "'x'")
    ]
    assert names[0] == "Les entreprises et toutes leurs"
    assert len({name.lower() for name in names}) == len(names)
    with xlsxwriter.Workbook(io.BytesIO()) as book:
        for name in names:
            book.add_worksheet(name)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_name_of_no_sheet_is_cut(language):
    with override(language):
        titles = [title for title, *_rest in SECTIONS] + [
            each.title for each in BREAKDOWNS.values()
        ]
        for title in titles:
            name = sheet_name(title, set())
            shorts = [str(short) for long, short in SHORT if str(long) == str(title)]
            assert name in ([FORBIDDEN.sub(" ", str(title))] + shorts), name


def test_parts_that_are_not_the_whole_have_no_total(filled):
    report = Report(Evaluation(filled, TODAY))
    [table] = [table for table in report.filled_tables if table.slug == "apporteur"]
    wholes = [getattr(report.evaluation, KEYS[column.slug]) for column in table.columns]
    assert [total for total, _column in table.totals] == wholes
    assert totals_of(table._replace(lines=table.lines[1:]), report.evaluation) == []


def test_parts_that_may_overlap_have_no_total_even_when_they_happen_to_add_up(
    client, alice, filled
):
    client.force_login(alice)
    report = Report(Evaluation(filled, TODAY))
    [table] = [table for table in report.filled_tables if table.slug == "competence"]
    [line] = table.lines
    values = [value for value, _column in line.cells]
    assert values == [getattr(report.evaluation, KEYS[column.slug]) for column in table.columns]
    assert table.note and table.totals == []
    Forms(client, filled, TODAY).check()
    [told] = [each for each in report.as_dict()["tables"] if each["slug"] == "competence"]
    assert told["totals"] is None
    [rows] = [
        rows
        for caption, rows in Tables(asked(client, filled).text).found.items()
        if caption == plain(table.title)
    ]
    assert [row[0] for row in rows[1:]] == [plain(line.label)]


def test_plain_values_are_the_same_whatever_the_database_answers():
    assert plain_value(0, "euros") == plain_value(0, "days") == "0.00"
    assert plain_value(None, "share") is None and plain_value(3, "number") == 3


# The paper


def test_the_pdf_can_be_read_aloud_and_says_what_its_charts_show(client, alice, filled):
    client.force_login(alice)
    content = asked(client, filled, format="pdf").getvalue()
    assert is_accessible(content, title=f"Bilan de la convention {filled.reference}")
    alts = [node["/Alt"] for node in nodes(read(content).trailer["/Root"]["/StructTreeRoot"])]
    assert any("Barres côte à côte" in alt for alt in alts)


def nodes(node):
    """What describes itself in the structure of a PDF."""
    node = node.get_object()
    if "/Alt" in node:
        yield node
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, dict):
            yield from nodes(kid)


def test_the_pdf_is_in_the_language_of_its_reader(client, alice, filled):
    alice.language = "en"
    alice.save()
    client.force_login(alice)
    assert asked(client, filled, format="pdf").getvalue()[:4] == b"%PDF"


# The verdict


def test_the_latest_verdict_of_that_day_is_in_every_form(client, alice, filled):
    judged(filled, outcome="suspended", met_on=day(-20), text="Trop peu d’emplois.")
    judged(filled, outcome="prolonged", met_on=day(-2), text="Encore six mois.")
    wrong = judged(filled, outcome="stopped", met_on=day(-1), text="Erreur.")
    Verdict.objects.get(pk=wrong.pk).strike(reason="Autre convention")
    client.force_login(alice)
    for at, outcome, text in (
        (day(0), "prolonged", "Encore six mois."),
        (day(-3), "suspended", "Trop peu d’emplois."),
        (day(-21), None, ""),
    ):
        query = {"au": at.isoformat()}
        assert text in asked(client, filled, **query).text
        assert text in words(asked(client, filled, **query, format="pdf").getvalue())
        data = json.loads(asked(client, filled, **query, format="json").content)
        assert (data["verdict"] or {}).get("outcome") == outcome
        rows = book_of(asked(client, filled, **query, format="xlsx")).get_sheet_by_index(0)
        told = {row[0]: row[1] for row in rows.to_python()}
        assert told.get("Texte du verdict", "") == text
        assert "Erreur." not in asked(client, filled, **query).text


def test_a_report_costs_the_same_for_one_and_for_many(
    client, alice, filled, django_assert_max_num_queries
):
    client.force_login(alice)
    with django_assert_max_num_queries(120) as few:
        asked(client, filled, format="json")
    for number in range(5):
        sponsor = make.SponsorFactory(name=f"Autre {number}")
        filled.pledge(sponsor, origin="public", on=day(-300), amount=10)
        judged(filled, met_on=day(-30 - number))
        make.JobFactory(application=make.approved(convention=filled))
    with django_assert_max_num_queries(len(few)):
        asked(client, filled, format="json")
