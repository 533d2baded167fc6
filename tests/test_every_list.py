"""Every list of the application, those not written yet included, leaves as a file: its rows, each
with a link, in force what the page has in force, for who reads them, and no cell a formula."""

import csv
import inspect
import io
import re
import zipfile

import pytest
from django.db import connection, transaction
from django.urls import get_resolver, reverse
from python_calamine import CalamineWorkbook

from support.models import Aid
from tests import factories as make
from tests.test_access import READABLE, SECRET, rows_of

KINDS = ["csv", "xlsx"]
# Pages where rows are typed or settled, some at a time: each has its list elsewhere.
OTHER_PAGES = {"support:day_grid", "support:statement"}
ASKED = {"support:expert_find": {"show": "apart"}}
RANKED = {"support:expert_find"}  # in an order that is its point
OF_ONE_FIGURE = {"reports:evaluation_rows", "reports:network_rows"}  # chosen by the figure
FEW_ROWS = {"reports:frozen_list"}
UNSORTED = RANKED | OF_ONE_FIGURE | FEW_ROWS
A_FORMULA = re.compile(r"[=+\-@\t\r]")
A_NUMBER = re.compile(r"-?\d+(,\d+)?")


def view_of(name):
    app, _, word = name.partition(":")
    resolver = get_resolver().namespace_dict[app][1]
    [view] = [each.callback for each in resolver.url_patterns if each.name == word]
    return inspect.getsource(inspect.unwrap(view))


LISTS = [
    url
    for url in READABLE
    if re.search(r"\b(listing|Pages|Paginator)\(", view_of(url[0])) and url[0] not in OTHER_PAGES
]
NAMES = [name for name, _word, _has_row in LISTS]
every_list = pytest.mark.parametrize(("name", "word", "has_row"), LISTS, ids=NAMES)


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The rows of test_access.py, with an advance that is late; every text begins a formula."""
    with django_db_blocker.unblock(), transaction.atomic():
        toul = make.AntennaFactory(name=f"{SECRET} Toul", host="@SUM(1)")
        rows = rows_of(toul)
        late = make.late_advance(convention=rows["conventions"])
        Aid.objects.filter(pk=late.pk).update(number=f"+{late.number}")
        connection.check_constraints()
        yield toul, rows
        transaction.set_rollback(True)


@pytest.fixture
def toul(stage, db):
    return stage[0]


@pytest.fixture
def rows(stage, db):
    return stage[1]


@pytest.fixture
def ask(client, rows, name, word, has_row):
    """The page of the list, or its file."""
    url = reverse(name, args=[rows[word].pk] if has_row else [])

    def ask(**filters):
        return client.get(url, ASKED.get(name, {}) | filters)

    return ask


def lines(answer, kind):
    """The cells of a file, headings first."""
    if kind == "csv":
        return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
    file = io.BytesIO(answer.getvalue())
    return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()


def sheet_of(answer):
    """The first sheet of a workbook, as it is written."""
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_the_lists_are_found():
    assert len(LISTS) > 25
    assert {"support:bank_line_list", "support:expert_find", "support:campaign"} <= {*NAMES}


@pytest.mark.parametrize("kind", KINDS)
@every_list
def test_a_file_has_the_rows_of_the_page_each_with_its_link(client, root, ask, kind):
    client.force_login(root)
    page = ask()
    assert f"format={kind}" in page.text
    heading, *found = lines(ask(format=kind), kind)
    assert len(found) == page.context["page"].paginator.count > 0
    assert heading[-1] == "Lien"
    for address in {line[-1] for line in found}:
        assert address.startswith("http://testserver/")
        assert client.get(address).status_code == 200


@every_list
def test_a_workbook_names_its_sheet_after_the_list(client, root, ask):
    client.force_login(root)
    book = CalamineWorkbook.from_filelike(io.BytesIO(ask(format="xlsx").getvalue()))
    [name] = book.sheet_names
    assert name[:1].isupper() and len(name) <= 31 and not name.startswith(("Sheet", "Feuil"))


@every_list
def test_a_list_is_searched_and_so_is_its_file(client, root, ask, name):
    client.force_login(root)
    if name in OF_ONE_FIGURE | FEW_ROWS:
        return
    nothing = {"q": "zzz introuvable"}
    page = ask(**nothing)
    assert page.context["page"].paginator.count == 0 and "Tout afficher" in page.text
    for kind in KINDS:
        assert len(lines(ask(**nothing, format=kind), kind)) == 1


@every_list
def test_a_list_has_orders_and_each_answers(client, root, ask, name):
    client.force_login(root)
    orders = re.findall(r'href="\?(?:[^"]*&amp;)?o=([\w-]+)', ask().text)
    assert bool(orders) is (name not in UNSORTED)
    for order in orders:
        for way in (order, f"-{order}"):
            page = ask(o=way)
            assert page.status_code == 200 and not page.context["filter"].errors
            assert ask(o=way, format="csv").streaming


@every_list
def test_what_one_may_not_see_is_refused_in_a_filter_and_never_left_out(
    client, root, alice, toul, longwy, ask
):
    """The address that the network sent, of another antenna, shows no row of one's own under it."""
    client.force_login(root)
    offered = re.findall(r'<select name="(antenna|convention)"', ask().text)
    client.force_login(alice)
    if "antenna" in offered and (own := ask()).status_code == 200:
        same = ask(antenna=toul.pk)
        assert same.context["page"].paginator.count == own.context["page"].paginator.count
        assert not same.context["filter"].is_refused
    theirs = {"antenna": longwy.pk, "convention": make.ConventionFactory(antenna=longwy).pk}
    for field in offered:
        page = ask(**{field: theirs[field]})
        if page.status_code == 403:
            continue
        assert (
            field in page.context["filter"].errors and "Sélectionnez un choix valide" in page.text
        )
        assert not page.context["page"].object_list
        for kind in KINDS:
            assert "Content-Disposition" not in ask(**{field: theirs[field]}, format=kind)


def test_the_lists_that_choose_an_antenna_or_a_convention_are_found(client, root, rows):
    client.force_login(root)
    offered = [
        name
        for name, word, has_row in LISTS
        if not has_row and '<select name="antenna"' in client.get(reverse(name)).text
    ]
    assert len(offered) > 12


@pytest.mark.parametrize("kind", KINDS)
@every_list
def test_no_cell_is_taken_for_a_formula(client, root, ask, kind):
    client.force_login(root)
    if kind == "xlsx":  # a cell that says it is text is one, whatever it begins with
        assert "<f>" not in sheet_of(ask(format=kind))
        return
    _heading, *found = lines(ask(format=kind), kind)
    texts = [cell for line in found for cell in line if isinstance(cell, str)]
    assert not [text for text in texts if A_FORMULA.match(text) and not A_NUMBER.fullmatch(text)]


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
@every_list
def test_a_file_holds_nothing_for_a_stranger(client, charlie, ask, kind, has_row):
    client.force_login(charlie)
    answer = ask(format=kind)
    if has_row:
        assert answer.status_code == 404
    elif answer.status_code != 403:
        assert SECRET not in str(lines(answer, kind))


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
@every_list
def test_a_file_holds_nothing_of_who_a_member_steps_aside_from(client, maria, rows, ask, kind):
    company = rows["entreprises"]
    make.SeatFactory(committee__antenna=company.antenna, user=maria, employer_siren=company.siren)
    client.force_login(maria)
    answer = ask(format=kind)
    if answer.status_code == 200:
        assert company.name not in str(lines(answer, kind))
    else:
        assert answer.status_code in (403, 404)
