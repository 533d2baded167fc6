"""Writing to the members of a committee about a session, and reading who answers."""

from email.utils import parseaddr
from smtplib import SMTPException

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from committee.calendar import event_of
from committee.models import Invitation

SALT = "committee.invitation"


def token_of(invitation):
    """What an answer link carries: nobody can make it up, and it says nothing."""
    return signing.dumps(invitation.pk, salt=SALT)


def invitation_of(token):
    """The invitation of a link; None when it is forged, or its session is over or cancelled.

    While the session is held it answers no more, and leads to the room.
    """
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    rows = Invitation.objects.select_related("session__committee", "seat")
    invitation = rows.filter(pk=key).first()
    if invitation is None:
        return None
    session = invitation.session
    if session.status == session.Status.OPEN:
        return invitation
    over = session.on < timezone.localdate() or session.status != session.Status.CONVENED
    return None if over else invitation


def write_to_members(session, root_url, *, only_waiting=False):
    """Send each member the agenda that they may read, its event and their answer link.

    `only_waiting` leaves out who answered. Returns the holders of the seats that could not be
    written to: no address, or a mail server that refuses or does not answer.
    """
    invitations = session.invitations.select_related("seat__user", "seat__employer")
    if only_waiting:
        invitations = invitations.filter(answer=Invitation.Answer.WAITING)
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError):
        return [str(invitation.seat) for invitation in invitations]
    unreached = []
    for invitation in invitations:
        invitation.session = session
        if not _write(invitation, root_url, connection):
            unreached.append(str(invitation.seat))
    connection.close()
    return unreached


def _write(invitation, root_url, connection):
    session, seat = invitation.session, invitation.seat
    if not seat.address:
        return False
    path = reverse("committee:invitation_answer", args=[token_of(invitation)])
    url = root_url.rstrip("/") + path
    with override(seat.user.language if seat.user else "fr"):
        items = session.files_read_by(seat)
        context = {
            "session": session,
            "seat": seat,
            "items": items,
            "aside": session.items.count() - len(items),
            "url": url,
            "reading_url": seat.user and root_url.rstrip("/") + _reading_path(session),
        }
        message = EmailMultiAlternatives(
            _subject(session),
            render_to_string("committee/email/convocation.txt", context),
            to=[seat.address],
            connection=connection,
        )
    event = event_of(
        session, seat=seat, url=url, organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    )
    method = "CANCEL" if session.status == session.Status.CANCELLED else "REQUEST"
    message.attach("seance.ics", event.decode(), f"text/calendar; method={method}")
    try:
        message.send()
    except (SMTPException, OSError):
        return False
    invitation.sent_at = timezone.now()
    invitation.save(update_fields=["sent_at"])
    return True


def _reading_path(session):
    return reverse("committee:session_reading", args=[session.pk])


def _subject(session):
    what = {"committee": session.committee, "day": f"{session.on:%d/%m/%Y}"}
    if session.status == session.Status.CANCELLED:
        return _("Séance annulée – %(committee)s, %(day)s") % what
    if session.sequence:
        return _("Séance modifiée – %(committee)s, %(day)s") % what
    return _("Convocation – %(committee)s, %(day)s") % what
