"""What a convention says, at any date, and the amendments that change it."""

from itertools import pairwise

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from conventions.forms import AmendForm, OnDayForm, asked
from conventions.models import Convention
from conventions.tabs import header
from territories.forms import refuse
from territories.roles import editable, visible


def terms(request, pk):
    convention = visible(
        request.user,
        Convention.objects.select_related("antenna").prefetch_related(
            "terms__territories", "terms__amendment"
        ),
        pk=pk,
    )
    form = OnDayForm({"au": request.GET.get("au") or timezone.localdate()})
    day = form.cleaned_data["au"] if form.is_valid() else timezone.localdate()
    context = {
        **header(convention),
        "form": form,
        "day": day,
        "terms": convention.terms_on(day),
        "amendments": [
            {"terms": after, "amendment": after.amendment, "changes": after.changes_from(before)}
            for before, after in pairwise(convention.terms.all())
        ],
    }
    return render(request, "conventions/terms.html", context)


def amend(request, pk):
    convention = editable(request.user, Convention.objects.select_related("antenna"), pk=pk)
    form = AmendForm(request.POST or None, convention=convention, initial=asked(request, "reason"))
    if request.method == "POST" and form.is_valid():
        try:
            amendment = form.save(by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(
                request,
                _("L’avenant %(number)d est enregistré. Voici ce qu’il change.")
                % {"number": amendment.number},
            )
            return redirect("conventions:terms", pk)
    context = {
        "title": _("Avenant à %(reference)s") % {"reference": convention.reference},
        "intro": _("Le texte en vigueur est déjà rempli : modifiez seulement ce qui change."),
        "form": form,
        "back": convention.get_absolute_url(),
    }
    return render(request, "conventions/terms_form.html", context)
