"""Who you are, and what your role may do."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError
from django.http import Http404

from accounts.models import Membership, Role, User
from companies.models import Company
from territories.roles import coordinator_required, editable, network_required, visible
from tests.factories import AntennaFactory, CompanyFactory, UserFactory
from tests.refusals import refused, refused_by


def test_an_address_is_kept_in_lower_case(db):
    user = User.objects.create_user("Alice@Example.ORG")
    assert user.email == "alice@example.org"
    assert User.objects.get_by_natural_key("ALICE@example.org") == user


def test_without_a_password_nobody_signs_in(db):
    user = User.objects.create_user("alice@example.org")
    assert not user.has_usable_password()


def test_an_address_serves_once_whatever_its_case(alice):
    with refused_by("user_email_once_whatever_the_case"):
        User.objects.create(email="ALICE@example.org")
    with refused(field="email"):
        User(email="alice@example.org").full_clean()


def test_a_person_is_called_by_name_or_else_by_address(db):
    assert str(UserFactory(first_name="Alice", last_name="Martin")) == "Alice Martin"
    assert str(UserFactory(email="x@example.org")) == "x@example.org"


ROLES_THAT_FOLLOW = [
    (Role.COORDINATOR, False),
    (Role.READER, False),
    (Role.MEMBER, False),
    (Role.NETWORK, True),
    (Role.FUNDER, True),
    ("typo", True),
]


@pytest.mark.parametrize(("role", "with_antenna"), ROLES_THAT_FOLLOW)
def test_an_antenna_goes_with_the_roles_of_an_antenna_only(toul, role, with_antenna):
    with refused_by("membership_antenna_follows_role"):
        UserFactory(roles=[(role, toul if with_antenna else None)])


def test_the_same_role_is_not_given_twice(alice, nadia, toul, longwy):
    with refused_by("membership_once_in_an_antenna"):
        Membership.objects.create(user=alice, role=Role.COORDINATOR, antenna=toul)
    with refused_by("membership_once_in_the_network"):
        Membership.objects.create(user=nadia, role=Role.NETWORK)
    Membership.objects.create(user=alice, role=Role.COORDINATOR, antenna=longwy)


def test_a_person_speaks_french_or_english(db):
    with refused_by("user_language_known"):
        UserFactory(language="de")


def test_one_person_can_hold_several_roles(toul, longwy):
    user = UserFactory(roles=[(Role.COORDINATOR, toul), (Role.MEMBER, longwy), (Role.FUNDER, None)])
    assert user.antenna_ids == {toul.pk}
    assert list(user.antennas) == [toul]
    assert user.antennas_as(Role.MEMBER) == {longwy.pk}
    assert user.holds(Role.FUNDER)
    assert not user.is_national


# name of the cast: (reads Toul's rows, writes them, reads every antenna, writes somewhere,
# writes what the network shares)
RIGHTS = {
    "alice": (True, True, False, True, False),
    "bob": (True, False, False, False, False),
    "charlie": (False, False, False, True, False),
    "maria": (False, False, False, False, False),
    "nadia": (True, False, True, False, True),
    "fred": (False, False, False, False, False),
    "root": (True, True, True, True, True),
}


@pytest.mark.parametrize("name", RIGHTS)
def test_what_a_role_may_do(name, toul, request):
    user = request.getfixturevalue(name)
    reads = user.is_national or toul.pk in user.antenna_ids
    assert RIGHTS[name] == (
        reads,
        user.may_edit(toul),
        user.is_national,
        user.may_edit_somewhere,
        user.may_edit_network,
    )


@pytest.mark.parametrize("name", RIGHTS)
def test_a_stranger_gets_404_and_a_reader_who_writes_403(name, toul, request):
    user, company = request.getfixturevalue(name), CompanyFactory(antenna=toul)
    reads, writes, *_others = RIGHTS[name]

    if reads:
        assert visible(user, Company.objects, pk=company.pk) == company
    else:
        with pytest.raises(Http404):
            visible(user, Company.objects, pk=company.pk)

    if writes:
        assert editable(user, Company.objects, pk=company.pk) == company
    else:
        with pytest.raises(PermissionDenied if reads else Http404):
            editable(user, Company.objects, pk=company.pk)


@pytest.mark.parametrize(
    ("decorator", "allowed"),
    [(coordinator_required, {"alice", "charlie", "root"}), (network_required, {"nadia", "root"})],
    ids=["coordinator", "network"],
)
@pytest.mark.parametrize("name", RIGHTS)
def test_a_page_about_no_row_yet_asks_for_a_role(decorator, allowed, name, rf, request):
    asked = rf.get("/")
    asked.user = request.getfixturevalue(name)

    @decorator
    def view(request):
        return "seen"

    if name in allowed:
        assert view(asked) == "seen"
    else:
        with pytest.raises(PermissionDenied):
            view(asked)


def test_an_antenna_that_has_people_is_not_deleted(alice, toul):
    with pytest.raises(ProtectedError):
        toul.delete()
    AntennaFactory().delete()
