"""What experts offer and when they are away; the sectors that a sponsor excludes."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from companies.models import Absence, Expert, Offer, SkillLevel
from companies.reference import naf_codes
from companies.sectors import SECTIONS, covering, sectors_in, validate_sectors
from tests.experts import AbsenceFactory, OfferFactory
from tests.factories import (
    CommuneFactory,
    EpciFactory,
    ExpertFactory,
    SkillFactory,
    SponsorFactory,
    day,
)
from tests.refusals import refused, refused_by


@pytest.fixture
def expert(toul):
    return ExpertFactory(antennas=[toul], last_name="Humbert")


def typed(expert, **fields):
    """What the form of an expert sends."""
    sent = {"first_name": "Paul", "last_name": "Humbert", "sponsor": expert.sponsor_id}
    sent |= {"antennas": [each.pk for each in expert.antennas.all()], "reach": "antennas"}
    return sent | {"is_available": "on"} | fields


def edit(client, expert, **fields):
    url = reverse("companies:expert_edit", args=[expert.pk])
    return client.post(url, typed(expert, **fields))


# Skills and their levels


def test_a_skill_is_offered_once_at_a_known_level(db):
    offer = OfferFactory(level="basic")
    with refused_by("offer_once_by_an_expert"):
        OfferFactory(expert=offer.expert, skill=offer.skill)
    with refused_by("offer_level_known"):
        OfferFactory(level="typo")


def test_a_skill_is_confirmed_unless_somebody_says_better(db):
    expert = ExpertFactory()
    expert.skills.add(SkillFactory())
    assert expert.offers.get().level == "confirmed"


@pytest.mark.parametrize(
    ("level", "kept"),
    [("basic", ["basic", "confirmed", "expert"]), ("confirmed", ["confirmed", "expert"])],
)
def test_a_level_counts_those_above(level, kept):
    assert SkillLevel.from_(level) == kept


def test_an_expert_offers_what_is_said_and_nothing_else(db, expert):
    kept, changed, dropped, added = (SkillFactory(name=name) for name in "ABCD")
    for skill in (kept, changed, dropped):
        OfferFactory(expert=expert, skill=skill)
    same = expert.offers.get(skill=kept).pk
    expert.offer({kept.pk: "confirmed", changed.pk: "expert", added.pk: "basic"})
    assert expert.skill_names == "A (confirmé), B (expert), D (notions)"
    assert expert.offers.get(skill=kept).pk == same


def test_the_levels_of_an_expert_are_edited_on_their_page(client, alice, expert):
    purchases, export = SkillFactory(name="Achats"), SkillFactory(name="Export")
    OfferFactory(expert=expert, skill=export, level="basic")
    client.force_login(alice)
    text = client.get(reverse("companies:expert_edit", args=[expert.pk])).text
    assert "Compétence\u00a0: Achats" in text and '<option value="basic" selected>' in text
    edit(client, expert, **{f"skill_{purchases.pk}": "expert", f"skill_{export.pk}": ""})
    assert expert.skill_names == "Achats (expert)"
    answer = edit(client, expert, **{f"skill_{export.pk}": "génie"})
    assert answer.context["form"].errors == {f"skill_{export.pk}": ["Choisissez dans la liste."]}
    assert expert.skill_names == "Achats (expert)"


def test_a_colleague_who_changed_a_level_meanwhile_is_not_overwritten(client, alice, expert):
    skill = SkillFactory()
    client.force_login(alice)
    page = client.get(reverse("companies:expert_edit", args=[expert.pk]))
    seen = page.context["form"]["seen"].initial
    OfferFactory(expert=expert, skill=skill, level="expert")
    answer = edit(client, expert, seen=seen)
    assert "Quelqu’un a enregistré cette page" in answer.text
    assert expert.offers.get().level == "expert"


def test_a_skill_that_somebody_offers_stays_in_the_list(db):
    offer = OfferFactory()
    with pytest.raises(Exception, match="protected"):
        offer.skill.delete()
    offer.expert.delete()
    assert not Offer.objects.exists()


# Days a year, how far


def test_the_database_knows_how_far_and_how_long(db):
    with refused_by("expert_reach_known"):
        ExpertFactory(reach="moon", home=CommuneFactory())
    with refused_by("expert_reach_begins_somewhere"):
        ExpertFactory(reach="department")
    for days in (0, 366):
        with refused_by("expert_days_fit_a_year"):
            ExpertFactory(days_a_year=days)
    ExpertFactory(reach="department", home=CommuneFactory(), days_a_year=365)


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"reach": "department"}, "home", "de quelle commune"),
        ({"days_a_year": "0"}, "days_a_year", "supérieure ou égale à 1"),
        ({"days_a_year": "400"}, "days_a_year", "inférieure ou égale à 365"),
        ({"days_a_year": "dix"}, "days_a_year", "nombre entier"),
        ({"home": "zzz introuvable"}, "home", "Aucun résultat"),
        ({"reach": "moon"}, "reach", "Choisissez"),
    ],
)
def test_a_wrong_offer_is_told_beside_its_field(client, alice, expert, fields, field, said):
    client.force_login(alice)
    errors = edit(client, expert, **fields).context["form"].errors
    assert said in " ".join(errors[field])


def test_who_stays_in_an_intercommunality_leaves_from_one(db, expert):
    expert.reach, expert.home = "epci", CommuneFactory(code="29083", name="Île-de-Sein")
    with refused(field="home"):
        expert.full_clean()
    expert.home = CommuneFactory(code="54528", epci=EpciFactory())
    expert.full_clean()


# Absences


def test_an_absence_ends_once_it_has_begun(db):
    with refused_by("absence_ends_after_it_starts"):
        AbsenceFactory(starts_on=day(2), ends_on=day(1))


def test_absences_come_and_go(client, alice, expert):
    client.force_login(alice)
    add = reverse("companies:absence_add", args=[expert.pk])
    answer = client.post(add, {"starts_on": day(9), "ends_on": day(4)})
    assert "avant d’avoir commencé" in answer.context["form"].errors["ends_on"][0]
    client.post(add, {"starts_on": day(4), "ends_on": day(9)})
    absence = Absence.objects.get()
    assert f"{day(9):%d/%m/%Y}" in client.get(expert.get_absolute_url()).text
    edit = reverse("companies:absence_edit", args=[absence.pk])
    client.post(edit, {"starts_on": day(4), "ends_on": day(5)})
    absence.refresh_from_db()
    assert absence.ends_on == day(5)
    delete = reverse("companies:absence_delete", args=[absence.pk])
    assert "btn-danger" in client.get(delete).text and Absence.objects.exists()
    client.post(delete)
    assert not Absence.objects.exists()


def test_a_reader_writes_no_absence(client, bob, expert):
    client.force_login(bob)
    absence = AbsenceFactory(expert=expert)
    for name, row in (("add", expert), ("edit", absence), ("delete", absence)):
        assert client.post(reverse(f"companies:absence_{name}", args=[row.pk])).status_code == 403
    assert Absence.objects.exists()


@pytest.mark.parametrize(("offset", "available"), [(-4, True), (-3, False), (3, False), (4, True)])
def test_an_expert_is_away_from_the_first_day_to_the_last(offset, available, db):
    absence = AbsenceFactory()
    AbsenceFactory(expert=absence.expert, starts_on=day(40), ends_on=day(50))
    found = Expert.objects.available_on(day(offset))
    assert list(found) == ([absence.expert] if available else [])
    Expert.objects.update(is_available=False)
    assert not found.all().exists()


# The list


def test_experts_are_found_by_skill_level_and_day(client, alice, toul):
    purchases, export = SkillFactory(name="Achats"), SkillFactory(name="Export")
    anne, bruno = (ExpertFactory(antennas=[toul], last_name=name) for name in ("Anne", "Bruno"))
    OfferFactory(expert=anne, skill=purchases, level="expert")
    OfferFactory(expert=anne, skill=export, level="basic")
    OfferFactory(expert=bruno, skill=export, level="expert")
    AbsenceFactory(expert=bruno)
    client.force_login(alice)

    def names(**asked):
        page = client.get(reverse("companies:expert_list"), asked).context["page"]
        return [expert.last_name for expert in page]

    assert names(skill=export.pk) == ["Anne", "Bruno"]
    assert names(skill=export.pk, level="confirmed") == ["Bruno"]
    assert names(level="expert") == ["Anne", "Bruno"]
    assert names(on=day(0)) == ["Anne"]
    assert names(on=day(10)) == ["Anne", "Bruno"]
    assert names(on="demain") == names(level="génie") == []  # refused: nobody is shown for it


# Sectors that a sponsor excludes


@pytest.mark.parametrize(
    ("text", "sectors"),
    [("", []), (" c, 25.6;25.6  46 ", ["C", "25.6", "46"]), ("25.62b", ["25.62B"])],
)
def test_sectors_are_read_as_people_type_them(text, sectors):
    assert sectors_in(text) == sectors
    validate_sectors(text)


@pytest.mark.parametrize("text", ["V", "5", "2562B", "25.", "automobile", "C-F", "25.621"])
def test_what_is_no_sector_is_refused(text):
    with pytest.raises(ValidationError, match="ni une section"):
        validate_sectors(text)


@pytest.mark.parametrize(
    ("sectors", "code", "found"),
    [
        (["C"], "10.11Z", "C"),
        (["C"], "33.20D", "C"),
        (["C"], "35.11Z", None),
        (["29", "25.6"], "25.62B", "25.6"),
        (["25.62B"], "25.62A", None),
        ([], "25.62B", None),
    ],
)
def test_a_company_is_in_an_excluded_sector_by_its_code(sectors, code, found):
    assert covering(sectors, code) == found


def test_every_division_is_of_one_section():
    divisions = {row.code for row in naf_codes() if row.level == 2}
    assert {f"{number:02d}" for numbers in SECTIONS.values() for number in numbers} == divisions
    assert sum(map(len, SECTIONS.values())) == len(divisions)


def test_the_sectors_of_a_sponsor_are_edited_on_its_page(client, alice):
    sponsor = SponsorFactory(name="Michelin")
    client.force_login(alice)
    url = reverse("companies:sponsor_edit", args=[sponsor.pk])
    data = {"name": "Michelin", "kind": "large_group"}
    answer = client.post(url, data | {"excluded_sectors": "pneus"})
    assert "ni une section" in answer.context["form"].errors["excluded_sectors"][0]
    client.post(url, data | {"excluded_sectors": "c,22.1"})
    sponsor.refresh_from_db()
    assert sponsor.excluded_sectors == "C 22.1" and sponsor.sectors == ["C", "22.1"]
    assert "Secteurs exclus" in client.get(sponsor.get_absolute_url()).text
