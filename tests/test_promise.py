"""The jobs a company promises: rows that make the figures of its file, frozen with it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from committee.models import Application, PlannedJobs
from tests import factories as make
from tests.factories import day
from tests.refusals import refused, refused_by
from tests.test_committee_pages import text


@pytest.fixture
def file(convention):
    return make.ApplicationFactory(convention=convention, plan=False, requested_advance=0)


def line(position, **typed):
    fields = {"kind": "created", "number": "2", "contract": "permanent"} | typed
    return {f"emplois-{position}-{name}": value for name, value in fields.items()}


def edit(client, file, *lines, **typed):
    """The page as it is shown, with these lines of jobs, sent."""
    url = reverse("committee:application_edit", args=[file.pk])
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields if name != "requested_skills"}
    data = {name: "" if value is None else value for name, value in values.items()}
    for prefix in ("besoins", "ressources"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    saved = file.planned_jobs.count()
    data |= {"emplois-TOTAL_FORMS": len(lines), "emplois-INITIAL_FORMS": saved}
    for each in lines:
        data |= each
    return client.post(url, data | typed)


def test_the_lines_make_the_figures_of_the_file(client, alice, file):
    client.force_login(alice)
    lines = [
        line(0, due_on=day(300).isoformat()),
        line(1, number="1", contract="apprentice", fte="0,5"),
        line(2, kind="maintained", number="4"),
        line(3, kind="", number="", contract=""),
    ]
    answer = edit(client, file, *lines, planned_jobs_created="0")
    assert answer.status_code == 302
    file.refresh_from_db()
    assert (file.planned_jobs_created, file.planned_jobs_maintained) == (3, 4)
    told = file.planned_jobs.order_by("pk").values_list("number", "fte", "due_on")
    assert list(told) == [(2, Decimal(1), day(300)), (1, Decimal("0.5"), None), (4, 1, None)]
    page = text(client.get(file.get_absolute_url()))
    assert f"2 à créer : CDI, au plus tard le {day(300):%d/%m/%Y}" in page
    assert "1 à créer : Apprentissage ou professionnalisation, temps de travail 0,5" in page


def test_a_figure_that_differs_from_its_lines_is_told_beside_it(client, alice, file):
    client.force_login(alice)
    answer = edit(client, file, line(0), planned_jobs_created="5")
    assert answer.context["form"].errors.keys() == {"planned_jobs_created"}
    assert "Le détail en compte 2 : accordez les deux." in text(answer)
    assert not PlannedJobs.objects.exists()


def test_a_figure_without_lines_stays_as_it_is(client, alice, file):
    client.force_login(alice)
    assert (
        edit(client, file, line(0, kind="maintained"), planned_jobs_created="5").status_code == 302
    )
    file.refresh_from_db()
    assert (file.planned_jobs_created, file.planned_jobs_maintained) == (5, 2)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"number": "0"}, "supérieure ou égale à 1"),
        ({"number": "99999"}, "inférieure ou égale à 9999"),
        ({"number": ""}, "obligatoire"),
        ({"kind": "", "due_on": day(1).isoformat()}, "obligatoire"),
        ({"fte": "1,5"}, "au plus pour un temps plein"),
        ({"fte": "0"}, "plus que zéro"),
        ({"contract": "rumeur"}, "Choisissez dans la liste"),
        ({"due_on": "9999-99-99"}, "date valide"),
    ],
)
def test_a_wrong_line_gets_a_sentence_and_nothing_is_saved(client, alice, file, typed, sentence):
    client.force_login(alice)
    answer = edit(client, file, line(0, **typed), planned_jobs_created="0", title="Autre")
    assert answer.status_code == 200
    assert sentence in text(answer)
    assert not PlannedJobs.objects.exists()
    assert Application.objects.get().title != "Autre"


def test_an_emptied_line_is_deleted(client, alice, file):
    client.force_login(alice)
    edit(client, file, line(0), planned_jobs_created="0")
    key = file.planned_jobs.get().pk
    emptied = line(0, id=key, kind="", number="", contract="", fte="")
    assert edit(client, file, emptied, planned_jobs_created="1").status_code == 302
    assert not file.planned_jobs.exists()
    file.refresh_from_db()
    assert file.planned_jobs_created == 1


def test_a_page_sent_twice_promises_nothing_twice(client, alice, file):
    client.force_login(alice)
    edit(client, file, line(0), planned_jobs_created="0")
    typed = {"planned_jobs_created": "2", "seen": "", "emplois-INITIAL_FORMS": 0}
    answer = edit(client, file, line(0), **typed)
    assert answer.status_code == 200
    assert "Accordez les emplois prévus et leur détail" in text(answer)
    assert file.planned_jobs.count() == 1


def test_the_committee_gets_a_promise_that_agrees_with_its_lines(file):
    file.planned_jobs.create(kind="created", number=2, contract="permanent")
    assert "Accordez les emplois prévus et leur détail." in file.missing()
    with refused():
        file.submit(on=day(-1))
    file.planned_jobs.create(kind="created", number=1, contract="fixed_term")
    assert file.missing() == []


def test_a_promise_put_before_the_committee_no_longer_changes(client, alice, file):
    file.submit(on=day(-60))
    client.force_login(alice)
    url = reverse("committee:application_edit", args=[file.pk])
    assert client.get(url).url == file.get_absolute_url()
    data = {"emplois-TOTAL_FORMS": 1, "emplois-INITIAL_FORMS": 0, **line(0)}
    assert client.post(url, data).url == file.get_absolute_url()
    assert not PlannedJobs.objects.exists()


def test_who_reads_the_file_reads_its_promise_and_no_other(alice, bob, maria, file, longwy):
    elsewhere = make.ApplicationFactory(convention=make.ConventionFactory(antenna=longwy))
    for each in (file, elsewhere):
        each.planned_jobs.create(kind="created", number=3, contract="permanent")
    for user in (alice, bob):
        assert PlannedJobs.objects.visible_to(user).get().application == file
    assert not PlannedJobs.objects.visible_to(maria).exists()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "rumour"}, "planned_jobs_kind_known"),
        ({"contract": "rumour"}, "planned_jobs_contract_known"),
        ({"number": 0}, "planned_jobs_are_some"),
        ({"fte": "1.5"}, "planned_jobs_are_a_full_time_at_most"),
        ({"fte": 0}, "planned_jobs_are_a_full_time_at_most"),
    ],
)
def test_the_database_refuses_a_promise_that_makes_no_sense(file, fields, constraint):
    given = {"kind": "created", "number": 1, "contract": "permanent"}
    with refused_by(constraint):
        file.planned_jobs.create(**given | fields)
