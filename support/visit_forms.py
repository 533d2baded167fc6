"""The page of a visit: one date, lines of days, lines of jobs, a payment, saved as a whole."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.models import Expert
from conventions.money import TypedDecimalField, in_euros
from support.job_forms import WITHOUT_NAME
from support.models import Disbursement, Job, PaymentOrder, SkillDay
from support.money_forms import balances, granted, positive, to_sign
from support.visits import VisitRefused, record_visit
from territories.dates import validate_not_future
from territories.forms import HouseMixin, LineMixin, refuse

MOST_LINES = 50
DURATIONS = [("0.25", "0,25"), ("0.5", "0,5"), ("0.75", "0,75"), ("1", "1")]


def _duration(text):
    """One of the durations; ValueError for anything else."""
    if text not in dict(DURATIONS):
        raise ValueError(text)
    return Decimal(text)


class VisitForm(HouseMixin, forms.Form):
    on = forms.DateField(
        label=_("Date de la visite"),
        initial=timezone.localdate,
        validators=[validate_not_future],
        help_text=_("Les dates laissées vides ci-dessous prennent celle-ci."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.fields["on"].widget.attrs["autofocus"] = True


class SkillDayLine(LineMixin, forms.ModelForm):
    optional = ("done_on", "expert")

    days = forms.TypedChoiceField(
        label=_("Durée"),
        choices=[("", "–"), *DURATIONS],
        coerce=_duration,
        error_messages={
            "invalid_choice": _("Une date compte d’un quart de journée à une journée."),
        },
    )

    class Meta:
        model = SkillDay
        fields = ["mission", "expert", "done_on", "days", "note"]

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        missions = application.missions.select_related("expert").prefetch_related("others")
        self.fields["mission"].queryset = missions
        self._ask_who_gave_it(missions)
        if len(missions) == 1:
            self.fields["mission"].initial = missions[0].pk
            self.fields["mission"].empty_label = None

    def _ask_who_gave_it(self, missions):
        """Asked where a mission has several experts; else it is who leads it."""
        team = {expert.pk for mission in missions for expert in mission.team}
        if not any(mission.others.all() for mission in missions):
            del self.fields["expert"]
            return
        self.fields["expert"].queryset = Expert.objects.filter(pk__in=team)
        self.fields["expert"].empty_label = _("Qui la mène")


class JobLine(LineMixin, forms.ModelForm):
    optional = ("fte", "starts_on")

    number = forms.IntegerField(
        label=_("Nombre"), min_value=1, max_value=50, initial=1, required=False
    )

    class Meta:
        model = Job
        fields = ["kind", "contract", "fte", "starts_on", "evidence_kind", "evidence"]
        field_classes = {"fte": TypedDecimalField}
        labels = {"evidence": WITHOUT_NAME}

    field_order = ["number", "kind", "contract", "fte", "starts_on", "evidence_kind", "evidence"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contract"].initial = Job.Contract.PERMANENT

    def clean_number(self):
        return self.cleaned_data["number"] or 1

    def clean_fte(self):
        fte = self.cleaned_data["fte"]
        return Decimal(1) if fte is None else fte


class PaymentForm(LineMixin, forms.ModelForm):
    optional = ("paid_on",)

    instrument = forms.ChoiceField(label=_("Aide"))
    contract_on = forms.DateField(
        label=_("Contrat signé le"), validators=[validate_not_future], required=False
    )

    class Meta:
        model = Disbursement
        fields = ["amount", "paid_on"]

    field_order = ["instrument", "amount", "paid_on", "contract_on"]

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["instrument"].choices = choices = granted(application)
        self.fields["instrument"].initial = choices[0][0] if choices else None
        positive(self.fields["amount"])
        if not to_sign(application):
            del self.fields["contract_on"]
        else:
            self.fields["contract_on"].help_text = _("S’il n’est pas encore saisi.")


class VisitPage:
    """The forms of the page, validated and saved together.

    Without a mission there is no place for days, and without money granted none for a payment.
    """

    def __init__(self, application, data=None):
        self.application = application
        self.visit = VisitForm(data)
        self.jobs = _lines(JobLine, data, "jobs")
        self.balances = balances(application)
        self.days = self.payment = self.paid = None
        if application.missions.exists():
            self.days = _lines(SkillDayLine, data, "days", application=application)
        if any(left for _label, _amount, left in self.balances) or (data and self.balances):
            self.payment = PaymentForm(data, prefix="payment", application=application)

    def save(self, by):
        """True once everything is recorded; else the forms tell what was refused."""
        parts = [part for part in (self.visit, self.days, self.jobs, self.payment) if part]
        valid = [part.is_valid() for part in parts]
        if not all(valid):
            return False
        filled = self._filled()
        if not any(filled.values()):
            self.visit.add_error(None, _("Rien à enregistrer : remplissez au moins une ligne."))
            return False
        try:
            self.paid = record_visit(
                self.application,
                on=self.visit.cleaned_data["on"],
                days=[form.cleaned_data for form in filled["days"]],
                jobs=[form.cleaned_data for form in filled["jobs"]],
                payment=next((form.cleaned_data for form in filled["payment"]), None),
                by=by,
            )
        except VisitRefused as error:
            for (block, position), refusal in error.refusals.items():
                refuse(filled[block][position], refusal)
            return False
        except ValidationError as error:
            refuse(self.visit, error)
            return False
        return True

    def summary(self):
        """What was recorded, in words."""
        filled = self._filled()
        days = sum(form.cleaned_data["days"] for form in filled["days"])
        jobs = sum(form.cleaned_data["number"] for form in filled["jobs"])
        paid = gettext("déblocage : %s")
        if isinstance(self.paid, PaymentOrder):
            paid = gettext("déblocage qui attend qu’une autre personne l’approuve : %s")
        return [
            *(
                [gettext("journées : %s") % f"{days.normalize():f}".replace(".", ",")]
                if days
                else []
            ),
            *([gettext("emplois : %s") % jobs] if jobs else []),
            *([paid % in_euros(self.paid.amount)] if self.paid else []),
        ]

    @property
    def has_errors(self):
        parts = [self.visit, self.payment, *(self.days or []), *self.jobs]
        return any(part.is_bound and part.errors for part in parts if part)

    def _filled(self):
        forms_of = {"days": self.days or [], "jobs": self.jobs, "payment": [self.payment]}
        return {
            block: [form for form in lines if form and form.has_changed()]
            for block, lines in forms_of.items()
        }


def _lines(form, data, prefix, **form_kwargs):
    formset = formset_factory(
        form, extra=3, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
    )
    return formset(data, prefix=prefix, form_kwargs=form_kwargs)
