"""Antennas, their territories, the closures they answer to; search; days."""

from datetime import UTC, datetime

import pytest
import time_machine
from hypothesis import example, given
from hypothesis import strategies as st

from territories.dates import validate_not_future
from territories.models import Antenna, Closure, Commune, Epci, Territory
from territories.reference import communes, departments, epcis, upsert
from territories.search import SEPARATOR, fold
from tests.factories import (
    AntennaFactory,
    ClosureFactory,
    CommuneFactory,
    DepartmentFactory,
    EpciFactory,
    TerritoryFactory,
    day,
)
from tests.refusals import refused, refused_by

DATABASE_REFUSES = {
    "antenna_status_known": lambda: AntennaFactory(status="typo"),
    "antenna_closes_after_it_opens": lambda: AntennaFactory(opened_on=day(-10), closed_on=day(-11)),
}


@pytest.mark.parametrize("constraint", DATABASE_REFUSES)
def test_the_database_refuses(constraint, db):
    with refused_by(constraint):
        DATABASE_REFUSES[constraint]()


def test_two_antennas_can_give_a_territory_the_same_name(toul, longwy):
    TerritoryFactory(antenna=toul, name="Pays-Haut")
    TerritoryFactory(antenna=longwy, name="Pays-Haut")
    with refused_by("territory_named_once_in_its_antenna"):
        Territory.objects.create(antenna=toul, name="Pays-Haut")
    with refused():
        Territory(antenna=toul, name="Pays-Haut").full_clean()


def test_an_antenna_may_open_and_close_on_the_same_day(db):
    AntennaFactory(opened_on=day(-10), closed_on=day(-10))


def test_an_antenna_belongs_to_itself(toul):
    assert toul.antenna == toul


def test_a_territory_is_made_of_communes(toul):
    territory = TerritoryFactory(antenna=toul)
    territory.communes.add(CommuneFactory(), CommuneFactory(code="54323", name="Longwy"))
    assert territory.communes.count() == 2


@pytest.mark.parametrize(
    ("target", "recreated", "share"), [(900, 540, 0.6), (900, 0, 0), (None, 12, None), (0, 3, None)]
)
def test_the_share_of_jobs_recreated(target, recreated, share):
    assert Closure(recreation_target=target, jobs_recreated=recreated).share_recreated == share


def test_a_closure_is_named_by_its_company_and_site(db):
    assert str(ClosureFactory()) == "Kléber, Usine de Toul"


# The official lists


def test_the_official_lists_are_complete_and_hold_together():
    known_departments = {each.code for each in departments()}
    known_epcis = {each.siren for each in epcis()}
    rows = {each.code: each for each in communes()}
    assert len(rows) == 34_969
    assert {each.department_id for each in rows.values()} == known_departments
    assert {each.epci_id for each in rows.values()} - {None} <= known_epcis
    assert rows["01001"].name == "L'Abergement-Clémenciat"
    assert "54200" in rows["54528"].postal_codes


def test_a_list_loaded_again_is_brought_up_to_date(db):
    department = DepartmentFactory()
    told = []
    for name in ("Toul (ancien nom)", "Toul"):
        rows = [Commune(code="54528", name=name, department=department, postal_codes="54200")]
        upsert(rows, report=lambda done, total: told.append((done, total)))
    commune = Commune.objects.get()
    assert (commune.name, commune.search) == ("Toul", "toul\t54528\t54200")
    assert told == [(1, 1), (1, 1)]


def test_a_commune_is_named_with_its_first_postal_code(db):
    assert str(CommuneFactory(postal_codes="54200 54201")) == "Toul (54200)"
    assert str(CommuneFactory(code="99999", name="Ailleurs", postal_codes="")) == "Ailleurs (99999)"


# Search


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Mécanique (Toul)", "mecanique toul"),
        ("CŒUR d’Œuvre", "coeur d oeuvre"),
        ("Lætitia", "laetitia"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("25.62B", "25.62b"),
        ("STRASSE ß", "strasse ss"),
        ("  deux   mots  ", "deux mots"),
        ("a|b", "a b"),
        ("", ""),
    ],
)
def test_text_is_folded(text, folded):
    assert fold(text) == folded


@given(st.text())
@example("ℋ")  # becomes an upper-case H only once it is decomposed
@example("ꟹ")  # likewise, œ
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_the_separator_of_searched_fields_never_comes_from_a_text(text):
    assert SEPARATOR not in fold(text)


@pytest.mark.parametrize("words", ["toul", "TOUL", "54200", "54528 toul", "tou 542", ""])
def test_a_commune_is_found_by_name_code_or_postal_code(db, words):
    CommuneFactory()
    assert Commune.objects.search(words).exists()


@pytest.mark.parametrize("words", ["nancy", "toul nancy", "toulx", "%", "_"])
def test_a_commune_is_not_found_by_other_words(db, words):
    CommuneFactory()
    found = Commune.objects.search(words)
    # A text of punctuation alone asks for nothing: it finds everything.
    assert found.exists() == (fold(words) == "")


def test_a_name_is_told_from_the_names_that_begin_like_it(db):
    CommuneFactory(code="1", name="Sainte-Marie")
    CommuneFactory(code="2", name="Sainte-Marie-aux-Mines")
    assert [each.code for each in Commune.objects.named("SAINTE MARIE")] == ["1"]


def test_search_follows_a_change_of_name(db):
    epci = EpciFactory(name="CC du Toulois")
    epci.name = "CC Terres Touloises"
    epci.save()
    assert Epci.objects.search("terres").exists()
    assert not Epci.objects.search("toulois du").exists()


# Days


def test_a_fact_is_not_dated_in_the_future():
    validate_not_future(day(0))
    with refused("future"):
        validate_not_future(day(2))


@time_machine.travel(datetime(2026, 6, 30, 22, 30, tzinfo=UTC), tick=False)
def test_today_is_the_day_it_is_in_france():
    validate_not_future(datetime(2026, 7, 1).date())
    with refused("future"):
        validate_not_future(datetime(2026, 7, 2).date())


def test_every_antenna_status_has_a_name():
    assert [str(label) for label in Antenna.Status.labels] == [
        "En projet",
        "Active",
        "En sommeil",
        "Fermée",
    ]
