"""What people type about a convention: its text, the steps of its life, its money, its readers."""

import re
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from conventions.models import Amendment, Convention, Entry, Pledge, Receipt, Terms
from conventions.money import EuroField, TypedDecimalField, in_euros
from conventions.schedule import add_months
from territories.dates import in_figures
from territories.forms import HouseMixin, refuse
from territories.models import Territory

TEXT = [
    (_("Durée et territoires"), ["starts_on", "ends_on", "territories"]),
    (
        _("Objectifs"),
        ["target_aid", "target_difficulty", "target_days", "target_jobs", "target_companies"],
    ),
    (
        _("Qui peut être aidé"),
        [
            "minimum_jobs",
            "jobs_horizon_years",
            "minimum_age_years",
            "minimum_headcount",
            "maximum_headcount",
            "sectors",
            "mission_months",
        ],
    ),
    (
        _("Quels emplois comptent"),
        [
            "maintained_jobs_count",
            "permanent_counts",
            "fixed_term_counts",
            "apprentice_counts",
            "temporary_counts",
            "manager_counts",
            "minimum_fte",
        ],
    ),
    (
        _("L’argent"),
        [
            "advance_cap",
            "day_value",
            "deferral_months",
            "instalments",
            "frequency",
            "second_person_above",
            "rescheduled_by",
            "advance_allowed",
            "advance_needs_days",
        ],
    ),
    (
        _("Comment le comité décide"),
        [
            "quorum_percent",
            "majority",
            "proxies_per_member",
            "business_majority",
            "casting_vote",
            "remote_allowed",
            "secret_vote",
            "windfall_blocks",
        ],
    ),
]
ONE_CENT = Decimal("0.01")
MONEY_OF_TERMS = [
    "target_aid",
    "target_difficulty",
    "target_days",
    "minimum_fte",
    "advance_cap",
    "day_value",
    "second_person_above",
]


def usual_end(starts_on):
    """The last day of the usual term: three years."""
    return add_months(starts_on, 36) - timedelta(days=1)


def renewed_name(convention, starts_on, ends_on):
    """The name of the next convention: the years of the old one, if it says them, move on."""
    years = {
        str(convention.terms.last().ends_on.year): str(ends_on.year),
        str(convention.starts_on.year): str(starts_on.year),
    }
    pattern = rf"\b({'|'.join(years)})\b"
    return re.sub(pattern, lambda found: years[found[0]], convention.name)


def typed(model, name):
    """The form field of a model's field, with what the model checks."""
    model_field = model._meta.get_field(name)
    field = model_field.formfield()
    field.validators += [each for each in model_field.validators if each not in field.validators]
    return field


def amount_field():
    """Euros to the cent, more than zero."""
    return TypedDecimalField(
        label=_("Montant (€)"),
        min_value=ONE_CENT,
        max_digits=12,
        decimal_places=2,
        localize=True,
        error_messages={
            "max_decimal_places": EuroField.wrong_step,
            "min_value": _("Saisissez un montant positif."),
        },
    )


def refuse_money(form, error):
    """As `refuse`; what an envelope lacks is told beside the amount."""
    if getattr(error, "code", None) == "overdrawn":
        form.add_error("amount", error)
    else:
        refuse(form, error)


class TermsForm(HouseMixin, forms.ModelForm):
    """Everything a convention sets, in the order of its text."""

    first_section = None  # (heading, names) of what is asked before the text

    class Meta:
        model = Terms
        fields = [name for _heading, names in TEXT for name in names if name != "starts_on"]
        localized_fields = MONEY_OF_TERMS
        widgets = {"territories": forms.CheckboxSelectMultiple}

    def __init__(self, *args, territories, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["territories"].queryset = territories.select_related("antenna")

    def sections(self):
        """(heading, fields) as the page shows them."""
        sections = [self.first_section, *TEXT]
        return [
            (heading, [self[name] for name in names if name in self.fields])
            for heading, names in sections
        ]


class ConventionForm(TermsForm):
    """A draft: its identity, and the whole text it starts with."""

    first_section = (_("Identité"), ["antenna", "reference", "name"])
    identity = ["antenna", "reference", "name", "starts_on"]

    antenna = typed(Convention, "antenna")
    reference = typed(Convention, "reference")
    name = typed(Convention, "name")
    starts_on = typed(Convention, "starts_on")

    def __init__(self, *args, convention, antennas, **kwargs):
        territories = Territory.objects.filter(antenna__in=antennas)
        initial = {name: getattr(convention, name) for name in self.identity[1:]}
        if not convention.pk:
            today = timezone.localdate()
            initial |= {"starts_on": today, "ends_on": usual_end(today)}
        super().__init__(*args, territories=territories, initial=initial, **kwargs)
        self.convention = convention
        self.fields["antenna"].queryset = antennas
        if convention.pk:
            del self.fields["antenna"]
        elif len(antennas) == 1:
            self.initial["antenna"] = antennas[0]
        if len(antennas) > 1:
            self.fields["territories"].label_from_instance = lambda row: f"{row} ({row.antenna})"

    def clean(self):
        cleaned = super().clean()
        for name in self.identity:
            if name in cleaned:
                setattr(self.convention, name, cleaned[name])
        return cleaned

    def save(self):
        return self.convention.prepare(self.instance, territories=self.cleaned_data["territories"])


class AmendForm(TermsForm):
    """An amendment: when, why, and the text as it becomes."""

    first_section = (_("L’avenant"), ["signed_on", "effective_on", "reason", "document"])

    signed_on = typed(Amendment, "signed_on")
    effective_on = typed(Terms, "effective_on")
    reason = typed(Amendment, "reason")
    document = typed(Amendment, "document")

    def __init__(self, *args, convention, initial, **kwargs):
        self.latest = convention.terms.last()
        today = timezone.localdate()
        initial = {
            "territories": self.latest.territories.all(),
            "effective_on": today,
            "signed_on": today,
            **initial,
        }
        super().__init__(
            *args,
            instance=self.latest,
            initial=initial,
            territories=convention.antenna.territories,
            **kwargs,
        )
        self.convention = convention
        self.fields["reason"].widget.attrs["rows"] = 3

    def save(self, *, by):
        self.instance.effective_on = self.cleaned_data["effective_on"]
        return self.convention.amend(
            self.instance,
            signed_on=self.cleaned_data["signed_on"],
            reason=self.cleaned_data["reason"],
            document=self.cleaned_data["document"],
            territories=self.cleaned_data["territories"],
            by=by,
        )


class OnDayForm(HouseMixin, forms.Form):
    """The day at which a text is read."""

    au = forms.DateField(label=_("Texte en vigueur au"), required=False)


def asked(request, *names):
    """What the address of a page proposes to write in these fields."""
    return {name: request.GET[name] for name in names if name in request.GET}


class StepForm(HouseMixin, forms.Form):
    on = forms.DateField(label=_("Date"), initial=timezone.localdate)


class ReasonedStepForm(StepForm):
    reason = forms.CharField(
        label=_("Motif"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class OptionalReasonStepForm(ReasonedStepForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class RenewForm(HouseMixin, forms.Form):
    reference = typed(Convention, "reference")
    name = typed(Convention, "name")
    starts_on = typed(Convention, "starts_on")
    ends_on = typed(Terms, "ends_on")


class ReaderForm(forms.Form):
    """A funder, known or not yet."""

    email = forms.EmailField(label=_("Adresse électronique"), max_length=254)
    first_name = forms.CharField(label=_("Prénom"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Nom"), max_length=150, required=False)
    language = typed(User, "language")


class ReaderRemovalForm(forms.Form):
    """Which reader, as the address of the page says."""

    lecteur = forms.ModelChoiceField(User.objects.none())

    def __init__(self, *args, convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lecteur"].queryset = convention.readers.all()


class PledgeForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Pledge
        fields = ["sponsor", "origin", "envelope", "amount", "days", "pledged_on", "note"]
        localized_fields = ["amount", "days"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"pledged_on": timezone.localdate(), "amount": None, "days": None}
        self.fields["amount"].required = self.fields["days"].required = False

    def clean(self):
        """What is left empty is nothing promised."""
        super().clean()
        for name in ("amount", "days"):
            if self.cleaned_data.get(name, 0) is None:
                self.cleaned_data[name] = 0


class ReceiptForm(HouseMixin, forms.ModelForm):
    """Money that came; of which of the `calls` that wait, if any does."""

    amount = amount_field()
    call = forms.ChoiceField(label=_("Au titre de"), widget=forms.RadioSelect)

    class Meta:
        model = Receipt
        fields = ["amount", "received_on", "label"]

    def __init__(self, *args, calls, **kwargs):
        super().__init__(*args, **kwargs)
        self.calls = {str(call.pk): call for call in calls}
        if not self.calls:
            del self.fields["call"]
            return
        told = _("%(call)s : %(left)s attendus pour le %(day)s")
        choices = [
            (
                key,
                told % {"call": call, "left": in_euros(call.left), "day": in_figures(call.due_on)},
            )
            for key, call in self.calls.items()
        ]
        self.fields["call"].choices = [*choices, ("none", _("Aucun appel"))]

    def clean_call(self):
        return self.calls.get(self.cleaned_data["call"])


class FeeForm(HouseMixin, forms.ModelForm):
    amount = amount_field()

    class Meta:
        model = Entry
        fields = ["envelope", "amount", "on", "label"]


class CarryOverForm(HouseMixin, forms.ModelForm):
    amount = amount_field()

    class Meta:
        model = Entry
        fields = ["envelope", "amount", "on"]


class LabelForm(forms.Form):
    label = forms.CharField(label=_("Motif"), max_length=200)


class StrikeForm(forms.Form):
    reason = forms.CharField(label=_("Motif"), max_length=200)
