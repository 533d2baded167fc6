"""Asking a company for what its file lacks: an e-mail proposed, sent, and kept as it left."""

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from committee.models import CompletionRequest
from territories.correspondence import post


def proposal(application, by):
    """(subject, text) of a request by `by`, in French: the sentences of `missing`, to be edited."""
    with override("fr"):
        context = {"application": application, "missing": application.missing(), "by": by}
        subject = _("Compléments pour votre dossier %(reference)s")
        return (
            subject % {"reference": application.reference},
            render_to_string("committee/email/completion.txt", context).strip(),
        )


def request_completion(application, *, contact, subject, text, by):
    """Send the e-mail, answers going to `by`, then keep it with the file.

    ValidationError when the file is not open, or when the mail server does not take the message.
    It is sent before it is kept: no trace tells of an e-mail that never left.
    """
    if not application.is_open:
        raise ValidationError(
            _("Ce dossier ne se complète plus : il est « %(status)s »."),
            code="wrong_step",
            params={"status": application.get_status_display()},
        )
    request = CompletionRequest(
        application=application,
        recipient=contact.name,
        email=contact.email,
        subject=subject,
        text=text,
        sent_by=by,
    )
    request.full_clean()
    post(subject, text, to=contact.email, by=by)
    request.save()
    return request
