"""Pages of `committee`: the file and its plan, its steps, decisions, committees."""

from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committee.models import Application, Committee, FinancingLine, Seat
from tests.factories import (
    ApplicationFactory,
    CommitteeFactory,
    CompanyFactory,
    CompanyFiguresFactory,
    SeatFactory,
    SkillFactory,
    approved,
    submitted,
)

TODAY = timezone.localdate()


def url(name, *args):
    return reverse(f"committee:{name}", args=args)


def text(response):
    """The page as one line of words, every space a plain one."""
    return " ".join(unescape(response.content.decode()).split())


def plan(needs=(), resources=()):
    data = {"emplois-TOTAL_FORMS": 0, "emplois-INITIAL_FORMS": 0}
    for prefix, lines in (("besoins", needs), ("ressources", resources)):
        data |= {f"{prefix}-TOTAL_FORMS": len(lines), f"{prefix}-INITIAL_FORMS": 0}
        for position, (label, amount) in enumerate(lines):
            data |= {f"{prefix}-{position}-label": label, f"{prefix}-{position}-amount": amount}
    return data


@pytest.fixture
def typed(convention):
    """What a coordinator types for a file that lacks nothing."""
    company = CompanyFactory(antenna=convention.antenna, name="Mécanique Marchal")
    return {
        "company": "Mecanique Marchal",
        "convention": convention.pk,
        "envelope": "general",
        "purpose": "production",
        "title": "Un deuxième centre d’usinage",
        "project": "Doubler la capacité.",
        "project_starts_on": TODAY + timedelta(days=30),
        "without_aid": "later",
        "requested_advance": "10 000,50",
        "requested_grant": "0",
        "requested_days": "2,5",
        "requested_skills": [SkillFactory().pk],
        "baseline_headcount": "8",
        "planned_jobs_created": "3",
        "planned_jobs_maintained": "0",
        "hires_signed": "0",
        "private_notes": "Le dirigeant hésite encore.",
        "company_row": company,
        **plan([("Machine", "15 000,50")], [("Emprunt", "5000")]),
    }


def test_a_file_is_opened_with_its_plan(client, alice, typed):
    client.force_login(alice)
    response = client.post(url("application_add"), typed)
    application = Application.objects.get()
    assert response.url == application.get_absolute_url()
    assert application.company == typed["company_row"]
    assert application.requested_advance == Decimal("10000.50")
    assert application.requested_skills.count() == 1
    assert application.missing() == []
    page = text(client.get(response.url))
    assert "Déposer le dossier" in page and "Le plan est équilibré." in page
    assert "15 000,50 €" in page


def test_the_form_comes_filled_for_a_company(client, alice, convention):
    company = CompanyFactory(antenna=convention.antenna)
    CompanyFiguresFactory(company=company, headcount=12)
    client.force_login(alice)
    form = client.get(url("application_add"), {"entreprise": company.pk}).context["form"]
    assert form.initial["company"] == company
    assert form.initial["baseline_headcount"] == 12
    assert client.get(url("application_add"), {"entreprise": "9" * 30}).status_code == 200


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        (plan([("Machine", "20000")], [("Emprunt", "5000")]), "Il manque 4"),
        (plan([], [("Emprunt", "5000")]), "de besoins"),
        (plan([("Machine", "-5")], []), "Un montant du plan de financement est positif."),
        (plan([("Machine", "0,001")], []), "deux chiffres après la virgule"),
        (plan([("Machine", "")], []), "Ce champ est obligatoire."),
        ({"requested_advance": "-1"}, "supérieure ou égale à 0"),
        ({"requested_advance": "10,001"}, "deux chiffres après la virgule"),
        ({"requested_advance": "1e400"}, "invalid-feedback"),
        ({"requested_days": "0,3"}, "par quarts"),
        ({"company": "inconnue au bataillon"}, "Aucun résultat"),
        ({"project": "x" * 2_000_000}, "10000"),
        ({"title": "nul\0"}, "invalid-feedback"),
        ({"planned_jobs_created": "99999999999"}, "invalid-feedback"),
        ({"project_starts_on": "31/02/2026"}, "Saisissez une date valide."),
        ({"besoins-TOTAL_FORMS": "nombre"}, "ManagementForm"),
    ],
)
def test_bad_input_is_told_and_writes_nothing(client, alice, typed, wrong, sentence):
    client.force_login(alice)
    response = client.post(url("application_add"), typed | wrong)
    assert response.status_code == 200
    page = text(response)
    assert sentence in page
    assert "Le dossier n’est pas enregistré." in page
    assert "Le dirigeant hésite encore." in page  # what was typed is kept
    assert not Application.objects.exists() and not FinancingLine.objects.exists()


def test_an_empty_plan_may_wait(client, alice, typed):
    for name in [name for name in typed if name.startswith(("besoins", "ressources"))]:
        del typed[name]
    client.force_login(alice)
    response = client.post(url("application_add"), typed | plan(), follow=True)
    assert "Remplissez le plan de financement." in text(response)


def test_an_emptied_line_of_the_plan_is_deleted(client, alice, convention):
    application = ApplicationFactory(convention=convention)
    need, resource = application.financing_lines.all()
    client.force_login(alice)
    form = client.get(url("application_edit", application.pk)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in values.items()}
    data |= {
        "requested_skills": [],
        "emplois-TOTAL_FORMS": 0,
        "emplois-INITIAL_FORMS": 0,
        "besoins-TOTAL_FORMS": 1,
        "besoins-INITIAL_FORMS": 1,
        "besoins-0-id": need.pk,
        "besoins-0-label": "Machine",
        "besoins-0-amount": "10000",
        "ressources-TOTAL_FORMS": 1,
        "ressources-INITIAL_FORMS": 1,
        "ressources-0-id": resource.pk,
        "ressources-0-label": "",
        "ressources-0-amount": "",
    }
    response = client.post(url("application_edit", application.pk), data)
    assert response.status_code == 302
    assert [line.amount for line in application.financing_lines.all()] == [10_000]


def test_a_company_of_another_antenna_is_not_found(client, alice, typed, longwy):
    CompanyFactory(antenna=longwy, name="Fonderie de Longwy")
    client.force_login(alice)
    response = client.post(url("application_add"), typed | {"company": "Fonderie de Longwy"})
    assert "Aucun résultat" in text(response)


def test_a_file_before_the_committee_is_not_edited(client, alice, convention):
    application = submitted(convention=convention)
    client.force_login(alice)
    response = client.post(url("application_edit", application.pk), {}, follow=True)
    assert "Ce dossier ne se modifie plus" in text(response)


def test_a_file_goes_to_the_committee(client, alice, convention):
    application = ApplicationFactory(convention=convention)
    client.force_login(alice)
    page = url("application_submit", application.pk)
    assert client.get(page).status_code == 200
    tomorrow = client.post(page, {"on": TODAY + timedelta(days=1)})
    assert "Cette date est dans le futur." in text(tomorrow)
    response = client.post(page, {"on": TODAY}, follow=True)
    assert "Saisir la décision" in text(response)
    application.refresh_from_db()
    assert (application.status, application.received_on) == ("submitted", TODAY)


def test_what_is_missing_is_listed_before_the_committee(client, alice, convention):
    application = ApplicationFactory(convention=convention, project="", without_aid="")
    client.force_login(alice)
    assert "Compléter le dossier" in text(client.get(application.get_absolute_url()))
    page = text(client.get(url("application_submit", application.pk)))
    assert "Décrivez le projet." in page and "sans cette aide" in page
    client.post(url("application_submit", application.pk), {"on": TODAY})
    application.refresh_from_db()
    assert application.status == "draft"


def test_a_withdrawal_gives_its_reason(client, alice, convention):
    application = submitted(convention=convention)
    client.force_login(alice)
    page = url("application_withdraw", application.pk)
    assert client.post(page, {"on": TODAY, "reason": ""}).status_code == 200
    client.post(page, {"on": TODAY, "reason": "Projet abandonné"})
    application.refresh_from_db()
    assert application.status == "withdrawn"
    assert "Projet abandonné" in text(client.get(url("application_history", application.pk)))


# Decisions


def answer(**fields):
    return {
        "outcome": "approved",
        "decided_on": TODAY,
        "advance": "10000",
        "grant": "0",
        "days": "2",
        "jobs_created": "3",
        "jobs_maintained": "0",
        "conditions": "Un bail signé\n\n Un plan de trésorerie ",
        "reason": "",
    } | fields


def test_an_approval_commits_the_envelope(client, alice, convention):
    application = submitted(convention=convention)
    committee = SeatFactory(committee__antenna=convention.antenna).committee
    client.force_login(alice)
    form = client.get(url("decision_add", application.pk)).context["form"]
    assert form.initial["advance"] == 10_000 and form.initial["committee"] == committee
    client.post(url("decision_add", application.pk), answer(committee=committee.pk))
    decision = Application.objects.get().approval
    assert [str(each) for each in decision.conditions.all()] == [
        "Un bail signé",
        "Un plan de trésorerie",
    ]
    assert convention.balance("general") == 90_000
    page = text(client.get(application.get_absolute_url()))
    assert "Lever les conditions" in page and "Un bail signé" in page
    for condition in decision.conditions.all():
        condition.meet(on=TODAY, proof="Vu")
    assert "Saisir une visite" in text(client.get(application.get_absolute_url()))


def test_an_annulled_decision_is_history(client, alice, convention):
    application = approved(convention=convention, advance=9_000)
    application.annul(on=TODAY, reason="Montant mal saisi")
    client.force_login(alice)
    page = text(client.get(application.get_absolute_url()))
    assert "Décision du comité" not in page
    application.approve(on=TODAY, advance=8_000, days=2)
    page = text(client.get(application.get_absolute_url()))
    assert "8 000,00 €" in page and "9 000,00 €" not in page
    history = text(client.get(url("application_history", application.pk)))
    assert "Annulée" in history and "Montant mal saisi" in history


def test_the_rules_are_told_before_a_file_is_put_before_the_committee(client, alice, convention):
    application = ApplicationFactory(convention=convention, planned_jobs_created=0)
    client.force_login(alice)
    assert "Contraire aux règles" in text(client.get(url("application_submit", application.pk)))


@pytest.mark.parametrize("outcome", ["refused", "adjourned"])
def test_a_refusal_needs_a_reason_and_gives_nothing(client, alice, convention, outcome):
    application = submitted(convention=convention)
    client.force_login(alice)
    page = url("decision_add", application.pk)
    assert "est motivé." in text(client.post(page, answer(outcome=outcome)))
    client.post(page, answer(outcome=outcome, reason="Trop fragile"))
    application.refresh_from_db()
    decision = application.decisions.get()
    assert (application.status, decision.money, decision.days) == (outcome, 0, 0)
    assert convention.balance("general") == 100_000


@pytest.mark.parametrize(
    "wrong, field, sentence",
    [
        ({"advance": "100000,01"}, "advance", "Solde insuffisant"),
        ({"advance": "-1"}, "advance", "supérieure ou égale à 0"),
        ({"advance": "0,001"}, "advance", "deux chiffres"),
        ({"decided_on": TODAY + timedelta(days=1)}, "decided_on", "dans le futur"),
        ({"decided_on": TODAY - timedelta(days=90)}, "decided_on", "précède le dépôt"),
        ({"advance": "0", "days": "0"}, "advance", "Un accord donne"),
        ({"conditions": "x" * 400}, "conditions", "300"),
        ({"conditions": "x" * 2_000_000}, "conditions", "5000"),
        ({"reason": "x" * 2_000_000}, "reason", "2000"),
        ({"outcome": "maybe"}, "outcome", "choix valide"),
    ],
)
def test_a_wrong_decision_is_told_beside_its_field(
    client, alice, convention, wrong, field, sentence
):
    application = submitted(convention=convention)
    client.force_login(alice)
    response = client.post(url("decision_add", application.pk), answer(**wrong))
    form = response.context["form"]
    assert sentence in str(form.errors.get(field or "__all__"))
    assert not application.decisions.exists()
    assert convention.balance("general") == 100_000


def test_the_rules_of_the_convention_refuse_beside_their_field(client, alice, convention):
    application = submitted(convention=convention)
    convention.terms.update(advance_cap=5_000)
    client.force_login(alice)
    response = client.post(url("decision_add", application.pk), answer())
    assert "plafond" in str(response.context["form"].errors["advance"])
    page = text(client.get(application.get_absolute_url()))
    assert "Contraire aux règles" in page and "dépasse le plafond" in page


def test_a_decided_file_takes_no_second_decision(client, alice, convention):
    application = approved(convention=convention)
    client.force_login(alice)
    response = client.get(url("decision_add", application.pk), follow=True)
    assert "n’attend pas de décision" in text(response)
    response = client.post(url("decision_add", application.pk), answer())
    assert "Ce dossier a déjà une décision." in text(response)
    assert application.decisions.count() == 1


# Who sees what


PAGES = [
    "application_edit",
    "application_submit",
    "application_withdraw",
    "decision_add",
]


@pytest.mark.parametrize("name", PAGES)
def test_only_coordinators_of_the_antenna_write(client, bob, charlie, maria, convention, name):
    application = submitted(convention=convention)
    for user, status in ((bob, 403), (maria, 403), (charlie, 404)):
        client.force_login(user)
        assert client.get(url(name, application.pk)).status_code == status
        assert client.post(url(name, application.pk)).status_code == status
    application.refresh_from_db()
    assert application.status == "submitted"


def test_a_committee_member_reads_the_file_but_not_the_notes(client, maria, convention):
    draft = ApplicationFactory(convention=convention)
    application = submitted(convention=convention, private_notes="Entre nous")
    application.private_notes = "Entre nous, encore"
    application.save()
    client.force_login(maria)
    page = text(client.get(application.get_absolute_url()))
    history = text(client.get(url("application_history", application.pk)))
    files = client.get(url("application_list"), {"format": "csv"}).getvalue().decode()
    for seen in (page, history, files):
        assert "Entre nous" not in seen
    assert application.company.get_absolute_url() not in page
    assert reverse("support:aid_list_of_application", args=[application.pk]) not in page
    assert client.get(draft.get_absolute_url()).status_code == 404
    listed = client.get(url("application_list")).context["page"].object_list
    assert list(listed) == [application]


def test_the_antenna_reads_changes_in_words(client, alice, convention):
    application = ApplicationFactory(convention=convention, private_notes="Entre nous")
    application = Application.objects.get(pk=application.pk)
    application.title, application.purpose = "Un nouveau four", "quality"
    application.save()
    client.force_login(alice)
    page = text(client.get(url("application_history", application.pk)))
    assert "Un deuxième centre d’usinage → Un nouveau four" in page
    assert "Capacité de production → Qualité ou certification" in page
    assert "search" not in page.split("<main")[1]


# Lists


def test_files_are_searched_filtered_and_sorted(client, alice, convention):
    first = submitted(
        convention=convention, company=CompanyFactory(antenna=convention.antenna, name="Éclair")
    )
    second = ApplicationFactory(convention=convention, requested_advance=20_000)
    client.force_login(alice)

    def rows(**query):
        return list(client.get(url("application_list"), query).context["page"].object_list)

    assert rows(q="eclair") == rows(q=first.company.siret) == rows(awaiting="on") == [first]
    assert rows(q=second.reference) == rows(status="draft") == [second]
    assert rows(received_from=first.received_on, received_to=first.received_on) == [first]
    assert rows(o="-requested") == [second, first] and rows(o="requested") == [first, second]
    assert len(rows(convention=convention.pk, purpose="production")) == 2
    for junk in ("x", "9" * 40, "\0", "é🙂"):
        response = client.get(
            url("application_list"),
            dict.fromkeys(["q", "company", "convention", "page", "received_from", "o"], junk),
        )
        assert response.status_code == 200


@pytest.mark.parametrize("name", ["application_list", "committee_list"])
def test_a_list_costs_the_same_for_one_row_and_for_many(client, alice, convention, name):
    def add_row():
        submitted(convention=convention)
        SeatFactory(committee=CommitteeFactory(antenna=convention.antenna))

    def queries():

        with CaptureQueriesContext(connection) as caught:
            client.get(url(name))
        return len(caught)

    client.force_login(alice)
    add_row()
    one = queries()
    for _ in range(5):
        add_row()
    assert queries() == one
    for form in ("csv", "xlsx"):
        assert client.get(url(name), {"format": form}).getvalue()


# Committees


def test_a_committee_tells_who_sits_and_who_has_the_majority(client, alice, toul):
    client.force_login(alice)
    data = {"antenna": toul.pk, "name": "Comité de Toul", "since": TODAY}
    response = client.post(url("committee_add"), data)
    committee = Committee.objects.get()
    assert response.url == committee.get_absolute_url()
    seat = {"college": "bank", "holder": "Anne Petit", "mandate_from": TODAY}
    client.post(url("seat_add", committee.pk), seat)
    assert "Non : il leur faut" in text(client.get(response.url))
    client.post(url("seat_edit", Seat.objects.get().pk), seat | {"college": "business"})
    assert "Oui : ils ont plus" in text(client.get(response.url))
    wrong = client.post(url("seat_add", committee.pk), seat | {"mandate_until": "2000-01-01"})
    assert "Le mandat ne peut pas finir" in text(wrong)
    client.post(url("committee_edit", committee.pk), data | {"name": "Comité du Toulois"})
    assert "Comité du Toulois" in text(client.get(url("committee_list"), {"q": "comite toul"}))


def test_committees_are_written_by_their_antenna_alone(client, bob, charlie, maria, toul):
    seat = SeatFactory(committee=CommitteeFactory(antenna=toul))
    pages = [
        url("committee_edit", seat.committee.pk),
        url("seat_add", seat.committee.pk),
        url("seat_edit", seat.pk),
    ]
    for user, status in ((bob, 403), (charlie, 404), (maria, 404)):
        client.force_login(user)
        assert [client.post(page).status_code for page in pages] == [status] * 3
    client.force_login(bob)
    assert client.get(seat.committee.get_absolute_url()).status_code == 200
    assert client.get(url("committee_add")).status_code == 403
