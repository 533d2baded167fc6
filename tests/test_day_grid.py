"""The grid of days: three weeks, whoever's missions, saved whole or not at all."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from support.grid import latest, monday_of
from support.models import SkillDay
from tests import factories as make
from tests.numbers import TODAY, day

HALF = Decimal("0.5")
MONDAY = monday_of(TODAY) - timedelta(weeks=1)  # the working days from here are past
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


@pytest.fixture
def mission(convention):
    file = make.approved(convention=convention, on=day(-60))
    expert = make.ExpertFactory(first_name="Jeanne", antennas=[convention.antenna])
    return make.MissionFactory(
        application=file, expert=expert, subject="Qualité", starts_on=day(-50), signed_on=day(-50)
    )


@pytest.fixture
def grid(client, alice):
    client.force_login(alice)
    return reverse("support:day_grid")


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def name(mission, on, expert=None):
    return f"m{mission.pk}-e{(expert or mission.expert).pk}-{on.isoformat()}"


def field(mission, on, expert=None):
    return f'name="{name(mission, on, expert)}"'


def test_several_days_of_several_people_are_saved_at_once(client, grid, alice, mission):
    other = make.ExpertFactory(first_name="Karim")
    mission.others.add(other)
    page = words(client.get(grid))
    assert field(mission, MONDAY) in page and field(mission, MONDAY, other) in page
    typed = {
        name(mission, MONDAY): "1",
        name(mission, TUESDAY): "0.25",
        name(mission, TUESDAY, other): "0.5",
        name(mission, WEDNESDAY): "",
    }
    assert "3 journées sont enregistrées." in words(client.post(grid, typed, follow=True))
    written = SkillDay.objects.order_by("done_on", "days").values_list(
        "expert", "done_on", "days", "created_by"
    )
    assert list(written) == [
        (mission.expert.pk, MONDAY, 1, alice.pk),
        (mission.expert.pk, TUESDAY, Decimal("0.25"), alice.pk),
        (other.pk, TUESDAY, HALF, alice.pk),
    ]


def test_one_refusal_keeps_everything_out_and_what_was_typed_in(client, grid, mission):
    elsewhere = make.MissionFactory(
        application=mission.application, expert=mission.expert, starts_on=day(-50)
    )
    typed = {
        name(mission, MONDAY): "1",
        name(mission, TUESDAY): "0.75",
        name(elsewhere, TUESDAY): "0.5",
    }
    answer = client.post(grid, typed)
    page = words(answer)
    assert "Rien n’est enregistré" in page and not SkillDay.objects.exists()
    assert page.count("cela dépasse une journée.") == 2  # above, and beside its cell
    grid_shown = answer.context["grid"]
    assert {cell.name: cell.typed for cell in grid_shown.cells if cell.typed} == typed
    assert [cell.day for cell in grid_shown.refused] == [TUESDAY]
    assert page.count('<option value="0.75" selected>') == 1


def test_what_is_logged_is_shown_and_not_typed_over(client, grid, mission):
    make.SkillDayFactory(mission=mission, done_on=MONDAY, days=HALF)
    page = words(client.get(grid))
    assert '<span class="logged">½</span>' in page and field(mission, MONDAY) not in page
    page = words(client.post(grid, {name(mission, MONDAY): "0.5"}))
    assert "Cette journée a été saisie entre-temps." in page
    assert SkillDay.objects.count() == 1


def test_a_day_struck_out_may_be_typed_again(client, grid, mission):
    make.SkillDayFactory(mission=mission, done_on=MONDAY).strike(reason="Erreur")
    assert field(mission, MONDAY) in words(client.get(grid))


def test_no_field_where_no_day_can_be(client, grid, mission):
    mission.pause(on=TUESDAY, reason="Congés")
    mission.resume(on=WEDNESDAY)
    page = words(client.get(grid, {"debut": MONDAY.isoformat()}))
    assert field(mission, MONDAY) in page and field(mission, WEDNESDAY) in page
    assert field(mission, TUESDAY) not in page
    following = MONDAY + timedelta(weeks=2)
    assert field(mission, following) not in page  # still to come
    page = words(client.post(grid, {name(mission, TUESDAY): "1"}))
    assert "La mission est en pause ce jour-là." in page
    assert not SkillDay.objects.exists()


@pytest.mark.parametrize("wrong", ["2", "abc", "-1", "0.3"])
def test_a_value_that_no_list_offers_is_refused(client, grid, mission, wrong):
    page = words(client.post(grid, {name(mission, MONDAY): wrong}))
    assert "Choisissez dans la liste." in page and not SkillDay.objects.exists()


def test_nothing_typed_changes_nothing(client, grid, mission):
    page = words(client.post(grid, {name(mission, MONDAY): ""}, follow=True))
    assert "rien n’a changé" in page and not SkillDay.objects.exists()


def test_what_was_typed_for_a_mission_that_left_the_grid_is_not_lost_unsaid(client, grid, mission):
    gone = make.MissionFactory(application=mission.application, starts_on=day(-50))
    gone.stop(on=day(-45), reason="Départ")
    typed = {name(mission, MONDAY): "1", name(gone, MONDAY): "1"}
    page = words(client.post(grid, typed))
    assert "ses journées ne sont plus dans la grille" in page
    assert not SkillDay.objects.exists()


def test_only_missions_that_one_may_write_are_there(client, alice, longwy, mission):
    theirs = make.MissionFactory(
        application=make.approved(convention=make.ConventionFactory(antenna=longwy, funds=50_000)),
        subject="Ailleurs",
    )
    alice.memberships.create(role="reader", antenna=longwy)
    client.force_login(alice)
    address = reverse("support:day_grid")
    page = words(client.get(address))
    assert "Qualité" in page and "Ailleurs" not in page
    client.post(address, {name(theirs, MONDAY): "1"})
    assert not SkillDay.objects.exists()


def test_who_writes_nowhere_has_no_grid(client, bob, nadia):
    for person in (bob, nadia):
        client.force_login(person)
        assert client.get(reverse("support:day_grid")).status_code == 403


def test_weeks_are_in_the_address(client, grid, mission):
    page = words(client.get(grid))
    before, after = (latest() + timedelta(weeks=weeks) for weeks in (-3, 3))
    assert f"?debut={before}" in page and f"?debut={after}" in page
    thursday = MONDAY + timedelta(days=3)
    assert field(mission, MONDAY) in words(client.get(grid, {"debut": thursday.isoformat()}))
    for wrong in ("hier", "2026-13-45", "0001-01-01", "9999-12-31"):
        answer = client.get(grid, {"debut": wrong})
        assert answer.status_code == 200 and answer.context["form"].errors
    late = reverse("support:day_grid", query={"debut": day(-3000).isoformat()})
    assert "Aucune mission n’est en cours" in words(client.get(late))


def test_the_grid_asks_as_much_however_many_missions(
    client, grid, mission, django_assert_max_num_queries
):
    client.get(grid)
    with django_assert_max_num_queries(30) as few:
        client.get(grid)
    for number in range(5):
        each = make.MissionFactory(
            application=mission.application, subject=f"Mission {number}", starts_on=day(-50)
        )
        each.others.add(make.ExpertFactory())
        make.SkillDayFactory(mission=each, done_on=MONDAY)
    with django_assert_max_num_queries(len(few)):
        page = words(client.get(grid))
    assert "Mission 4" in page
