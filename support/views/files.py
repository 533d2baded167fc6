"""What the pages of a file share, and those about its decision."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from committee.models import Application, Condition
from committee.tabs import application_tabs, reads_as_antenna
from support.annulment import annul_decision, what_rests_on
from support.forms import AnnulForm, ConditionForm, ConditionsForm
from territories.forms import refuse
from territories.roles import editable, visible


def followed(user, pk):
    """The file that `user` follows for its antenna; its committee reads no page of `support`."""
    rows = Application.objects.select_related("company", "convention__antenna")
    application = visible(user, rows.prefetch_related("decisions__conditions"), pk=pk)
    if not reads_as_antenna(user, application):
        raise Http404
    return application


def followed_to_edit(user, pk):
    application = followed(user, pk)
    if not user.may_edit(application.antenna):
        raise PermissionDenied
    return application


def render_tab(request, template, application, **context):
    tabs = application_tabs(application, request.user)
    may_edit = request.user.may_edit(application.antenna)
    context |= {"application": application, "tabs": tabs, "may_edit": may_edit}
    return render(request, template, context)


def one_form(
    request, form, verb, *, done, back, then="", template="components/form_page.html", **texts
):
    """A page that is one form: `verb` gets what was typed, `done` is said at `then`, or `back`.

    `done` is a sentence, or gives one for what the verb answered.
    """
    if request.method == "POST" and form.is_valid():
        try:
            written = verb(**form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, done(written) if callable(done) else done)
            return redirect(then or back)
    return render(request, template, {"form": form, "back": back, **texts})


def not_approved(request, application):
    """Send back to the file, with the reason: only an approved file gets anything."""
    messages.warning(request, _("Ce dossier n’est pas accordé : rien ne peut y être saisi."))
    return redirect(application)


def decision_annul(request, pk):
    application = followed_to_edit(request.user, pk)
    if reasons := what_rests_on(application):
        for reason in [_("Cette décision ne peut plus être annulée."), *reasons]:
            messages.error(request, reason)
        return redirect(application)
    decision = application.latest_decision
    voted = decision and decision.motion_id
    initial = {"on": application.latest_decision and application.latest_decision.decided_on}
    form = AnnulForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            annul_decision(application, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("La décision est annulée : le dossier attend le comité."))
            return redirect(application)
    context = {
        "form": form,
        "title": _("Annuler la décision"),
        "intro": _("Le comité a voté cette décision en séance : faites rectifier le procès-verbal.")
        if voted
        else application,
        "warning": _(
            "Une décision s’annule quand elle a été saisie par erreur. L’argent engagé retourne à"
            " la convention, le dossier attend de nouveau le comité, l’historique garde la trace."
        ),
        "danger": True,
        "submit": _("Annuler la décision"),
        "back": application.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def conditions_meet(request, pk):
    """All at once: the money of a file may wait for several."""
    application = followed_to_edit(request.user, pk)
    approval = application.approval
    waiting = approval.unmet_conditions if approval else []
    back = reverse("support:aid_list_of_application", args=[pk])
    if not waiting:
        messages.info(request, _("Aucune condition n’attend d’être levée."))
        return redirect(back)
    form = ConditionsForm(request.POST or None, conditions=waiting)
    return one_form(
        request,
        form,
        lambda **typed: form.record(by=request.user),
        done=_("Les conditions sont à jour."),
        back=back,
        title=_("Lever les conditions du comité"),
        intro=application,
    )


def condition_meet(request, pk):
    rows = Condition.objects.select_related("decision__application__convention__antenna")
    condition = editable(request.user, rows, pk=pk)
    form = ConditionForm(request.POST or None, instance=condition)
    return one_form(
        request,
        form,
        lambda **typed: form.record(by=request.user),
        done=_("La condition est à jour."),
        back=reverse("support:aid_list_of_application", args=[condition.decision.application_id]),
        title=_("Condition du comité"),
        intro=condition.label,
    )
