"""Personal links: sent by e-mail, opened without an account, refused without a word too many."""

import logging

from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from support.models import PersonalLink
from territories.correspondence import answers_to, post

logger = logging.getLogger("alize.links")


@transaction.atomic
def send_link(mission, purpose, person, *, root_url, by):
    """Give `person` an address and write it to them; ValidationError: then nothing is kept."""
    link = PersonalLink.give(mission, purpose, person, by=by)
    context = {
        "link": link,
        "mission": mission,
        "experts": ", ".join(map(str, mission.team)),
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
    """The personal link of an address, as `open_address` says."""
    rows = PersonalLink.objects.select_related(
        "mission__application__company",
        "mission__application__convention__antenna",
        "mission__expert__sponsor",
        "expert",
        "contact",
    )
    return open_address(rows, token)


def open_address(rows, token):
    """The row of a signed address, marked as opened; None, and a line logged, when refused.

    Refused: tampered with, replaced by a newer one, revoked, past its day, or given to somebody who
    is no longer of the mission.
    """
    model = rows.model
    try:
        key, word = signing.loads(token, salt=model.salt())
    except (signing.BadSignature, ValueError):
        return _refused(model, "tampered")
    row = rows.filter(pk=key, word=word).first()
    if row is None:
        return _refused(model, "replaced", key)
    if row.is_over:
        return _refused(model, row.why_over, key)
    model.objects.filter(pk=key).update(used_at=timezone.now())
    return row


def _refused(model, why, key=None):
    logger.warning("%s %s refused: %s", model.__name__, key, why)
