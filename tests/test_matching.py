"""Which advance a line of the bank pays back; when one may be sure, when one may not."""

from datetime import date
from decimal import Decimal

import pytest

from conventions.schedule import Plan, spread
from support.matching import LIKELY, NAMED, WEAK, Debt, designates, find, match, option

DAY = date(2026, 3, 5)
INSTALMENT = Decimal("100.00")


def debt(key=1, company="SARL Tôlerie Marchal", **fields):
    """1 200 € lent on 01/10/2025, 12 instalments of 100 € from 01/01/2026, nothing late."""
    fields = {
        "names": [f"LONGWY-1-{key:03d}"],
        "siren": f"73282932{key}",
        "outstanding": Decimal(1_200),
        "is_lost": False,
        "paid_out_on": date(2025, 10, 1),
        "instalments": spread(Decimal(1_200), Plan(date(2026, 1, 1), 12).dates()),
        "late_on": lambda day: Decimal(0),
    } | fields
    return Debt(key=key, company=company, **fields)


COLIN = debt(2, "Menuiserie Colin & Fils")


def matched(label, amount=INSTALMENT, day=DAY, debts=None):
    return match(day=day, amount=amount, label=label, debts=debts or [debt(), COLIN])


@pytest.mark.parametrize(
    "label",
    [
        "VIR LONGWY-1-001",
        "vir longwy 1 001 mars",
        "VIR LONGWY1001/MARS",
        "VIR SEPA REF:LONGWY_1_001",
    ],
)
def test_the_number_in_the_label_is_enough(label):
    answer = matched(label, amount=Decimal("7.77"))
    assert answer.chosen.key == 1
    assert answer.proposals[0].strength == NAMED
    assert "LONGWY-1-001" in answer.proposals[0].reasons[0]


@pytest.mark.parametrize("label", ["VIR LONGWY-1-0011", "VIR LONGWY-1", "VIR XLONGWY-1-001X"])
def test_a_number_that_only_looks_alike_is_none(label):
    assert matched(label, amount=Decimal("7.77")).proposals == []


@pytest.mark.parametrize(
    "label",
    [
        "VIR SEPA TOLERIE MARCHAL ECHEANCE",
        "vir s.a.r.l. Marchal Tôlerie",
        "VIR 732 829 321",
        "VIR SIRET 73282932100012",
    ],
)
def test_the_company_and_an_amount_that_is_due_are_enough_together(label):
    answer = matched(label)
    assert answer.chosen.key == 1
    assert answer.proposals[0].strength == LIKELY
    assert answer.proposals[0].reasons[1] == "Le montant est celui de l’échéance du 01/03/2026."


def test_the_company_alone_is_offered_and_must_be_chosen():
    answer = matched("VIR TOLERIE MARCHAL", amount=Decimal("42.00"))
    assert [each.debt.key for each in answer.proposals] == [1]
    assert answer.proposals[0].strength == WEAK
    assert answer.chosen is None and "trop faibles" in answer.why


def test_the_amount_alone_is_offered_and_must_be_chosen():
    answer = matched("VIR DUPONT")
    assert {each.debt.key for each in answer.proposals} == {1, 2}
    assert answer.chosen is None and "trop faibles" in answer.why


def test_nothing_that_points_anywhere_proposes_nothing():
    answer = matched("VIR DUPONT", amount=Decimal("42.00"))
    assert answer.proposals == [] and answer.chosen is None
    assert "Rien dans cette ligne" in answer.why


def test_two_advances_of_one_company_are_never_guessed_between():
    debts = [debt(1), debt(2)]
    answer = matched("VIR TOLERIE MARCHAL", debts=debts)
    assert len(answer.proposals) == 2 and answer.chosen is None
    assert answer.why == "2 avances conviennent aussi bien : choisissez.".replace(" :", "\u00a0:")
    assert matched("VIR TOLERIE MARCHAL LONGWY-1-002", debts=debts).chosen.key == 2
    assert matched("LONGWY-1-001 LONGWY-1-002", debts=debts).chosen is None


def test_the_order_in_which_advances_are_read_changes_nothing():
    debts = [debt(2), debt(1), COLIN._replace(key=3)]
    one, other = (matched("VIR TOLERIE MARCHAL", debts=each) for each in (debts, debts[::-1]))
    assert [each.debt.key for each in one.proposals] == [each.debt.key for each in other.proposals]
    assert (one.chosen, one.why) == (other.chosen, other.why)


@pytest.mark.parametrize(
    ("fields", "amount", "reason"),
    [
        ({"late_on": lambda day: Decimal(300)}, 300, "Le montant est celui du retard."),
        ({}, 1_200, "Le montant est tout ce qui reste à rembourser."),
    ],
)
def test_arrears_and_all_that_remains_are_amounts_that_count(fields, amount, reason):
    answer = matched("TOLERIE MARCHAL", amount=Decimal(amount), debts=[debt(**fields)])
    assert answer.chosen and reason in answer.proposals[0].reasons


def test_an_instalment_counts_around_its_day_only():
    assert matched("TOLERIE MARCHAL", day=date(2026, 12, 16)).chosen
    assert matched("TOLERIE MARCHAL", day=date(2026, 12, 17)).chosen is None


@pytest.mark.parametrize(
    ("day", "amount", "obstacle"),
    [
        (date(2025, 9, 30), 100, "Reçu avant le premier déblocage, du 01/10/2025."),
        (DAY, 1_201, "Dépasse ce qui reste à rembourser"),
    ],
)
def test_what_stands_in_the_way_is_told_and_keeps_from_choosing(day, amount, obstacle):
    answer = matched("LONGWY-1-001", day=day, amount=Decimal(amount))
    assert obstacle in answer.proposals[0].obstacles[0]
    assert answer.chosen is None and "à vérifier" in answer.why


def test_words_that_name_nobody_do_not_name_a_company():
    answer = matched("VIR SARL ET FILS", amount=Decimal("42.00"))
    assert answer.proposals == []
    only_common = debt(company="La Société")
    assert matched("VIR LA SOCIETE", amount=Decimal("42.00"), debts=[only_common]).proposals == []


def test_many_advances_with_the_same_instalment_are_cut_short():
    debts = [debt(key, company=f"Client {key}x") for key in range(1, 10)]
    assert len(matched("VIR DUPONT", debts=debts).proposals) == 4


def test_an_advance_is_found_by_what_one_types():
    debts = [debt(), COLIN]
    assert option(debts[0]) == "LONGWY-1-001 – SARL Tôlerie Marchal"
    for text in (option(debts[0]), "longwy-1-001", "tolerie", "Marchal tôl"):
        assert find(text, debts) == [debts[0]]
    assert find("LONGWY", debts) == debts
    assert find("dupont", debts) == find("", debts) == find("…", debts) == []


def test_what_came_before_a_loss_says_what_to_do_instead():
    lost = debt(is_lost=True, lost_on=date(2026, 3, 6))
    (told,) = matched("VIR LONGWY-1-001", debts=[lost]).proposals[0].obstacles
    assert told.startswith("Reçu avant la perte du 06/03/2026") and "rayez la perte" in told
    (told,) = matched("VIR LONGWY-1-001", day=lost.lost_on, debts=[lost]).proposals[0].obstacles
    assert "récupérée" in told


def test_a_label_designates_by_a_number_or_the_company_never_by_chance():
    whose = {"names": ["LONGWY-1-001"], "company": "SARL Tôlerie Marchal", "siren": "732829320"}
    for label in ("vir longwy 1 001", "TOLERIE MARCHAL mars", "VIR 732 829 320"):
        assert designates(label, **whose), label
    assert not designates("VIR SARL COLIN", **whose)
