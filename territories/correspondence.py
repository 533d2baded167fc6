"""Writing to people: how a message leaves, what a letter of an antenna looks like."""

from smtplib import SMTPException

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext as _

from territories.dates import in_words
from territories.typeset import pdf


def post(subject, text, *, to, by, attachments=()):
    """Send an e-mail to the address `to`, answers going to `by`.

    ValidationError, `not_sent`, when the mail server does not take it. `attachments` are (name,
    bytes, type). To be called before anything is kept: no trace tells of what never left.
    """
    message = EmailMessage(
        subject,
        text,
        settings.DEFAULT_FROM_EMAIL,
        [to],
        reply_to=[by.email],
        attachments=attachments,
    )
    try:
        message.send()
    except (SMTPException, OSError) as error:
        raise ValidationError(
            _("Le message n’est pas parti : le serveur de messagerie ne répond pas. Réessayez."),
            code="not_sent",
        ) from error


def sender_of(antenna):
    """The lines that say who writes: the organisation that carries the antenna, whom to answer."""
    return [antenna.host, antenna.contact_name, antenna.contact_email, antenna.contact_phone]


def answers_to(antenna, by):
    """Where the antenna is reached, on one line: its own address, else that of `by`."""
    return ", ".join(filter(None, [antenna.contact_email or by.email, antenna.contact_phone]))


def letter_pdf(at, *, reference, antenna, sender, addressee, subject, body):
    """A letter of `antenna`, as the bytes of a PDF dated of the moment `at`; empty lines left out.

    In the active language. `sender` and `addressee` are lines of text.
    """
    day = in_words(timezone.localtime(at))
    network = _("Réseau Alizé – antenne %(antenna)s") % {"antenna": antenna}
    return pdf(
        "letter",
        {
            "title": subject,
            "made_at": at,
            "header": network,
            "header_right": reference,
            "sender": [network, *filter(None, sender)],
            "addressee": [line for line in addressee if line],
            "date": _("Le %(day)s") % {"day": day},
            "subject": _("Objet : %(subject)s") % {"subject": subject},
            "body": body,
        },
    )
