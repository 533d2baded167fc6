"""Pages of the copies of a report that are kept: those of a convention, one of them, its files."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from conventions.models import Convention
from reports.files import saved
from reports.freezing import AT_ONCE, Person, compared, deliver, freeze, people_of
from reports.models import FrozenReport
from reports.views.evaluation import DateForm, reportable, to_come, writable
from territories.files import Column
from territories.forms import refuse
from territories.listing import Unfiltered, listing
from territories.typeset import pdf_response

COLUMNS = [
    Column(gettext_lazy("Exemplaire"), "__str__"),
    Column(gettext_lazy("Bilan au"), "at"),
    Column(gettext_lazy("Figé le"), "frozen_at"),
    Column(gettext_lazy("Figé par"), "created_by"),
    Column(gettext_lazy("Envois"), "sent"),
    Column(gettext_lazy("Empreinte du document"), "pdf_sha256"),
    Column(gettext_lazy("Empreinte des chiffres"), "figures_sha256"),
]


class SendForm(forms.Form):
    """To whom a copy leaves: people who are expected to receive it, and others."""

    known = forms.MultipleChoiceField(
        label=gettext_lazy("Destinataires"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Choisissez dans la liste.")},
    )
    others = forms.CharField(
        label=gettext_lazy("Autres adresses électroniques"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Une par ligne."),
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {person.email: person for person in people}
        self.fields["known"].choices = [
            (person.email, f"{person.name} – {person.email}") for person in people
        ]
        if not people:
            del self.fields["known"]

    def clean_others(self):
        typed = [line.strip() for line in self.cleaned_data["others"].splitlines()]
        errors = []
        for email in filter(None, typed):
            try:
                validate_email(email)
            except ValidationError:
                told = _("« %(email)s » n’est pas une adresse électronique.")
                errors.append(ValidationError(told, params={"email": email[:80]}))
        if errors:
            raise ValidationError(errors)
        names = {person.email.lower(): person for person in self.people.values()}
        return [names.get(email.lower()) or Person(email, email) for email in typed if email]

    def clean(self):
        super().clean()
        known = [self.people[email] for email in self.cleaned_data.get("known", [])]
        chosen = {
            person.email.lower(): person
            for person in [*self.cleaned_data.get("others", []), *known]
        }
        if not (chosen or self.errors):
            raise ValidationError(_("Choisissez au moins un destinataire."), code="nobody")
        if len(chosen) > AT_ONCE:
            raise ValidationError(
                _("%(number)d destinataires au plus à la fois."), params={"number": AT_ONCE}
            )
        self.cleaned_data["chosen"] = list(chosen.values())
        return self.cleaned_data


def frozen_list(request, pk):
    """The copies of a convention that are kept, and what its funders decided."""
    row, context = reportable(request, pk)
    copies = row.frozen_reports.unprinted().select_related("convention", "created_by")
    return listing(
        request,
        Unfiltered(copies.annotate(sent=Count("deliveries")).order_by("-number")),
        "reports/frozen_list.html",
        columns=COLUMNS,
        filename=f"exemplaires-{row.reference}".lower(),
        verdicts=row.verdicts.select_related("report__convention", "created_by"),
        here=reverse("reports:evaluation", args=[pk]),
        **context,
    )


def frozen_add(request, pk):
    row = writable(request, Convention.objects.select_related("antenna"), pk=pk)
    if row.status == Convention.Status.DRAFT:
        return to_come(request, row)
    asked = {"au": request.GET.get("au") or timezone.localdate()}
    typed = request.POST if request.method == "POST" else None
    form = DateForm(typed, initial=asked, convention=row)
    if request.method == "POST" and form.is_valid():
        try:
            copy = freeze(row, form.cleaned_data["au"], by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("L’exemplaire %(copy)s est figé.") % {"copy": copy})
            return redirect(copy)
    context = {
        "title": _("Figer le bilan de %(reference)s") % {"reference": row.reference},
        "intro": _(
            "Un exemplaire garde les chiffres et le PDF tels qu’ils sont aujourd’hui. Si les"
            " données changent ensuite, sa page montre ce qui diffère."
        ),
        "warning": _("Un exemplaire figé ne se modifie pas et ne se supprime pas."),
        "form": form,
        "submit": _("Figer le bilan"),
        "back": reverse("reports:frozen_list", args=[pk]),
    }
    return render(request, "components/form_page.html", context)


def frozen(request, pk):
    """A copy beside what its report would say today; with `tous`, the same figures too."""
    copy, context = _copy(request, FrozenReport.objects.defer("pdf"), pk)
    lines = compared(copy)
    changed = [line for line in lines if line.is_changed]
    context |= {
        "every": "tous" in request.GET,
        "lines": lines if "tous" in request.GET else changed,
        "total": len(lines),
        "changed": len(changed),
        "deliveries": copy.deliveries.select_related("sent_by"),
        "verdicts": copy.verdicts.all(),
    }
    return render(request, "reports/frozen.html", context)


@require_safe
def frozen_pdf(request, pk):
    """As it was kept, to the byte."""
    copy, _context = _copy(request, FrozenReport.objects.defer("figures"), pk)
    return pdf_response(bytes(copy.pdf), str(copy))


@require_safe
def frozen_json(request, pk):
    """As it was kept, to the byte."""
    copy, _context = _copy(request, FrozenReport.objects.defer("pdf"), pk)
    return saved(copy.figures, f"{str(copy).lower()}.json", "application/json")


def frozen_send(request, pk):
    rows = FrozenReport.objects.defer("figures").select_related("convention__antenna")
    copy = writable(request, rows, pk=pk)
    people = people_of(copy.convention)
    reached = {each.email.lower() for each in copy.deliveries.all()}
    initial = {"known": [each.email for each in people if each.email.lower() not in reached]}
    form = SendForm(
        request.POST if request.method == "POST" else None, people=people, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        return _send(request, copy, form.cleaned_data["chosen"])
    context = {
        "title": _("Envoyer %(copy)s") % {"copy": copy},
        "intro": _(
            "Chacun reçoit son message, le PDF joint. La page de l’exemplaire garde qui l’a reçu,"
            " et quand. Ceux qui l’ont déjà reçu ne sont pas cochés."
        ),
        "warning": _(
            "Les noms et les adresses des destinataires s’affichent sur la page de l’exemplaire :"
            " tous les financeurs qui lisent ce bilan les voient."
        ),
        "form": form,
        "submit": _("Envoyer"),
        "back": copy.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def _send(request, copy, people):
    """Stops at the first one that does not leave: those before are kept as sent."""
    number = 0
    try:
        for person in people:
            deliver(copy, person, by=request.user)
            number += 1
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    if number:
        sentence = ngettext(
            "Exemplaire envoyé à %(number)d personne.",
            "Exemplaire envoyé à %(number)d personnes.",
            number,
        )
        messages.success(request, sentence % {"number": number})
    return redirect(copy)


def _copy(request, rows, pk):
    """A copy, for who may read its report, and what its page begins with."""
    readable = rows.reportable_to(request.user).select_related("convention__antenna", "created_by")
    copy = get_object_or_404(readable, pk=pk)
    _convention, context = reportable(request, copy.convention_id)
    here = reverse("reports:evaluation", args=[copy.convention_id])
    return copy, context | {"copy": copy, "here": here}
