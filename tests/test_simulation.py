"""The simulation of a session: what the antenna tries and proposes, deciding nothing."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from committee.decision_forms import DecisionForm
from committee.history import changes
from committee.models import Amounts, Application
from committee.proposals import ProposalsRefused, propose_all
from committee.screening import findings, findings_of
from reports.evaluation import Evaluation
from reports.simulation import Trial, envelope_trials, gauge_trials, total_of
from tests import factories as make
from tests.factories import TODAY
from tests.refusals import refused, refused_by

NOTHING = Amounts(Decimal(0), Decimal(0), Decimal(0), 0)


def amounts(advance=0, grant=0, days=0, jobs=0):
    return Amounts(Decimal(advance), Decimal(grant), Decimal(days), jobs)


@pytest.fixture
def file(convention):
    """It asks for an advance of 10 000 €, two days; three jobs are planned."""
    return make.submitted(convention=convention)


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


# The proposal


def test_a_proposal_is_kept_as_a_whole(file):
    assert file.proposal is None
    file.propose(advance=8_000, grant=500, days=Decimal("1.5"), jobs=2, on=TODAY)
    kept = Application.objects.get()
    assert kept.proposal == amounts(8_000, 500, "1.5", 2)
    assert kept.status == "submitted"
    assert kept.convention.available("general", TODAY) == 100_000
    kept.forget_proposal()
    assert Application.objects.get().proposal is None


@pytest.mark.parametrize(
    "half",
    [
        {"proposed_advance": 1},
        {"proposed_advance": 1, "proposed_grant": 1, "proposed_days": 1},
        {"proposed_jobs": 3},
        *(
            dict.fromkeys(["proposed_advance", "proposed_grant", "proposed_days"], 0)
            | {"proposed_jobs": 0, f"proposed_{name}": -1}
            for name in ("advance", "grant", "days")
        ),
    ],
)
def test_the_database_refuses_half_a_proposal_and_a_negative_one(file, half):
    with refused_by("application_proposal_whole_or_none"):
        Application.objects.filter(pk=file.pk).update(**half)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"advance": Decimal(-1)}, "proposed_advance"),
        ({"grant": Decimal("0.001")}, "proposed_grant"),
        ({"days": Decimal("0.3")}, "proposed_days"),
        ({"jobs": 10_000}, "proposed_jobs"),
    ],
)
def test_an_amount_that_makes_no_sense_is_refused_beside_its_field(file, typed, field):
    with refused(field=field):
        file.propose(**amounts()._asdict() | typed, on=TODAY)


def test_the_text_in_force_binds_a_proposal_as_it_will_bind_the_award(toul):
    convention = make.ConventionFactory(
        antenna=toul, funds=100_000, terms={"advance_cap": 12_000, "advance_needs_days": True}
    )
    file = make.submitted(convention=convention)
    with refused(field="advance"):
        file.propose(**amounts(13_000, days=1)._asdict(), on=TODAY)
    with refused(field="days"):
        file.propose(**amounts(1_000)._asdict(), on=TODAY)
    assert Application.objects.get().proposal is None


def test_only_a_file_that_waits_gets_a_proposal(convention):
    draft = make.ApplicationFactory(convention=convention)
    decided = make.approved(convention=convention)
    for each in (draft, decided):
        with refused("wrong_step"):
            each.propose(**NOTHING._asdict(), on=TODAY)
        with refused("wrong_step"):
            each.forget_proposal()


def test_what_was_proposed_stays_readable_after_the_decision(file):
    file.propose(**amounts(8_000, days=1)._asdict(), on=TODAY)
    file.approve(on=TODAY, advance=Decimal(7_000), days=1)
    assert Application.objects.get().proposal == amounts(8_000, days=1)


def test_a_file_put_back_before_the_committee_begins_without_a_proposal(file):
    file.propose(**amounts(8_000)._asdict(), on=TODAY)
    file.adjourn(on=TODAY, reason="Manque le devis")
    assert file.proposal
    file.submit(on=TODAY)
    assert Application.objects.get().proposal is None


def test_the_history_of_a_file_tells_its_proposals(file):
    file.propose(**amounts(8_000)._asdict(), on=TODAY)
    told = changes(file, with_private_notes=False)[0].fields
    assert ("avance proposée (€)", "–", "8000") in [
        (label, before, after.removesuffix(".00")) for label, before, after in told
    ]


# All proposals of a session


def test_proposals_are_kept_together_up_to_the_last_cent(convention, file):
    other = make.submitted(convention=convention)
    pairs = [(file, amounts(60_000)), (other, amounts(40_000))]
    propose_all(convention, pairs, on=TODAY)
    with refused("overdrawn"):
        propose_all(convention, [(file, amounts("60000.01"))], on=TODAY)
    kept = Application.objects.order_by("pk")
    assert [each.proposal.money for each in kept] == [60_000, 40_000]


def test_each_envelope_is_watched_by_itself(convention, file):
    weak = make.submitted(convention=convention, envelope="difficulty")
    with refused("overdrawn"):
        propose_all(convention, [(file, amounts(1)), (weak, amounts(20_001))], on=TODAY)
    propose_all(convention, [(file, amounts(100_000)), (weak, amounts(0, 20_000))], on=TODAY)


def test_one_refused_proposal_keeps_the_others_from_being_kept(convention, file):
    other = make.submitted(convention=convention)
    with pytest.raises(ProposalsRefused) as caught:
        propose_all(convention, [(file, amounts(1_000)), (other, amounts(-1))], on=TODAY)
    assert caught.value.refusals.keys() == {other.pk}
    assert {each.proposal for each in Application.objects.all()} == {None}


# The arithmetic


def test_the_gauges_move_by_what_is_tried(toul):
    convention = make.ConventionFactory(
        antenna=toul,
        funds=100_000,
        terms={"target_aid": 50_000, "target_days": 10, "target_jobs": 4},
    )
    make.approved(convention=convention)  # 10 000 €, 2 days, 3 jobs
    file = make.submitted(convention=convention, planned_jobs_maintained=5)
    trials = [Trial(file, amounts(20_000, 5_000, "1.5", 2))]
    euros, days, jobs = gauge_trials(Evaluation(convention, TODAY), trials)
    assert (euros.committed, euros.tried, euros.simulated) == (10_000, 25_000, 35_000)
    assert (euros.remaining, euros.share_committed, euros.share_simulated) == (15_000, 20, 70)
    assert (days.committed, days.simulated, days.remaining) == (2, Decimal("3.5"), Decimal("6.5"))
    assert (jobs.committed, jobs.simulated, jobs.remaining) == (3, 5, 0)
    assert (jobs.share_simulated, jobs.widths) == (125, [75, 100])


def test_jobs_maintained_are_added_where_they_count(toul):
    convention = make.ConventionFactory(
        antenna=toul, funds=100_000, terms={"maintained_jobs_count": True}
    )
    file = make.submitted(convention=convention, planned_jobs_maintained=5)
    jobs = gauge_trials(Evaluation(convention, TODAY), [Trial(file, amounts(jobs=2))])[-1]
    assert (jobs.tried, jobs.share_simulated, jobs.widths) == (7, None, [0, 0])


def test_an_envelope_tells_what_it_would_have_left(convention, file):
    weak = make.submitted(convention=convention, envelope="difficulty")
    trials = [Trial(file, amounts(30_000, 1_000)), Trial(weak, amounts(25_000))]
    general, difficulty = envelope_trials(convention, trials, TODAY)
    assert (general.holds, general.left) == (100_000, 69_000)
    assert (difficulty.taken.money, difficulty.left) == (25_000, -5_000)
    assert total_of(trials).money == 56_000
    assert total_of([]) == NOTHING


def test_the_findings_of_several_files_are_those_of_each(convention):
    group = {"antenna": convention.antenna, "group_name": "Groupe Marchal"}
    first = make.approved(convention=convention, company=make.CompanyFactory(**group))
    make.DeclaredAidFactory(company=first.company, amount=299_000)
    files = [
        make.ApplicationFactory(convention=convention, company=make.CompanyFactory(**group)),
        make.ApplicationFactory(convention=convention, company=first.company),
        make.ApplicationFactory(convention=convention, requested_advance=150_000),
        make.ApplicationFactory(convention=convention, without_aid="same"),
    ]
    alone = [findings(each, TODAY) for each in files]
    assert findings_of(files, TODAY) == alone
    told = {"small_company", "difficulty", "financing_plan"}  # nobody typed their figures
    assert [[each.rule for each in found if each.rule not in told] for found in alone] == [
        ["de_minimis", "previous_aid"],
        ["de_minimis", "previous_aid"],
        ["envelope_room"],
        ["same_without_aid"],
    ]


# The page


def typed(page, **changed):
    """What the form of the page would send, `changed` by file and name."""
    fields = re.findall(r'name="(\d+-\w+)"[^>]*? value="([^"]*)"', page.content.decode())
    return dict(fields) | changed


def url_of(convention):
    return reverse("reports:simulation", args=[convention.pk])


def test_the_page_tries_without_keeping_then_keeps(client, alice, convention, file):
    client.force_login(alice)
    url = url_of(convention)
    page = client.get(url)
    assert "90 000,00 €" in words(page)  # what the request would leave
    assert "Effacer" not in words(page)
    sent = typed(page, **{f"{file.pk}-proposed_advance": "30 000", f"{file.pk}-proposed_days": ""})
    tried = client.post(url, sent)
    assert "70 000,00 €" in words(tried)
    assert tried.context["page"].trials[0].amounts == amounts(30_000, jobs=3)
    assert Application.objects.get().proposal is None
    kept = client.post(url, sent | {"enregistrer": "1"}, follow=True)
    assert "sont enregistrées" in words(kept) and "Effacer" in words(kept)
    assert "70 000,00 €" in words(kept)
    assert Application.objects.get().proposal == amounts(30_000, jobs=3)
    client.post(url, {"effacer": "1"})
    assert Application.objects.get().proposal is None


def test_beyond_the_envelope_nothing_is_kept_and_what_was_typed_stays(
    client, alice, convention, file
):
    client.force_login(alice)
    url = url_of(convention)
    sent = typed(client.get(url), **{f"{file.pk}-proposed_grant": "95000"})
    page = client.post(url, sent | {"enregistrer": "1"})
    assert "dépassent l’enveloppe" in words(page) and "−5 000,00 €" in words(page)
    assert "Rien n’est enregistré : ces propositions prennent 105 000,00 €" in words(page)
    assert 'value="95000"' in page.content.decode()
    assert Application.objects.get().proposal is None


def test_an_amount_that_cannot_be_read_is_told_beside_it(client, alice, convention, file):
    client.force_login(alice)
    url = url_of(convention)
    for wrong in ("beaucoup", "-5"):
        sent = typed(client.get(url), **{f"{file.pk}-proposed_grant": wrong})
        page = client.post(url, sent | {"enregistrer": "1"})
        assert page.context["page"].forms[0].errors.keys() == {"proposed_grant"}
        assert f'id="id_{file.pk}-proposed_grant_error"' in page.content.decode()
    assert Application.objects.get().proposal is None


def test_the_rule_of_the_text_is_told_beside_the_amount(client, alice, toul):
    convention = make.ConventionFactory(antenna=toul, funds=100_000, terms={"advance_cap": 12_000})
    file = make.submitted(convention=convention)
    client.force_login(alice)
    sent = typed(client.get(url_of(convention)), **{f"{file.pk}-proposed_advance": "13000"})
    page = client.post(url_of(convention), sent | {"enregistrer": "1"})
    assert page.context["page"].forms[0].errors.keys() == {"proposed_advance"}


def test_files_that_came_or_left_meanwhile_are_told(client, alice, convention, file):
    client.force_login(alice)
    url = url_of(convention)
    sent = typed(client.get(url)) | {"enregistrer": "1"}
    new = make.submitted(convention=convention)
    assert client.post(url, sent).status_code == 302
    new.refresh_from_db()
    assert new.proposal is None
    sent = typed(client.get(url)) | {"enregistrer": "1"}
    file.refuse(on=TODAY, reason="Sans lendemain")
    page = client.post(url, sent)
    assert "n’attend plus le comité" in words(page)
    assert "Quelqu’un a enregistré" not in words(page)


def test_two_people_on_one_simulation_do_not_erase_each_other(client, alice, convention, file):
    client.force_login(alice)
    url = url_of(convention)
    sent = typed(client.get(url)) | {"enregistrer": "1"}
    file.propose(**amounts(1_000)._asdict(), on=TODAY)
    assert "Quelqu’un a enregistré" in words(client.post(url, sent))
    file.refresh_from_db()
    assert file.proposal.advance == 1_000


def test_an_antenna_simulates_its_own_waiting_files_alone(client, alice, charlie, convention, file):
    make.ApplicationFactory(convention=convention)
    make.approved(convention=convention)
    make.submitted(convention=make.ConventionFactory(antenna=convention.antenna, funds=100_000))
    client.force_login(alice)
    assert client.get(url_of(convention)).context["page"].files == [file]
    client.force_login(charlie)
    assert client.get(url_of(convention)).status_code == 404


def test_readers_and_the_network_read_it_the_committee_does_not(
    client, bob, nadia, maria, fred, convention, file
):
    convention.readers.add(fred)
    for person, status in ((bob, 200), (nadia, 200), (maria, 404), (fred, 404)):
        client.force_login(person)
        page = client.get(url_of(convention))
        assert page.status_code == status
        assert "proposed_advance" not in page.content.decode()
    for person, status in ((bob, 403), (nadia, 403), (maria, 404)):
        client.force_login(person)
        assert client.post(url_of(convention), {"effacer": "1"}).status_code == status


def test_the_simulation_is_reached_from_the_convention_and_from_what_waits(
    client, alice, bob, convention, file
):
    link = f'href="{url_of(convention)}"'
    client.force_login(alice)
    assert link in client.get(convention.get_absolute_url()).content.decode()
    assert link in client.get("/").content.decode()
    client.force_login(bob)
    assert link not in client.get(convention.get_absolute_url()).content.decode()


def test_a_convention_without_a_waiting_file_says_so(client, alice, convention):
    client.force_login(alice)
    page = words(client.get(url_of(convention)))
    assert "n’attend le comité" in page
    assert "Enregistrer les propositions" not in page


def test_the_page_costs_the_same_for_one_file_and_for_many(
    client, alice, convention, file, django_assert_max_num_queries
):
    client.force_login(alice)
    url = url_of(convention)
    with django_assert_max_num_queries(60) as few:
        client.get(url)
    for _ in range(6):
        make.CompanyFiguresFactory(company=make.submitted(convention=convention).company)
    with django_assert_max_num_queries(len(few)):
        client.get(url)


# Who reads a proposal


def test_the_committee_and_the_antenna_read_the_proposal_on_the_file(
    client, alice, maria, convention, file
):
    client.force_login(alice)
    assert "Proposition de l’antenne" not in words(client.get(file.get_absolute_url()))
    file.propose(**amounts(7_500, days=1, jobs=2)._asdict(), on=TODAY)
    for person in (alice, maria):
        client.force_login(person)
        page = words(client.get(file.get_absolute_url()))
        assert "Proposition de l’antenne" in page and "7 500,00 €" in page


def test_a_decision_begins_with_what_was_proposed(file):
    assert DecisionForm(application=file).initial["advance"] == 10_000
    file.propose(**amounts(7_500, 200, 1, 2)._asdict(), on=TODAY)
    initial = DecisionForm(application=file).initial
    assert [initial[name] for name in ("advance", "grant", "days", "jobs_created")] == [
        7_500,
        200,
        1,
        2,
    ]
