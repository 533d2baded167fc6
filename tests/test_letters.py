"""The letter of a decision: its template, its draft, what leaves and what is kept."""

from decimal import Decimal

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.translation import override

from committee.letters import EXAMPLE, draft_letter, example, post_letter, printed, send_letter
from committee.models import Decision, Letter, LetterTemplate
from committee.placeholders import PLACEHOLDERS, fill, validate_placeholders
from tests.factories import (
    APPROVED_ON,
    ContactFactory,
    approved,
    submitted,
)
from tests.printed import is_accessible, words
from tests.refusals import refused, refused_by


@pytest.fixture
def granted(convention):
    """10 000 € and two days for three jobs, on a condition; the company can be written to."""
    application = approved(convention=convention, conditions=["Accord de la banque"])
    ContactFactory(company=application.company, email="jeanne@marchal.example", is_main=True)
    return application


@pytest.fixture
def letter(granted, alice):
    return draft_letter(granted, by=alice)


# Fields of a template


@pytest.mark.parametrize(
    "text",
    [
        "{inconnu}",
        "{avance.real}",
        "{avance!r}",
        "{avance:>9}",
        "{0}",
        "{}",
        "{ avance }",
        "une { seule",
        "{{avance}}",
        "}",
        "{entreprise.__class__.__mro__}",
    ],
)
def test_what_is_in_braces_and_is_no_field_is_refused(text):
    with refused("placeholder"):
        validate_placeholders(text)
    with refused(field="body"):
        LetterTemplate(outcome="approved", subject="Objet", body=text).clean_fields()


def test_every_field_is_known_to_templates_and_to_letters(granted, alice):
    validate_placeholders(" ".join(f"{{{name}}}" for name in PLACEHOLDERS))
    assert set(EXAMPLE) == set(PLACEHOLDERS)


def test_lines_whose_fields_are_all_empty_are_left_out():
    text = "Bonjour\n- avance {avance}\n- {avance}, {subvention}\n\n- {journees}"
    values = {"avance": "", "subvention": "5\u00a0€", "journees": ""}
    assert fill(text, values) == "Bonjour\n- , 5\u00a0€\n"


def test_what_a_value_holds_is_never_filled_again():
    assert fill("{motif}", {"motif": "{avance} %(x)s {0}", "avance": "9"}) == "{avance} %(x)s {0}"


# The draft


def test_an_award_tells_its_amounts_its_days_its_jobs_and_its_conditions(letter, granted):
    assert (letter.contact.email, letter.sent_at) == ("jeanne@marchal.example", None)
    assert granted.title in letter.subject
    body = letter.body.replace("\u00a0", " ")
    for told in (
        "une avance remboursable, sans intérêt, de 10 000,00 €",
        "2 journées de compétences",
        "emplois prévus : 3 à créer.",
        "- Accord de la banque",
        granted.company.name,
        granted.reference,
        "alice@example.org",
    ):
        assert told in body
    assert "une subvention de" not in body


def test_a_grant_of_one_day_without_conditions_is_told_in_good_french(convention, alice):
    application = approved(convention=convention, advance=0, grant=Decimal(500), days=1)
    body = draft_letter(application, by=alice).body.replace("\u00a0", " ")
    assert "une subvention de 500,00 €" in body and "1 journée de" in body
    assert "- aucune" in body and "avance" not in body


def test_a_refusal_tells_why_and_how_to_have_it_seen_again(convention, alice):
    application = submitted(convention=convention)
    application.refuse(on=APPROVED_ON, reason="Le marché est saturé.")
    convention.antenna.contact_phone = "03 83 00 00 00"
    convention.antenna.save()
    body = draft_letter(type(application).objects.get(), by=alice).body
    assert "\n\nLe marché est saturé.\n\n" in body
    assert "contester" in body and "alice@example.org, 03 83 00 00 00" in body


def test_an_adjournment_tells_what_lacks(convention, alice):
    application = submitted(convention=convention)
    application.adjourn(on=APPROVED_ON, reason="Le devis a un an.")
    application.project = ""
    application.save()
    body = draft_letter(application, by=alice).body
    assert "Le devis a un an." in body and "\n- Décrivez le projet.\n" in body


def test_letters_are_in_french_and_never_speak_of_taxes_or_of_interest_due(granted, alice):
    with override("en"):
        body = draft_letter(granted, by=alice).body
    assert "à créer" in body
    for template in LetterTemplate.objects.all():
        for word in ("impôt", "fiscal", "déduc", "mécénat", "taux"):
            assert word not in template.body
        assert "intérêt" not in template.body.replace("sans intérêt", "")


def test_an_antenna_has_its_own_words_before_those_of_the_network(granted, alice, longwy):
    mine, theirs = (
        LetterTemplate.objects.create(
            outcome="approved", antenna=antenna, subject="{dossier}", body=f"De {antenna}"
        )
        for antenna in (granted.antenna, longwy)
    )
    assert LetterTemplate.objects.suiting(granted.approval) == mine
    assert draft_letter(granted, by=alice).body == "De Toul"
    assert str(theirs) == "Accord – Longwy"


def test_without_a_decision_or_a_template_there_is_no_letter(granted, convention, alice):
    with refused("no_decision"):
        draft_letter(submitted(convention=convention), by=alice)
    LetterTemplate.objects.all().delete()
    with refused("no_template"):
        draft_letter(granted, by=alice)


def test_one_letter_at_a_time_is_in_preparation(letter, granted, alice):
    assert draft_letter(granted, by=alice) == letter
    with refused_by("letter_drafted_once_for_a_decision"):
        Letter.objects.create(decision=granted.approval, subject="a", body="b")


def test_it_is_corrected_until_it_leaves_and_has_no_field_left(letter, alice):
    letter.correct(contact=letter.contact, subject="Votre projet", body="Bravo.")
    assert Letter.objects.get().body == "Bravo."
    with refused("placeholder", field="body"):
        letter.correct(contact=letter.contact, subject="Votre projet", body="Bravo {contact}.")


# What leaves


def test_it_leaves_with_its_document_and_is_frozen(letter, alice, granted):
    send_letter(letter, by=alice)
    [sent] = mail.outbox
    assert (sent.to, sent.reply_to) == (["jeanne@marchal.example"], [alice.email])
    assert (sent.subject, sent.body) == (letter.subject, letter.body)
    [(name, content, kind)] = sent.attachments
    assert (name, kind) == (f"{granted.reference.lower()}.pdf", "application/pdf")
    kept = Letter.objects.get()
    assert bytes(kept.pdf) == content == printed(kept, at=timezone.now())
    assert (kept.recipient, kept.sent_to, kept.sent_by) == ("Jeanne Marchal", sent.to[0], alice)
    with refused("sent"):
        send_letter(kept, by=alice)
    with refused("sent"):
        kept.correct(contact=None, subject="a", body="b")
    assert len(mail.outbox) == 1


def test_its_document_is_a_letter_that_can_be_read_aloud(letter, granted, alice):
    granted.company.address = "3 rue du Four"
    granted.company.save()
    content = printed(Letter.objects.get(), at=timezone.now())
    told = words(content)
    assert is_accessible(content, title=letter.subject)
    for line in ("antenne Toul", "À l’attention de Jeanne Marchal", "3 rue du Four", "54200 Toul"):
        assert line in told
    assert f"Objet : {letter.subject}".replace("\u00a0", " ") in told
    assert "avance remboursable, sans intérêt, de 10 000,00 €" in told


def test_a_mail_server_that_fails_is_told_and_nothing_is_marked(letter, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    with refused("not_sent"):
        send_letter(letter, by=alice)
    kept = Letter.objects.get()
    assert (kept.sent_at, kept.pdf, kept.sent_to) == (None, None, "")


def test_nobody_to_write_to_is_told(letter, alice):
    letter.contact.email = ""
    letter.contact.save()
    with refused("nobody"):
        send_letter(letter, by=alice)
    letter.contact.delete()
    with refused("nobody"):
        send_letter(Letter.objects.get(), by=alice)
    assert mail.outbox == []


def test_the_letter_of_an_annulled_decision_no_longer_leaves(letter, granted, alice):
    assert not granted.approval.is_under_contract  # a letter is no contract
    granted.annul(on=timezone.localdate(), reason="Saisie en double")
    letter = Letter.objects.get()
    with refused("annulled"):
        send_letter(letter, by=alice)
    with refused("annulled"):
        letter.correct(contact=letter.contact, subject="a", body="b")
    with refused("no_decision"):
        draft_letter(type(granted).objects.get(), by=alice)
    assert mail.outbox == []


def test_it_is_sent_again_as_a_copy(letter, granted, alice):
    letter.correct(contact=letter.contact, subject="Votre projet", body="Bravo.")
    send_letter(letter, by=alice)
    copy = draft_letter(granted, by=alice)
    assert (copy.pk != letter.pk, copy.subject, copy.body) == (True, "Votre projet", "Bravo.")
    assert copy.contact == letter.contact
    send_letter(copy, by=alice)
    assert len(mail.outbox) == Letter.objects.sent().count() == 2


def test_sent_by_two_people_at_once_it_is_kept_twice(letter, alice):
    other = Letter.objects.get()
    send_letter(letter, by=alice)
    send_letter(other, by=alice)
    assert len(mail.outbox) == Letter.objects.sent().count() == 2


@pytest.mark.parametrize("outcome", Decision.Outcome.values)
def test_a_template_is_previewed_on_nobody_s_file(db, outcome):
    template = LetterTemplate.objects.get(outcome=outcome)
    told = words(example(template))
    assert "EXEMPLE-1-001" in told and "{" not in told


# The database


def test_the_database_keeps_templates_in_order(db, toul):
    texts = {"subject": "a", "body": "b"}
    with refused_by("letter_template_outcome_known"):
        LetterTemplate.objects.create(outcome="maybe", **texts)
    with refused_by("letter_template_once_in_the_network"):
        LetterTemplate.objects.create(outcome="approved", **texts)
    LetterTemplate.objects.create(outcome="approved", antenna=toul, **texts)
    with refused_by("letter_template_once_in_an_antenna"):
        LetterTemplate.objects.create(outcome="approved", antenna=toul, **texts)


def test_the_database_keeps_letters_whole(letter):
    for spoilt in ({"sent_at": timezone.now()}, {"sent_to": "a@example.org"}, {"pdf": b"%PDF"}):
        with refused_by("letter_sent_to_somebody_with_its_document"):
            Letter.objects.update(**spoilt)
    with refused_by("letter_says_something"):
        Letter.objects.update(body="")


def test_a_letter_may_leave_by_post_for_a_company_without_an_address(granted, alice):
    granted.company.contacts.all().delete()
    letter = draft_letter(granted, by=alice)
    post_letter(letter, by=alice)
    kept = Letter.objects.get()
    assert (kept.sent_to, str(kept.destination)) == ("", "par la poste")
    assert kept.recipient == granted.company.name and kept.pdf
    assert not mail.outbox
    with refused("sent"):
        post_letter(kept, by=alice)
