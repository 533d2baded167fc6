"""Companies, their numbers and their size; sponsors and experts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.identifiers import (
    clean_siren,
    clean_siret,
    format_siren,
    format_siret,
    validate_siren,
    validate_siret,
)
from companies.models import Company, Contact, Expert, NafCode, Skill, Sponsor
from companies.reference import add_first_skills, naf_codes
from companies.size import SizeClass, explain_size, size_class
from tests.factories import (
    CommuneFactory,
    CompanyFactory,
    CompanyFiguresFactory,
    ContactFactory,
    ExpertFactory,
    NafFactory,
    SponsorFactory,
    day,
    siret,
)
from tests.numbers import siren
from tests.refusals import refused, refused_by

# SIREN and SIRET


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("732829320", "732829320"),
        ("732 829 320", "732829320"),
        (" 732\u00a0829\u202f320\n", "732829320"),
        ("732.829.320", "732829320"),
        ("356000000", "356000000"),  # La Poste
    ],
)
def test_a_siren_is_read_as_people_type_it(typed, kept):
    assert clean_siren(typed) == kept
    validate_siren(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "732829321",
        "73282932",
        "7328293200",
        "73282932X",
        "73282932000074",
        "٧٣٢٨٢٩٣٢٠",
        "9" * 9,
    ],
)
def test_a_wrong_siren_is_refused(typed):
    with refused("siren"):
        clean_siren(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("73282932000074", "73282932000074"),
        ("732 829 320 00074", "73282932000074"),
        ("35600000000048", "35600000000048"),  # La Poste's head office: Luhn holds
        ("35600000049837", "35600000049837"),  # a post office: only the sum of digits (45) does
        ("356 000 000 49837", "35600000049837"),
        ("35600000010013", "35600000010013"),  # La Poste: only Luhn holds, the digits sum to 19
    ],
)
def test_a_siret_is_read_as_people_type_it(typed, kept):
    assert clean_siret(typed) == kept
    validate_siret(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "73282932000075",  # Luhn fails
        "7328293200007",
        "732829320000740",
        "7328293200007A",
        "35600000049838",  # La Poste, sum of digits 46
        "73282932100005",  # the sum of digits is a multiple of 5, but it is not La Poste
        "٣٥٦٠٠٠٠٠٠٤٩٨٣٧",
    ],
)
def test_a_wrong_siret_is_refused(typed):
    with refused("siret"):
        clean_siret(typed)


@given(st.integers(0, 99_999_999))
def test_numbers_of_the_factories_are_valid_and_one_wrong_digit_is_seen(number):
    good = siren(number)
    assert clean_siren(format_siren(good)) == good
    assert clean_siret(format_siret(siret(number))) == siret(number)
    wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
    with refused("siren"):
        clean_siren(wrong)


def test_numbers_are_shown_in_groups_that_do_not_break():
    assert format_siren("732829320") == "732\u00a0829\u00a0320"
    assert format_siret("73282932000074") == "732\u00a0829\u00a0320\u00a000074"


# Companies


def test_a_company_gets_its_siren_from_its_siret(db):
    company = CompanyFactory(siret="73282932000074")
    assert company.siren == "732829320"
    assert company.siren_display == "732\u00a0829\u00a0320"
    assert company.siret_display == "732\u00a0829\u00a0320\u00a000074"


def test_the_database_keeps_siren_and_siret_together(db):
    company = CompanyFactory()
    with refused_by("company_siret_starts_with_its_siren"):
        Company.objects.filter(pk=company.pk).update(siren="356000000")


def test_two_antennas_can_follow_the_same_establishment(toul, longwy):
    here = CompanyFactory(antenna=toul, siret="73282932000074")
    there = CompanyFactory(antenna=longwy, siret="73282932000074")
    assert list(here.namesakes()) == [there]
    with refused_by("company_siret_once_in_its_antenna"):
        CompanyFactory(antenna=toul, siret="73282932000074")


def test_a_wrong_siret_is_told_beside_its_field(toul):
    company = Company(
        antenna=toul, name="X", siret="73282932000075", commune=CommuneFactory(), siren="732829320"
    )
    with refused("siret", field="siret"):
        company.full_clean()


@pytest.mark.parametrize("words", ["tournage", "TOURNAGÉ lorrain", "732829320", "groupe est"])
def test_a_company_is_found_by_name_siret_or_group(db, words):
    CompanyFactory(name="Tournage lorrain", siret="73282932000074", group_name="Groupe de l’Est")
    assert Company.objects.search(words).count() == 1
    assert not Company.objects.search("fonderie").exists()


def test_the_latest_figures_give_the_size_at_no_cost(db, django_assert_num_queries):
    company = CompanyFactory()
    CompanyFiguresFactory(company=company, closed_on=day(-400), headcount=40)
    new = CompanyFiguresFactory(company=company, closed_on=day(-35), headcount=9)
    assert company.latest_figures == new
    listed = Company.objects.with_size().get()
    with django_assert_num_queries(0):
        assert listed.latest_figures.size == SizeClass.MICRO


def test_figures_are_typed_once_a_day_and_never_negative(db):
    figures = CompanyFiguresFactory()
    with refused_by("company_figures_once_a_day"):
        CompanyFiguresFactory(company=figures.company)
    with refused_by("company_figures_headcount_not_negative"):
        CompanyFiguresFactory(headcount=-1)
    with refused_by("company_figures_headcount_not_negative"):
        CompanyFiguresFactory(linked_headcount=-1)


def test_the_main_contact_is_the_one_marked_or_the_first(db):
    company = CompanyFactory()
    assert company.main_contact is None
    first = ContactFactory(company=company)
    assert Company.objects.get().main_contact == first
    main = ContactFactory(company=company, is_main=True)
    assert Company.objects.get().main_contact == main


def test_contacts_go_with_their_company(db):
    contact = ContactFactory()
    contact.company.delete()
    assert not Contact.objects.exists()


# Size


@pytest.mark.parametrize(
    ("headcount", "turnover", "balance", "size"),
    [
        # people alone
        (0, None, None, "micro"),
        ("9.99", None, None, "micro"),
        (10, None, None, "small"),
        ("49.99", None, None, "small"),
        (50, None, None, "medium"),
        ("249.99", None, None, "medium"),
        (250, None, None, "large"),
        # one of the two amounts is enough
        (9, 2_000_000, 2_000_000, "micro"),
        (9, 2_000_001, 2_000_000, "micro"),
        (9, 2_000_000, 2_000_001, "micro"),
        (9, 2_000_001, 2_000_001, "small"),
        (9, 2_000_001, None, "small"),
        (9, None, 2_000_001, "small"),
        (9, 10_000_000, None, "small"),
        (49, 10_000_001, 10_000_000, "small"),
        (49, 10_000_001, 10_000_001, "medium"),
        # the two ceilings of a medium company differ
        (249, 50_000_000, 43_000_001, "medium"),
        (249, 50_000_001, 43_000_000, "medium"),
        (249, 50_000_001, 43_000_001, "large"),
        (1, 50_000_001, 43_000_001, "large"),
        (250, 1, 1, "large"),
    ],
)
def test_size_follows_recommendation_2003_361(headcount, turnover, balance, size):
    assert size_class(Decimal(headcount), turnover, balance) == size


AMOUNTS = st.none() | st.integers(0, 100_000_000)


@given(st.integers(0, 400), AMOUNTS, AMOUNTS, st.integers(1, 100))
def test_a_company_that_hires_never_becomes_smaller(headcount, turnover, balance, more):
    order = list(SizeClass)
    before = size_class(Decimal(headcount), turnover, balance)
    after = size_class(Decimal(headcount + more), turnover, balance)
    assert order.index(before) <= order.index(after)


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ((8, None, None), "Moins de 10 personnes ; chiffre d’affaires et bilan inconnus."),
        (
            (8, 3_000_000, None),
            "Moins de 50 personnes, et chiffre d’affaires d’au plus 10 M€"
            " ou bilan d’au plus 10 M€.",
        ),
        (
            (300, 1, 1),
            "Dépasse un des plafonds de la PME européenne : 250 personnes, 50 M€, 43 M€.",
        ),
    ],
)
def test_the_size_is_explained_in_one_sentence(figures, sentence):
    assert explain_size(*figures).replace("\u00a0", " ") == sentence


def test_linked_companies_count_with_the_company(db):
    figures = CompanyFiguresFactory(
        headcount=8,
        turnover=1_000_000,
        linked_headcount=300,
        linked_turnover=90_000_000,
        linked_balance_sheet=90_000_000,
    )
    assert figures.size == SizeClass.LARGE
    assert "PME" in figures.size_explained


# NAF codes and skills


def test_the_official_naf_list_is_complete():
    codes = {each.code: each for each in naf_codes()}
    assert sum(each.level == 5 for each in codes.values()) == 732
    assert codes["25.62B"].label == "Mécanique industrielle"
    assert {len(code): each.level for code, each in codes.items()} == {2: 2, 4: 3, 5: 4, 6: 5}


@pytest.mark.parametrize("words", ["25.62B", "2562b", "mecanique industrielle", "industr 25"])
def test_a_naf_code_is_found_by_code_or_words(db, words):
    NafFactory()
    NafFactory(code="25", label="Produits métalliques", level=2)
    assert [each.code for each in NafCode.objects.search(words).sub_classes()] == ["25.62B"]


def test_the_first_skills_are_added_once(db):
    add_first_skills()
    count = Skill.objects.count()
    add_first_skills()
    assert Skill.objects.count() == count > 5


# Sponsors and experts


def test_a_sponsor_has_a_known_kind_and_a_siren_of_its_own(db):
    with refused_by("sponsor_kind_known"):
        SponsorFactory(kind="typo")
    SponsorFactory(siren="356000000")
    with refused_by("sponsor_siren_once"):
        SponsorFactory(siren="356000000")
    SponsorFactory(siren="")
    SponsorFactory(siren="")  # unknown, any number of times


def test_a_sponsor_and_an_expert_are_found_without_accents(db, toul):
    ExpertFactory(last_name="Müller", sponsor=SponsorFactory(name="Société Générale"))
    assert Sponsor.objects.search("societe").exists()
    assert Expert.objects.search("muller paul").exists()


def test_an_expert_of_two_antennas_comes_out_once(toul, longwy, root, charlie):
    expert = ExpertFactory(antennas=[toul, longwy])
    assert list(Expert.objects.visible_to(charlie)) == [expert]
    assert list(Expert.objects.visible_to(root)) == [expert]
