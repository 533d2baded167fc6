"""Pages of the letters: prepared from the file, read, corrected, sent; and their administration."""

from html import unescape

import pytest
from django.core import mail
from django.urls import reverse

from committee.letters import draft_letter, send_letter
from committee.models import Letter, LetterTemplate
from tests.factories import ContactFactory, SeatFactory, approved, submitted
from tests.printed import words


@pytest.fixture
def granted(convention):
    application = approved(convention=convention)
    ContactFactory(company=application.company, email="jeanne@marchal.example", is_main=True)
    return application


@pytest.fixture
def letter(granted, alice):
    return draft_letter(granted, by=alice)


def url(name, row):
    return reverse(f"committee:{name}", args=[row.pk])


def text(response):
    """The page as one line of words, every space a plain one."""
    return " ".join(unescape(response.content.decode()).split())


def test_from_the_file_to_the_company(client, alice, granted):
    client.force_login(alice)
    page = text(client.get(granted.get_absolute_url()))
    assert "n’a pas encore reçu de courrier" in page and "Préparer le courrier" in page
    response = client.post(url("letter_draft", granted), follow=True)
    letter = Letter.objects.get()
    assert response.redirect_chain[-1][0] == letter.get_absolute_url()
    assert "sans intérêt" in text(response) and "jeanne@marchal.example" in text(response)

    contact = letter.contact_id
    typed = {"contact": contact, "subject": "Votre\r\nprojet", "body": "Bravo."}
    client.post(url("letter_edit", letter), typed)
    assert Letter.objects.get().subject == "Votre projet"

    confirm = client.get(url("letter_send", letter))
    assert "À Jeanne Marchal <jeanne@marchal.example> : Votre projet" in text(confirm)
    seen = {"seen": confirm.context["form"].initial.get("seen", confirm.context["form"].current)}
    response = client.post(url("letter_send", letter), seen, follow=True)
    assert "Courrier envoyé à Jeanne Marchal (jeanne@marchal.example)." in text(response)
    [sent] = mail.outbox
    assert client.get(url("letter_pdf", letter)).content == sent.attachments[0][1]
    page = text(client.get(granted.get_absolute_url()))
    assert "Courrier envoyé le" in page and "Préparer une nouvelle copie" in page
    history = text(client.get(url("application_history", granted)))
    assert "Courriers envoyés" in history and "Alice à Jeanne Marchal" in history


def test_a_letter_changed_since_it_was_read_is_read_again_before_it_leaves(client, alice, letter):
    client.force_login(alice)
    seen = client.get(url("letter_send", letter)).context["form"].current
    letter.correct(contact=letter.contact, subject="Autre", body="Autre texte")
    response = client.post(url("letter_send", letter), {"seen": seen})
    assert response.status_code == 200 and mail.outbox == []
    assert "Quelqu’un a enregistré" in text(response)


def test_what_left_no_longer_changes(client, alice, letter):
    send_letter(letter, by=alice)
    client.force_login(alice)
    for name in ("letter_edit", "letter_send"):
        assert client.get(url(name, letter)).url == letter.get_absolute_url()
    page = text(client.get(letter.get_absolute_url()))
    assert "Envoyé à" in page and "Corriger" not in page


def test_a_letter_that_does_not_leave_says_why(client, alice, letter, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client.force_login(alice)
    response = client.post(url("letter_send", letter), {})
    assert "le serveur de messagerie ne répond pas" in text(response)
    assert not Letter.objects.sent().exists()


def test_the_page_says_when_nobody_can_be_written_to(client, alice, convention):
    application = approved(convention=convention)
    client.force_login(alice)
    response = client.post(url("letter_draft", application), follow=True)
    assert "n’a d’adresse électronique" in text(response)
    letter = Letter.objects.get()
    form = client.get(url("letter_send", letter)).context["form"]
    assert [value for value, _label in form.fields["by_post"].choices] == ["yes"]
    seen = {"seen": form.initial.get("seen", form.current), "by_post": "yes"}
    sent = client.post(url("letter_send", letter), seen, follow=True)
    assert "(par la poste)" in text(sent) and not mail.outbox


def test_the_contact_of_another_company_is_no_recipient(client, alice, letter):
    other = ContactFactory(email="x@example.org")
    client.force_login(alice)
    typed = {"contact": other.pk, "subject": "a", "body": "b"}
    response = client.post(url("letter_edit", letter), typed)
    assert "contact" in response.context["form"].errors


def test_an_annulled_decision_has_no_letter_to_send(client, alice, granted, letter):
    granted.annul(on=granted.approval.decided_on, reason="Saisie en double")
    client.force_login(alice)
    page = text(client.get(letter.get_absolute_url()))
    assert "son courrier ne part plus" in page and "Corriger" not in page
    assert "La décision est annulée" in text(client.post(url("letter_send", letter), {}))
    typed = {"contact": letter.contact_id, "subject": "a", "body": "b"}
    assert "La décision est annulée" in text(client.post(url("letter_edit", letter), typed))
    assert "Préparer" not in text(client.get(granted.get_absolute_url()))


def test_a_file_without_a_decision_leads_back(client, alice, convention):
    application = submitted(convention=convention)
    client.force_login(alice)
    response = client.post(url("letter_draft", application), follow=True)
    assert "n’a pas de décision" in text(response)


def test_a_reader_reads_and_the_committee_sees_no_letter(client, alice, bob, maria, granted):
    letter = draft_letter(granted, by=alice)
    send_letter(letter, by=alice)
    client.force_login(bob)
    assert "Voir le courrier" in text(client.get(granted.get_absolute_url()))
    assert "Préparer" not in text(client.get(granted.get_absolute_url()))
    assert client.get(url("letter_pdf", letter)).status_code == 200
    assert client.post(url("letter_draft", granted)).status_code == 403
    SeatFactory(committee__antenna=granted.antenna, user=maria)
    client.force_login(maria)
    for name in ("letter", "letter_pdf", "letter_edit", "letter_send"):
        assert client.get(url(name, letter)).status_code == 404
    for page in (granted.get_absolute_url(), url("application_history", granted)):
        assert "ourrier" not in text(client.get(page))


# The administration


def test_the_administrator_sees_a_template_before_saving_it(client, root, toul):
    client.force_login(root)
    template = LetterTemplate.objects.get(outcome="refused")
    typed = {"outcome": "refused", "antenna": "", "subject": "Essai", "body": "Cher {contact},"}
    change = reverse("admin:committee_lettertemplate_change", args=[template.pk])
    assert "{entreprise}" in client.get(change).text
    response = client.post(change, typed | {"_preview": "Aperçu"})
    assert response["Content-Type"] == "application/pdf"
    assert "Cher Camille Martin," in words(response.content)
    template.refresh_from_db()
    assert template.subject != "Essai"
    add = reverse("admin:committee_lettertemplate_add")
    response = client.post(add, typed | {"antenna": toul.pk, "_preview": "Aperçu"})
    assert "Essai" in words(response.content) and LetterTemplate.objects.count() == 3


def test_a_field_that_does_not_exist_is_told_beside_the_text(client, root):
    client.force_login(root)
    add = reverse("admin:committee_lettertemplate_add")
    typed = {"outcome": "refused", "subject": "Essai", "body": "Cher {motif.x},"}
    for button in ("_preview", "_save"):
        response = client.post(add, typed | {button: "1"})
        assert "« {motif.x} » n’est pas un champ." in text(response)
    assert LetterTemplate.objects.count() == 3


def test_letters_are_read_in_the_administration(client, root, letter):
    client.force_login(root)
    assert client.get(reverse("admin:committee_letter_changelist")).status_code == 200
    change = reverse("admin:committee_letter_change", args=[letter.pk])
    assert client.get(change).status_code == 200
