"""The steps of a convention's life: each one is confirmed on a page of its own."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from conventions.forms import (
    OptionalReasonStepForm,
    ReasonedStepForm,
    RenewForm,
    StepForm,
    asked,
    renewed_name,
    usual_end,
)
from conventions.models import Convention
from territories.forms import ConfirmForm, refuse
from territories.roles import editable


def sign(request, pk):
    return _step(
        request,
        pk,
        verb="sign",
        form_class=StepForm,
        title=_("Signer %(reference)s"),
        intro=_(
            "La convention entre en vigueur. Ensuite, son texte ne change plus que par un avenant."
        ),
        submit=_("Signer la convention"),
        done=_("La convention est signée."),
    )


def suspend(request, pk):
    return _step(
        request,
        pk,
        verb="suspend",
        form_class=ReasonedStepForm,
        title=_("Suspendre %(reference)s"),
        intro=_(
            "Plus aucune aide n’est accordée jusqu’à la reprise."
            " Les aides déjà accordées suivent leur cours."
        ),
        submit=_("Suspendre la convention"),
        done=_("La convention est suspendue."),
    )


def resume(request, pk):
    return _step(
        request,
        pk,
        verb="resume",
        form_class=OptionalReasonStepForm,
        title=_("Reprendre %(reference)s"),
        intro=_("Des aides peuvent à nouveau être accordées."),
        submit=_("Reprendre la convention"),
        done=_("La convention reprend."),
    )


def close(request, pk):
    return _step(
        request,
        pk,
        verb="close",
        form_class=OptionalReasonStepForm,
        title=_("Clore %(reference)s"),
        intro=_(
            "Plus aucune aide, aucun apport, aucuns frais. Les remboursements continuent,"
            " au profit de la convention suivante s’il y en a une."
        ),
        warning=_("Une convention close ne se rouvre pas."),
        danger=True,
        submit=_("Clore la convention"),
        done=_("La convention est close."),
    )


def renew(request, pk):
    convention = editable(request.user, Convention.objects.select_related("antenna"), pk=pk)
    successor = Convention.objects.filter(predecessor=convention).first()
    if successor:
        messages.info(request, _("Cette convention a déjà une suite : la voici."))
        return redirect(successor)
    starts_on = convention.terms.last().ends_on + timedelta(days=1)
    ends_on = usual_end(starts_on)
    initial = {
        "name": renewed_name(convention, starts_on, ends_on),
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    form = RenewForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            successor = convention.renew(**form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("La suite est préparée : relisez son texte, puis signez-la.")
            )
            return redirect("conventions:convention_edit", successor.pk)
    context = {
        "title": _("Reconduire %(reference)s") % {"reference": convention.reference},
        "intro": _(
            "Une nouvelle convention est préparée avec les mêmes règles, objectifs et territoires."
            " Vous pourrez tout modifier avant de la signer."
        ),
        "form": form,
        "submit": _("Reconduire"),
        "back": convention.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def discard(request, pk):
    convention = editable(request.user, Convention.objects, pk=pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            convention.discard()
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("La convention est supprimée."))
            return redirect("conventions:convention_list")
    context = {
        "title": _("Supprimer %(reference)s") % {"reference": convention.reference},
        "warning": _("Elle disparaît avec son texte. Cela ne s’annule pas."),
        "danger": True,
        "form": form,
        "submit": _("Supprimer la convention"),
        "back": convention.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def _step(request, pk, *, verb, form_class, title, done, **texts):
    convention = editable(request.user, Convention.objects.select_related("antenna"), pk=pk)
    form = form_class(request.POST or None, initial=asked(request, "on", "reason"))
    if request.method == "POST" and form.is_valid():
        try:
            getattr(convention, verb)(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, done)
            return redirect(convention)
    context = {
        "title": title % {"reference": convention.reference},
        "form": form,
        "back": convention.get_absolute_url(),
        **texts,
    }
    return render(request, "components/form_page.html", context)
