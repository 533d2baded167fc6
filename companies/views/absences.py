"""Pages of the days on which an expert is away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from companies.expert_forms import AbsenceForm
from companies.models import Absence
from companies.views.experts import expert_to_edit, may_edit
from territories.forms import ConfirmForm
from territories.roles import visible


def absence_add(request, pk):
    expert = expert_to_edit(request.user, pk)
    form = AbsenceForm(request.POST or None, instance=Absence(expert=expert))
    return _save(request, form, _("Nouvelle absence"))


def absence_edit(request, pk):
    form = AbsenceForm(request.POST or None, instance=_to_edit(request.user, pk))
    return _save(request, form, _("Modifier l’absence"))


def absence_delete(request, pk):
    absence = _to_edit(request.user, pk)
    if request.method == "POST":
        absence.delete()
        messages.success(request, _("L’absence est supprimée."))
        return redirect(absence.expert)
    context = {
        "form": ConfirmForm(),
        "title": _("Supprimer l’absence"),
        "intro": f"{absence.expert} – {absence}",
        "submit": _("Supprimer"),
        "danger": True,
        "back": absence.expert.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def _to_edit(user, pk):
    absence = visible(user, Absence.objects.select_related("expert"), pk=pk)
    if not may_edit(user, absence.expert):
        raise PermissionDenied
    return absence


def _save(request, form, title):
    expert = form.instance.expert
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("L’absence est enregistrée."))
        return redirect(expert)
    context = {"title": title, "intro": expert, "form": form, "back": expert.get_absolute_url()}
    return render(request, "components/form_page.html", context)
