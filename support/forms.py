"""Forms of `support`: aid and its payments, missions and days, jobs, corrections."""

from decimal import Decimal

from django import forms
from django.core.validators import MinValueValidator
from django.db.models import Q
from django.forms import model_to_dict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.models import Condition
from companies.models import Expert
from conventions.money import TypedDecimalField
from support.conditions import settle
from support.models import Aid, Disbursement, Job, Mission, Repayment, SkillDay
from support.visits import schedule_terms
from territories.dates import in_figures
from territories.forms import HouseMixin

CENT = Decimal("0.01")


def positive(field):
    """Refuse zero and less beside the field itself."""
    field.validators.append(MinValueValidator(CENT, _("Un montant est positif.")))


class AidForm(HouseMixin, forms.ModelForm):
    """The contract of an aid that the committee granted."""

    class Meta:
        model = Aid
        fields = ["instrument", "contract_on", "deferral_months", "instalments"]

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
            del self.fields["deferral_months"], self.fields["instalments"]
        else:
            self.fields["deferral_months"].help_text = _(
                "Entre le premier déblocage et le début du remboursement."
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


class DisbursementForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Disbursement
        fields = ["amount", "paid_on", "label"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"paid_on": timezone.localdate()}, **kwargs)
        positive(self.fields["amount"])


class RepaymentForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Repayment
        fields = ["amount", "received_on", "label"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"received_on": timezone.localdate()}, **kwargs)
        positive(self.fields["amount"])


class AnnulForm(HouseMixin, forms.Form):
    on = forms.DateField(
        label=_("Annulée le"),
        help_text=_("Le jour de la décision, si elle a été mal saisie : elle ne comptera jamais."),
    )
    reason = forms.CharField(label=_("Motif"), max_length=200)


class ConditionForm(HouseMixin, forms.ModelForm):
    """A condition of the committee, met on a day with its proof; neither: not met after all."""

    class Meta:
        model = Condition
        fields = ["met_on", "proof"]
        help_texts = {
            "met_on": _("Videz la date et le justificatif si elle n’est pas levée, après tout."),
            "proof": _("Le document que vous avez vu : attestation, devis signé, relevé…"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.met_on:
            self.initial["met_on"] = timezone.localdate()
            self.fields["met_on"].help_text = ""

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("met_on") and not cleaned.get("proof"):
            self.add_error("proof", _("Dites ce qui prouve que la condition est levée."))
        if cleaned.get("proof") and "met_on" in cleaned and not cleaned["met_on"]:
            self.add_error("met_on", _("Donnez la date à laquelle la condition est levée."))
        return cleaned

    def record(self, *, by):
        typed = self.cleaned_data
        settle(self.instance, on=typed["met_on"], proof=typed["proof"], by=by)


class MissionForm(HouseMixin, forms.ModelForm):
    """A mission; its expert serves the antenna and is available, or already has the mission."""

    class Meta:
        model = Mission
        fields = ["expert", "subject", "starts_on", "ends_on", "days"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["starts_on"] = timezone.localdate()
        serving = Expert.antennas.through.objects.filter(antenna=self.instance.antenna)
        fits = Q(pk__in=serving.values("expert"), is_available=True) | Q(pk=self.instance.expert_id)
        field = self.fields["expert"]
        field.queryset = Expert.objects.filter(fits).select_related("sponsor")
        field.label_from_instance = lambda expert: f"{expert} ({expert.sponsor})"

    def clean(self):
        """The constraint says so too, but at the top of the page."""
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("La mission ne peut pas finir avant d’avoir commencé."))
        return cleaned


class CertifyForm(HouseMixin, forms.Form):
    """Days of a mission that the company certifies together."""

    days = forms.ModelMultipleChoiceField(
        SkillDay.objects.none(),
        label=_("Journées certifiées"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins une journée.")},
    )
    certified_on = forms.DateField(label=_("Certifiées le"), initial=timezone.localdate)
    certified_by = forms.CharField(
        label=_("Certifiées par"), max_length=100, help_text=_("Nom donné par l’entreprise.")
    )

    def __init__(self, *args, mission, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["days"]
        field.queryset = mission.skill_days.standing().filter(certified_on=None)
        field.initial = list(field.queryset)
        field.label_from_instance = self._label

    @staticmethod
    def _label(skill_day):
        label = _("%(day)s – %(days)s j") % {
            "day": in_figures(skill_day.done_on),
            "days": f"{skill_day.days.normalize():f}".replace(".", ","),
        }
        return f"{label} – {skill_day.note}" if skill_day.note else label


class JobCorrectForm(HouseMixin, forms.ModelForm):
    """The right figures of a job, in place of a wrong line."""

    reason = forms.CharField(label=_("Motif de la correction"), max_length=200)

    class Meta:
        model = Job
        fields = ["kind", "contract", "fte", "starts_on", "ends_on", "observed_on", "evidence"]
        field_classes = {"fte": TypedDecimalField}

    def __init__(self, *args, job, **kwargs):
        initial = model_to_dict(job, fields=self._meta.fields)
        instance = Job(application=job.application)
        super().__init__(*args, instance=instance, initial=initial, **kwargs)

    def clean(self):
        """The constraints say so too, but at the top of the page."""
        cleaned = super().clean()
        starts_on = cleaned.get("starts_on")
        orders = {
            "ends_on": _("L’emploi ne peut pas finir avant d’avoir commencé."),
            "observed_on": _("Un emploi se constate une fois qu’il a commencé."),
        }
        for name, sentence in orders.items():
            if starts_on and cleaned.get(name) and cleaned[name] < starts_on:
                self.add_error(name, sentence)
        return cleaned
