"""The letter that answers a request for another schedule: proposed, previewed, sent, read again."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from support.answers import printed, propose, refuse_unless_to_send, send
from support.letter_forms import OutgoingForm
from support.models import AnswerLetter, Rescheduling
from support.views.files import render_tab
from territories.forms import refuse
from territories.roles import editable, visible
from territories.typeset import pdf_response


def answer_send(request, pk):
    """« Aperçu » answers with the PDF of what was typed; else it leaves."""
    rows = Rescheduling.objects.select_related(
        "aid__decision__application__company__commune",
        "aid__decision__application__convention__antenna",
    )
    asked = editable(request.user, rows, pk=pk)
    application = asked.aid.application
    try:
        refuse_unless_to_send(asked)
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
        return redirect(asked)
    proposal = propose(asked, by=request.user)
    data = request.POST if request.method == "POST" else None
    form = OutgoingForm(data, company=application.company, **proposal)
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            return pdf_response(printed(asked, **form.letter), "apercu", inline=True)
        try:
            letter = send(asked, **form.letter, **form.delivery, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            where = {"name": letter.recipient, "where": letter.destination}
            messages.success(request, _("Réponse envoyée à %(name)s (%(where)s).") % where)
            return redirect(asked)
    context = {"form": form, "asked": asked, "back": asked.get_absolute_url()}
    context["reachable"] = proposal["contact"] is not None
    return render_tab(request, "support/answer_send.html", application, **context)


@require_safe
def answer_pdf(request, pk):
    """As it left."""
    letter = visible(request.user, AnswerLetter.objects.select_related("rescheduling__aid"), pk=pk)
    return pdf_response(bytes(letter.pdf), f"reponse-{letter.aid.number}")
