"""Writing to a company: which of its contacts can be, and how a message leaves."""

from smtplib import SMTPException

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _


def reachable(company):
    """The company's contacts that have an e-mail address, the main one first."""
    return company.contacts.exclude(email="")


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
