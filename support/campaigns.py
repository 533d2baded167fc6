"""The e-mails of a campaign: the questionnaire, its reminder, what lacks in an answer."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from support.models import Survey
from support.models.campaigns import DAYS_AFTER
from territories.correspondence import answers_to, post


@dataclass
class Outcome:
    """What became of the e-mails that left together; `failed` are (survey, sentence)."""

    sent: list[Survey]
    failed: list[tuple[Survey, str]]


def survey_url(survey, root_url):
    return root_url.rstrip("/") + reverse("support:survey_answer", args=[survey.token])


@transaction.atomic
def send(survey, *, root_url, by):
    """Send a questionnaire, or remind of it; ValidationError: then nothing is kept as sent.

    The address opens for two months more: the answer can come as long as the campaign lasts.
    """
    latest = Survey.objects.select_for_update().get(pk=survey.pk)
    if latest.campaign.closed_on:
        raise ValidationError(_("Cette campagne est close."), code="closed")
    if not latest.waits_for_the_company:
        raise ValidationError(_("L’entreprise a déjà répondu."), code="answered")
    if not survey.sent_to:
        raise ValidationError(
            _("Aucun interlocuteur n’a d’adresse électronique."), code="no_address"
        )
    today, is_reminder = timezone.localdate(), survey.status != Survey.Status.TO_SEND
    survey.expires_on = max(survey.expires_on, today + timedelta(days=DAYS_AFTER))
    if is_reminder:
        survey.reminders += 1
        survey.reminded_on = today
    else:
        survey.status, survey.asked_on = Survey.Status.ASKED, today
    survey.save(update_fields=["status", "asked_on", "reminded_on", "reminders", "expires_on"])
    lacks = survey.check_comment if survey.status == Survey.Status.TO_FIX else ""
    _write(survey, root_url, by, is_reminder=is_reminder, comment=lacks)


@transaction.atomic
def write_to(survey, contact, *, root_url, by):
    """Send the questionnaire to `contact`; the address sent to somebody else opens no more."""
    if survey.sent_to != contact.email:
        survey.word = Survey.new_word()
    survey.contact, survey.sent_to = contact, contact.email
    survey.save(update_fields=["contact", "sent_to", "word"])
    send(survey, root_url=root_url, by=by)


@transaction.atomic
def send_back(survey, *, comment, root_url, by):
    """Ask the company to complete its answer, by the same address."""
    survey.send_back(on=timezone.localdate(), comment=comment, by=by)
    if survey.sent_to:
        _write(survey, root_url, by, comment=comment)


def send_all(surveys, *, root_url, by):
    """Send each; one that is refused does not keep the others, a mail server that fails stops."""
    outcome = Outcome([], [])
    for survey in surveys:
        try:
            send(survey, root_url=root_url, by=by)
        except ValidationError as error:
            outcome.failed.append((survey, " ".join(error.messages)))
            if error.code == "not_sent":
                break
        else:
            outcome.sent.append(survey)
    return outcome


def _write(survey, root_url, by, *, is_reminder=False, comment=""):
    with override("fr"):
        subject = _("Vos emplois : trois minutes pour l’antenne %(antenna)s") % {
            "antenna": survey.antenna
        }
        context = {
            "survey": survey,
            "url": survey_url(survey, root_url),
            "answers_to": answers_to(survey.antenna, by),
            "is_reminder": is_reminder,
            "comment": comment,
            "is_late": survey.campaign.answer_by < timezone.localdate(),
        }
        text = render_to_string("support/email/survey.txt", context).strip()
    post(subject, text, to=survey.sent_to, by=by)
