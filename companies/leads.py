"""Requests for help that come from the public page: which antenna gets them, whom it tells."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
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


def receive(lead: Lead, *, root_url):
    """Keep a request, tell those who will answer, and thank who asked; one page counts once."""
    lead.antenna = antenna_of(lead.commune)
    try:
        with transaction.atomic():
            lead.save()
    except IntegrityError:
        log.info("a request for help was sent twice by one page")
        return
    tell(lead, root_url=root_url)
    thanks = render_to_string("companies/email/lead_thanks.txt", {"antenna": lead.antenna})
    _write(_("Votre demande au réseau Alizé"), thanks, [lead.email], _readers(lead)[:1])


def tell(lead: Lead, *, root_url):
    """Write to those who will answer a request."""
    context = {"lead": lead, "url": root_url.rstrip("/") + lead.get_absolute_url()}
    asked = render_to_string("companies/email/lead.txt", context)
    subject = _("Demande d’aide : %(name)s") % {"name": lead}
    _write(subject, asked, _readers(lead), [lead.email])


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
