"""A convention among those before and after it: the chain, the amendments, the same age."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from reports.comparison import comparison_shown
from reports.display import difference, gap_written
from reports.evaluation import Evaluation
from reports.freezing import freeze
from reports.indicators import LABELS
from reports.lineage import amendments, at_the_same_age, chain
from tests import factories as make
from tests.factories import TODAY, day
from tests.forms_read import Forms


@pytest.fixture
def before(toul):
    """A convention that began five years before the one that renews it."""
    return make.ConventionFactory(
        antenna=toul, reference="TOUL-1", starts_on=day(-1500), funds=20_000
    )


@pytest.fixture
def renewed(before):
    convention = before.renew(
        reference="TOUL-2", name="Suite", starts_on=day(-400), ends_on=day(700)
    )
    convention.sign(on=day(-410))
    convention.pledge(make.SponsorFactory(), origin="public", amount=50_000, on=day(-400))
    return convention


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def references(evaluation):
    return [link.reference for link in chain(evaluation)]


def test_the_chain_goes_from_the_first_convention_to_the_last_one_signed(before, renewed):
    last = renewed.renew(reference="TOUL-3", name="Fin", starts_on=day(500), ends_on=day(900))
    for convention in (before, renewed):
        assert references(Evaluation(convention, TODAY)) == ["TOUL-1", "TOUL-2"]
    assert [link.is_here for link in chain(Evaluation(renewed, TODAY))] == [False, True]
    last.sign(on=day(-3))
    assert references(Evaluation(renewed, TODAY)) == ["TOUL-1", "TOUL-2", "TOUL-3"]
    assert references(Evaluation(renewed, day(-4))) == ["TOUL-1", "TOUL-2"]
    assert references(Evaluation(before, day(-500))) == ["TOUL-1"]


def test_a_long_chain_costs_what_a_short_one_does(before, renewed, django_assert_num_queries):
    with django_assert_num_queries(2):
        chain(Evaluation(before, TODAY))
    last = renewed
    for number in (3, 4, 5):
        last = last.renew(
            reference=f"TOUL-{number}",
            name="Suite",
            starts_on=day(number * 100),
            ends_on=day(2_000),
        )
        last.sign(on=TODAY)
    before.refresh_from_db()
    with django_assert_num_queries(2):
        assert len(chain(Evaluation(before, TODAY))) == 5


def amended(convention, on, **fields):
    text = convention.terms.last()
    text.effective_on = on
    for name, value in fields.items():
        setattr(text, name, value)
    convention.amend(text, signed_on=on, reason="Plus d’ambition")


def test_amendments_say_what_they_changed_from_their_day_of_effect(renewed):
    amended(renewed, day(-100), target_jobs=40)
    amended(renewed, day(-10), target_jobs=60, target_days=80)
    [first] = amendments(Evaluation(renewed, day(-11)))
    assert (first.amendment.number, first.effective_on) == (1, day(-100))
    assert [change.after for change in first.changes] == [40]
    first, second = amendments(Evaluation(renewed, TODAY))
    assert {str(change.label): change.after for change in second.changes} == {
        "emplois": 60,
        "journées de compétences": 80,
    }


def test_the_same_age_is_counted_from_the_first_day_of_each(before, renewed):
    here = Evaluation(renewed, day(-390))
    mine, earlier = at_the_same_age(here)
    assert mine is here
    assert (earlier.convention, earlier.at) == (before, day(-1490))
    assert at_the_same_age(Evaluation(before, TODAY)) is None
    assert at_the_same_age(Evaluation(renewed, day(-401))) is None


def test_each_figure_stands_beside_the_one_of_the_convention_before(before, renewed):
    make.approved(convention=renewed, on=day(-50), baseline_headcount=5)
    found = comparison_shown(Evaluation(renewed, TODAY))
    lines = {line.key: line for section in found.sections for line in section.lines}
    pledged, rate = lines["pledged"], lines["creation_rate"]
    assert (pledged.here, pledged.before, pledged.difference) == (50_000, 20_000, 30_000)
    assert (rate.here, rate.before, rate.difference) == (0, None, None)
    assert found.age == 401
    assert set(lines) == set(LABELS) - {
        "predecessor",
        "successor",
        "time_elapsed",
        "pledged_by_sponsor",
    }


@pytest.mark.parametrize(
    ("difference", "kind", "written"),
    [
        (3, "number", "+ 3"),
        (-12, "euros", "− 12,00 €"),
        (0, "number", "0"),
        (5, "share", "+ 5 points"),
        (-1, "share", "− 1 point"),
        (None, "days", "–"),
    ],
)
def test_a_difference_is_written_with_its_sign(difference, kind, written):
    assert gap_written(difference, kind).replace("\u00a0", " ") == written


def test_a_difference_of_percents_is_that_of_the_percents_shown():
    assert difference(0.1249, 0.0951, "share") == 2  # 12 % and 10 %, though they are 3 % apart
    assert difference(0.5, None, "share") is None
    assert difference(12, 10, "number") == 2


def test_neither_convention_is_read_beyond_its_last_day(before, renewed):
    text = before.terms.last()
    text.effective_on, text.ends_on = day(-1300), day(-1201)
    before.amend(text, signed_on=day(-1300), reason="Plus courte")
    found = comparison_shown(Evaluation(renewed, TODAY))
    assert (found.here.at, found.age) == (TODAY, 401)
    assert (found.before.at, found.age_before) == (day(-1201), 300)
    text = renewed.terms.last()
    text.effective_on, text.ends_on = day(-200), day(-150)
    renewed.amend(text, signed_on=day(-200), reason="Plus courte")
    renewed.charge_fee(10, on=day(-20), label="Après la fin")
    found = comparison_shown(Evaluation(renewed, TODAY))
    assert (found.here.at, found.age) == (day(-150), 251)
    assert found.before.at == day(-1250)
    lines = {line.key: line for section in found.sections for line in section.lines}
    assert lines["fees"].here == 0
    assert f"TOUL-2 est lue au {day(-150):%d/%m/%Y} (jour 251)" in found.told


def test_every_form_carries_the_convention_before(client, alice, before, renewed):
    amended(renewed, day(-100), target_jobs=40, maintained_jobs_count=True, ends_on=day(-50))
    client.force_login(alice)
    for at in (TODAY, day(-300)):
        assert Forms(client, renewed, at).check() > 100


def test_a_funder_compares_only_what_both_conventions_let_them_read(
    client, fred, alice, before, renewed
):
    address = reverse("reports:evaluation", args=[renewed.pk])
    earlier = reverse("reports:evaluation", args=[before.pk])
    renewed.readers.add(fred)
    client.force_login(fred)
    page = client.get(address)
    assert page.context["comparison"] is None
    assert "TOUL-1" in words(page) and earlier not in page.content.decode()
    before.readers.add(fred)
    page = client.get(address)
    assert page.context["comparison"].before.convention == before
    assert earlier in page.content.decode()
    client.force_login(alice)
    assert "Comparaison avec TOUL-1" in words(client.get(address))


def test_files_and_copies_compare_no_more_than_their_readers_may(
    client, fred, alice, before, renewed
):
    address = reverse("reports:evaluation", args=[renewed.pk])
    renewed.readers.add(fred)
    client.force_login(fred)
    assert client.get(address, {"format": "json"}).json()["same_age"] is None
    assert "au même âge" not in client.get(address, {"format": "csv"}).getvalue().decode()
    before.readers.add(fred)
    assert client.get(address, {"format": "json"}).json()["same_age"]["reference"] == "TOUL-1"
    copy = freeze(renewed, TODAY, by=alice)
    assert json.loads(copy.figures)["same_age"] is None


def test_the_command_tells_the_rest_too(capsys, before, renewed):
    amended(renewed, day(-10), target_jobs=60)
    call_command("evaluate", "TOUL-2", "--format", "json")
    found = json.loads(capsys.readouterr().out)
    assert found["at"] == TODAY.isoformat()
    assert [link["reference"] for link in found["chain"]] == ["TOUL-1", "TOUL-2"]
    assert found["amendments"][0]["changes"] == [{"label": "emplois", "before": 0, "after": 60}]
    forecast = found["gauges"][2]["forecast"]
    assert forecast["sentence"].startswith("Rien n’est encore réalisé")
    del forecast["sentence"]
    assert forecast == {
        "value": None,
        "on": day(700).isoformat(),
        "why_not": "nothing",
        "step": 1,
    }
    [table] = [table for table in found["tables"] if table["slug"] == "origine"]
    [line] = table["lines"]
    assert (line["label"], line["cells"][0]) == ("Public", "50000.00")
    assert table["totals"][0] == "50000.00"
    same_age = found["same_age"]
    assert same_age["at"] == (day(-1500) + timedelta(400)).isoformat()
    [pledged] = [line for line in same_age["figures"] if line["key"] == "pledged"]
    assert (pledged["here"], pledged["before"]) == ("50000.00", "20000.00")
    assert pledged["difference"] == "30000.00"


def test_a_page_beside_the_convention_before_costs_the_same_for_few_rows_and_for_many(
    client, alice, before, renewed, django_assert_max_num_queries
):
    client.force_login(alice)
    address = reverse("reports:evaluation", args=[renewed.pk])
    after = {"au": TODAY.isoformat()}
    amended(renewed, day(-200), ends_on=day(-150))  # so that it is read on its last day too
    make.approved(convention=renewed, on=day(-299))
    make.approved(convention=before, on=day(-1399))
    with django_assert_max_num_queries(140) as few:
        client.get(address, after)
    make.approved(convention=before, on=day(-1400))
    for number in range(3):
        make.approved(convention=renewed, on=day(-300 - number))
        amended(renewed, day(-199 + number), target_jobs=90 + number)
    with django_assert_max_num_queries(len(few)):
        client.get(address, after)
