"""Pages of the letter of a decision: prepared, read, corrected, sent. For the antenna alone."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from committee.correspondence import reachable
from committee.intake_forms import LetterForm, SendForm
from committee.letters import draft_letter, post_letter, printed, send_letter
from committee.models import Application, Letter
from territories.forms import refuse
from territories.roles import editable, visible
from territories.typeset import pdf_response


def letter_draft(request, pk):
    """Its button is on the page of the file, where every refusal leads back."""
    application = editable(request.user, Application.objects, pk=pk)
    if request.method == "POST":
        try:
            return redirect(draft_letter(application, by=request.user))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect(application)


def letter(request, pk):
    row = visible(request.user, _letters().defer("pdf"), pk=pk)
    context = {
        "letter": row,
        "application": row.application,
        "company": row.application.company,
        "reachable": reachable(row.application.company).exists(),
        "is_draft": not row.sent_at,
        "may_send": not row.sent_at and not row.decision.annulled_on,
        "may_edit": request.user.may_edit(row.antenna),
    }
    return render(request, "committee/letter.html", context)


@require_safe
def letter_pdf(request, pk):
    """As it left; before that, as it would leave today."""
    row = visible(request.user, _letters(), pk=pk)
    return pdf_response(printed(row, at=timezone.now()), f"courrier-{row.application.reference}")


def letter_edit(request, pk):
    row = editable(request.user, _letters().defer("pdf"), pk=pk)
    if row.sent_at:
        messages.info(request, _("Ce courrier est parti : il ne change plus."))
        return redirect(row)
    form = LetterForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            row.correct(**form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le courrier est corrigé."))
            return redirect(row)
    return _form(request, row, form, title=_("Corriger le courrier"))


def letter_send(request, pk):
    row = editable(request.user, _letters().defer("pdf"), pk=pk)
    if row.sent_at:
        messages.info(request, _("Ce courrier est déjà parti."))
        return redirect(row)
    form = SendForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            send = post_letter if form.cleaned_data["by_post"] else send_letter
            send(row, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            done = _("Courrier envoyé à %(name)s (%(where)s).")
            where = {"name": row.recipient, "where": row.destination}
            messages.success(request, done % where)
            return redirect(row)
    by_mail = row.contact and row.contact.email
    to = f"{row.contact.name} <{by_mail}>" if by_mail else row.contact or row.application.company
    texts = {
        "title": _("Envoyer le courrier"),
        "intro": _("À %(to)s : %(subject)s") % {"to": to, "subject": row.subject},
        "warning": _(
            "Par message, le texte part avec le courrier en PDF ; par la poste, imprimez le PDF"
            " ensuite. Il ne change plus."
        ),
        "submit": _("Envoyer"),
    }
    return _form(request, row, form, **texts)


def _form(request, row, form, **texts):
    context = {"form": form, "back": row.get_absolute_url(), **texts}
    return render(request, "components/form_page.html", context)


def _letters():
    return Letter.objects.select_related(
        "contact",
        "sent_by",
        "decision__application__company__commune",
        "decision__application__convention__antenna",
    )
