"""Pages of the funders' verdicts on a convention, and the step that each one leads to."""

from functools import cached_property
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
from reports.views.evaluation import reportable, to_come, writable
from territories.dates import in_figures
from territories.forms import HouseMixin, OnceMixin, refuse

Outcome = Verdict.Outcome
MOST = 400  # characters of a verdict that a reason begins with
READ_BY_THAT_DAY = {  # another day of the meeting brings the copies that could be read there
    "hx-trigger": "change",
    "hx-include": "#id_report",
    "hx-select": "#id_report",
    "hx-target": "#id_report",
    "hx-swap": "outerHTML",
}


class VerdictForm(OnceMixin, HouseMixin, forms.ModelForm):
    once, once_in = "met_on", "convention"

    class Meta:
        model = Verdict
        fields = ["outcome", "met_on", "report", "text", "conditions"]

    def __init__(self, *args, convention, initial, **kwargs):
        instance = Verdict(convention=convention)
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        copies = FrozenReport.objects.unprinted().filter(convention=convention)
        copies = copies.select_related("convention").order_by("-number")
        self.fields["report"].queryset = copies  # one frozen too late is refused with its reason
        self.fields["report"].choices = [
            ("", self.fields["report"].empty_label),
            *((copy.pk, _copy_label(copy)) for copy in copies if self._offers(copy)),
        ]
        self.fields["report"].help_text = _("Établi le jour de la réunion, ou avant.")
        page = reverse("reports:verdict_add", args=[convention.pk])
        self.fields["met_on"].widget.attrs |= {"hx-get": page} | READ_BY_THAT_DAY
        for name, rows in (("text", 5), ("conditions", 3)):
            self.fields[name].widget.attrs["rows"] = rows

    @cached_property
    def _met_on(self):
        """The day of the meeting, as far as the page knows it."""
        try:
            return self.fields["met_on"].to_python(self["met_on"].value())
        except ValidationError:
            return None

    def _offers(self, copy):
        """Those frozen by the day of the meeting; what was chosen stays, for the day may change."""
        chosen = self.is_bound and self["report"].value() == str(copy.pk)
        return chosen or not self._met_on or copy.frozen_on <= self._met_on


def _copy_label(copy):
    return _("%(copy)s, bilan au %(day)s, établi le %(frozen)s") % {
        "copy": copy,
        "day": in_figures(copy.at),
        "frozen": in_figures(copy.frozen_on),
    }


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
    if ends_on := _prolonged_to(verdict, convention):
        url = reverse("conventions:terms", args=[convention.pk])
        sentence = _("La convention est prolongée jusqu’au %(day)s.")
        sentence %= {"day": in_figures(ends_on)}
        return Step(sentence, _("Règles et avenants"), url, is_done=True)
    if convention.status == Convention.Status.CLOSED:
        return None
    url = reverse("conventions:amend", args=[convention.pk])
    sentence = _("Le nouveau dernier jour de la convention s’écrit dans un avenant.")
    return Step(sentence, _("Préparer l’avenant"), f"{url}?{asked}", is_done=False)


def _prolonged_to(verdict, convention):
    """The last day of the convention, when amendments signed since the meeting put it off."""
    texts = list(convention.terms.select_related("amendment"))
    before = [
        text for text in texts if not text.amendment or text.amendment.signed_on < verdict.met_on
    ]
    ends_on = texts[-1].ends_on
    return ends_on if ends_on > before[-1].ends_on else None


def verdict_add(request, pk):
    row = writable(request, Convention.objects.select_related("antenna"), pk=pk)
    if row.status == Convention.Status.DRAFT:
        return to_come(request, row)
    told = {name: request.GET[name] for name in ("met_on", "report") if name in request.GET}
    asked = {"met_on": timezone.localdate()} | told
    form = VerdictForm(request.POST or None, convention=row, initial=asked)
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
