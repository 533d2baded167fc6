"""Pages of the steps of a file: put before the committee, withdrawn, decided."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from committee.decision_forms import DecisionForm
from committee.forms import StepForm, WaiveForm, WithdrawForm
from committee.models import Application
from committee.screening import findings
from territories.forms import refuse
from territories.roles import editable


def application_submit(request, pk):
    application = editable(request.user, Application.objects, pk=pk)
    if not application.is_open:
        messages.info(
            request,
            _("Ce dossier n’est plus à déposer : il est « %(status)s ».")
            % {"status": application.get_status_display()},
        )
        return redirect(application)
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            application.submit(on=form.cleaned_data["on"], by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le dossier est déposé : il attend le comité."))
            return redirect(application)
    found = findings(application, timezone.localdate())
    context = {
        "form": form,
        "application": application,
        "missing": application.missing(),
        "findings": found,
        "blocked": any(each.blocks for each in found),
    }
    return render(request, "committee/application_submit.html", context)


def finding_waive(request, pk):
    """Lift what blocks a file, in writing; the committee reads why."""
    application = editable(request.user, Application.objects, pk=pk)
    rule, today = request.GET.get("regle"), timezone.localdate()
    found = next((each for each in findings(application, today) if each.rule == rule), None)
    if not (found and found.blocks and application.is_open):
        messages.info(request, _("Ce constat n’a pas à être levé."))
        return redirect(application)
    form = WaiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            application.waive(rule, on=today, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le constat est levé, le comité lira votre motif."))
            return redirect(application)
    context = {
        "form": form,
        "title": _("Lever un constat"),
        "intro": found.sentence,
        "warning": _("Le constat, votre nom et votre motif restent au dossier."),
        "submit": _("Lever le constat"),
        "back": application.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def application_withdraw(request, pk):
    application = editable(request.user, Application.objects, pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            application.withdraw(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le dossier est retiré."))
            return redirect(application)
    context = {
        "form": form,
        "title": _("Retirer le dossier %(reference)s") % {"reference": application.reference},
        "warning": _("Un dossier retiré ne se rouvre pas : il reste lisible avec son motif."),
        "danger": True,
        "submit": _("Retirer le dossier"),
        "back": application.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def decision_add(request, pk):
    application = editable(request.user, Application.objects, pk=pk)
    form = DecisionForm(request.POST or None, application=application)
    if request.method == "POST" and form.is_valid():
        try:
            form.record(by=request.user)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("La décision est enregistrée."))
            return redirect(application)
    if application.status != Application.Status.SUBMITTED and request.method == "GET":
        messages.warning(
            request,
            _("Ce dossier n’attend pas de décision : il est « %(status)s ».")
            % {"status": application.get_status_display()},
        )
        return redirect(application)
    context = {
        "form": form,
        "application": application,
        "findings": findings(application, timezone.localdate()),
    }
    return render(request, "committee/decision_form.html", context)
