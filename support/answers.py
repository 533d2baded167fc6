"""The answer to a company that asked for another schedule: proposed, typeset, sent, kept.

Always in French: companies have no account. No interest nor penalty is ever due.
"""

from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from committee.letters import typeset
from committee.placeholders import validate_filled
from support.instalments import follow
from support.models import AnswerLetter, Rescheduling
from support.reminders import contact_of
from territories.correspondence import answers_to, post


def refuse_unless_to_send(asked):
    """ValidationError when `asked` has no answer, is struck out, or its answer left already."""
    if asked.struck_at or asked.status == Rescheduling.Status.REQUESTED:
        raise ValidationError(
            _("Cette demande n’a pas de réponse : il n’y a rien à écrire."), code="not_answered"
        )
    if asked.letters.exists():
        raise ValidationError(_("La réponse est déjà partie."), code="sent")


def propose(asked, *, by):
    """`contact` (or None), `subject` and `body` of the answer, in French and to be edited."""
    aid = asked.aid
    contact = contact_of(aid)
    context = {
        "asked": asked,
        "aid": aid,
        "owed": aid.outstanding_on(asked.decided_on),
        "instalments": [line for line in _followed(aid, asked.decided_on) if line.left],
        "by_committee": asked.needs_committee,
        "answers_to": answers_to(aid.antenna, by),
    }
    with override("fr"):
        subject = _("Avance %(number)s : réponse à votre demande") % {"number": aid.number}
        if asked.kind == Rescheduling.Kind.DEFAULT:
            subject = _("Avance %(number)s : ce qui reste dû") % {"number": aid.number}
        body = render_to_string("support/answer_letter.txt", context).strip()
    return {"contact": contact, "subject": subject, "body": body}


def _followed(aid, on):
    """As it stood on the day of the answer, whatever was accorded since."""
    return follow(aid.schedule(on), aid.settled_on(on), on)


def printed(asked, *, contact, subject, body, on=None):
    """The answer as a PDF, as it would leave at noon of the day `on`, today unless told."""
    noon = timezone.make_aware(datetime.combine(on or timezone.localdate(), time(12)))
    return typeset(asked.aid.application, contact, subject, body, at=noon)


@transaction.atomic
def send(asked, *, contact, subject, body, by, by_post=False, on=None):
    """Send the answer, or take it to the post, on the day `on` (today unless told); keep it.

    ValidationError: as `refuse_unless_to_send`, looked at again under the lock of the advance;
    keyed `contact` when nobody has an address; `not_sent` when the mail server does not take it:
    then nothing is kept.
    """
    for text in (subject, body):
        validate_filled(text)
    if not by_post and not (contact and contact.email):
        raise ValidationError(
            {"contact": _("Choisissez un destinataire qui a une adresse électronique.")}
        )
    asked.aid.lock()
    refuse_unless_to_send(asked)
    content = printed(asked, contact=contact, subject=subject, body=body, on=on)
    letter = AnswerLetter(
        rescheduling=asked,
        sent_on=on or timezone.localdate(),
        recipient=(contact.name if contact else asked.aid.application.company.name)[:100],
        sent_to="" if by_post else contact.email,
        subject=subject,
        body=body,
        pdf=content,
        sent_by=by,
    )
    letter.full_clean(exclude=["pdf"])
    letter.save()
    if not by_post:
        file = f"{slugify(asked.aid.number)}.pdf", content, "application/pdf"
        post(subject, body, to=contact.email, by=by, attachments=[file])
    return letter
