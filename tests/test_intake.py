"""The appraisal of a file: pieces that lack, who follows it, what is asked for, other files."""

import re
from datetime import timedelta
from html import unescape

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from committee.completion import proposal, request_completion
from committee.duplicates import others_under_way
from committee.models import Application, CompletionRequest, Document, PieceKind
from companies.models import Company
from tests.factories import (
    TODAY,
    ApplicationFactory,
    CompanyFactory,
    ContactFactory,
    ConventionFactory,
    PieceKindFactory,
    UserFactory,
    attached,
    day,
    submitted,
    upload,
)
from tests.refusals import refused


def url(name, *args):
    return reverse(f"committee:{name}", args=args)


def text(response):
    """The page as one line of words, every space a plain one."""
    return " ".join(unescape(response.content.decode()).split())


@pytest.fixture
def file(convention):
    """A draft of Toul whose company can be written to."""
    application = ApplicationFactory(convention=convention)
    ContactFactory(company=application.company, email="jeanne@marchal.example", is_main=True)
    return application


# Pieces


def test_the_usual_pieces_are_proposed_and_none_is_required(db):
    assert set(PieceKind.objects.values_list("name", flat=True)) >= {"Extrait Kbis", "RIB"}
    assert not PieceKind.objects.required_on(TODAY).exists()


def test_a_file_lacks_the_pieces_required_on_its_day(file):
    kbis = PieceKindFactory(name="Extrait de registre", required_since=TODAY)
    PieceKindFactory(required_since=None)
    PieceKindFactory(is_active=False)
    sentence = "Joignez la pièce «\u00a0Extrait de registre\u00a0»."
    assert file.missing() == [sentence]
    assert file.missing(TODAY - timedelta(days=1)) == []
    with refused():
        file.submit(on=TODAY)
    document = attached(file, kind=kbis)
    assert file.pieces() == [(kbis, [document])] and file.missing() == []
    document.strike(reason="Illisible")
    assert file.missing() == [sentence]


def test_a_piece_required_later_is_not_asked_of_a_file_submitted_before(db):
    application = submitted(on=day(-60))
    PieceKindFactory(required_since=day(-30))
    assert application.missing() == []
    application.adjourn(on=day(-20), reason="Manque le devis")
    assert len(application.missing()) == 1  # it is put back today


def test_the_page_lists_pieces_and_documents(client, alice, bob, file):
    kbis, accounts = (PieceKindFactory(name=name) for name in ("Le Kbis", "Les comptes"))
    attached(file, "kbis 2026.pdf", kind=kbis, by=alice)
    client.force_login(alice)
    page = text(client.get(file.get_absolute_url()))
    assert "Le Kbis – <strong>au dossier</strong>" in page
    assert "Les comptes – <strong>à fournir</strong>" in page
    assert f"{url('document_add', file.pk)}?piece={accounts.pk}" in page
    assert "kbis 2026" in page and "octets" in page and "Alice" in page
    client.force_login(bob)
    page = text(client.get(file.get_absolute_url()))
    assert "à fournir" in page and url("document_add", file.pk) not in page


def test_the_next_step_is_the_papers_when_nothing_else_lacks(client, alice, file):
    kind = PieceKindFactory()
    client.force_login(alice)
    page = client.get(file.get_absolute_url())
    assert page.context["next_action"] == ("Joindre les pièces", url("document_add", file.pk))
    assert url("application_edit", file.pk) in page.text
    attached(file, kind=kind)
    page = client.get(file.get_absolute_url())
    assert page.context["next_action"][1] == url("application_submit", file.pk)


def test_the_checklist_is_not_for_the_committee_but_the_papers_are(client, maria, convention):
    application = submitted(convention=convention)
    attached(application, "devis.pdf")
    attached(application, "interne.pdf", is_private=True)
    PieceKindFactory(name="Les comptes", required_since=day(-365))
    client.force_login(maria)
    page = text(client.get(application.get_absolute_url()))
    assert "devis.pdf" in page
    assert "interne.pdf" not in page and "Les comptes" not in page


def test_several_papers_are_attached_at_once(client, alice, file):
    kind = PieceKindFactory()
    client.force_login(alice)
    page = url("document_add", file.pk)
    form = client.get(page, {"piece": kind.pk})
    assert f'<option value="{kind.pk}" selected>' in form.text
    assert 'enctype="multipart/form-data"' in form.text and "multiple" in form.text
    papers = [upload("devis 1.pdf", b"%PDF-1"), upload("devis 2.pdf", b"%PDF-2")]
    response = client.post(page, {"kind": kind.pk, "files": papers, "is_private": "on"})
    assert response.url == f"{file.get_absolute_url()}#documents"
    documents = Document.objects.filter(application=file, kind=kind, is_private=True)
    assert [each.title for each in documents] == ["devis 1", "devis 2"]
    assert {each.created_by for each in documents} == {alice}


@pytest.mark.parametrize(
    ("papers", "sentence"),
    [
        ([], "Ce champ est obligatoire."),
        ([upload("photo.pdf", b"\x89PNG\r\n\x1a\n")], "« photo.pdf » est en réalité une image PNG"),
        ([upload(), upload("vide.pdf", b"")], "« vide.pdf » est vide."),
        ([upload(), upload("autre.pdf")], "Ce document est déjà joint au dossier."),
        ([upload(f"{n}.pdf", b"%%PDF-%d" % n) for n in range(11)], "10 fichiers au plus"),
    ],
)
def test_one_paper_refused_refuses_them_all_beside_the_field(
    client, alice, file, papers, sentence, media
):
    before = sorted((media / "documents").glob("*"))
    for paper in papers:
        paper.seek(0)
    client.force_login(alice)
    response = client.post(url("document_add", file.pk), {"files": papers})
    assert response.status_code == 200
    assert sentence in text(response)
    assert response.context["form"].errors.keys() == {"files"}
    assert not Document.objects.exists()
    assert sorted((media / "documents").glob("*")) == before


@pytest.mark.parametrize("piece", ["", "x", "9" * 30, "-1"])
def test_a_piece_that_means_nothing_proposes_none(client, alice, file, piece):
    client.force_login(alice)
    response = client.get(url("document_add", file.pk), {"piece": piece})
    assert response.status_code == 200
    assert not re.search(r'value="\d+" selected', response.text)


def test_a_paper_leaves_after_a_confirmation_or_with_a_reason(client, alice, file):
    client.force_login(alice)
    page = url("document_remove", attached(file).pk)
    assert "il ne se rétablit pas" in text(client.get(page)) and Document.objects.exists()
    client.post(page)
    assert not Document.objects.exists()
    document = attached(file)
    file.submit(on=TODAY)
    page = url("document_remove", document.pk)
    assert "Ce champ est obligatoire." in text(client.post(page))
    response = client.post(page, {"reason": "Autre entreprise"}, follow=True)
    assert "Autre entreprise" in text(response)
    document.refresh_from_db()
    assert document.struck_by == alice


def test_documents_cost_the_same_for_one_and_for_many(
    client, alice, file, django_assert_num_queries
):
    client.force_login(alice)
    attached(file, "0.pdf", by=alice)
    with CaptureQueriesContext(connection) as first:
        client.get(file.get_absolute_url())
    for n in range(1, 6):
        attached(file, f"{n}.pdf", by=alice, kind=PieceKindFactory())
    with django_assert_num_queries(len(first)):
        client.get(file.get_absolute_url())


# Who follows it


def test_whoever_opens_a_file_follows_it(client, alice, convention):
    company = CompanyFactory(antenna=convention.antenna, name="Mécanique Marchal")
    typed = {
        "company": "Mécanique Marchal",
        "convention": convention.pk,
        "envelope": "general",
        "purpose": "production",
        "title": "Tour",
        "requested_advance": "0",
        "requested_grant": "0",
        "requested_days": "2",
        "planned_jobs_created": "3",
        "planned_jobs_maintained": "0",
        "hires_signed": "0",
    }
    for prefix in ("besoins", "ressources", "emplois"):
        typed |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    client.force_login(alice)
    client.post(url("application_add"), typed)
    assert Application.objects.get(company=company).assigned_to == alice


def test_another_coordinator_takes_over_and_the_history_tells(client, alice, toul, file):
    zoe = UserFactory(first_name="Zoé", roles=[(Role.COORDINATOR, toul)])
    client.force_login(alice)
    page = url("application_assign", file.pk)
    assert "Zoé" in client.get(page).text
    client.post(page, {"assigned_to": zoe.pk})
    file.refresh_from_db()
    assert file.assigned_to == zoe
    assert LogEntry.objects.get_for_object(file).first().actor == alice
    history = text(client.get(url("application_history", file.pk)))
    assert "Suivi par : – → Zoé" in history
    client.post(page, {"assigned_to": ""})
    file.refresh_from_db()
    assert file.assigned_to is None


def test_only_a_coordinator_of_the_antenna_follows_a_file(client, alice, bob, charlie, file):
    for person in (bob, charlie):
        with refused("not_coordinator"):
            file.assign(to=person)
    client.force_login(alice)
    response = client.post(url("application_assign", file.pk), {"assigned_to": charlie.pk})
    assert "assigned_to" in response.context["form"].errors


@pytest.mark.parametrize(
    ("asked", "found"),
    [("", 3), ("moi", 1), ("personne", 1), ("zoe", 1), ("absurde", 3)],
)
def test_files_are_narrowed_to_who_follows_them(client, alice, toul, convention, asked, found):
    zoe = UserFactory(first_name="Zoé", roles=[(Role.COORDINATOR, toul)])
    for person in (alice, zoe, None):
        ApplicationFactory(convention=convention, assigned_to=person)
    client.force_login(alice)
    asked = zoe.pk if asked == "zoe" else asked
    response = client.get(url("application_list"), {"followed_by": asked})
    assert "Mes dossiers" in response.text
    if asked != "absurde":
        assert response.context["page"].paginator.count == found


def test_a_committee_member_does_not_choose_who_follows(client, maria):
    client.force_login(maria)
    assert "followed_by" not in client.get(url("application_list")).text


# What is asked for


def test_what_lacks_is_asked_for_by_e_mail_and_kept(client, alice, file):
    file.project = ""
    file.save()
    client.force_login(alice)
    page = url("completion_request", file.pk)
    form = client.get(page).context["form"]
    assert "- Décrivez le projet." in form.initial["text"]
    contact = form.fields["contact"].initial
    typed = {"contact": contact.pk, "subject": "Votre\r\ndossier", "text": "Il manque le projet."}
    response = client.post(page, typed, follow=True)
    assert "Message envoyé à jeanne@marchal.example." in text(response)
    [sent] = mail.outbox
    assert (sent.to, sent.reply_to) == (["jeanne@marchal.example"], [alice.email])
    assert (sent.subject, sent.body) == ("Votre dossier", "Il manque le projet.")
    kept = CompletionRequest.objects.get()
    assert (kept.email, kept.text, kept.sent_by) == (sent.to[0], sent.body, alice)
    history = text(client.get(url("application_history", file.pk)))
    assert "Alice à Jeanne Marchal (jeanne@marchal.example)" in history
    assert "Il manque le projet." in history


def test_the_e_mail_is_in_french_whoever_writes_it(alice, file):
    file.project = ""
    subject, body = proposal(file, alice)
    assert subject == f"Compléments pour votre dossier {file.reference}"
    assert "« Un deuxième centre d’usinage »" in body.replace("\u00a0", " ")
    assert body.strip().endswith(alice.email)


def test_a_list_left_empty_does_not_leave(client, alice, file):
    client.force_login(alice)
    page = url("completion_request", file.pk)
    form = client.get(page).context["form"]
    contact = form.fields["contact"].initial
    response = client.post(page, form.initial | {"contact": contact.pk})
    assert "text" in response.context["form"].errors and mail.outbox == []


def test_a_company_without_an_address_cannot_be_written_to(client, alice, file):
    file.company.contacts.update(email="")
    client.force_login(alice)
    page = url("completion_request", file.pk)
    response = client.get(page)
    assert "n’a d’adresse électronique" in text(response)
    assert reverse("companies:contact_add", args=[file.company.pk]) in response.text
    client.post(page, {"contact": "1", "subject": "a", "text": "b"})
    assert mail.outbox == [] and not CompletionRequest.objects.exists()


def test_the_contact_of_another_company_is_no_recipient(client, alice, file):
    other = ContactFactory(company=CompanyFactory(antenna=file.antenna), email="x@example.org")
    client.force_login(alice)
    typed = {"contact": other.pk, "subject": "a", "text": "b"}
    response = client.post(url("completion_request", file.pk), typed)
    assert "contact" in response.context["form"].errors and mail.outbox == []


def test_only_an_open_file_is_completed(client, alice, file):
    contact = file.company.contacts.get()
    file.submit(on=TODAY)
    with refused("wrong_step"):
        request_completion(file, contact=contact, subject="a", text="b", by=alice)
    client.force_login(alice)
    assert client.get(url("completion_request", file.pk)).url == file.get_absolute_url()


def test_an_e_mail_that_did_not_leave_is_not_kept(alice, file, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    with refused("not_sent"):
        contact = file.company.contacts.get()
        request_completion(file, contact=contact, subject="a", text="b", by=alice)
    assert not CompletionRequest.objects.exists()


# Other files of the same company


def twin(company, antenna):
    """The same company, or another of its establishments, as another antenna follows it."""
    return CompanyFactory(antenna=antenna, siret=Company.objects.get(pk=company.pk).siret)


def test_another_file_under_way_warns_by_name_at_home_and_without_elsewhere(
    client, alice, longwy, file
):
    client.force_login(alice)
    assert "déjà un dossier en cours" not in text(client.get(file.get_absolute_url()))
    mine = submitted(convention=file.convention, company=file.company)
    elsewhere = ConventionFactory(antenna=longwy, reference="SECRET", funds=100_000)
    ApplicationFactory(convention=elsewhere, company=twin(file.company, longwy))
    for page in (file.get_absolute_url(), url("application_edit", file.pk)):
        told = text(client.get(page))
        assert mine.reference in told and "dans une autre antenne du réseau" in told
        assert "SECRET" not in told and "Longwy" not in told
    told = text(client.get(url("application_add"), {"entreprise": file.company.pk}))
    assert file.reference in told


def test_a_file_that_is_closed_is_no_rival(alice, file):
    other = submitted(convention=file.convention, company=file.company)
    assert others_under_way(file.company, alice, apart_from=file).files == [other]
    other.refuse(on=TODAY, reason="Hors territoire")
    assert not others_under_way(file.company, alice, apart_from=file)


def test_the_committee_is_not_told_of_other_antennas(client, maria, longwy, convention):
    application = submitted(convention=convention)
    ApplicationFactory(
        convention=ConventionFactory(antenna=longwy), company=twin(application.company, longwy)
    )
    client.force_login(maria)
    assert "autre antenne" not in text(client.get(application.get_absolute_url()))
