"""Pages of a member between two sessions: the files to read, what is said of them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from committee.models import Comment, Reading, Session
from committee.models.reading import OVER, sits_in, takes_part
from committee.reading import items_read_by, sheets_of
from committee.session_forms import CommentForm
from committee.tabs import reads_as_antenna
from territories.forms import ConfirmForm, refuse
from territories.roles import visible


@require_safe
def session_reading(request, pk):
    """Every file of the session that the reader may see, one after the other."""
    rows = Session.objects.select_related("committee__antenna", "convention")
    session = visible(request.user, rows, pk=pk)
    sheets = sheets_of(session, request.user, on=timezone.localdate())
    sits, is_open = sits_in(request.user, session), session.status not in OVER
    context = {
        "session": session,
        "sheets": sheets,
        "aside": session.items.count() - len(sheets),
        "left": sum(not sheet.read for sheet in sheets),
        "sits": sits,
        "may_mark": sits and is_open,
        "may_comment": is_open and takes_part(request.user, session),
        "form": CommentForm(auto_id=False),
        "reads_as_antenna": reads_as_antenna(request.user, session),
        "may_edit": request.user.may_edit(session.antenna),
    }
    return render(request, "committee/session_reading.html", context)


def reading_mark(request, pk):
    """A member has read the file, and goes to the next; or wants to read it again (`undo`)."""
    item = _item(request.user, pk)
    if not sits_in(request.user, item.session):
        raise PermissionDenied
    if request.method == "POST":
        verb = Reading.unmark if "undo" in request.POST else Reading.mark
        try:
            verb(item, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    if "undo" in request.POST:
        return redirect(_place(item))
    later = items_read_by(request.user).filter(session=item.session, position__gt=item.position)
    return redirect(_place(later.first() or item))


def comment_add(request, pk):
    """Its form is on the reading page; refused, it is corrected on a page of its own."""
    item = _item(request.user, pk)
    if not takes_part(request.user, item.session):
        raise PermissionDenied
    form = CommentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            Comment.write(item, form.cleaned_data["text"], by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Votre commentaire est enregistré."))
            return redirect(_place(item))
    texts = {"title": _("Commenter un dossier"), "submit": _("Envoyer le commentaire")}
    return _form(request, form, intro=item.application, back=_place(item), **texts)


def comment_withdraw(request, pk):
    rows = Comment.objects.select_related(
        "session__committee__antenna", "application__company", "application__convention"
    )
    comment = visible(request.user, rows, pk=pk)
    if comment.written_by != request.user:
        raise PermissionDenied
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            comment.withdraw(by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Votre commentaire est retiré."))
            return redirect(_place(comment))
    return _form(
        request,
        form,
        title=_("Retirer votre commentaire"),
        intro=comment.text,
        warning=_("Le texte est effacé. Il reste écrit que vous aviez dit quelque chose."),
        danger=True,
        submit=_("Retirer"),
        back=_place(comment),
    )


def _item(user, pk):
    rows = items_read_by(user).select_related(
        "session__committee__antenna", "application__company", "application__convention"
    )
    return get_object_or_404(rows, pk=pk)


def _place(about):
    """Where the file of an item or of a comment is, on the reading page of its session."""
    page = reverse("committee:session_reading", args=[about.session_id])
    return f"{page}#dossier-{about.application_id}"


def _form(request, form, **texts):
    return render(request, "components/form_page.html", {"form": form, **texts})
