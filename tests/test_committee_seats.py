"""Who may sit with whom, and what the page of a committee warns of."""

import pytest
from django.urls import reverse

from committee.models import Seat
from tests.factories import TODAY, CommitteeFactory, SeatFactory, UserFactory, day, submitted
from tests.refusals import refused


@pytest.fixture
def committee(toul):
    return CommitteeFactory(antenna=toul)


YEAR_AGO, YESTERDAY, TOMORROW = day(-365), day(-1), day(1)
# The mandate of a first seat, then of a second one; whether they meet.
MANDATES = [
    ((YEAR_AGO, None), (YEAR_AGO, None), True),
    ((YEAR_AGO, YESTERDAY), (TODAY, None), False),
    ((YEAR_AGO, TODAY), (TODAY, None), True),
    ((TOMORROW, None), (YEAR_AGO, TODAY), False),
    ((TOMORROW, None), (YEAR_AGO, TOMORROW), True),
    ((TODAY, TOMORROW), (YEAR_AGO, None), True),
]
# The fields of each seat; the one that the refusal is told beside, None when they may both sit.
PEOPLE = [
    ({"is_chair": True}, {"is_chair": True}, "is_chair"),
    ({"is_chair": True}, {}, None),
    ({"email": "a@example.org"}, {"email": "A@example.org"}, "email"),
    ({"email": "a@example.org"}, {"email": "b@example.org"}, None),
    ({"email": ""}, {"email": ""}, None),
    ({"user": True}, {"user": True}, "user"),
    ({"email": "maria@example.org"}, {"user": True}, "user"),
    ({"user": True}, {"email": "maria@example.org"}, "email"),
]


def checked(committee, fields, mandate, maria):
    fields = fields | ({"user": maria} if fields.get("user") else {})
    first, last = mandate
    return SeatFactory.build(committee=committee, mandate_from=first, mandate_until=last, **fields)


@pytest.mark.parametrize(("first", "second", "meet"), MANDATES)
@pytest.mark.parametrize(("one", "other", "field"), PEOPLE)
def test_one_chair_and_one_seat_a_person_on_a_day(
    committee, toul, first, second, meet, one, other, field
):
    maria = UserFactory(email="maria@example.org")
    checked(committee, one, first, maria).save()
    seat = checked(committee, other, second, maria)
    if field and meet:
        with refused(field=field) as refusal:
            seat.full_clean()
        assert Seat.objects.get().holder in str(refusal.value)
    else:
        seat.full_clean()
        seat.save()
    for each in Seat.objects.all():
        each.full_clean()  # a seat does not meet itself


def test_another_committee_is_another_matter(committee):
    for antenna_committee in (committee, CommitteeFactory(antenna=committee.antenna)):
        seat = SeatFactory.build(committee=antenna_committee, is_chair=True, email="a@example.org")
        seat.full_clean()
        seat.save()


def seats(committee, *colleges, **fields):
    return [SeatFactory(committee=committee, college=college, **fields) for college in colleges]


@pytest.mark.parametrize(
    ("colleges", "chairs", "said"),
    [
        ([], 0, ["Personne ne siège"]),
        (["business"], 1, []),
        (["business"], 0, ["Personne ne préside"]),
        (["business", "business"], 2, ["Plusieurs sièges président"]),
        (["business", "bank"], 1, ["1 sur 2 sièges"]),
        (["bank"], 0, ["Personne ne préside", "0 sur 1 sièges"]),
    ],
)
def test_a_committee_warns_of_what_is_wrong_with_its_seats(committee, colleges, chairs, said):
    for number, seat in enumerate(seats(committee, *colleges)):
        Seat.objects.filter(pk=seat.pk).update(is_chair=number < chairs)
    warnings = committee.warnings_on(TODAY)
    assert len(warnings) == len(said)
    assert all(each in warning for each, warning in zip(said, warnings, strict=True))


def test_a_committee_tells_when_company_heads_will_lose_the_majority(committee):
    seats(committee, "business", is_chair=True)
    seats(committee, "business", mandate_until=day(30))
    seats(committee, "bank")
    [warning] = committee.warnings_on(TODAY)
    assert f"perdent la majorité le {day(31):%d/%m/%Y}" in warning
    newcomer = SeatFactory(committee=committee, mandate_from=day(31))
    assert committee.warnings_on(TODAY) == []
    newcomer.mandate_from = day(40)
    newcomer.save()
    assert f"le {day(31):%d/%m/%Y}" in committee.warnings_on(TODAY)[0]


def test_a_committee_that_is_over_warns_of_nothing(committee):
    committee.until = YESTERDAY
    assert committee.warnings_on(TODAY) == []


def test_a_committee_without_a_seat_decides_nothing(convention):
    committee = CommitteeFactory(antenna=convention.antenna)
    seat = SeatFactory(committee=committee, mandate_until=day(-2))
    file = submitted(convention=convention)
    with refused(field="committee"):
        file.refuse(on=day(-1), reason="Trop tôt", committee=committee)
    assert file.refuse(on=seat.mandate_until, reason="Trop tôt", committee=committee)


def test_the_pages_say_it_beside_the_field_and_on_the_committee(client, alice, committee):
    client.force_login(alice)
    page = committee.get_absolute_url()
    assert "ne peut pas décider" in client.get(page).content.decode()
    chair = {"college": "bank", "holder": "Anne", "mandate_from": TODAY, "is_chair": "on"}
    add = reverse("committee:seat_add", args=[committee.pk])
    client.post(add, chair)
    assert "0 sur 1 sièges" in client.get(page).content.decode()
    form = client.post(add, chair | {"holder": "Paul"}).context["form"]
    assert "Anne préside déjà" in form.errors["is_chair"][0]
