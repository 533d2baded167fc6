"""Requests for help that come from the public page: which antenna gets them, whom it tells."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import Role, User
from companies.models import Lead
from territories.models import Antenna

log = logging.getLogger(__name__)


def antenna_of(commune):
    """The active antenna in whose territories the commune is, or None; the eldest of several."""
    serving = Antenna.objects.filter(territories__communes=commune, status=Antenna.Status.ACTIVE)
    return serving.order_by("opened_on", "pk").first()


@transaction.atomic
def receive(lead: Lead, *, root_url):
    """Keep a request, tell those who will answer, and thank who asked."""
    lead.antenna = antenna_of(lead.commune)
    lead.save()
    context = {
        "lead": lead,
        "url": root_url.rstrip("/") + lead.get_absolute_url(),
        "antenna": lead.antenna,
    }
    asked = render_to_string("companies/email/lead.txt", context)
    thanks = render_to_string("companies/email/lead_thanks.txt", context)
    readers = _readers(lead)
    _write(_("Demande d’aide : %(name)s") % {"name": lead}, asked, readers, [lead.email])
    _write(_("Votre demande au réseau Alizé"), thanks, [lead.email], readers[:1])
    return lead


def _readers(lead):
    """Addresses of those who coordinate the antenna; of the network where there is none."""
    if lead.antenna:
        people = User.objects.coordinating(lead.antenna)
    else:
        people = User.objects.filter(is_active=True, memberships__role=Role.NETWORK)
    return sorted(set(people.values_list("email", flat=True)))


def _write(subject, text, to, reply_to):
    """The request is kept and shown on the first page of who answers, whatever the mail does."""
    message = EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, to, reply_to=reply_to)
    try:
        message.send()
    except (SMTPException, OSError):
        log.exception("a request for help is kept, but its message did not leave")
