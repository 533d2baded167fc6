"""What the funders of a convention decide: recorded, struck out, and carried out by a step."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from conventions.models import Convention
from reports.models import Verdict
from territories.dates import in_figures
from tests import factories as make
from tests.forms_read import plain
from tests.left import judged, kept
from tests.numbers import TODAY, day
from tests.refusals import refused, refused_by


def url(name, row):
    return reverse(name, args=[row.pk])


def typed(**fields):
    return {"outcome": "renewed", "met_on": day(-1).isoformat(), "text": "Bon bilan."} | fields


def record(client, convention, **fields):
    return client.post(url("reports:verdict_add", convention), typed(**fields), follow=True)


# The rule


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("verdict_outcome_known", {"outcome": "praised"}),
        ("verdict_says_why", {"text": ""}),
        ("verdict_once_in_a_meeting", {}),
        ("verdict_struck_out_with_a_reason", {"struck_reason": "x", "met_on": day(-9)}),
    ],
)
def test_the_database_refuses_a_wrong_verdict(convention, constraint, fields):
    if constraint == "verdict_once_in_a_meeting":
        judged(convention)
    with refused_by(constraint):
        judged(convention, **fields)


def test_a_verdict_is_on_a_convention_that_was_signed(convention, toul, alice):
    fields = {"outcome": "renewed", "text": "Bon bilan."}
    with refused(field="met_on"):
        Verdict.record(convention, by=alice, met_on=day(-366), **fields)
    with refused(field="met_on"):
        Verdict.record(
            make.ConventionFactory(antenna=toul, signed=False), by=alice, met_on=TODAY, **fields
        )
    with refused(field="met_on"):
        Verdict.record(convention, by=alice, met_on=day(1), **fields)


def test_the_copy_that_was_read_is_of_the_convention_and_was_frozen_by_the_meeting(
    convention, toul, alice
):
    fields = {"outcome": "renewed", "text": "Bon bilan."}
    other = kept(make.ConventionFactory(antenna=toul))
    with refused(field="report"):
        Verdict.record(convention, by=alice, met_on=TODAY, report=other, **fields)
    copy = kept(convention)  # of yesterday
    with refused(field="report"):
        Verdict.record(convention, by=alice, met_on=day(-2), report=copy, **fields)
    later = kept(convention, 2, frozen_at=timezone.now())  # of yesterday too, but made today
    with refused(field="report"):
        Verdict.record(convention, by=alice, met_on=day(-1), report=later, **fields)
    assert Verdict.record(convention, by=alice, met_on=day(-1), report=copy, **fields).pk


def test_a_verdict_struck_out_leaves_its_meeting_to_another(convention, alice):
    wrong = judged(convention)
    with refused(field="reason"):
        wrong.strike(reason=" ", by=alice)
    wrong.strike(reason="Mauvaise convention", by=alice)
    right = judged(convention, outcome="stopped")
    assert convention.verdicts.known_on(TODAY).get() == right
    assert not convention.verdicts.known_on(day(-2)).exists()


# Its pages


def test_a_coordinator_records_a_verdict_and_sees_what_to_do(client, alice, convention):
    client.force_login(alice)
    copy = kept(convention)
    page = record(client, convention, report=copy.pk, conditions="Vérifier les emplois.")
    verdict = Verdict.objects.get()
    assert verdict.created_by == alice and verdict.report == copy
    for text in ("Bon bilan.", "Vérifier les emplois.", str(copy), "Préparer la reconduction"):
        assert text in page.text
    assert url("conventions:renew", convention) in page.text
    for name in ("reports:convention", "reports:evaluation", "reports:frozen_list"):
        assert verdict.get_absolute_url() in client.get(url(name, convention)).text
    assert verdict.get_absolute_url() in client.get(copy.get_absolute_url()).text


def test_a_copy_frozen_after_the_meeting_is_neither_offered_nor_taken(client, alice, convention):
    client.force_login(alice)
    read, later = kept(convention), kept(convention, 2, frozen_at=timezone.now())

    def offered(page):
        return [key for key, _label in page.context["form"].fields["report"].choices]

    page = client.get(url("reports:verdict_add", convention))  # of a meeting of today
    assert offered(page) == ["", later.pk, read.pk]
    assert f'hx-get="{url("reports:verdict_add", convention)}"' in page.text
    for met_on, copies in ((day(-1).isoformat(), [read.pk]), ("hier", [later.pk, read.pk])):
        page = client.get(url("reports:verdict_add", convention), {"met_on": met_on, "report": "x"})
        assert page.status_code == 200 and offered(page) == ["", *copies]
    page = record(client, convention, report=later.pk)
    assert f"a été établi le {in_figures(TODAY)}, après la réunion" in plain(page.text)
    assert "report" in page.context["form"].errors and not Verdict.objects.exists()
    assert offered(page) == ["", later.pk, read.pk]  # what was chosen is not lost


def test_a_draft_has_no_verdict_and_says_so(client, alice, toul):
    client.force_login(alice)
    draft = make.ConventionFactory(antenna=toul, signed=False)
    for page in (client.get(url("reports:verdict_add", draft)), record(client, draft)):
        assert "cette convention n’est pas signée" in page.text and "form" not in page.context
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"outcome": "praised"}, "Choisissez dans la liste."),
        ({"outcome": ""}, "Ce champ est obligatoire"),
        ({"met_on": "hier"}, "Saisissez une date valide"),
        ({"met_on": day(3).isoformat()}, "Cette date est dans le futur"),
        ({"met_on": day(-400).isoformat()}, "était signée ce jour-là"),
        ({"met_on": "0001-01-01"}, "Vérifiez l’année"),
        ({"text": " "}, "Ce champ est obligatoire"),
        ({"report": "999999"}, "Choisissez dans la liste."),
        ({"report": "x"}, "Choisissez dans la liste."),
    ],
)
def test_a_wrong_verdict_gets_a_sentence(client, alice, convention, fields, sentence):
    client.force_login(alice)
    answer = record(client, convention, **fields)
    assert answer.status_code == 200 and sentence in plain(answer.text)
    assert not Verdict.objects.exists()


def test_a_second_verdict_of_a_meeting_gets_a_sentence_beside_its_day(client, alice, convention):
    judged(convention)
    client.force_login(alice)
    answer = record(client, convention)
    assert "Un verdict de cette réunion est déjà enregistré" in plain(answer.text)
    assert "met_on" in answer.context["form"].errors


def test_a_verdict_is_struck_out_and_stays_visible(client, alice, convention):
    verdict = judged(convention)
    client.force_login(alice)
    client.post(url("reports:verdict_strike", verdict), {"reason": "Mauvaise convention"})
    assert "Mauvaise convention" in client.get(url("reports:frozen_list", convention)).text
    assert "Mauvaise convention" in client.get(verdict.get_absolute_url()).text
    assert verdict.get_absolute_url() not in client.get(convention.get_absolute_url()).text


@pytest.mark.parametrize("name", ["verdict_add", "verdict_strike"])
def test_who_reads_does_not_judge(client, bob, charlie, fred, nadia, convention, name):
    verdict = judged(convention, met_on=day(-5))
    convention.readers.add(fred)
    row = convention if name == "verdict_add" else verdict
    for person, status in ((bob, 403), (charlie, 404), (fred, 404), (nadia, 302)):
        client.force_login(person)
        answer = client.post(url(f"reports:{name}", row), typed(reason="Erreur"))
        assert answer.status_code == status


def test_a_funder_reads_the_verdict_and_is_told_of_no_step(client, fred, convention):
    verdict = judged(convention)
    client.force_login(fred)
    assert client.get(verdict.get_absolute_url()).status_code == 404
    convention.readers.add(fred)
    page = client.get(verdict.get_absolute_url())
    assert "Bon bilan." in page.text and "step" not in page.context


# The step that carries it out


def step(client, convention, outcome):
    return client.get(judged(convention, outcome=outcome).get_absolute_url()).context["step"]


@pytest.mark.parametrize(
    ("outcome", "name", "status"),
    [
        ("suspended", "suspend", Convention.Status.SUSPENDED),
        ("stopped", "close", Convention.Status.CLOSED),
    ],
)
def test_a_verdict_leads_to_a_step_already_written(
    client, alice, convention, outcome, name, status
):
    client.force_login(alice)
    found = step(client, convention, outcome)
    assert url(f"conventions:{name}", convention) in found.url and not found.is_done
    form = client.get(found.url).context["form"]
    assert form.initial["on"] == day(-1).isoformat()
    assert form.initial["reason"].endswith("Bon bilan.")
    client.post(found.url, {"on": day(-1).isoformat(), "reason": form.initial["reason"]})
    convention.refresh_from_db()
    assert convention.status == status
    assert client.get(Verdict.objects.get().get_absolute_url()).context["step"].is_done


def test_a_prolongation_leads_to_an_amendment(client, alice, convention):
    client.force_login(alice)
    found = step(client, convention, "prolonged")
    assert url("conventions:amend", convention) in found.url
    page = client.get(found.url)
    assert page.context["form"].initial["reason"].endswith("Bon bilan.")


@pytest.mark.parametrize(
    ("change", "signed", "is_done"),
    [
        ({"target_jobs": 55}, 0, False),
        ({"ends_on": -30}, 0, False),
        ({"ends_on": 180}, -5, False),
        ({"ends_on": 180}, 0, True),
        ({"ends_on": 180, "target_jobs": 55}, -1, True),
    ],
)
def test_only_an_amendment_that_puts_the_end_off_carries_a_prolongation_out(
    client, alice, convention, change, signed, is_done
):
    client.force_login(alice)
    verdict = judged(convention, outcome="prolonged")
    terms = convention.terms.last()
    terms.effective_on = day(signed)
    terms.ends_on += timedelta(days=change.get("ends_on", 0))
    terms.target_jobs = change.get("target_jobs", terms.target_jobs)
    convention.amend(terms, signed_on=day(signed), reason="Verdict")
    found = client.get(verdict.get_absolute_url()).context["step"]
    assert found.is_done == is_done
    assert (in_figures(terms.ends_on) in found.sentence) == is_done


@pytest.mark.parametrize("outcome", ["renewed", "extended"])
def test_a_renewal_leads_to_the_next_convention(client, alice, convention, outcome):
    client.force_login(alice)
    found = step(client, convention, outcome)
    assert found.url == url("conventions:renew", convention)
    assert ("territoires" in found.sentence) == (outcome == "extended")
    successor = convention.renew(
        reference="SUITE", name="Suite", starts_on=day(800), ends_on=day(1800)
    )
    found = client.get(Verdict.objects.get().get_absolute_url()).context["step"]
    assert found.is_done and found.url == successor.get_absolute_url()


@pytest.mark.parametrize("outcome", ["suspended", "prolonged"])
def test_nothing_more_can_be_done_of_a_convention_that_is_closed(
    client, alice, convention, outcome
):
    convention.close(on=TODAY)
    client.force_login(alice)
    assert step(client, convention, outcome) is None


def test_an_address_that_proposes_nonsense_still_opens_the_step(client, alice, convention):
    client.force_login(alice)
    for name in ("suspend", "close", "amend"):
        address = url(f"conventions:{name}", convention)
        assert client.get(f"{address}?on=x&reason=y").status_code == 200


def test_a_suspension_that_was_carried_out_is_not_asked_again(client, alice, convention):
    verdict = Verdict.record(
        convention, by=alice, outcome="suspended", met_on=make.day(-9), text="À revoir"
    )
    convention.suspend(on=make.day(-8), reason="Verdict")
    convention.resume(on=make.day(-2))
    client.force_login(alice)
    page = client.get(verdict.get_absolute_url()).content.decode()
    assert "puis elle a repris" in page and "reste à suspendre" not in page


def test_only_the_latest_verdict_leads_to_a_step(client, alice, convention):
    old, new = (
        Verdict.record(convention, by=alice, outcome=outcome, met_on=make.day(ago), text="Vu")
        for outcome, ago in (("stopped", -9), ("renewed", -2))
    )
    client.force_login(alice)
    page = client.get(old.get_absolute_url()).content.decode()
    assert "Un verdict plus récent l’a remplacé" in page and "Clore la convention" not in page
    assert "Préparer la reconduction" in client.get(new.get_absolute_url()).content.decode()
