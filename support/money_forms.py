"""Forms of the money of an aid: its contract, what leaves, what comes back, what changes."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.models import Aid, Disbursement, Release, Repayment, Rescheduling, WriteOff
from support.visits import schedule_terms
from territories.dates import validate_not_future
from territories.forms import HouseMixin

CENT = Decimal("0.01")
TERMS = ["deferral_months", "instalments", "frequency", "first_due_on"]


def positive(field):
    """Refuse zero and less beside the field itself."""
    field.validators.append(MinValueValidator(CENT, _("Un montant est positif.")))


# The contract


class AidForm(HouseMixin, forms.ModelForm):
    """The contract of an aid that the committee granted."""

    class Meta:
        model = Aid
        fields = ["instrument", "contract_on", *TERMS]

    def __init__(self, *args, application, **kwargs):
        today = timezone.localdate()
        initial = {"contract_on": today} | schedule_terms(
            application, Aid.Instrument.ADVANCE, today
        )
        super().__init__(*args, initial=initial, **kwargs)
        self.instance.decision = application.approval
        choices = to_sign(application)
        self.fields["instrument"].choices = choices
        if [value for value, _label in choices] == [Aid.Instrument.GRANT]:
            for name in TERMS:
                del self.fields[name]
        else:
            explain_terms(self.fields)


class AidTermsForm(HouseMixin, forms.ModelForm):
    """When an advance is paid back, as long as nothing was paid out."""

    class Meta:
        model = Aid
        fields = TERMS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        explain_terms(self.fields)


def explain_terms(fields):
    fields["deferral_months"].help_text = _(
        "Entre le premier déblocage et le début du remboursement."
    )
    fields["first_due_on"].help_text = _(
        "Vide : un mois, ou trois, après la fin du différé, selon le rythme."
    )


def to_sign(application):
    """Choices of the aids granted that have no contract yet."""
    return [
        (instrument, label)
        for instrument, label in granted(application)
        if not Aid.objects.filter(decision=application.approval, instrument=instrument).exists()
    ]


def granted(application):
    """Choices of the aids that the committee granted."""
    approval = application.approval
    return [
        (value, label)
        for value, label in Aid.Instrument.choices
        if approval and getattr(approval, value)
    ]


def balances(application):
    """(label, euros granted, euros left to pay) of each aid granted, under contract or not."""
    aids = Aid.objects.filter(decision=application.approval).with_money()
    left = {aid.instrument: aid.left_to_pay for aid in aids}
    amounts = [
        (value, label, getattr(application.approval, value))
        for value, label in granted(application)
    ]
    return [(label, amount, left.get(value, amount)) for value, label, amount in amounts]


class SignedCopyForm(HouseMixin, forms.Form):
    file = forms.FileField(
        label=_("Contrat signé"),
        help_text=_("Un document PDF ou une image, 20 Mo au plus. Il remplace le précédent."),
    )


# Money that leaves


class DisbursementForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Disbursement
        fields = ["amount", "paid_on", "label"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["paid_on"] = timezone.localdate()
        positive(self.fields["amount"])


class ApproveForm(HouseMixin, forms.Form):
    """The second person lets a payment leave."""

    on = forms.DateField(
        label=_("Débloqué le"), initial=timezone.localdate, validators=[validate_not_future]
    )


class ReleaseForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Release
        fields = ["released_on", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["released_on"] = timezone.localdate()


# Money that comes back


class RepaymentForm(HouseMixin, forms.ModelForm):
    keep_credit = forms.BooleanField(
        label=_("Garder le trop-perçu pour l’entreprise"),
        required=False,
        help_text=_("Sinon, un montant supérieur à ce qui reste à rembourser est refusé."),
    )

    class Meta:
        model = Repayment
        fields = ["amount", "received_on", "label"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["received_on"] = timezone.localdate()
        positive(self.fields["amount"])


class RecoveryForm(RepaymentForm):
    """What comes after a loss has no excess to keep."""

    keep_credit = None


class DayForm(HouseMixin, forms.Form):
    """The day on which something that is said on the page happens."""

    on = forms.DateField(
        label=_("Le"), initial=timezone.localdate, validators=[validate_not_future]
    )


class RejectForm(DayForm):
    reason = forms.CharField(
        label=_("Motif"), max_length=200, help_text=_("Par exemple : provision insuffisante.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Rejeté par la banque le")


class WriteOffForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = WriteOff
        fields = ["amount", "written_off_on", "reference", "reason"]

    def __init__(self, *args, aid, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"amount": aid.outstanding, "written_off_on": timezone.localdate()}
        positive(self.fields["amount"])


# When it comes back


class ReschedulingForm(HouseMixin, forms.ModelForm):
    """What a company asks for; a moratorium keeps number and rhythm, a default wants neither."""

    class Meta:
        model = Rescheduling
        fields = ["kind", "requested_on", "reason", "first_due_on", "instalments", "frequency"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["requested_on"] = timezone.localdate()
        self.fields["first_due_on"].help_text = _(
            "Le jour où les remboursements reprennent. Une défaillance n’en a pas : tout est dû."
        )
        self.fields["instalments"].help_text = _(
            "Pour un nouvel échéancier. Un moratoire garde le nombre et le rythme en cours."
        )
        for name in ("first_due_on", "instalments", "frequency"):
            self.fields[name].required = False

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if kind and kind != Rescheduling.Kind.DEFAULT:
            self._require("first_due_on", _("Donnez la date de la première échéance."))
        if kind == Rescheduling.Kind.RESCHEDULING:
            self._require("instalments", _("Donnez le nombre d’échéances."))
            self._require("frequency", _("Choisissez un rythme."))
        elif kind and cleaned.get("instalments"):
            self.add_error(
                "instalments", _("Laissez vide : seul un nouvel échéancier change ce nombre.")
            )
        return cleaned

    def _require(self, name, sentence):
        if name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, sentence)

    def _get_validation_exclusions(self):
        """The verb fills what the kind decides, and checks the whole."""
        return {*super()._get_validation_exclusions(), "first_due_on", "instalments", "frequency"}


class AnswerForm(HouseMixin, forms.Form):
    """What was answered to a request."""

    accorded = forms.ChoiceField(
        label=_("Réponse"),
        choices=[("yes", _("Accordé")), ("no", _("Refusé"))],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(
        label=_("Répondu le"), initial=timezone.localdate, validators=[validate_not_future]
    )
    reference = forms.CharField(
        label=_("Décision du comité"),
        max_length=200,
        error_messages={
            "required": _("Le comité décide : donnez la référence de sa décision."),
        },
        help_text=_("Par exemple : procès-verbal de la séance du 12 mars 2026."),
    )
    answer = forms.CharField(
        label=_("Ce qui est répondu à l’entreprise"), max_length=200, required=False
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        if not request.needs_committee:
            del self.fields["reference"]

    def clean_accorded(self):
        """An accord typed late would make the company late at once: only history may hold one."""
        accorded = self.cleaned_data["accorded"]
        if accorded == "yes" and self.request.is_past_on(timezone.localdate()):
            raise ValidationError(
                _(
                    "La première échéance demandée est passée : refusez, puis enregistrez une"
                    " demande plus lointaine."
                ),
                code="too_late",
            )
        return accorded
