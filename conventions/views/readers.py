"""The funders who may read the evaluation of a convention."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.invitations import invite
from accounts.models import Role
from conventions.forms import ReaderForm, ReaderRemovalForm
from conventions.models import Convention
from conventions.tabs import header
from territories.roles import visible


def reader_list(request, pk):
    convention = visible(request.user, Convention.objects.select_related("antenna"), pk=pk)
    may_edit = request.user.may_edit(convention.antenna)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    removal = ReaderRemovalForm(request.POST or None, convention=convention)
    form = ReaderForm(None if removal.is_valid() else request.POST or None)
    if removal.is_valid():
        _remove(request, convention, removal.cleaned_data["reader"])
        return redirect("conventions:reader_list", pk)
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


def _remove(request, convention, reader):
    convention.readers.remove(reader)
    messages.success(request, _("%(reader)s ne lit plus le bilan.") % {"reader": reader})
