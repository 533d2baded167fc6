"""The funders who may read the evaluation of a convention."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.invitations import invite
from accounts.models import Role
from conventions.forms import ReaderForm, ReaderRemovalForm
from conventions.models import Convention
from conventions.tabs import header
from territories.forms import ConfirmForm
from territories.roles import editable, visible


def reader_list(request, pk):
    convention = visible(request.user, Convention.objects.select_related("antenna"), pk=pk)
    may_edit = request.user.may_edit(convention.antenna)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    form = ReaderForm(request.POST or None)
    if form.is_valid():
        _add(request, convention, form.cleaned_data)
        return redirect("conventions:reader_list", pk)
    context = {
        **header(convention),
        "readers": convention.readers.all(),
        "form": form if may_edit else None,
    }
    return render(request, "conventions/reader_list.html", context)


@transaction.atomic
def _add(request, convention, person):
    root_url = request.build_absolute_uri("/")
    reader = invite(roles=[(Role.FUNDER, None)], root_url=root_url, **person)
    convention.readers.add(reader)
    messages.success(request, _("%(reader)s peut lire le bilan.") % {"reader": reader.email})


def reader_remove(request, pk):
    """Asks before it closes the evaluation to the reader that the address names."""
    convention = editable(request.user, Convention.objects.select_related("antenna"), pk=pk)
    asked = ReaderRemovalForm(request.GET, convention=convention)
    if not asked.is_valid():
        return redirect("conventions:reader_list", pk)
    reader = asked.cleaned_data["lecteur"]
    if request.method == "POST":
        convention.readers.remove(reader)
        messages.success(request, _("%(reader)s ne lit plus le bilan.") % {"reader": reader.email})
        return redirect("conventions:reader_list", pk)
    context = {
        "title": _("Retirer un financeur autorisé"),
        "intro": f"{reader} – {convention}",
        "warning": _("Cette personne ne lira plus le bilan de la convention."),
        "danger": True,
        "form": ConfirmForm(),
        "submit": _("Retirer l’accès"),
        "back": reverse("conventions:reader_list", args=[pk]),
    }
    return render(request, "components/form_page.html", context)
