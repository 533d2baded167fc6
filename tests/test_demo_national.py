"""The network in early 2011: the published figures come out of the rows, and the rows hold."""

import re
from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Q, Sum
from django.test import override_settings
from django.urls import reverse
from stdnum.fr import siret

from accounts.models import User
from alize.demo.national import read_national
from alize.demo.world import read_data
from committee.models import Application, Decision
from companies.models import Company
from conventions.models import Convention, Entry
from reports.evaluation import Evaluation
from reports.network.help import worries
from reports.network.picture import Network
from reports.network.sponsors import Involvement
from support.models import Aid, Disbursement, Job, Repayment, SkillDay
from territories.models import Antenna

ON = date(2011, 3, 28)
FOUNDING = [row["reference"] for row in read_data()["founding"]["conventions"]]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The national picture, loaded once for this file and then forgotten; what it printed."""
    out = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(LOCAL=True):
            call_command("demo", national=True, stdout=out)
        connection.check_constraints()  # now, not again at the end of each test
        yield out.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def national(loaded, db):
    return loaded


@pytest.fixture
def network(national):
    return Network(ON)


def test_the_published_figures_come_out_of_the_rows(network):
    published = read_national()["published"]
    total = network.total
    assert network.territories == published["territories"] == 30
    assert Involvement(network).businesses == published["businesses"] == 130
    assert total.jobs_validated == published["jobs"] == 8_300
    assert total.applications_approved == published["projects"]
    assert f"{total.validated_per_project}" == "7.0"
    assert total.jobs_created < total.jobs_to_create < total.jobs_validated < total.jobs_promised


def test_five_antennas_of_lorraine_are_open_or_planned(network):
    lorraine = {"Longwy", "Toulois", "Meuse", "Vosges"}
    assert lorraine <= {antenna.name for antenna in network.open}
    [planned] = Antenna.objects.filter(status=Antenna.Status.PROJECT)  # nobody dates a project
    assert planned.name == "Bassin houiller lorrain"
    assert network.origin.year == 1998


def test_the_page_of_that_day_tells_them(client, national):
    client.force_login(User.objects.get(email="reseau@demo.alize.example"))
    assert f"{reverse('reports:network')}?au=2011-03-28" in national
    page = client.get(reverse("reports:network"), {"au": "2011-03-28"})
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text.replace("\u00a0", " ")).split())
    text = text.replace("\u202f", " ")
    for told in (
        "30 territoires couverts par une convention en cours",
        "130 entreprises et grands groupes mobilisés",
        "8 300 emplois validés par les comités depuis l’origine",
        "7,0 emplois validés par dossier accordé",
        "Vous lisez la situation au 28/03/2011 : ce qui a suivi n’est pas montré.",
        "29 antennes ouvertes",
        "540 (60 %)",
    ):
        assert told in text


def test_small_companies_ask_mainly_for_production_then_for_customers(national):
    counts = Counter(Application.objects.values_list("purpose", flat=True))
    assert [purpose for purpose, _number in counts.most_common(2)] == ["production", "commercial"]


def test_the_founding_case_is_a_part_of_it(national):
    found = Evaluation(Convention.objects.get(reference="LONGWY-1"), ON)
    assert (found.jobs_created, found.skill_days_delivered) == (77, 80)


def test_no_ledger_was_ever_overdrawn(national):
    for convention in Convention.objects.all():
        assert min(convention.entries.balances_since(convention.starts_on), default=0) >= 0


def test_what_a_closed_convention_was_promised_came(national):
    made = Convention.objects.exclude(reference__in=FOUNDING).filter(status="closed")
    for convention in made.order_by("pk")[::5]:
        found = Evaluation(convention, ON)
        assert found.pledged == found.received > 0


def test_every_euro_is_in_the_ledger(national):
    decisions = Decision.objects.approved().select_related("entry")
    assert all(-each.entry.amount == each.advance + each.grant for each in decisions if each.entry)
    granted = sum(each.advance + each.grant for each in decisions)
    moves = Entry.objects.of("commitment", "release")
    assert -moves.aggregate(sum=Sum("amount"))["sum"] == granted
    back = Repayment.objects.standing().aggregate(sum=Sum("amount"))["sum"]
    assert Entry.objects.of("repayment").aggregate(sum=Sum("amount"))["sum"] == back
    assert all(
        line.entry.amount == line.amount for line in Repayment.objects.select_related("entry")
    )


def test_instalments_are_those_that_the_verbs_would_write(national):
    made = Aid.objects.exclude(decision__application__convention__reference__in=FOUNDING)
    for aid in made.filter(instrument="advance").order_by("pk")[::60]:
        before = sorted(aid.plan.values_list("since", "until", "due_on", "amount"))
        aid.replan()
        assert sorted(aid.plan.values_list("since", "until", "due_on", "amount")) == before
        assert aid.outstanding_on(ON) >= 0


def test_what_the_rules_ask_of_a_row_holds(national):
    made = Application.objects.exclude(convention__reference__in=FOUNDING)
    for file in made.select_related("convention").prefetch_related("decisions")[::40]:
        [decision] = file.decisions.all()
        assert file.convention.starts_on <= file.received_on < decision.decided_on <= ON
        file.full_clean()
        decision.full_clean()
    for company in Company.objects.select_related("antenna")[::60]:
        assert siret.is_valid(company.siret) and company.siret.startswith("000")
        territories = company.antenna.territories.all()
        assert any(company.commune in each.communes.all() for each in territories)


def test_nothing_made_here_is_later_than_the_day(national):
    made = Convention.objects.exclude(reference__in=FOUNDING)
    files = Application.objects.filter(convention__in=made)
    assert not Job.objects.filter(application__in=files, observed_on__gt=ON).exists()
    days = SkillDay.objects.filter(mission__application__in=files)
    assert not days.filter(Q(done_on__gt=ON) | Q(certified_on__gt=ON)).exists()
    paid = Disbursement.objects.filter(aid__decision__application__in=files)
    assert not paid.filter(paid_on__gt=ON).exists()


def test_most_antennas_are_well_and_some_need_help(network):
    assert 3 <= len(worries(network)) <= len(network.open) / 2


def test_the_picture_is_made_of_the_data_alone(national):
    names = {row["name"] for row in read_national()["antennas"]}
    assert set(Antenna.objects.values_list("name", flat=True)) == names | {"Longwy", "Toulois"}
