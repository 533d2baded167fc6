"""Pages of the minutes: read, corrected, signed, rectified, with the copy signed by hand."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.minutes import (
    change_in_words,
    conditions_of,
    decision_in_words,
    figures,
    member_in_words,
    vote_in_words,
)
from committee.models import Minutes, Session
from committee.session_forms import RemarksForm, ScanForm
from committee.views.documents import serve
from committee.views.holding import held
from territories.forms import ConfirmForm, refuse
from territories.roles import visible
from territories.typeset import pdf_response

ROWS = Minutes.objects.select_related("session__committee__antenna", "session__convention")


def minutes(request, pk):
    """The minutes of a session, and what rectified them since."""
    session = visible(request.user, Session.objects.select_related("committee__antenna"), pk=pk)
    documents = list(ROWS.defer("content").visible_to(request.user).filter(session=session))
    if not documents:
        raise Http404
    first = documents[0]
    record, left_out = first.told_to(request.user)
    context = {
        "session": session,
        "minutes": first,
        "rectifications": [(each, each.told_to(request.user)[0]) for each in documents[1:]],
        "record": record,
        "left_out": left_out,
        "members": [(each, member_in_words(each)) for each in record["members"]],
        "files": [
            (
                file,
                [vote_in_words(vote) for vote in file["votes"]],
                decision_in_words(file),
                conditions_of(file),
            )
            for file in record["files"]
        ],
        "changes": [change_in_words(change) for change in record["changes"]],
        "figures": figures(record["files"]),
        "may_hold": session.may_be_held_by(request.user) and not left_out,
        "unsigned": next((each for each in documents if not each.signed_at), None),
        "may_sign": first.may_be_signed_by(request.user),
    }
    return render(request, "committee/minutes.html", context)


@require_safe
@never_cache
def minutes_pdf(request, pk):
    row = visible(request.user, ROWS, pk=pk)
    return pdf_response(row.document_for(request.user), f"{row} {row.session}")


def minutes_edit(request, pk):
    row = _held(request.user, pk)
    form = RemarksForm(request.POST or None, instance=row)
    return _step(
        request,
        row,
        form,
        row.correct,
        title=_("Compléter le procès-verbal"),
        submit=_("Enregistrer"),
        done=_("Le texte est enregistré."),
    )


def minutes_sign(request, pk):
    row = visible(request.user, ROWS, pk=pk)
    if not row.may_be_signed_by(request.user):
        raise PermissionDenied
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    return _step(
        request,
        row,
        form,
        lambda: row.sign(by=request.user),
        title=_("Signer : %(what)s") % {"what": row},
        warning=_("Signé, le texte ne change plus : il se rectifie par un autre, numéroté."),
        submit=_("Signer"),
        done=_("Le document est signé et figé."),
    )


def minutes_rectify(request, pk):
    session = held(request.user, pk)
    if any(each.told_to(request.user)[1] for each in session.minutes.defer("content")):
        raise PermissionDenied
    form = RemarksForm(request.POST or None, instance=Minutes(session=session, number=1))
    form.fields["remarks"].required = True
    return _step(
        request,
        form.instance,
        form,
        lambda remarks: Minutes.rectify(session, remarks=remarks),
        title=_("Rectifier le procès-verbal"),
        intro=_(
            "Écrivez ce qui était inexact, et ce qu’il faut lire. Le texte signé reste tel quel."
        ),
        submit=_("Enregistrer la rectification"),
        done=_("La rectification attend d’être signée."),
    )


def minutes_scan(request, pk):
    """The copy signed by hand: given once, then read by who reads every file of the session."""
    row = _held(request.user, pk)
    sent = request.method == "POST"
    form = ScanForm(request.POST if sent else None, request.FILES if sent else None)
    return _step(
        request,
        row,
        form,
        row.file_scan,
        title=_("Joindre l’exemplaire signé"),
        submit=_("Joindre"),
        done=_("L’exemplaire signé est joint."),
    )


@require_safe
@never_cache
def minutes_scan_file(request, pk):
    row = visible(request.user, ROWS, pk=pk)
    if not row.scan or row.told_to(request.user)[1]:
        raise Http404
    return serve(row.scan, row.scan_name)


def _held(user, pk):
    """For who holds the session and reads all of it: who steps aside from a file writes nothing."""
    row = visible(user, ROWS, pk=pk)
    held(user, row.session_id)
    if row.told_to(user)[1]:
        raise PermissionDenied
    return row


def _step(request, row, form, verb, *, done, **texts):
    if request.method == "POST" and form.is_valid():
        try:
            verb(**form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, done)
            return redirect("committee:minutes", row.session_id)
    back = row.get_absolute_url()
    context = {"form": form, "back": back, **texts}
    return render(request, "components/form_page.html", context)
