"""Personal links: sent by e-mail, opened without an account, refused without a word too many."""

import logging

from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from support.models import PersonalLink
from support.models.links import SALT
from territories.correspondence import answers_to, post

logger = logging.getLogger("alize.links")


@transaction.atomic
def send_link(mission, purpose, person, *, root_url, by):
    """Give `person` an address and write it to them; ValidationError: then nothing is kept."""
    link = PersonalLink.give(mission, purpose, person, by=by)
    context = {
        "link": link,
        "mission": mission,
        "url": root_url.rstrip("/") + link.get_absolute_url(),
        "answers_to": answers_to(mission.antenna, by),
    }
    with override("fr"):
        subject = _("%(purpose)s – %(company)s") % {
            "purpose": link.get_purpose_display(),
            "company": mission.application.company,
        }
        text = render_to_string("support/email/personal_link.txt", context).strip()
    post(subject, text, to=link.sent_to, by=by)
    return link


def open_link(token):
    """The link of an address, marked as opened; None, and a line in the log, when it is refused.

    Refused: tampered with, replaced by a newer one, revoked, past its day.
    """
    try:
        key, word = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return _refused("tampered")
    rows = PersonalLink.objects.select_related(
        "mission__application__company",
        "mission__application__convention__antenna",
        "mission__expert__sponsor",
        "expert",
        "contact",
    )
    link = rows.filter(pk=key, word=word).first()
    if link is None:
        return _refused("replaced", key)
    if link.is_over:
        return _refused("revoked" if link.revoked_at else "expired", key)
    PersonalLink.objects.filter(pk=key).update(used_at=timezone.now())
    return link


def _refused(why, key=None):
    logger.warning("Personal link %s refused: %s", key, why)
