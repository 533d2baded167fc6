"""Requests for help that come from the public page: which antenna gets them, whom it tells."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import Role, User
from companies.models import Lead
from territories.models import Antenna, Territory

log = logging.getLogger(__name__)


def antennas_of(commune):
    """The active antennas in whose territories the commune is: the first gets its requests.

    The eldest comes first, those without a first day last, and of two alike the one that the
    network entered first: the same on every database.
    """
    serving = Territory.objects.filter(communes=commune)
    active = Antenna.objects.filter(status=Antenna.Status.ACTIVE, pk__in=serving.values("antenna"))
    return active.order_by(F("opened_on").asc(nulls_last=True), "pk")


def antenna_of(commune):
    """The antenna that gets the requests of the commune, or None."""
    return antennas_of(commune).first()


def who_answers(antenna):
    """Who will answer a request of this antenna (None where no antenna works), in a sentence."""
    if antenna is None:
        return _(
            "Aucune antenne ne travaille encore dans votre commune : l’équipe du réseau Alizé vous"
            " répondra."
        )
    if not User.objects.coordinating(antenna).exists():
        return _("L’équipe du réseau Alizé vous répondra.")
    return _("L’antenne %(antenna)s du réseau Alizé vous répondra.") % {"antenna": antenna}


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
    context = {"who_answers": who_answers(lead.antenna)}
    thanks = render_to_string("companies/email/lead_thanks.txt", context)
    _write(_("Votre demande au réseau Alizé"), thanks, [lead.email], _answered_by(lead))


def tell(lead: Lead, *, root_url):
    """Write to those who will answer a request."""
    context = {
        "lead": lead,
        "url": root_url.rstrip("/") + lead.get_absolute_url(),
        "unattended": lead.antenna and not _coordinators(lead),
    }
    asked = render_to_string("companies/email/lead.txt", context)
    subject = _("Demande d’aide : %(name)s") % {"name": lead}
    _write(subject, asked, _readers(lead), [lead.email])


def _coordinators(lead):
    """Addresses of those who coordinate the antenna of a request; none where it has no antenna."""
    return _addresses(User.objects.coordinating(lead.antenna)) if lead.antenna else []


def _readers(lead):
    """Addresses of the antenna's coordinators, else of the network, else of administrators."""
    people = User.objects.filter(is_active=True)
    return (
        _coordinators(lead)
        or _addresses(people.filter(memberships__role=Role.NETWORK))
        or _addresses(people.filter(is_superuser=True))
    )


def _answered_by(lead):
    """Where the company's answer is read: as letters tell it, the antenna's own address first."""
    if _coordinators(lead) and lead.antenna.contact_email:
        return [lead.antenna.contact_email]
    return _readers(lead)


def _addresses(people):
    return sorted(set(people.values_list("email", flat=True)))


def _write(subject, text, to, reply_to):
    """The request is kept and shown on the first page of who answers, whatever the mail does."""
    message = EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, to, reply_to=reply_to)
    try:
        message.send()
    except (SMTPException, OSError):
        log.exception("a request for help is kept, but its message did not leave")
