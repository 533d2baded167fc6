"""Lists of money, days and jobs at a past day: what came later does not count, and it is said."""

import csv
from decimal import Decimal
from html import unescape
from io import StringIO

import pytest
from django.urls import reverse

from conventions.models import Convention, Pledge
from support.models import Declaration
from tests import factories as make
from tests.factories import TODAY, day

OF_THE_NETWORK = ["committee:application_list", "conventions:convention_list"]
OF_THE_NETWORK += ["conventions:call_list", "support:aid_list", "support:late_list"]
OF_THE_NETWORK += ["support:mission_list", "support:register", "support:payment_list"]
OF_A_CONVENTION = ["conventions:entry_list", "conventions:pledge_list"]
LISTS = [*OF_THE_NETWORK, *OF_A_CONVENTION]
NUMBERED = ["reports:fund", "reports:dashboard"]


def address(name, convention):
    if name in NUMBERED:
        return reverse(name, args=[convention.antenna_id])
    return reverse(name, args=[convention.pk] if name in OF_A_CONVENTION else [])


def words(response):
    return " ".join(unescape(response.content.decode()).replace("\u00a0", " ").split())


def main(response):
    """What the page shows below its filters."""
    return response.text.partition("</form>")[2].partition("<footer")[0]


def ask(client, name, convention, ago, **more):
    return client.get(address(name, convention), {"au": day(-ago).isoformat()} | more)


def rows(client, name, convention, ago, **more):
    return list(ask(client, name, convention, ago, **more).context["page"].object_list)


def lived(convention):
    """A file from the request to a job, a call, a lost pledge; the last facts are of yesterday."""
    aid = make.late_advance(convention=convention)
    aid.repay(Decimal(150), on=day(-1))
    application = aid.application
    mission = make.MissionFactory(
        application=application, starts_on=day(-30), ends_on=day(30), signed_on=day(-30)
    )
    make.SkillDayFactory(mission=mission, done_on=day(-20), certified_on=day(-1))
    make.SkillDayFactory(mission=mission, done_on=day(-1))
    pledge = convention.pledges.first()
    make.called(pledge, Decimal(700), on=day(-40), due_on=day(-10))
    pledge.receive(Decimal(500), on=day(-1))
    return application


@pytest.mark.parametrize("name", [*LISTS, *NUMBERED, "reports:outcome_list"])
def test_a_past_day_is_said_and_leads_back_to_today(client, root, convention, name):
    lived(convention)
    client.force_login(root)
    page = ask(client, name, convention, 2)
    assert f"Vous lisez la situation au {day(-2):%d/%m/%Y}" in words(page)
    assert "Revenir à aujourd’hui" in words(page)
    for today in (ask(client, name, convention, 0), client.get(address(name, convention))):
        assert "Vous lisez la situation" not in words(today)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2090-01-01", "Cette date est dans le futur"),
        ("0206-11-25", "Vérifiez l’année"),
        ("hier", "Saisissez une date valide"),
    ],
)
@pytest.mark.parametrize("name", [*LISTS, *NUMBERED, "reports:outcome_list"])
def test_a_wrong_day_gets_a_sentence_and_no_file(client, root, convention, name, typed, sentence):
    client.force_login(root)
    for kind in ("", "csv"):
        page = client.get(address(name, convention), {"au": typed, "format": kind})
        assert page.status_code == 200 and not page.streaming
        assert sentence in words(page)


@pytest.mark.parametrize("typed", ["2090-01-01", "hier"])
@pytest.mark.parametrize("name", LISTS)
def test_a_wrong_day_shows_no_row_of_another_day(client, root, convention, name, typed):
    lived(convention)
    client.force_login(root)
    page = client.get(address(name, convention), {"au": typed})
    assert not page.context["page"].object_list
    assert "Aucune ligne n’est montrée" in words(page) and "€" not in main(page)
    assert f'value="{typed}"' in page.text


@pytest.mark.parametrize("name", [*NUMBERED, "reports:outcome_list"])
def test_a_wrong_day_shows_no_figure_of_another_day(client, root, convention, name):
    lived(convention)
    client.force_login(root)
    page = client.get(address(name, convention), {"au": "2090-01-01"})
    assert "€" not in main(page) and 'value="2090-01-01"' in page.text


@pytest.mark.parametrize("name", LISTS)
def test_a_file_of_a_past_day_carries_the_day(client, root, convention, name):
    lived(convention)
    client.force_login(root)
    answer = ask(client, name, convention, 2, format="csv")
    assert day(-2).isoformat() in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", LISTS)
def test_today_asked_by_its_date_shows_what_no_date_shows(client, root, convention, name):
    lived(convention)
    client.force_login(root)
    files = [
        b"".join(client.get(address(name, convention), asked | {"format": "csv"}))
        for asked in ({}, {"au": TODAY.isoformat()})
    ]
    assert files[0] == files[1]


@pytest.mark.parametrize("name", LISTS)
def test_a_past_list_does_not_move_when_later_rows_are_added(client, root, convention, name):
    lived(convention)
    client.force_login(root)

    def told():
        return b"".join(ask(client, name, convention, 3, format="csv")).decode()

    before = told()
    assert len(before.splitlines()) > (1 if name != "support:register" else 0)
    other = make.approved(convention=convention, on=TODAY, advance=Decimal(2_000))
    make.AidFactory(decision=other.approval, contract_on=TODAY).disburse(2_000, on=TODAY)
    make.MissionFactory(application=other, starts_on=TODAY, ends_on=day(9), signed_on=TODAY)
    make.called(convention.pledges.last(), Decimal(50), on=TODAY, due_on=day(30))
    convention.pledges.first().receive(Decimal(20), on=TODAY)
    make.ConventionFactory(antenna=convention.antenna, starts_on=TODAY)
    # Its file was put before the committee long ago, for the committee to decide today.
    late = name == "committee:application_list"
    lines = told().splitlines()
    assert [line for line in lines if not (late and other.reference in line)] == (
        before.splitlines()
    )


@pytest.mark.parametrize("name", LISTS)
def test_a_past_list_costs_the_same_for_one_row_and_for_many(
    client, root, convention, name, django_assert_max_num_queries
):
    lived(convention)
    client.force_login(root)
    ask(client, name, convention, 2)
    with django_assert_max_num_queries(30) as few:
        ask(client, name, convention, 2)
    for _ in range(4):
        make.late_advance(convention=convention)
        make.ConventionFactory(antenna=convention.antenna)
        make.MissionFactory(application=make.approved(convention=convention))
        make.called(convention.pledges.last(), Decimal(50), on=day(-9), due_on=day(-3))
    with django_assert_max_num_queries(len(few)):
        ask(client, name, convention, 2)


# What each list tells of a day


def test_aids_tell_their_sums_of_the_day(client, root, convention):
    lived(convention)
    client.force_login(root)
    [before], [now] = (rows(client, "support:aid_list", convention, ago) for ago in (2, 0))
    assert (before.then.repaid, now.then.repaid) == (0, 150)
    assert (before.then.outstanding, now.then.outstanding) == (1_000, 850)
    assert before.then.late - now.then.late == 150
    assert rows(client, "support:aid_list", convention, 200) == []
    text = b"".join(ask(client, "support:aid_list", convention, 2, format="csv")).decode(
        "utf-8-sig"
    )
    [line] = csv.DictReader(StringIO(text), delimiter=";")
    assert line["Reste à rembourser (€)"] == "1000,00"


def test_only_late_aids_are_those_late_on_the_day(client, root, convention):
    lived(convention)
    client.force_login(root)
    assert rows(client, "support:aid_list", convention, 2, late="on")
    assert not rows(client, "support:aid_list", convention, 41, late="on")


def test_missions_tell_the_days_and_the_state_of_the_day(client, root, convention):
    lived(convention)
    client.force_login(root)
    name = "support:mission_list"
    [before], [now] = (rows(client, name, convention, ago) for ago in (2, 0))
    assert (before.delivered, now.delivered) == (1, 2)
    assert (before.certified, now.certified) == (0, 1)
    assert before.state == "running"
    assert rows(client, name, convention, 2, to_certify="on")
    assert not rows(client, name, convention, 21, to_certify="on")
    assert rows(client, name, convention, 31) == []


def test_files_tell_the_step_of_the_day(client, root, convention):
    application = make.submitted(convention=convention, on=day(-9))
    application.withdraw(on=day(-4), reason="Projet abandonné")
    client.force_login(root)
    name = "committee:application_list"
    [before], [now] = (rows(client, name, convention, ago) for ago in (5, 0))
    assert (before.status, now.status) == ("submitted", "withdrawn")
    assert rows(client, name, convention, 5, awaiting="on") == [application]
    assert rows(client, name, convention, 5, status="withdrawn") == []
    assert rows(client, name, convention, 0, age="up_to_30") == [application]
    assert rows(client, name, convention, 0, age="beyond") == []
    assert rows(client, name, convention, 10) == []


def test_conventions_tell_their_balance_and_state_of_the_day(client, root, convention):
    lived(convention)
    convention.close(on=TODAY, reason="Fin")
    client.force_login(root)
    name = "conventions:convention_list"
    [before], [now] = (rows(client, name, convention, ago) for ago in (2, 0))
    assert (before.status, now.status) == ("signed", "closed")
    assert (before.balance, now.balance) == (119_000, 119_150)
    assert rows(client, name, convention, 2, status="closed") == []
    assert Convention.objects.get().status == "closed"


def test_calls_and_pledges_tell_what_had_come_on_the_day(client, root, convention):
    pledge = convention.pledges.first()
    call = make.called(pledge, Decimal(700), on=day(-40), due_on=day(-10))
    pledge.receive(Decimal(700), on=day(-1), call=call)
    client.force_login(root)
    [before], [now] = (rows(client, "conventions:call_list", convention, ago) for ago in (2, 0))
    assert (before.state, before.received, before.days_late) == ("late", 0, 8)
    assert (now.state, now.received) == ("received", 700)
    assert rows(client, "conventions:call_list", convention, 2, retard="on") == [call]
    told = Pledge.objects.filter(pk=pledge.pk)
    before = told.with_received(day(-2)).with_calls(day(-2)).get()
    now = told.with_received().with_calls(TODAY).get()
    assert (before.received, before.late, before.waiting) == (0, 700, 700)
    assert (now.received, now.late, now.waiting) == (700, 0, 0)
    page = ask(client, "conventions:pledge_list", convention, 2)
    assert not page.context["receipts"] and not page.context["edits"]
    assert sum(each["total_received"] for each in page.context["totals"]) == 0


def test_a_pledge_withdrawn_since_stood_on_the_day(client, root, convention):
    pledge = convention.pledges.first()
    expected = pledge.amount
    pledge.withdraw(on=day(-1), reason="Renonce")
    client.force_login(root)
    name = "conventions:pledge_list"
    before = next(each for each in rows(client, name, convention, 2) if each == pledge)
    now = next(each for each in rows(client, name, convention, 0) if each == pledge)
    assert (before.withdrawn_on, before.expected) == (None, expected)
    assert (now.withdrawn_on, now.expected) == (day(-1), 0)


def test_the_ledger_tells_the_balances_of_the_day(client, root, convention):
    lived(convention)
    client.force_login(root)
    name = "conventions:entry_list"
    before, now = (ask(client, name, convention, ago).context["balances"] for ago in (2, 0))
    assert sum(balance for _label, balance in before) == 119_000
    assert sum(balance for _label, balance in now) == 119_150


def test_the_register_tells_what_was_declared_on_the_day(client, root, convention):
    decision = make.approved(convention=convention, on=day(-30), grant=Decimal(300)).approval
    aid = make.AidFactory(decision=decision, contract_on=day(-25))
    Declaration.record([aid], on=day(-1), reference="R-1", by=root)
    client.force_login(root)
    name = "support:register"
    [before], [now] = (rows(client, name, convention, ago) for ago in (2, 0))
    assert (before.declared_on, before.is_overdue) == (None, True)
    assert now.declared_on == day(-1)
    assert rows(client, name, convention, 2, waiting="on") == [aid]
    assert rows(client, name, convention, 0, waiting="on") == []
    assert rows(client, name, convention, 26) == []


def test_the_jobs_of_a_file_tell_those_that_counted_on_the_day(client, root, convention):
    application = make.approved(convention=convention)
    job = make.JobFactory(application=application, starts_on=day(-9), observed_on=day(-6))
    job.verify(on=day(-1), how="Registre", by=root)
    client.force_login(root)
    url = reverse("support:job_list_of_application", args=[application.pk])

    def told(ago):
        context = client.get(url, {"au": day(-ago).isoformat()}).context
        return len(context["jobs"]), context["created"], context["verified_created"]

    assert [told(ago) for ago in (7, 2, 0)] == [(0, 0, 0), (1, 1, 0), (1, 1, 1)]
    page = client.get(url, {"au": day(-2).isoformat()})
    assert "Constatés, qui comptaient ce jour-là" in words(page)
    assert reverse("support:job_strike", args=[job.pk]) not in page.text
    wrong = client.get(url, {"au": "2090-01-01"})
    assert wrong.status_code == 200 and "Cette date est dans le futur" in words(wrong)
    assert "Constatés" not in words(wrong)
