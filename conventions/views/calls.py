"""Calls for the funds promised: what is asked, by which letters, what came, what is late."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from conventions.call_forms import CallForm, CallLetterForm, CallSendForm
from conventions.calls import call_funds, draft_letter, printed, send_letter
from conventions.filters import PledgeCallFilterSet
from conventions.models import CallLetter, CallState, Pledge, PledgeCall
from conventions.money import in_euros
from conventions.views.strikes import strike
from territories.files import Column
from territories.forms import refuse
from territories.listing import listing
from territories.roles import editable, reader_required, visible
from territories.typeset import pdf_response

OPEN = [CallState.TO_SEND, CallState.WAITING, CallState.PARTLY, CallState.LATE]
COLUMNS = [
    Column(gettext_lazy("Référence"), "reference"),
    Column(gettext_lazy("Apporteur"), "pledge.sponsor"),
    Column(gettext_lazy("Convention"), "pledge.convention"),
    Column(gettext_lazy("Antenne"), "antenna"),
    Column(gettext_lazy("Montant (€)"), "amount"),
    Column(gettext_lazy("Appelé le"), "called_on"),
    Column(gettext_lazy("À verser le"), "due_on"),
    Column(gettext_lazy("Reçu (€)"), "received"),
    Column(gettext_lazy("Reste attendu (€)"), "expected"),
    Column(gettext_lazy("État"), "get_state_display"),
    Column(gettext_lazy("Jours de retard"), "days_late"),
]


@reader_required
def call_list(request):
    calls = _calls().visible_to(request.user).order_by("-pk")
    filterset = PledgeCallFilterSet(request.GET, calls, request=request)
    return listing(
        request,
        filterset,
        "conventions/call_list.html",
        columns=COLUMNS,
        filename=filterset.named("appels-de-fonds"),
        complete=filterset.tell,
    )


def call(request, pk):
    row = visible(request.user, _calls().with_state(timezone.localdate()), pk=pk)
    letters = list(row.letters.unprinted().order_by("-pk"))
    context = {
        "call": row,
        "pledge": row.pledge,
        "convention": row.pledge.convention,
        "letters": letters,
        "receipts": row.receipts.order_by("-received_on", "-pk"),
        "may_edit": request.user.may_edit(row.antenna),
        "is_open": row.state in OPEN,
        "is_drafted": any(not letter.sent_at for letter in letters),
    }
    return render(request, "conventions/call.html", context)


def call_add(request, pk):
    pledge = editable(
        request.user,
        Pledge.objects.with_received()
        .with_calls(timezone.localdate())
        .select_related("sponsor", "convention__antenna"),
        pk=pk,
    )
    free = pledge.expected - pledge.waiting
    form = CallForm(request.POST or None, free=free)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        days = {"due_on": typed["due_on"], "on": typed["called_on"]}
        try:
            call = call_funds(pledge, typed["amount"], **days, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("L’appel %(call)s est enregistré.") % {"call": call})
            return redirect(call)
    texts = {
        "title": _("Appeler les fonds de %(sponsor)s") % {"sponsor": pledge.sponsor},
        "intro": _("Promis : %(amount)s. Reçu : %(received)s. Reste à appeler : %(free)s.")
        % {
            "amount": in_euros(pledge.amount),
            "received": in_euros(pledge.received),
            "free": in_euros(free),
        },
        "submit": _("Appeler les fonds"),
    }
    return _form(request, form, pledge.get_absolute_url(), **texts)


def call_strike(request, pk):
    call = editable(request.user, _calls(), pk=pk)
    what = _("%(amount)s demandés à %(sponsor)s") % {
        "amount": in_euros(call.amount),
        "sponsor": call.pledge.sponsor,
    }
    texts = {
        "title": _("Annuler l’appel %(call)s") % {"call": call},
        "warning": _(
            "Un appel annulé n’attend plus rien, et ses euros peuvent être appelés de nouveau."
            " Si son courrier est parti, prévenez aussi l’apporteur."
        ),
        "submit": _("Annuler l’appel"),
        "done": _("L’appel est annulé."),
    }
    return strike(request, call, what, call.get_absolute_url(), **texts)


def letter_draft(request, pk):
    """Its button is on the page of the call, where every refusal leads back."""
    call = editable(request.user, _calls(), pk=pk)
    if request.method == "POST":
        try:
            draft_letter(call, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect(call)


@require_safe
def letter_pdf(request, pk):
    """As it left; before that, as it would leave today."""
    letter = visible(request.user, _letters(), pk=pk)
    return pdf_response(printed(letter, at=timezone.now()), letter.call.reference)


def letter_edit(request, pk):
    letter = editable(request.user, _letters().defer("pdf"), pk=pk)
    if letter.sent_at:
        messages.info(request, _("Ce courrier est parti : il ne change plus."))
        return redirect(letter)
    form = CallLetterForm(request.POST or None, instance=letter)
    if request.method == "POST" and form.is_valid():
        try:
            letter.correct(**form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le courrier est corrigé."))
            return redirect(letter)
    return _form(request, form, letter.get_absolute_url(), title=_("Corriger le courrier"))


def letter_send(request, pk):
    letter = editable(request.user, _letters().defer("pdf"), pk=pk)
    if letter.sent_at:
        messages.info(request, _("Ce courrier est déjà parti."))
        return redirect(letter)
    form = CallSendForm(request.POST if request.method == "POST" else None, instance=letter)
    if request.method == "POST" and form.is_valid():
        try:
            send_letter(letter, by=request.user, by_post=bool(form.cleaned_data["by_post"]))
        except ValidationError as error:
            refuse(form, error)
        else:
            done = _("Courrier envoyé à %(name)s (%(where)s).")
            where = {"name": letter.addressee, "where": letter.destination}
            messages.success(request, done % where)
            return redirect(letter)
    to = f"{letter.addressee} <{letter.email}>" if letter.email else letter.addressee
    texts = {
        "title": _("Envoyer le courrier"),
        "intro": _("À %(to)s : %(subject)s") % {"to": to, "subject": letter.subject},
        "warning": _(
            "Par message, le texte part avec le courrier en PDF ; par la poste, imprimez le PDF"
            " ensuite. Il ne change plus."
        ),
        "submit": _("Envoyer"),
    }
    return _form(request, form, letter.get_absolute_url(), **texts)


def _form(request, form, back, **texts):
    return render(request, "components/form_page.html", {"form": form, "back": back, **texts})


def _calls():
    return PledgeCall.objects.select_related(
        "pledge__sponsor", "pledge__convention__antenna", "given_up"
    )


def _letters():
    return CallLetter.objects.select_related(
        "sent_by", "call__pledge__sponsor", "call__pledge__convention__antenna"
    )
