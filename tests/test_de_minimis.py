"""The de minimis rule: what counts, for whom, until when; what an award is and may be worth."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.aid_account import AidAccount, equivalent_of, standing
from committee.de_minimis import ceiling_on, counts_on, room_on, total_on
from committee.models import DeclaredAid, DeMinimisCeiling
from committee.screening import Level, findings
from companies.models import Company
from conventions.grant_equivalent import advance_equivalent
from conventions.models import ReferenceRate
from conventions.schedule import Plan, add_months, spread
from tests.factories import (
    TODAY,
    ApplicationFactory,
    CompanyFactory,
    ConventionFactory,
    DeclaredAidFactory,
    approved,
    day,
    siret,
    submitted,
)
from tests.refusals import refused, refused_by


class Aid(NamedTuple):
    granted_on: date
    equivalent: Decimal


class Ceiling(NamedTuple):
    since: date
    amount: Decimal


# Three years, to the day


@pytest.mark.parametrize(
    ("granted_on", "on", "counts"),
    [
        (date(2024, 1, 30), date(2027, 1, 29), True),
        (date(2024, 1, 30), date(2027, 1, 30), False),  # three years old
        (date(2024, 1, 31), date(2027, 1, 30), True),
        (date(2027, 1, 30), date(2027, 1, 30), True),
        (date(2027, 1, 31), date(2027, 1, 30), False),  # not granted yet
        (date(2024, 2, 29), date(2027, 2, 28), True),
        (date(2024, 2, 29), date(2027, 3, 1), False),
        (date(2025, 2, 28), date(2028, 2, 28), False),
        (date(2025, 2, 28), date(2028, 2, 29), False),
        (date(2025, 3, 1), date(2028, 2, 29), True),
        (date(2025, 3, 1), date(2028, 3, 1), False),
    ],
)
def test_an_aid_counts_until_it_is_three_years_old(granted_on, on, counts):
    assert counts_on(granted_on, on) is counts


CEILINGS = [Ceiling(date(2024, 1, 1), Decimal(300)), Ceiling(date(2014, 1, 1), Decimal(200))]


@pytest.mark.parametrize(
    ("on", "amount"),
    [(date(2013, 12, 31), None), (date(2023, 12, 31), 200), (date(2024, 1, 1), 300)],
)
def test_the_ceiling_is_that_of_the_day(on, amount):
    ceiling = ceiling_on(CEILINGS, on)
    assert (ceiling and ceiling.amount) == amount


@pytest.mark.parametrize(
    ("aids", "on", "room"),
    [
        ([], date(2013, 12, 31), None),
        ([], date(2020, 1, 1), 200),
        ([Aid(date(2019, 1, 1), 150)], date(2020, 1, 1), 50),
        ([Aid(date(2019, 1, 1), 250)], date(2020, 1, 1), 0),
        # An aid granted since leaves no more for the days before, whose three years hold it too.
        ([Aid(date(2021, 1, 1), 150)], date(2020, 1, 1), 50),
        ([Aid(date(2023, 1, 1), 150)], date(2020, 1, 1), 200),
        # 100 before and 150 since are in no three years together with each other, but with us.
        ([Aid(date(2017, 6, 1), 100), Aid(date(2021, 1, 1), 150)], date(2020, 1, 1), 50),
        ([Aid(date(2024, 6, 1), 150)], date(2022, 1, 1), 150),  # under the ceiling of 2024
    ],
)
def test_the_room_is_what_no_three_years_go_beyond(aids, on, room):
    assert room_on(aids, CEILINGS, on) == room


AIDS = st.lists(
    st.builds(Aid, st.dates(date(2014, 1, 1), date(2023, 12, 31)), st.decimals(1, 90, places=2)),
    max_size=6,
)


@given(AIDS, st.dates(date(2014, 1, 1), date(2023, 12, 31)))
def test_what_fits_in_the_room_breaks_no_three_years(aids, on):
    ceilings = [Ceiling(date(2000, 1, 1), Decimal(200))]
    kept = []
    for aid in aids:
        if aid.equivalent <= room_on(kept, ceilings, aid.granted_on):
            kept.append(aid)
    room = room_on(kept, ceilings, on)
    after = [*kept, Aid(on, room)]
    assert all(total_on(after, aid.granted_on) <= 200 for aid in after)
    assert room_on(after, ceilings, on) == 0


def test_the_ceilings_of_the_regulations_are_there_from_the_start(db):
    known = DeMinimisCeiling.objects.order_by("since").values_list("since__year", "amount")
    assert list(known) == [(2001, 100_000), (2007, 200_000), (2014, 200_000), (2024, 300_000)]


# The single undertaking


def undertaking(company):
    return sorted(Company.objects.of_undertaking(company).values_list("name", flat=True))


def test_rows_of_a_siren_or_of_a_group_are_one_undertaking_over_every_antenna(toul, longwy):
    here = CompanyFactory(antenna=toul, name="A", siret=siret(1), group_name="Groupe Éole")
    CompanyFactory(antenna=longwy, name="B", siret=siret(1))
    last = CompanyFactory(antenna=longwy, name="C", siret=siret(2), group_name="groupe EOLE")
    CompanyFactory(antenna=toul, name="D", siret=siret(2))
    CompanyFactory(antenna=toul, name="E", group_name="Groupe Éole Lorraine")
    alone = CompanyFactory(antenna=toul, name="F")
    CompanyFactory(antenna=toul, name="Groupe Éole")
    assert undertaking(here) == undertaking(last) == ["A", "B", "C", "D"]
    assert undertaking(alone) == ["F"]


@pytest.mark.parametrize("group", ["%", "_____", "-", ""])
def test_a_group_that_names_nothing_ties_nobody(toul, group):
    CompanyFactory(antenna=toul, group_name="Autre")
    assert len(undertaking(CompanyFactory(antenna=toul, group_name=group))) == 1


# What an award is worth


@pytest.fixture
def rate(db):
    ReferenceRate.objects.all().delete()
    return ReferenceRate.objects.create(since=day(-400), base_rate="2.00", source="x")


def worth(margin, *, deferral=6, count=36):
    lines = spread(Decimal(10_000), Plan(add_months(TODAY, deferral + 1), count).dates())
    return advance_equivalent(lines, granted_on=TODAY, base_rate=Decimal(2), margin=margin)


@pytest.mark.parametrize(("envelope", "margin"), [("general", 400), ("difficulty", 1_000)])
def test_an_advance_is_worth_its_interest_and_a_grant_its_amount(rate, envelope, margin):
    convention = ConventionFactory(funds=50_000, difficulty_funds=50_000)
    application = approved(on=TODAY, convention=convention, envelope=envelope, grant=Decimal(300))
    assert application.approval.grant_equivalent == worth(margin) + 300


def test_the_terms_of_the_day_give_the_deferral_and_the_instalments(rate):
    terms = {"deferral_months": 12, "instalments": 60}
    application = submitted(convention=ConventionFactory(funds=50_000, terms=terms))
    told = equivalent_of(application, on=TODAY, advance=10_000, grant=0)
    assert told == worth(400, deferral=12, count=60)


def test_without_a_rate_the_whole_advance_counts(rate):
    rate.delete()
    assert approved(grant=Decimal(5)).approval.grant_equivalent == 10_005


def test_days_alone_are_worth_nothing_and_are_granted_under_a_full_ceiling(db):
    company = DeclaredAidFactory(amount=400_000).company
    convention = ConventionFactory(antenna=company.antenna)
    application = approved(convention=convention, company=company, advance=0, requested_advance=0)
    assert application.approval.grant_equivalent == 0


def test_it_stays_what_it_was_when_a_rate_is_corrected(rate):
    application = approved()
    before = application.approval.grant_equivalent
    rate.base_rate = 9
    rate.save()
    application = type(application).objects.get()
    assert application.approval.grant_equivalent == before > 0


# What counts


def test_the_account_adds_up_decisions_and_declared_aid_of_every_antenna(toul, longwy):
    ReferenceRate.objects.all().delete()
    here = CompanyFactory(antenna=toul, siret=siret(1))
    there = CompanyFactory(antenna=longwy, siret=siret(1))
    DeclaredAidFactory(company=there, amount=7, granted_on=day(-50))
    DeclaredAidFactory(company=here, amount=100).strike(reason="Doublon")
    DeclaredAidFactory(amount=1_000)  # of another undertaking
    for company in (here, there):
        approved(
            company=company, convention=ConventionFactory(antenna=company.antenna, funds=20_000)
        )
    wrong = approved(company=here, convention=ConventionFactory(antenna=toul, funds=20_000))
    wrong.annul(on=TODAY, reason="Saisie par erreur")
    account = AidAccount(here)
    assert account.total(TODAY) == AidAccount(there).total(TODAY) == 20_007
    assert account.total(day(-40)) == 7
    assert [line.equivalent for line in account.lines] == [7, 10_000, 10_000]
    assert (account.room(TODAY), account.ceiling(TODAY).amount) == (279_993, 300_000)


def test_a_request_is_told_with_what_it_leaves(rate, toul):
    company = DeclaredAidFactory(company__antenna=toul, amount=299_000).company
    convention = ConventionFactory(antenna=toul, funds=20_000, terms={"minimum_jobs": 0})
    application = ApplicationFactory(company=company, convention=convention)
    told = standing(application, TODAY)
    assert (told.total, told.room, told.equivalent) == (299_000, 1_000, worth(400))
    assert told.left == 1_000 - worth(400) < 0 and told.is_rate_known
    [finding] = [each for each in findings(application, TODAY) if each.rule == "de_minimis"]
    assert finding.level == Level.BLOCKING and finding.source == "Règlement (UE) 2023/2831"
    assert "1 000,00 €" in finding.sentence.replace("\u00a0", " ")
    assert "taux de référence" not in finding.sentence
    rate.delete()
    assert "l’avance compte en entier" in findings(application, TODAY)[0].sentence


def test_without_a_ceiling_the_rule_says_nothing(rate):
    DeMinimisCeiling.objects.all().delete()
    company = DeclaredAidFactory(amount=900_000).company
    told = standing(ApplicationFactory(company=company), TODAY)
    assert (told.room, told.left, told.ceiling) == (None, None, None)
    convention = ConventionFactory(antenna=company.antenna, funds=20_000)
    assert approved(company=company, convention=convention).approval


# Approval


def near_the_ceiling(room, **fields):
    """A file put before the committee, whose company may receive `room` euros more."""
    ReferenceRate.objects.all().delete()
    aid = DeclaredAidFactory(amount=300_000 - room, **fields)
    convention = ConventionFactory(antenna=aid.company.antenna, funds=50_000)
    return submitted(company=aid.company, convention=convention, requested_advance=0)


def test_the_last_euro_is_granted_and_not_one_cent_more(db):
    application = near_the_ceiling(10_000)
    with refused("de_minimis") as caught:
        application.approve(on=TODAY, advance=Decimal("10000.01"), days=1)
    assert "10 000,00 €" in caught.value.messages[0].replace("\u00a0", " ")
    application.refresh_from_db()
    assert application.status == "submitted"
    assert application.convention.balance() == 50_000
    assert application.approve(on=TODAY, advance=10_000, days=1).grant_equivalent == 10_000


def test_an_aid_typed_late_leaves_no_more_than_the_days_since_do(db):
    application = near_the_ceiling(0, granted_on=day(-10))
    with refused("de_minimis"):
        application.approve(on=day(-30), grant=Decimal(1))


def test_an_aid_of_three_years_ago_no_longer_counts(db):
    on = day(-20)
    assert near_the_ceiling(0, granted_on=add_months(on, -36)).approve(on=on, grant=Decimal(9))


# What the database refuses


def struck_without_a_reason():
    DeclaredAidFactory()
    DeclaredAid.objects.update(struck_reason="x")


def worth_more_than_its_money():
    decision = approved().approval
    type(decision).objects.filter(pk=decision.pk).update(grant_equivalent=10_001)


@pytest.mark.parametrize(
    ("constraint", "write"),
    [
        ("declared_aid_amount_positive", lambda: DeclaredAidFactory(amount=0)),
        ("declaredaid_struck_out_with_a_reason", struck_without_a_reason),
        (
            "de_minimis_ceiling_positive",
            lambda: DeMinimisCeiling.objects.create(since=TODAY, amount=0, regulation="x"),
        ),
        ("decision_grant_equivalent_within_its_money", worth_more_than_its_money),
    ],
)
def test_the_database_refuses(db, constraint, write):
    with refused_by(constraint):
        write()


def test_an_aid_is_not_declared_before_it_is_granted(db):
    aid = DeclaredAidFactory.build(company=CompanyFactory(), granted_on=day(1))
    with refused(field="granted_on"):
        aid.full_clean()
