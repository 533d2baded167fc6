"""Pages of reminders: those of an advance, one before it leaves and after, the e-mails of a day."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from support.late import late_on, lateness_of
from support.models import Aid, Reminder, ReminderKind, Rescheduling
from support.reminder_forms import ReminderForm, SendAllForm, TrackingForm
from support.reminders import contact_of, printed, propose, send, send_all
from support.views.files import render_tab
from territories.forms import refuse
from territories.roles import coordinator_required, editable, visible
from territories.typeset import pdf_response

AT_ONCE = 20  # e-mails that one page sends: more would keep it waiting too long


def reminder_list_of_aid(request, pk):
    aid = visible(request.user, Aid.objects.with_money(), pk=pk)
    [late] = lateness_of([aid], timezone.localdate())
    return render_tab(
        request, "support/reminder_list_of_aid.html", aid.application, aid=aid, late=late
    )


def reminder_send(request, pk):
    """« Aperçu » answers with the PDF of what was typed; else it leaves, and the log opens."""
    aid = editable(request.user, Aid.objects.with_money(), pk=pk)
    back = reverse("support:reminder_list_of_aid", args=[aid.pk])
    [late] = lateness_of([aid], timezone.localdate())
    try:
        proposal = propose(late, by=request.user)
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
        return redirect(back)
    form = ReminderForm(request.POST if request.method == "POST" else None, proposal=proposal)
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            return pdf_response(printed(late, **form.letter), "apercu", inline=True)
        try:
            reminder = send(late, **form.letter, **form.delivery, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            where = {"name": reminder.recipient, "where": reminder.destination}
            messages.success(request, _("Relance envoyée à %(name)s (%(where)s).") % where)
            return redirect(reminder)
    context = {"form": form, "late": late, "step": proposal.step, "back": back}
    context["asked"] = aid.reschedulings.waiting().first()
    context["reachable"] = proposal.contact is not None
    return render_tab(request, "support/reminder_send.html", aid.application, **context)


def reminder(request, pk):
    row = visible(request.user, _reminders().defer("pdf"), pk=pk)
    return render_tab(request, "support/reminder.html", row.aid.application, reminder=row)


@require_safe
def reminder_pdf(request, pk):
    """As it left."""
    row = visible(request.user, _reminders(), pk=pk)
    return pdf_response(bytes(row.pdf), f"relance-{row.aid.application.reference}")


def reminder_track(request, pk):
    row = editable(request.user, _reminders().defer("pdf"), pk=pk)
    if not row.may_be_tracked:
        messages.info(request, _("Cette relance n’attend pas de numéro de recommandé."))
        return redirect(row)
    form = TrackingForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            row.track(form.cleaned_data["tracking"])
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le numéro de recommandé est enregistré."))
            return redirect(row)
    context = {
        "form": form,
        "title": _("Numéro de recommandé"),
        "intro": row,
        "back": row.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


@coordinator_required
def reminder_send_all(request):
    """The e-mails that are due today in the antennas that one coordinates; letters leave alone.

    None to a company that waits for the answer to its request for another schedule.
    """
    aids = Aid.objects.filter(
        decision__application__convention__antenna__in=request.user.edited_antennas
    ).prefetch_related("decision__application__company__contacts")
    aids = aids.exclude(pk__in=Rescheduling.objects.waiting().values("aid"))
    due = [late for late in late_on(aids, timezone.localdate()) if late.step]
    emails = [late for late in due if late.step.kind == ReminderKind.EMAIL]
    reachable = [late for late in emails if contact_of(late.aid)]
    found = reachable[:AT_ONCE]
    form = SendAllForm(request.POST if request.method == "POST" else None, found=found)
    if request.method == "POST" and form.is_valid():
        _tell(request, send_all(form.chosen, by=request.user))
        return redirect("support:reminder_send_all")
    context = {
        "form": form,
        "ready": [propose(late, by=request.user) for late in found],
        "more": len(reachable) - len(found),
        "unreachable": [late for late in emails if not contact_of(late.aid)],
        "letters": [late for late in due if late.step.kind != ReminderKind.EMAIL],
    }
    return render(request, "support/reminder_send_all.html", context)


def _tell(request, outcome):
    number = len(outcome.sent)
    if number:
        sentence = ngettext("%(number)d relance envoyée.", "%(number)d relances envoyées.", number)
        messages.success(request, sentence % {"number": number})
    for late, sentence in outcome.failed:
        messages.error(request, f"{late.aid.application.company} – {sentence}")


def _reminders():
    return Reminder.objects.select_related(
        "aid__decision__application__company",
        "aid__decision__application__convention__antenna",
        "sent_by",
    )
