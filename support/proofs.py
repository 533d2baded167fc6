"""Asking a company whose file was drawn for the proof of its jobs: read before it leaves."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from support.models import SampleItem
from territories.correspondence import answers_to, post


def proposal(item, by):
    """(subject, text) of the e-mail, in French, to be read again before it leaves."""
    with override("fr"):
        context = {"item": item, "by": by, "answers_to": answers_to(item.antenna, by)}
        text = render_to_string("support/email/proof.txt", context).strip()
        return _("Justificatif de vos emplois"), text


@transaction.atomic
def ask(item, *, contact, subject, text, by):
    """Write to `contact`; ValidationError: then nothing is kept as asked."""
    latest = SampleItem.objects.select_for_update().get(pk=item.pk)
    if latest.checked_on:
        raise ValidationError(_("Ce dossier est déjà contrôlé."), code="checked")
    item.asked_on = timezone.localdate()
    item.save(update_fields=["asked_on"])
    post(subject, text, to=contact.email, by=by)
