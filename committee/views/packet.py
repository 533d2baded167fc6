"""The packet of a session, to be printed or read on a tablet."""

from django.views.decorators.http import require_safe

from committee.models import Session
from committee.packet import packet_of
from territories.roles import visible
from territories.typeset import pdf, pdf_response


@require_safe
def session_packet(request, pk):
    """One PDF for who asks: a member finds nothing in it of a file they step aside from."""
    rows = Session.objects.select_related(
        "committee__antenna", "convention__antenna"
    ).prefetch_related("convention__terms__amendment")
    session = visible(request.user, rows, pk=pk)
    content = pdf("packet", packet_of(session, request.user))
    return pdf_response(content, f"dossier-seance-{session.on.isoformat()}")
