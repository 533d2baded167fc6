"""What came of the files, side by side: the same figures as each convention's evaluation."""

from decimal import Decimal

import pytest
from django.urls import reverse

from reports.evaluation import Evaluation
from reports.outcomes import GROUPINGS, outcomes
from tests import factories as make

LIST = reverse("reports:outcome_list")
FIGURES = {
    "to_create": "jobs_to_create",
    "created": "jobs_created",
    "verified": "jobs_verified",
    "disbursed": "aid_disbursed",
    "repaid": "aid_repaid",
    "value": "skill_days_value",
    "creation_rate": "creation_rate",
    "realisation_rate": "realisation_rate",
    "cost_per_job": "cost_per_job",
    "cost_per_job_with_days": "cost_per_job_with_days",
    "cost_per_job_net": "cost_per_job_net",
}


def lived(convention, *, purpose="quality", sponsors=("Sidérac",)):
    """A file with money out and back, days of these sponsors, two jobs, one of them verified."""
    file = make.approved(convention=convention, purpose=purpose, on=make.day(-100), days=4)
    aid = make.AidFactory(decision=file.approval, contract_on=make.day(-90), instalments=1)
    aid.disburse(Decimal(6_000), on=make.day(-80))
    aid.repay(Decimal(1_500), on=make.day(-20))
    for name in sponsors:
        expert = make.ExpertFactory(sponsor=sponsor(name))
        mission = make.MissionFactory(application=file, expert=expert, starts_on=make.day(-80))
        make.SkillDayFactory(mission=mission, done_on=make.day(-40))
    for observed in (-60, -10):
        job = make.JobFactory(
            application=file, starts_on=make.day(-70), observed_on=make.day(observed)
        )
    job.verify(on=make.day(-5), how="DSN")
    return file


def sponsor(name):
    return make.SponsorFactory._meta.model.objects.filter(name=name).first() or make.SponsorFactory(
        name=name
    )


@pytest.fixture
def conventions(toul, longwy):
    found = []
    for antenna in (toul, toul, longwy):
        convention = make.ConventionFactory(
            antenna=antenna, funds=100_000, terms={"day_value": 800}
        )
        lived(convention)
        found.append(convention)
    lived(found[0], purpose="digital", sponsors=("Sidérac", "Michelin"))
    return found


@pytest.mark.parametrize("offset", [0, -15, -50, -200])
def test_each_convention_has_the_figures_of_its_evaluation(nadia, conventions, offset):
    at = make.day(offset)
    lines, _whole = outcomes(nadia, "convention", at)
    found = {line.label: line for line in lines}
    for convention in conventions:
        evaluation = Evaluation(convention, at)
        line = found.get(convention.reference)
        assert bool(line) == (offset > -100)
        for mine, theirs in FIGURES.items() if line else ():
            assert getattr(line, mine) == getattr(evaluation, theirs), (convention, mine)


@pytest.mark.parametrize("by", ["convention", "antenne", "objet"])
def test_lines_sum_to_the_whole_where_a_file_is_in_one(nadia, conventions, by):
    lines, whole = outcomes(nadia, by, make.day(0))
    for name in ("files", "to_create", "created", "verified", "disbursed", "repaid", "value"):
        assert sum(getattr(line, name) for line in lines) == getattr(whole, name) > 0


def test_a_file_counts_for_each_sponsor_that_gave_it_days(nadia, conventions):
    lines, whole = outcomes(nadia, "apporteur", make.day(0))
    assert {line.label: line.files for line in lines} == {"Michelin": 1, "Sidérac": 4}
    assert whole.files == 4
    lines, _whole = outcomes(nadia, "apporteur", make.day(-50))
    assert not lines  # no day was given yet


def test_one_reads_the_files_of_one_s_antennas(alice, conventions):
    lines, whole = outcomes(alice, "antenne", make.day(0))
    assert ([line.label for line in lines], whole.files) == (["Toul"], 3)


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_the_page_and_its_files_tell_the_same(client, alice, conventions):
    client.force_login(alice)
    page = words(client.get(LIST, {"par": "objet"}))
    assert "Qualité" in page and "Numérique" in page and "3 000,00 €" in page and "33 %" in page
    file = client.get(LIST, {"par": "objet", "format": "csv"}).getvalue().decode("utf-8-sig")
    assert "3000,00" in file and "En tout" in file
    assert client.get(LIST, {"format": "xlsx"}).getvalue()[:2] == b"PK"
    assert "Aucun dossier accordé à cette date." in words(client.get(LIST, {"au": "2001-01-01"}))


@pytest.mark.parametrize("by", GROUPINGS)
def test_each_line_leads_to_what_it_tells_of(client, alice, conventions, by):
    client.force_login(alice)
    file = client.get(LIST, {"par": by, "format": "csv"}).getvalue().decode("utf-8-sig")
    heading, *lines = (line.split(";") for line in file.splitlines())
    page = client.get(LIST, {"par": by})
    assert heading[-1] == "Lien"
    for line in lines:
        answer = client.get(line[-1])
        assert answer.status_code == 200 and line[0] in answer.text or line[0] == "En tout"
    for line in page.context["lines"]:
        assert f'href="{line.url.replace("&", "&amp;")}"' in page.text


@pytest.mark.parametrize("asked", [{"par": "typo"}, {"au": "hier"}, {"au": "2999-01-01"}])
def test_a_wrong_question_is_told_and_gives_no_file(client, alice, asked):
    client.force_login(alice)
    answer = client.get(LIST, asked | {"format": "csv"})
    assert answer.status_code == 200 and "text/html" in answer["Content-Type"]


def test_it_costs_the_same_for_one_file_and_for_many(
    nadia, conventions, django_assert_max_num_queries
):
    for by in GROUPINGS:
        with django_assert_max_num_queries(11):
            outcomes(nadia, by, make.day(0))
