"""Pages of the appraisal of a file: who follows it, what the company is asked for."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from committee.completion import request_completion
from committee.correspondence import reachable
from committee.intake_forms import AssignForm, CompletionForm
from committee.models import Application
from territories.forms import refuse
from territories.roles import editable


def application_assign(request, pk):
    application = editable(request.user, Application.objects, pk=pk)
    form = AssignForm(request.POST or None, application=application)
    if request.method == "POST" and form.is_valid():
        try:
            application.assign(to=form.cleaned_data["assigned_to"])
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le suivi du dossier est enregistré."))
            return redirect(application)
    context = {
        "form": form,
        "title": _("Qui suit le dossier %(reference)s ?") % {"reference": application.reference},
        "back": application.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def completion_request(request, pk):
    application = editable(request.user, Application.objects.select_related("company"), pk=pk)
    if not application.is_open:
        messages.warning(
            request,
            _("Ce dossier ne se complète plus : il est « %(status)s ».")
            % {"status": application.get_status_display()},
        )
        return redirect(application)
    form = CompletionForm(request.POST or None, application=application, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            sent = request_completion(application, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Message envoyé à %(email)s.") % {"email": sent.email})
            return redirect(application)
    context = {
        "form": form,
        "application": application,
        "reachable": reachable(application.company).exists(),
    }
    return render(request, "committee/completion_request.html", context)
