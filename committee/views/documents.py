"""Pages of the papers of a file: added, read, taken away."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.filetypes import TYPES, extension_of
from committee.intake_forms import DocumentsForm
from committee.models import Application, Document
from conventions.forms import StrikeForm
from territories.forms import ConfirmForm, refuse
from territories.roles import editable, visible

WITH_ANTENNA = "application__convention__antenna"


def document_add(request, pk):
    """`?piece=`: the key of the piece that the page is opened for."""
    application = editable(request.user, Application.objects, pk=pk)
    sent = request.method == "POST"
    form = DocumentsForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        application=application,
        initial={"kind": request.GET.get("piece", "")[:18]},
    )
    if sent and form.is_valid():
        try:
            documents = form.save(by=request.user)
        except ValidationError as error:
            refuse(form, ValidationError({"files": error.messages}))
        else:
            message = ngettext(
                "Le document est joint au dossier.",
                "%(count)d documents sont joints au dossier.",
                len(documents),
            )
            messages.success(request, message % {"count": len(documents)})
            return redirect(application.get_absolute_url() + "#documents")
    context = {
        "form": form,
        "title": _("Joindre des documents"),
        "intro": str(application),
        "submit": _("Joindre"),
        "back": application.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


@require_safe
@never_cache
def document(request, pk):
    """The file itself, to be saved and never shown by the browser as a page of ours."""
    document = visible(request.user, Document.objects, pk=pk)
    return serve(document.file, document.original_name)


def serve(file, name):
    """An uploaded file as an attachment called `name`; 404 once its storage has lost it."""
    try:
        content = file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    content_type = TYPES[extension_of(name)].content_type
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def document_remove(request, pk):
    document = editable(request.user, Document.objects.select_related(WITH_ANTENNA), pk=pk)
    application, erased = document.application, document.may_be_erased
    sent = request.method == "POST"
    form = (ConfirmForm if erased else StrikeForm)(request.POST if sent else None)
    if sent and form.is_valid():
        try:
            document.remove(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("Le document est supprimé.") if erased else _("Le document est rayé.")
            )
            return redirect(application.get_absolute_url() + "#documents")
    context = {
        "form": form,
        "title": _("Supprimer un document") if erased else _("Rayer un document"),
        "intro": str(document),
        "warning": _("Le fichier est effacé : il ne se rétablit pas.")
        if erased
        else _(
            "Le comité a pu lire ce document : il reste au dossier, rayé, avec le motif, et le"
            " comité ne peut plus l’ouvrir."
        ),
        "danger": True,
        "submit": _("Supprimer") if erased else _("Rayer"),
        "back": application.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)
