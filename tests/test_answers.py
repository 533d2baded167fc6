"""The answer to a request for another schedule: previewed, told to the company, kept as it left."""

from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse

from support.answers import propose, send
from support.models import Aid, AnswerLetter, Rescheduling
from tests import factories as make
from tests.printed import is_accessible
from tests.printed import words as printed
from tests.refusals import refused, refused_by

REASON = {"reason": "Perte d’un client"}


@pytest.fixture
def aid(convention):
    """Ten instalments of 100 €, the oldest late by 40 days; Jeanne has an address."""
    aid = make.late_advance(convention=convention)
    make.ContactFactory(company=aid.application.company, email="jeanne@marchal.example")
    return aid


@pytest.fixture
def asked(aid):
    """Four instalments of 250 €, from in a month on."""
    plan = {"first_due_on": make.day(30), "instalments": 4, "frequency": 3}
    return aid.ask_rescheduling("rescheduling", on=make.day(-3), **REASON, **plan)


def accorded(asked, **answer):
    asked.approve(on=make.day(-1), **{"reference": "PV du 3 mars"} | answer)
    return Rescheduling.objects.get(pk=asked.pk)


def told(asked, by):
    return propose(asked, by=by)["body"].replace("\u00a0", " ").replace("\u202f", " ")


def url(name, row):
    return reverse(f"support:{name}", args=[row.pk])


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


# What it says


def test_an_accord_says_who_decided_and_every_instalment(asked, alice):
    asked.aid.repay(Decimal(150), on=make.day(-2))
    text = told(accorded(asked, answer="Bon courage."), alice)
    assert "le comité d’agrément l’a accordé" in text.lower() and "(PV du 3 mars)" in text
    assert "Bon courage." in text and "alice@example.org" in text
    assert "il reste 850,00 € à rembourser, sans intérêt, frais ni pénalité" in text
    assert text.count("212,50 €") == 4  # what was paid back is not asked again


def test_a_refusal_says_why_and_what_stays_due(asked, alice):
    asked.refuse(on=make.day(0), answer="Les comptes sont bons.", reference="PV du 3 mars")
    text = told(asked, alice)
    assert "ne l’a pas accordé" in text and "L’échéancier en cours ne change pas." in text
    assert "Les comptes sont bons." in text
    assert text.count("100,00 €") == 10


def test_a_coordinator_answers_without_the_committee(asked, alice):
    asked.aid.convention.terms.update(rescheduled_by="coordinator")
    text = told(accorded(asked, reference=""), alice)
    assert "C’est accordé" in text and "comité" not in text


def test_a_default_says_that_all_is_due(aid, alice):
    asked = aid.ask_rescheduling("default", on=make.day(-3), first_due_on=None, **REASON)
    text = told(accorded(asked), alice)
    assert "tout ce qui reste à rembourser est devenu dû" in text
    assert "demandé" not in text and "(PV du 3 mars)" in text
    assert "il reste 1 000,00 € à rembourser en une fois" in text and "avant sa date" not in text


def test_a_refusal_written_after_a_later_accord_lists_the_schedule_of_its_day(aid, asked, alice):
    asked.refuse(on=make.day(-2), answer="Les comptes sont bons.", reference="PV du 3 mars")
    before = told(asked, alice)
    aid.repay(Decimal(150), on=make.day(-1))
    plan = {"first_due_on": make.day(60), "instalments": 2, "frequency": 1}
    again = aid.ask_rescheduling("rescheduling", on=make.day(-1), **REASON, **plan)
    again.approve(on=make.day(0), reference="PV du 5 mars")
    later = told(Rescheduling.objects.get(pk=asked.pk), alice)
    assert later == before and later.count("100,00 €") == 10


def test_what_was_asked_is_told_inside_its_sentence(aid, alice):
    asked = aid.ask_rescheduling("moratorium", on=make.day(-3), first_due_on=make.day(30), **REASON)
    assert f"rembourser autrement l’avance {aid.number} : moratoire jusqu’au" in told(
        accorded(asked), alice
    )


# How it leaves


def test_it_leaves_once_with_its_pdf_and_is_kept(asked, alice):
    asked = accorded(asked)
    letter = send(asked, **propose(asked, by=alice), by=alice)
    [message] = mail.outbox
    assert (message.to, message.reply_to) == (["jeanne@marchal.example"], [alice.email])
    assert bytes(letter.pdf) == message.attachments[0][1]
    assert is_accessible(letter.pdf, title=letter.subject)
    with refused("sent"):
        send(asked, **propose(asked, by=alice), by=alice)
    with refused_by("answer_letter_once_for_an_answer"):
        AnswerLetter.objects.create(rescheduling=asked, sent_on=make.TODAY, sent_by=alice)
    assert len(mail.outbox) == 1


def test_nothing_is_written_before_the_answer_nor_once_it_is_struck_out(asked, alice):
    texts = {"contact": None, "subject": "Objet", "body": "Texte"}
    with refused("not_answered"):
        send(asked, **texts, by=alice, by_post=True)
    asked = accorded(asked)
    asked.strike(reason="Erreur")
    with refused("not_answered"):
        send(asked, **texts, by=alice, by_post=True)
    assert not AnswerLetter.objects.exists()


def test_without_an_address_it_goes_by_post(asked, alice):
    asked = accorded(asked)
    texts = propose(asked, by=alice) | {"contact": None}
    with refused(field="contact"):
        send(asked, **texts, by=alice)
    letter = send(asked, **texts, by=alice, by_post=True)
    assert (letter.recipient, letter.destination) == (
        asked.aid.application.company.name,
        "par la poste",
    )
    assert not mail.outbox


def test_a_mail_server_that_fails_keeps_nothing(asked, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    asked = accorded(asked)
    with refused("not_sent"):
        send(asked, **propose(asked, by=alice), by=alice)
    assert not AnswerLetter.objects.exists()


# Its pages


def test_the_schedule_is_seen_before_it_is_accorded(client, alice, asked):
    client.force_login(alice)
    page = words(client.get(url("rescheduling_answer", asked)))
    assert "Si c’est accordé aujourd’hui" in page and "1 000,00 € restent à rembourser" in page
    assert page.count("250,00 €") >= 4
    assert Aid.objects.get().schedule()[0].amount == 100  # nothing is written yet


def test_a_first_instalment_that_is_past_is_told_before(client, alice, asked):
    Rescheduling.objects.update(first_due_on=make.day(-1))
    client.force_login(alice)
    page = words(client.get(url("rescheduling_answer", asked)))
    assert "La première échéance demandée est passée" in page


def test_from_the_answer_to_the_letter(client, alice, asked):
    client.force_login(alice)
    answer = {"accorded": "yes", "on": make.day(0).isoformat(), "reference": "PV du 3 mars"}
    draft = client.post(url("rescheduling_answer", asked), answer, follow=True)
    assert draft.redirect_chain[-1][0] == url("answer_send", asked)
    form = draft.context["form"]
    values = {name: form[name].value() or "" for name in form.fields} | {"body": "C’est oui."}
    preview = client.post(url("answer_send", asked), values | {"preview": "1"})
    assert "C’est oui." in printed(preview.content) and not mail.outbox
    page = words(client.post(url("answer_send", asked), values | {"contact": ""}))
    assert "Choisissez un destinataire" in page and "C’est oui." in page
    page = words(client.post(url("answer_send", asked), values, follow=True))
    assert "Réponse envoyée à" in page and "(jeanne@marchal.example)" in page
    letter = AnswerLetter.objects.get()
    assert url("answer_pdf", letter) in page and "Écrire à l’entreprise" not in page
    assert "C’est oui." in printed(client.get(url("answer_pdf", letter)).content)
    again = client.get(url("answer_send", asked), follow=True)
    assert "La réponse est déjà partie." in words(again)
