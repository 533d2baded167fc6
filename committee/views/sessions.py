"""Pages of a session: planned, put in order, convened, answered to."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from committee.convocations import invitation_of, token_of, write_to_members
from committee.filters import SessionFilter
from committee.models import AgendaItem, Application, Session
from committee.session_forms import WHEN, AgendaForm, AnswerForm, ReasonForm, SessionForm
from territories.files import Column
from territories.forms import ConfirmForm, refuse
from territories.listing import listing
from territories.roles import coordinator_required, editable, file_reader_required, visible

COLUMNS = [
    Column(gettext_lazy("Date"), "on"),
    Column(gettext_lazy("Comité"), "committee.name"),
    Column(gettext_lazy("Convention"), "convention.reference"),
    Column(gettext_lazy("Lieu"), "place"),
    Column(gettext_lazy("État"), "get_status_display"),
]


@file_reader_required
def session_list(request):
    sessions = Session.objects.visible_to(request.user).select_related("committee", "convention")
    return listing(
        request,
        SessionFilter(request.GET, sessions, request=request),
        "committee/session_list.html",
        columns=COLUMNS,
        filename="seances",
        may_add=request.user.may_edit_somewhere,
    )


def session(request, pk):
    row = visible(request.user, _sessions(), pk=pk)
    may_edit = request.user.may_edit(row.antenna)
    items = row.items.filter(application__in=Application.objects.visible_to(request.user))
    live = row.status in (Session.Status.PLANNED, Session.Status.CONVENED, Session.Status.OPEN)
    context = {
        "session": row,
        "items": items.select_related(
            "application__company", "application__convention"
        ).prefetch_related("motions__decisions"),
        "aside": row.items.count() - items.count(),
        "changes": row.changes.filter(
            application__in=Application.objects.visible_to(request.user)
        ).select_related("application__company", "application__convention", "by"),
        "invitations": [
            (invitation, token_of(invitation))
            for invitation in row.invitations.select_related("seat", "proxy_to")
        ],
        "may_edit": may_edit and live,
        "may_change": may_edit and live and row.status != Session.Status.OPEN,
        "may_open": row.status == Session.Status.CONVENED
        and row.on <= timezone.localdate()
        and row.may_be_held_by(request.user),
        "minutes": row.minutes.visible_to(request.user).defer("content").first(),
        "form": AgendaForm(session=row) if may_edit and live else None,
    }
    return render(request, "committee/session.html", context)


@coordinator_required
def session_add(request):
    form = SessionForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("La séance est prévue. Composez maintenant l’ordre du jour."))
        return redirect(form.save())
    back = reverse("committee:session_list")
    return _form(request, form, title=_("Nouvelle séance"), back=back)


def session_edit(request, pk):
    row = editable(request.user, _sessions(), pk=pk)
    form = SessionForm(request.POST or None, instance=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            row.change(**{name: form.cleaned_data[name] for name in WHEN})
        except ValidationError as error:
            refuse(form, error)
        else:
            _tell(request, row, _("La séance est modifiée."))
            return redirect(row)
    texts = {"title": _("Modifier la séance"), "back": row.get_absolute_url()}
    if row.status == Session.Status.CONVENED:
        texts["warning"] = _("Les membres recevront un nouveau message, et répondront de nouveau.")
    return _form(request, form, **texts)


def agenda_add(request, pk):
    """Its form is on the page of the session, where every answer leads back."""
    row = editable(request.user, _sessions(), pk=pk)
    form = AgendaForm(request.POST or None, session=row)
    if form.is_valid():
        try:
            row.add(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            _tell_change(request, row, _("Le dossier est à l’ordre du jour."))
    elif form.errors:
        messages.error(request, " ".join(sum(form.errors.values(), [])))
    return redirect(row)


def agenda_move(request, pk):
    item = editable(request.user, _items(), pk=pk)
    if request.method == "POST":
        try:
            item.session.move(item, _places(request.POST))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect(item.session)


def _places(typed):
    """How far a file moves: one up, one down, or as many as it was dragged."""
    match = re.fullmatch(r"-?\d{1,3}", typed.get("places", ""))
    return int(match[0]) if match else (-1 if "up" in typed else 1)


def agenda_remove(request, pk):
    item = editable(request.user, _items(), pk=pk)
    data = request.POST if request.method == "POST" else None
    planned = item.session.status == Session.Status.PLANNED
    form = ConfirmForm(data) if planned else ReasonForm(data)
    if request.method == "POST" and form.is_valid():
        try:
            item.session.remove(item, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            _tell_change(request, item.session, _("Le dossier est retiré de l’ordre du jour."))
            return redirect(item.session)
    return _form(
        request,
        form,
        title=_("Retirer de l’ordre du jour"),
        intro=item.application,
        submit=_("Retirer"),
        back=item.session.get_absolute_url(),
    )


def session_convene(request, pk):
    row = editable(request.user, _sessions(), pk=pk)
    return _step(
        request,
        row,
        ConfirmForm,
        row.convene,
        title=_("Convoquer le comité"),
        intro=_("Chaque membre reçoit l’ordre du jour, un rendez-vous et un lien pour répondre."),
        warning=_("Ensuite, l’ordre du jour ne change plus qu’avec un motif."),
        submit=_("Envoyer les convocations"),
        done=_("Le comité est convoqué."),
    )


def session_remind(request, pk):
    row = editable(request.user, _sessions(), pk=pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if row.status != Session.Status.CONVENED:
        messages.info(request, _("Cette séance n’attend plus de réponse."))
        return redirect(row)
    if request.method == "POST" and form.is_valid():
        _tell(request, row, _("Les convocations sont parties de nouveau."), only_waiting=True)
        return redirect(row)
    return _form(
        request,
        form,
        title=_("Relancer les membres"),
        intro=_("Ceux qui n’ont pas répondu reçoivent de nouveau leur convocation."),
        submit=_("Envoyer"),
        back=row.get_absolute_url(),
    )


def session_cancel(request, pk):
    row = editable(request.user, _sessions(), pk=pk)
    return _step(
        request,
        row,
        ReasonForm,
        row.cancel,
        title=_("Annuler la séance"),
        warning=_("Les membres sont prévenus, et les dossiers attendent une autre séance."),
        danger=True,
        submit=_("Annuler la séance"),
        done=_("La séance est annulée."),
    )


@login_not_required
def invitation_answer(request, token):
    """A member answers from their message, without signing in."""
    invitation = invitation_of(token)
    if invitation is None:
        return render(request, "committee/invitation_over.html", status=410)
    if invitation.session.status == Session.Status.OPEN:
        return redirect(invitation.session.get_live_url())
    initial = {"answer": invitation.answer, "proxy_to": invitation.proxy_to}
    form = AnswerForm(request.POST or None, invitation=invitation, initial=initial)
    context = {"form": form, "invitation": invitation, "session": invitation.session}
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            invitation.session.answer(invitation, typed["answer"], proxy_to=typed["proxy_to"])
        except ValidationError as error:
            refuse(form, error)
        else:
            context["done"] = True
    return render(request, "committee/invitation_answer.html", context)


def _step(request, row, form_class, verb, *, done, **texts):
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            verb(**form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            _tell(request, row, done)
            return redirect(row)
    return _form(request, form, back=row.get_absolute_url(), **texts)


def _tell(request, row, done, **whom):
    """Write to the members, and say to whom it could not be done."""
    messages.success(request, done)
    unreached = write_to_members(row, request.build_absolute_uri("/"), **whom)
    if unreached:
        sentence = ngettext(
            "%(names)s n’a pas pu être prévenu par message.",
            "%(names)s n’ont pas pu être prévenus par message.",
            len(unreached),
        )
        messages.warning(request, sentence % {"names": ", ".join(unreached)})


def _tell_change(request, row, done):
    """Members who were convened receive the new agenda; in the room everybody sees it."""
    if row.status == Session.Status.CONVENED:
        _tell(request, row, done)
    else:
        messages.success(request, done)


def _form(request, form, **texts):
    return render(request, "components/form_page.html", {"form": form, **texts})


def _sessions():
    return Session.objects.select_related("committee__antenna", "convention")


def _items():
    return AgendaItem.objects.select_related(
        "session__committee__antenna", "application__company", "application__convention"
    )
