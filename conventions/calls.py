"""The letters of a call for funds: drafted, printed, sent to the sponsor, sent again as reminders.

A sponsor has no account: the letter is how it is asked. Always in French. How to pay is not said:
the accounts of the organisation that carries an antenna are stored nowhere here.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from conventions.models import CallLetter, Pledge, PledgeCall
from territories.correspondence import answers_to, letter_pdf, post, sender_of


@transaction.atomic
def call_funds(pledge, amount, *, due_on, on=None, by):
    """`Pledge.call`, with its letter in preparation unless it was asked by other means `on` a day.

    ValidationError as `Pledge.call`.
    """
    call = pledge.call(amount, due_on=due_on, on=on, by=by)
    if not on:
        draft_letter(call, by=by)
    return call


@transaction.atomic
def draft_letter(call, *, by):
    """The letter in preparation of a call; made when there is none: a reminder once it was called.

    ValidationError when nothing is waited for any more.
    """
    PledgeCall.objects.select_for_update().get(pk=call.pk)
    if draft := call.letters.filter(sent_at=None).first():
        return draft
    call.refuse_unless_waiting()
    reminder = bool(call.called_on)
    return CallLetter.objects.create(
        call=call,
        is_reminder=reminder,
        **addressee_of(call.pledge),
        **texts_of(call, reminder=reminder, by=by),
    )


def addressee_of(pledge):
    """Whom to write to: as the antenna last wrote to this sponsor, else as the sponsor's page says.

    `recipient`, `address` and `email`, any of which may be empty.
    """
    sponsor, antenna = pledge.sponsor, pledge.convention.antenna
    written = CallLetter.objects.sent().unprinted()
    written = written.filter(call__pledge__sponsor=sponsor)
    latest = written.filter(call__pledge__convention__antenna=antenna).order_by("sent_at").last()
    if latest:
        return {
            "recipient": latest.recipient,
            "address": latest.address or sponsor.address,
            "email": latest.email or sponsor.email,
        }
    return {
        "recipient": sponsor.contact_name,
        "address": sponsor.address,
        "email": sponsor.email,
    }


def texts_of(call, *, reminder, by):
    """`subject` and `body`, in French and to be edited: convention, purpose, amount, due day."""
    pledge = (
        Pledge.objects.with_received().select_related("convention__antenna").get(pk=call.pledge_id)
    )
    with override("fr"):
        subject = _("Appel de fonds %(reference)s")
        if reminder:
            subject = _("Relance : appel de fonds %(reference)s")
        context = {
            "call": PledgeCall.objects.with_received().get(pk=call.pk),
            "pledge": pledge,
            "convention": pledge.convention,
            "answers_to": answers_to(pledge.convention.antenna, by),
        }
        template = (
            "conventions/email/call_reminder.txt" if reminder else "conventions/email/call.txt"
        )
        return {
            "subject": subject % {"reference": call.reference},
            "body": render_to_string(template, context).strip(),
        }


def printed(letter, *, at):
    """The letter as a PDF, dated of the moment `at`; the very bytes that left, once it did."""
    if letter.sent_at:
        return bytes(letter.pdf)
    sponsor, antenna = letter.call.pledge.sponsor, letter.antenna
    with override("fr"):
        attention = _("À l’attention de %(name)s") % {"name": letter.recipient}
        return letter_pdf(
            at,
            reference=letter.call.reference,
            antenna=antenna,
            sender=sender_of(antenna),
            addressee=[
                sponsor.name,
                attention if letter.recipient else "",
                *letter.address.splitlines(),
            ],
            subject=letter.subject,
            body=letter.body,
        )


def send_letter(letter, *, by, by_post=False):
    """Send it, its PDF attached, to its address, or freeze it to be printed; it then never changes.

    Answers go to `by`. ValidationError when it left already, nothing is waited for, the money would
    be due before the call, there is no address, or the mail server does not take it: then nothing
    is marked as sent.
    """
    at = timezone.now()
    letter.refuse_unless_draft()
    letter.refuse_too_late(timezone.localdate(at))
    if not (letter.email or by_post):
        raise ValidationError(
            _("Ce courrier n’a pas d’adresse électronique : écrivez-la, ou passez par la poste."),
            code="nobody",
        )
    content = printed(letter, at=at)
    if not by_post:
        name = f"{slugify(letter.call.reference)}.pdf"
        post(
            letter.subject,
            letter.body,
            to=letter.email,
            by=by,
            attachments=[(name, content, "application/pdf")],
        )
    letter.keep_as_sent(content, at=at, by=by, email="" if by_post else letter.email)
