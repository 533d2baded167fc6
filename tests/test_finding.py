"""Whom to ask for a file: who is set apart, who comes first, and the sentences that say so."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from support.finding import Asked, Candidate, Need, Place, judge, rank

TOUL = Place("54528", "200070563", "54", "Toul")
FOUG = Place("54205", "200070563", "54", "Foug")
LONGWY = Place("54323", "245400189", "54", "Longwy")
METZ = Place("57463", "200039865", "57", "Metz")
SEIN = Place("29083", None, "29", "Île-de-Sein")
METHODS, EXPORT = 1, 2
ON = date(2026, 3, 16)

NEED = Need(
    on=ON,
    place=TOUL,
    skills={METHODS: "Méthodes de production", EXPORT: "Export"},
    days=Decimal(5),
    naf="25.62B",
)
PAUL = Candidate(
    key=1,
    name="Paul Humbert",
    sponsor="Sidérac",
    levels={METHODS: "expert"},
    home=FOUG,
    days_a_year=10,
    pledged=Decimal(50),
    pledge_left=Decimal(20),
)


def plain(sentences):
    return [sentence.replace("\u00a0", " ") for sentence in sentences]


def order(need, *candidates):
    return [verdict.candidate.key for verdict in rank(need, candidates)]


# Who is set apart


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({"is_available": False}, "N’est pas disponible en ce moment."),
        (
            {"absences": ((date(2026, 3, 1), ON),)},
            "Absence du 01/03/2026 au 16/03/2026.",
        ),
        (
            {"absences": ((ON, date(2026, 4, 1)),)},
            "Absence du 16/03/2026 au 01/04/2026.",
        ),
        (
            {"excluded_sectors": ("A", "25.6")},
            "Sidérac exclut ce secteur (25.6) : l’activité est 25.62B.",
        ),
        ({"is_of_the_company": True}, "Son employeur, Sidérac, est l’entreprise ou son groupe."),
        (
            {"employer_steps_aside": True},
            "Son employeur, Sidérac, se déporte de ce dossier au comité.",
        ),
        (
            {"home": METZ, "reach": "department"},
            "Ne se déplace que dans le département de Metz.",
        ),
        (
            {"home": LONGWY, "reach": "epci"},
            "Ne se déplace que dans l’intercommunalité de Longwy.",
        ),
        (
            {"days_a_year": 10, "given_this_year": Decimal("6.5"), "to_give": Decimal("3.5")},
            "Les 10 j de son année sont données ou promises.",
        ),
        (
            {"asked_here": Asked(date(2026, 3, 2))},
            "Sollicitation du 02/03/2026 pour ce dossier : la réponse est attendue.",
        ),
        (
            {"asked_here": Asked(date(2026, 3, 2), "no")},
            "A décliné ce dossier, demandé le 02/03/2026.",
        ),
        (
            {"asked_here": Asked(date(2026, 3, 2), "yes")},
            "A déjà accepté ce dossier, demandé le 02/03/2026.",
        ),
        (
            {"levels": {7: "expert"}},
            "N’offre aucune des compétences recherchées, au niveau demandé.",
        ),
    ],
)
def test_who_cannot_help_is_set_apart_with_why(known, sentence):
    verdict = judge(NEED, replace(PAUL, **known))
    assert not verdict.is_proposed
    assert plain(verdict.sentences) == [sentence]


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"absences": ((date(2026, 3, 1), date(2026, 3, 15)), (date(2026, 3, 17), ON))},
        {"excluded_sectors": ("22", "25.5")},
        {"home": LONGWY, "reach": "department"},
        {"home": FOUG, "reach": "epci"},
        {"days_a_year": 10, "given_this_year": Decimal("9.75")},
        {"days_a_year": None, "given_this_year": Decimal(200)},
        {"asked_here": Asked(date(2026, 3, 2), "none")},
        {"pledged": Decimal(0), "pledge_left": Decimal(0)},
    ],
)
def test_who_can_help_is_proposed(known):
    assert judge(NEED, replace(PAUL, **known)).is_proposed


def test_everything_that_sets_an_expert_apart_is_said():
    verdict = judge(NEED, replace(PAUL, is_available=False, is_of_the_company=True))
    assert len(verdict.against) == 2


def test_an_unknown_activity_cannot_rule_out_an_excluded_sector():
    need = replace(NEED, naf=None)
    assert judge(need, PAUL).is_proposed
    [sentence] = judge(need, replace(PAUL, excluded_sectors=("C",))).against
    assert "exclut des secteurs (C)" in sentence and "code NAF" in sentence


def test_two_places_outside_any_intercommunality_are_not_in_the_same():
    need, from_sein = replace(NEED, place=SEIN), replace(PAUL, home=SEIN, reach="epci")
    assert not judge(need, from_sein).is_proposed
    elsewhere = replace(PAUL, home=SEIN._replace(commune="29155"), reach="antennas")
    assert "dans le même département" in judge(need, elsewhere).why


def test_the_level_that_is_asked_counts_those_above():
    for level, proposed in (("basic", True), ("confirmed", True), ("expert", False)):
        need = replace(NEED, level=level)
        assert judge(need, replace(PAUL, levels={METHODS: "confirmed"})).is_proposed == proposed


def test_a_file_that_looks_for_no_skill_sets_nobody_apart_for_it():
    verdict = judge(replace(NEED, skills={}), replace(PAUL, levels={}))
    assert verdict.is_proposed
    assert verdict.sentences[0] == "Le dossier ne dit pas quelle compétence il recherche."


# Why somebody is proposed


def test_the_reasons_are_written_out():
    paul = replace(
        PAUL,
        given_this_year=Decimal(2),
        missions=1,
        to_give=Decimal("1.5"),
        last_asked_on=date(2026, 1, 5),
        asked_here=Asked(date(2026, 1, 5), "none"),
        absences=((date(2026, 7, 1), date(2026, 7, 31)), (date(2026, 5, 1), date(2026, 5, 8))),
    )
    assert plain(judge(NEED, paul).sentences) == [
        "Offre 1 des 2 compétences recherchées : Méthodes de production (expert).",
        "Part de Foug, dans la même intercommunalité.",
        "Il reste 20 j des 50 j promises par Sidérac.",
        "Peut encore donner 6,5 j sur 10 j cette année.",
        "1 mission en cours, 1,5 j encore à donner.",
        "Dernière sollicitation le 05/01/2026.",
        "N’a pas répondu à la demande du 05/01/2026 pour ce dossier.",
        "Absence prévue du 01/05/2026 au 08/05/2026.",
    ]


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({"home": TOUL}, "Part de Toul, la commune de l’entreprise."),
        ({"home": LONGWY}, "Part de Longwy, dans le même département."),
        ({"home": METZ}, "Part de Metz, dans un autre département."),
        ({"home": None}, "On ne sait pas d’où cette personne part."),
        (
            {"pledged": Decimal(0), "pledge_left": Decimal(0)},
            "Sidérac n’a promis aucune journée à la convention.",
        ),
        (
            {"pledge_left": Decimal(-2)},
            "Les 50 j promises par Sidérac sont toutes prévues en missions.",
        ),
        (
            {"pledge_left": Decimal(4)},
            "Il reste 4 j des 50 j promises par Sidérac : moins que les 5 j du dossier.",
        ),
        (
            {"given_this_year": Decimal(6)},
            "Peut encore donner 4 j sur 10 j cette année : moins que les 5 j du dossier.",
        ),
        (
            {"days_a_year": None},
            "On ne sait pas combien de journées cette personne peut donner.",
        ),
        ({}, "Aucune mission en cours."),
        ({"missions": 2, "to_give": Decimal(6)}, "2 missions en cours, 6 j encore à donner."),
        ({}, "Aucune sollicitation jusqu’ici."),
        (
            {"levels": {METHODS: "basic", EXPORT: "confirmed"}},
            "Offre ce qui est recherché : Méthodes de production (notions), Export (confirmé).",
        ),
    ],
)
def test_each_criterion_says_what_it_saw(known, sentence):
    assert sentence in plain(judge(NEED, replace(PAUL, **known)).sentences)


# Who comes first


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"levels": {METHODS: "expert"}}, {"levels": {METHODS: "confirmed"}}),
        ({"levels": {METHODS: "basic", EXPORT: "expert"}}, {"levels": {METHODS: "expert"}}),
        ({"home": TOUL}, {"home": LONGWY}),
        ({"home": LONGWY}, {"home": METZ}),
        ({"home": LONGWY}, {"home": None}),
        ({}, {"pledge_left": Decimal(4)}),
        ({"pledge_left": Decimal(4)}, {"pledge_left": Decimal(0)}),
        ({}, {"given_this_year": Decimal(6)}),
        ({}, {"days_a_year": None}),
        ({}, {"missions": 1, "to_give": Decimal(5)}),
        ({"missions": 1, "to_give": Decimal(5)}, {"missions": 1, "to_give": Decimal("5.25")}),
        ({}, {"last_asked_on": date(2020, 1, 1)}),
        ({"last_asked_on": date(2025, 1, 1)}, {"last_asked_on": date(2025, 1, 2)}),
        ({"sorts_as": "arnould"}, {"sorts_as": "weber"}),
        # An earlier criterion weighs more than all those after it.
        (
            {"home": None, "pledge_left": Decimal(0), "last_asked_on": ON},
            {"levels": {METHODS: "confirmed"}},
        ),
        ({"last_asked_on": ON}, {"home": METZ}),
    ],
)
def test_the_better_one_comes_first(better, worse):
    first, second = replace(PAUL, **{"key": 9} | better), replace(PAUL, key=2, **worse)
    need = replace(NEED, days=Decimal("4.5"))
    assert order(need, second, first) == order(need, first, second) == [9, 2]


def test_among_equals_the_least_recently_asked_comes_first_and_the_never_asked_before():
    never = replace(PAUL, key=3)
    long_ago = replace(PAUL, key=2, last_asked_on=date(2024, 1, 1))
    lately = replace(PAUL, key=1, last_asked_on=date(2026, 3, 1))
    assert order(NEED, lately, long_ago, never) == [3, 2, 1]


# Whatever the experts are

days = some.integers(0, 60).map(lambda quarters: Decimal(quarters) / 4)
dates = some.dates(date(2025, 1, 1), date(2026, 12, 31))
levels = some.sampled_from(["basic", "confirmed", "expert"])
whoever = some.builds(
    Candidate,
    key=some.integers(1, 10_000),
    name=some.just("Paul Humbert"),
    sponsor=some.just("Sidérac"),
    sorts_as=some.sampled_from(["humbert", "weber"]),
    levels=some.dictionaries(some.sampled_from([METHODS, EXPORT, 7]), levels),
    is_available=some.booleans(),
    absences=some.lists(some.tuples(dates, dates), max_size=2).map(tuple),
    home=some.sampled_from([None, TOUL, FOUG, LONGWY, METZ, SEIN]),
    reach=some.sampled_from(["antennas", "department", "epci"]),
    days_a_year=some.none() | some.integers(1, 20),
    given_this_year=days,
    missions=some.integers(0, 3),
    to_give=days,
    pledged=days,
    pledge_left=days,
    last_asked_on=some.none() | dates,
    asked_here=some.none()
    | some.builds(Asked, dates, some.sampled_from(["", "yes", "no", "none"])),
    excluded_sectors=some.sampled_from([(), ("C",), ("46",), ("25.62B",)]),
    is_of_the_company=some.booleans(),
    employer_steps_aside=some.booleans(),
)
experts = some.lists(whoever, max_size=8, unique_by=lambda candidate: candidate.key)
needs = some.builds(
    Need,
    on=dates,
    place=some.sampled_from([TOUL, METZ, SEIN]),
    skills=some.sampled_from([{}, {METHODS: "Méthodes"}, NEED.skills]),
    level=levels,
    days=days,
    naf=some.sampled_from([None, "25.62B", "46.90Z"]),
)


@given(needs, experts, some.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_experts_arrive(need, candidates, chance):
    shuffled = list(candidates)
    chance.shuffle(shuffled)
    assert order(need, *shuffled) == order(need, *candidates)
    assert sorted(order(need, *candidates)) == sorted(each.key for each in candidates)


@given(needs, experts)
def test_who_is_set_apart_is_never_proposed_and_always_told_why(need, candidates):
    verdicts = rank(need, candidates)
    proposed = [verdict for verdict in verdicts if verdict.is_proposed]
    assert verdicts[: len(proposed)] == proposed
    for verdict in verdicts:
        assert verdict.why and all(sentence for sentence in verdict.sentences)
    for candidate in (verdict.candidate for verdict in proposed):
        assert candidate.is_available
        assert not (candidate.is_of_the_company or candidate.employer_steps_aside)
        assert not any(first <= need.on <= last for first, last in candidate.absences)
        assert not candidate.asked_here or candidate.asked_here.answer == "none"
        if need.naf == "25.62B":
            assert not {"C", "25.62B"} & set(candidate.excluded_sectors)
        if need.skills:
            assert need.skills.keys() & candidate.levels.keys()


@given(needs, experts)
def test_setting_somebody_apart_changes_the_place_of_nobody_else(need, candidates):
    for gone in candidates:
        rest = [each for each in candidates if each is not gone]
        without = [key for key in order(need, *candidates) if key != gone.key]
        assert order(need, *rest) == without


@given(needs, experts, some.integers(0, 7), dates)
def test_being_asked_later_never_moves_an_expert_up(need, candidates, index, later):
    if index >= len(candidates):
        return
    expert = candidates[index]
    asked = replace(expert, last_asked_on=max(later, expert.last_asked_on or later))
    others = [*candidates[:index], asked, *candidates[index + 1 :]]
    before, after = order(need, *candidates), order(need, *others)
    assert after.index(expert.key) >= before.index(expert.key)
