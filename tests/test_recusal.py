"""Stepping aside: ties that the rows show, or that a member declares."""

import pytest
from django.urls import reverse

from committee.models import Application, Document, Recusal, Seat
from committee.recusal import Ground, ground
from companies.models import Company
from tests.factories import (
    ApplicationFactory,
    CompanyFactory,
    ConventionFactory,
    ExpertFactory,
    SeatFactory,
    SponsorFactory,
    approved,
    attached,
    submitted,
)
from tests.refusals import refused, refused_by


@pytest.fixture
def file(convention):
    """A file before the committee: Tôlerie Marchal, of the group Marchal & Fils."""
    company = CompanyFactory(
        antenna=convention.antenna, name="Tôlerie Marchal", group_name="Marchal & Fils"
    )
    return submitted(convention=convention, company=company)


def seat(file, user=None, **fields):
    return SeatFactory(committee__antenna=file.antenna, user=user, **fields)


TIES = [
    (lambda file: {"employer_siren": file.company.siren}, Ground.EMPLOYER),
    (lambda file: {"employer": SponsorFactory(siren=file.company.siren)}, Ground.EMPLOYER),
    (lambda file: {"employer_group": "MARCHAL & fils"}, Ground.GROUP),
    (lambda file: {"employer_name": "marchal & fils"}, Ground.GROUP),
    (lambda file: {"employer": SponsorFactory(name="Marchal & Fils")}, Ground.GROUP),
    (lambda file: {"employer_siren": "732829320"}, None),
    (lambda file: {"employer_name": "Marchal"}, None),
    (lambda file: {}, None),
]


@pytest.mark.parametrize(("tie", "why"), TIES)
def test_who_is_tied_to_the_company_steps_aside_and_sees_nothing(file, maria, tie, why):
    place = seat(file, user=maria, **tie(file))
    assert ground(place, file) == why
    assert Application.objects.visible_to(maria).exists() is (why is None)


def test_who_lends_the_expert_steps_aside(file, maria):
    expert = ExpertFactory(antennas=[file.antenna])
    place = seat(file, user=maria, employer=expert.sponsor)
    assert ground(place, file) is None
    file.expert = expert
    file.save()
    assert ground(place, file) == Ground.EXPERT
    assert not Application.objects.visible_to(maria).exists()


def test_companies_without_a_group_tie_nobody(convention, maria):
    file = submitted(convention=convention)
    assert Company.objects.get().group_name == ""
    place = seat(file, user=maria, employer_group="", employer_name="")
    assert ground(place, file) is None
    assert Application.objects.visible_to(maria).count() == 1


def test_one_tie_hides_one_file_and_its_papers_only(file, maria, convention):
    other = submitted(convention=convention)
    papers = [attached(each, "kbis.pdf") for each in (file, other)]
    seat(file, user=maria, employer_siren=file.company.siren)
    seat(file, user=maria, employer_name="Ailleurs")
    assert list(Application.objects.visible_to(maria)) == [other]
    assert list(Document.objects.visible_to(maria)) == papers[1:]


def test_the_antenna_still_sees_the_file_and_who_steps_aside(file, client, alice, maria):
    seat(file, user=maria, holder="Maria Rossi", employer_siren=file.company.siren)
    client.force_login(alice)
    page = client.get(file.get_absolute_url()).content.decode()
    assert "Maria Rossi" in page and str(Ground.EMPLOYER.label) in page


# Declared


def test_a_member_steps_aside_from_the_page_of_the_file(file, client, maria):
    place = seat(file, user=maria)
    seat(file, holder="Quelqu’un d’autre")
    client.force_login(maria)
    url = reverse("committee:recusal_add", args=[file.pk])
    assert url in client.get(file.get_absolute_url()).content.decode()
    form = client.get(url).context["form"]
    assert list(form.fields["seat"].queryset) == [place]
    assert client.post(url, {"seat": place.pk, "reason": ""}).context["form"].errors["reason"]
    answer = client.post(url, {"seat": place.pk, "reason": "Mon frère y travaille"}, follow=True)
    assert answer.redirect_chain == [(reverse("committee:application_list"), 302)]
    assert "Tôlerie Marchal" not in answer.content.decode()
    assert client.get(file.get_absolute_url()).status_code == 404
    assert ground(place, file) == Ground.DECLARED


def test_a_coordinator_declares_for_any_seat_and_a_reader_for_none(file, client, alice, bob):
    place = seat(file)
    url = reverse("committee:recusal_add", args=[file.pk])
    client.force_login(alice)
    answer = client.post(url, {"seat": place.pk, "reason": "Son cousin dirige l’entreprise"})
    assert answer.url == file.get_absolute_url()
    assert Recusal.objects.get().declared_by == alice
    client.force_login(bob)
    assert client.get(url).status_code == 403


def test_a_recusal_is_declared_once_before_the_decision_in_its_antenna(file, convention, longwy):
    place = seat(file)
    file.recuse(place, reason="Lien de famille")
    with refused():
        file.recuse(place, reason="Encore")
    with refused("antenna"):
        file.recuse(SeatFactory(committee__antenna=longwy), reason="Loin")
    with refused("wrong_step"):
        approved(convention=convention).recuse(place, reason="Trop tard")
    with refused(field="reason"):
        ApplicationFactory(convention=convention).recuse(place, reason="")


def declared(file):
    return file.recuse(seat(file), reason="Lien de famille")


@pytest.mark.parametrize("constraint", ["recusal_once_from_a_file", "recusal_has_a_reason"])
def test_the_database_keeps_recusals_sound(file, constraint):
    recusal = declared(file)
    with refused_by(constraint):
        if constraint == "recusal_has_a_reason":
            Recusal.objects.update(reason="")
        else:
            Recusal.objects.create(application=file, seat=recusal.seat, reason="Deux fois")


# Seats


def test_who_works_in_an_antenna_does_not_sit_in_its_committee(file, alice, bob, maria):
    for user in (alice, bob):
        with refused(field="user"):
            SeatFactory.build(committee=seat(file).committee, user=user).full_clean()
    place = SeatFactory(committee__antenna=file.antenna, user=maria)
    place.full_clean()
    with refused(field="committee"):  # as when a form leaves it empty
        Seat(user=maria, college="business", holder="x", mandate_from="2020-01-01").full_clean()
    place.employer, place.employer_name = SponsorFactory(), "Autre"
    with refused(field="employer_name"):
        place.full_clean()


def test_a_member_of_two_antennas_is_recused_in_each_from_its_own_files(file, maria, longwy):
    maria.give("member", longwy)
    there = submitted(convention=ConventionFactory(antenna=longwy, funds=90_000))
    seat(file, user=maria, employer_siren=file.company.siren)
    assert list(Application.objects.visible_to(maria)) == [there]
