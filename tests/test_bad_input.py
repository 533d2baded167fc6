"""What people type by accident or on purpose gets an answer, never a broken page."""

from datetime import date
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from accounts.invitations import invite
from committee.models import Application, FinancingLine
from conventions.money import TypedDecimalField
from support.models import Job
from tests import factories as make
from tests.factories import TODAY, day
from tests.refusals import refused

ABSURD = ["1e1000000", "9" * 5_000, "sNaN", "NaN", "Infinity", "-Infinity", "\0"]


@pytest.mark.parametrize("typed", ABSURD)
@pytest.mark.parametrize("name", ["conventions:pledge_add", "conventions:fee_add"])
def test_an_absurd_amount_gets_a_sentence_beside_its_field(client, alice, convention, name, typed):
    client.force_login(alice)
    right = {"sponsor": make.SponsorFactory().pk, "origin": "public", "days": "0", "label": "x"}
    right |= {"envelope": "general", "on": TODAY, "pledged_on": TODAY}
    response = client.post(reverse(name, args=[convention.pk]), right | {"amount": typed})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["amount"]
    assert convention.balance() == 120_000


@pytest.mark.parametrize("typed", ["sNaN", "NaN", "Infinity", "1e3", "1E3", "1_000", "."])
def test_what_is_not_a_number_is_not_read_as_one(typed):
    with pytest.raises(ValidationError):
        TypedDecimalField().to_python(typed)


@pytest.mark.parametrize("typed", ["abc", "   ", "1e9"])
def test_a_duration_out_of_the_list_gets_a_sentence(client, alice, convention, typed):
    mission = make.MissionFactory(application=make.approved(convention=convention))
    client.force_login(alice)
    url = reverse("support:visit", args=[mission.application_id])
    rows = {f"{each}-TOTAL_FORMS": 1 for each in ("days", "jobs")}
    rows |= {f"{each}-INITIAL_FORMS": 0 for each in ("days", "jobs")}
    line = {"on": TODAY, "days-0-mission": mission.pk, "days-0-days": typed}
    assert client.post(url, rows | line).status_code == 200
    assert not mission.skill_days.exists()


def test_a_working_time_of_zero_is_refused_not_made_a_full_time(client, alice, convention):
    file = make.approved(convention=convention)
    client.force_login(alice)
    line = {"jobs-TOTAL_FORMS": 1, "jobs-INITIAL_FORMS": 0, "on": TODAY}
    line |= {"jobs-0-number": 1, "jobs-0-kind": "created", "jobs-0-fte": "0"}
    line["jobs-0-contract"] = "permanent"
    assert client.post(reverse("support:visit", args=[file.pk]), line).status_code == 200
    assert not Job.objects.exists()


# Years


@pytest.mark.parametrize("on", ["0001-01-01", "0206-11-25", "9999-12-31"])
def test_an_absurd_year_gets_a_sentence(client, alice, convention, on):
    client.force_login(alice)
    fields = {"amount": "5", "on": on, "label": "Frais", "envelope": "general"}
    response = client.post(reverse("conventions:fee_add", args=[convention.pk]), fields)
    assert "année" in str(response.context["form"].errors["on"])


def test_an_absurd_year_is_refused_without_a_form_too(convention):
    with refused(field="received_on"):
        convention.pledges.first().receive(5, on=date(206, 11, 25))


def test_a_plan_for_an_absurd_year_gets_a_sentence(client, alice, convention):
    file = make.approved(convention=convention)
    make.ExpertFactory(antennas=[convention.antenna])
    client.force_login(alice)
    fields = {"starts_on": TODAY, "ends_on": "9999-12-31", "subject": "x", "days": "1"}
    response = client.post(reverse("support:mission_add", args=[file.pk]), fields)
    assert "année" in str(response.context["form"].errors["ends_on"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minimum_age_years", 9_999),
        ("minimum_jobs", 9_999_999),
        ("maximum_headcount", 10**12),
        ("ends_on", TODAY.replace(year=TODAY.year + 30, day=1)),
    ],
)
def test_a_convention_says_nothing_absurd(convention, field, value):
    terms = convention.terms.last()
    terms.effective_on = TODAY
    setattr(terms, field, value)
    with refused(field=field):
        convention.amend(terms, signed_on=TODAY, reason="Faute de frappe")


# Addresses


@pytest.mark.parametrize("asked", ["abc", "//evil.example", "x y", "é", "#", ":", "?a", "home"])
def test_the_language_leads_back_to_a_page_of_ours(client, db, asked):
    response = client.post(reverse("accounts:language"), {"language": "en", "next": asked})
    assert (response.status_code, response.url) == (302, "/")


@pytest.mark.parametrize("asked", ["http://[", "https://evil.example/"])
def test_the_door_leads_to_no_other_site(client, db, asked):
    assert client.get(reverse("account_login"), {"next": asked}).status_code == 200


def test_a_new_file_for_an_unreadable_company_is_a_new_file(client, alice, convention):
    client.force_login(alice)
    url = reverse("committee:application_add")
    assert client.get(url, {"entreprise": "9" * 5_000}).status_code == 200


def test_the_command_answers_bytes_it_cannot_read_in_one_line(db):
    told = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("evaluate", "\udcff\udcfe", stderr=told)
    assert caught.value.code == 2
    assert len(told.getvalue().splitlines()) == 1


# People


def test_an_address_changed_in_the_admin_is_the_only_one_that_signs_in(client, root, bob):
    invite(email=bob.email, root_url="https://alize.example/")
    client.force_login(root)
    url = reverse("admin:accounts_user_change", args=[bob.pk])
    form = client.get(url).context["adminform"].form
    fields = {name: form[name].value() or "" for name in form.fields if name != "password"}
    inline = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    client.post(url, fields | inline | {"email": "Nouveau@example.org", "groups": []})
    assert [each.email for each in EmailAddress.objects.filter(user=bob)] == ["nouveau@example.org"]
    again = invite(email="bob@example.org", root_url="https://alize.example/")
    assert again != bob


def test_the_admin_refuses_the_same_role_twice(client, root, nadia):
    client.force_login(root)
    url = reverse("admin:accounts_user_change", args=[nadia.pk])
    inline = {"memberships-TOTAL_FORMS": 2, "memberships-INITIAL_FORMS": 0}
    inline |= {f"memberships-{number}-role": "network" for number in range(2)}
    response = client.post(url, {"email": nadia.email, "language": "fr"} | inline)
    assert response.status_code == 200
    assert "déjà ce rôle" in response.content.decode()


def test_the_admin_leaves_what_was_signed_and_decided_as_it_is(client, root, convention):
    file = make.approved(convention=convention)
    client.force_login(root)
    for model, row, fixed in (
        ("conventions_convention", convention, {"starts_on", "antenna", "reference"}),
        ("committee_application", file, {"convention", "company", "envelope"}),
    ):
        page = client.get(reverse(f"admin:{model}_change", args=[row.pk]))
        assert not fixed & set(page.context["adminform"].form.fields)


# The plan of a file


def test_a_page_sent_twice_leaves_the_plan_as_it_was(client, alice, convention):
    file = make.ApplicationFactory(convention=convention)
    client.force_login(alice)
    url = reverse("committee:application_edit", args=[file.pk])
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields if name != "requested_skills"}
    fields = {name: "" if value is None else value for name, value in values.items()}
    for formset, amount in ((form.needs, 16_000), (form.resources, 1_000)):
        line = formset.queryset.get()
        fields |= {
            f"{formset.prefix}-{name}": value
            for name, value in {
                "TOTAL_FORMS": 2,
                "INITIAL_FORMS": 1,
                "0-id": line.pk,
                "0-label": line.label,
                "0-amount": line.amount,
                "1-label": "Four",
                "1-amount": amount,
            }.items()
        }
    fields |= {"emplois-TOTAL_FORMS": 0, "emplois-INITIAL_FORMS": 0}
    fields["requested_advance"], fields["seen"] = "25000", ""
    assert client.post(url, fields).status_code == 302
    again = client.post(url, fields)
    assert again.status_code == 200
    assert "15\u00a0000,00\u00a0€ de ressources" in again.content.decode()
    assert FinancingLine.objects.count() == 4
    assert not Application.objects.get().imbalance


# The ledger


def test_a_draft_pays_no_fee(toul):
    draft = make.ConventionFactory(antenna=toul, signed=False, funds=500)
    with refused("not_signed"):
        draft.charge_fee(5, on=TODAY, label="Frais")


def test_a_repayment_of_before_the_close_stays_in_its_convention(convention):
    file = make.approved(convention=convention, on=day(-200))
    aid = make.AidFactory(decision=file.approval, contract_on=day(-190))
    aid.disburse(1_000, on=day(-180))
    successor = convention.renew(
        reference="TOUL-9", name="Suite", starts_on=day(-40), ends_on=day(900)
    )
    successor.sign(on=day(-40))
    convention.close(on=day(-30))
    assert aid.repay(10, on=day(-31)).entry.convention == convention
    assert aid.repay(10, on=day(-30)).entry.convention == successor


@pytest.mark.parametrize("name", ["companies:expert_add", "companies:sponsor_add"])
def test_a_key_put_into_a_page_by_hand_breaks_nothing(client, alice, convention, name):
    client.force_login(alice)
    keys = dict.fromkeys(("skills", "antennas", "sponsor", "kind"), "9" * 20)
    assert client.post(reverse(name), keys).status_code in (200, 400)
