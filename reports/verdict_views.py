"""Pages of the funders' verdicts on a convention, and the step that each one leads to."""

from typing import NamedTuple
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conventions.models import Convention
from conventions.views.strikes import strike
from reports.models import FrozenReport, Verdict
from reports.views import reportable, writable
from territories.dates import in_figures
from territories.forms import HouseMixin, OnceMixin, refuse

Outcome = Verdict.Outcome
MOST = 400  # characters of a verdict that a reason begins with


class VerdictForm(OnceMixin, HouseMixin, forms.ModelForm):
    once, once_in = "met_on", "convention"

    class Meta:
        model = Verdict
        fields = ["outcome", "met_on", "report", "text", "conditions"]

    def __init__(self, *args, convention, **kwargs):
        instance = Verdict(convention=convention)
        initial = {"met_on": timezone.localdate()}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        copies = FrozenReport.objects.unprinted().filter(convention=convention)
        self.fields["report"].queryset = copies.select_related("convention").order_by("-number")
        self.fields["report"].label_from_instance = _copy_label
        for name, rows in (("text", 5), ("conditions", 3)):
            self.fields[name].widget.attrs["rows"] = rows


def _copy_label(copy):
    return _("%(copy)s, bilan au %(day)s") % {"copy": copy, "day": in_figures(copy.at)}


class Step(NamedTuple):
    """What carries a verdict out: a link to it, or to what already did."""

    sentence: str
    label: str
    url: str
    is_done: bool


def step_of(verdict) -> Step | None:
    """The next step of the convention, or the one that was taken; None when none can be."""
    convention = verdict.convention
    if verdict.outcome in (Outcome.RENEWED, Outcome.EXTENDED):
        return _renewal(verdict, convention)
    day = in_figures(verdict.met_on)
    reason = _("Verdict des financeurs du %(day)s : %(text)s") % {"day": day, "text": verdict.text}
    asked = urlencode({"on": verdict.met_on.isoformat(), "reason": reason[:MOST]})
    if verdict.outcome == Outcome.PROLONGED:
        return _prolongation(verdict, convention, asked)
    stops = verdict.outcome == Outcome.STOPPED
    status = Convention.Status.CLOSED if stops else Convention.Status.SUSPENDED
    taken = convention.steps.filter(status=status, on__gte=verdict.met_on).order_by("on").first()
    if taken or convention.status == status:
        sentence = _("La convention est close.") if stops else _suspension(taken, convention)
        return Step(sentence, str(convention), convention.get_absolute_url(), is_done=True)
    if convention.status == Convention.Status.CLOSED:
        return None
    if stops:
        url = reverse("conventions:close", args=[convention.pk])
        return Step(
            _("La convention reste à clore."), _("Clore la convention"), f"{url}?{asked}", False
        )
    url = reverse("conventions:suspend", args=[convention.pk])
    label = _("Suspendre la convention")
    return Step(_("La convention reste à suspendre."), label, f"{url}?{asked}", False)


def _suspension(taken, convention):
    if taken and convention.status != Convention.Status.SUSPENDED:
        day = in_figures(taken.on)
        return _("La convention a été suspendue le %(day)s, puis elle a repris.") % {"day": day}
    return _("La convention est suspendue.")


def _renewal(verdict, convention):
    successor = Convention.objects.filter(predecessor=convention).first()
    if successor:
        sentence = _("La suite est préparée.")
        return Step(sentence, str(successor), successor.get_absolute_url(), is_done=True)
    sentence = _("La suite de la convention reste à préparer.")
    if verdict.outcome == Outcome.EXTENDED:
        sentence = _(
            "La suite de la convention reste à préparer : ajoutez les nouveaux territoires à son"
            " texte avant de la signer."
        )
    url = reverse("conventions:renew", args=[convention.pk])
    return Step(sentence, _("Préparer la reconduction"), url, is_done=False)


def _prolongation(verdict, convention, asked):
    if convention.amendments.filter(signed_on__gte=verdict.met_on).exists():
        url = reverse("conventions:terms", args=[convention.pk])
        sentence = _("Un avenant est signé depuis cette réunion.")
        return Step(sentence, _("Règles et avenants"), url, is_done=True)
    if convention.status == Convention.Status.CLOSED:
        return None
    url = reverse("conventions:amend", args=[convention.pk])
    sentence = _("Le nouveau dernier jour de la convention s’écrit dans un avenant.")
    return Step(sentence, _("Préparer l’avenant"), f"{url}?{asked}", is_done=False)


def verdict_add(request, pk):
    row = writable(request, Convention.objects.select_related("antenna"), pk=pk)
    form = VerdictForm(request.POST or None, convention=row)
    if request.method == "POST" and form.is_valid():
        try:
            verdict = Verdict.record(row, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            acts = request.user.may_edit(row.antenna)
            messages.success(
                request,
                _("Le verdict est enregistré. Voici la suite à lui donner.")
                if acts
                else _("Le verdict est enregistré. L’antenne lui donne suite."),
            )
            return redirect(verdict)
    context = {
        "title": _("Verdict des financeurs sur %(reference)s") % {"reference": row.reference},
        "intro": _(
            "Ce que les financeurs ont décidé en réunion. L’enregistrer ne change pas la"
            " convention : la page suivante mène à l’étape qui le fait."
        ),
        "form": form,
        "back": reverse("reports:frozen_list", args=[pk]),
    }
    return render(request, "components/form_page.html", context)


def verdict(request, pk):
    row, context = _verdict(request, pk)
    context["verdict"] = row
    later = row.convention.verdicts.known_on(timezone.localdate()).first()
    if not row.struck_at and later and later != row:
        context["replaced_by"] = later
    elif request.user.may_edit(row.antenna) and not row.struck_at:
        context["step"] = step_of(row)
    return render(request, "reports/verdict.html", context)


def verdict_strike(request, pk):
    row = writable(request, Verdict.objects.select_related("convention__antenna"), pk=pk)
    what = f"{row.convention} – {row}\u00a0: {row.get_outcome_display()}"
    back = reverse("reports:frozen_list", args=[row.convention_id])
    texts = {
        "title": _("Rayer un verdict"),
        "warning": _(
            "Un verdict rayé ne compte plus, à aucune date. Il reste visible avec son motif. Ce que"
            " la convention est devenue ne change pas."
        ),
        "submit": _("Rayer le verdict"),
        "done": _("Le verdict est rayé."),
    }
    return strike(request, row, what, back, **texts)


def _verdict(request, pk):
    """A verdict, for who may read the report it is about, and what its page begins with."""
    readable = Verdict.objects.reportable_to(request.user)
    rows = readable.select_related("convention__antenna", "report__convention", "created_by")
    row = get_object_or_404(rows.defer("report__pdf", "report__figures"), pk=pk)
    _convention, context = reportable(request, row.convention_id)
    return row, context | {"here": reverse("reports:evaluation", args=[row.convention_id])}
