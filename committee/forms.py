"""Forms of `committee`: the application file with its plan, its steps, decisions, committees."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from committee.models import (
    Application,
    Committee,
    Condition,
    Decision,
    DeclaredAid,
    Recusal,
    Seat,
)
from committee.models.financing import Plan
from committee.plan_forms import PlanFormSet
from companies.models import Company, Expert, Sponsor
from conventions.models import Convention
from territories.forms import HouseMixin, LookupField, refuse
from territories.models import Antenna


def editable_antennas(user):
    antennas = Antenna.objects.all()
    return (
        antennas
        if user.is_superuser
        else antennas.filter(pk__in=user.antennas_as(Role.COORDINATOR))
    )


class ApplicationForm(HouseMixin, forms.ModelForm):
    """A file and both sides of its plan, saved together or not at all."""

    company = LookupField(
        Company.objects.none(),
        url=reverse_lazy("companies:company_options"),
        label=_("Entreprise"),
        help_text=_("Nom ou SIRET."),
    )

    class Meta:
        model = Application
        fields = [
            "company",
            "convention",
            "envelope",
            "purpose",
            "title",
            "project",
            "project_starts_on",
            "without_aid",
            "requested_advance",
            "requested_grant",
            "requested_days",
            "requested_skills",
            "expert",
            "baseline_headcount",
            "planned_jobs_created",
            "planned_jobs_maintained",
            "hires_signed",
            "private_notes",
        ]
        widgets = {
            "project": forms.Textarea(attrs={"rows": 6}),
            "private_notes": forms.Textarea(attrs={"rows": 3}),
            "requested_skills": forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        if self.instance.pk:
            del self.fields["company"], self.fields["convention"]
        else:
            self._narrow_to(editable_antennas(user))
        data = self.data if self.is_bound else None
        antenna = self.instance.antenna if self.instance.pk else None
        experts = Expert.objects.select_related("sponsor")
        serving = Q(antennas=antenna) if antenna else Q(antennas__in=editable_antennas(user))
        self.fields["expert"].queryset = experts.filter(serving).distinct()
        self.fields["expert"].label_from_instance = lambda row: f"{row} ({row.sponsor})"
        self.needs = PlanFormSet(data, instance=self.instance, prefix="besoins", side="need")
        self.resources = PlanFormSet(
            data, instance=self.instance, prefix="ressources", side="resource"
        )
        self.plan_error = ""

    def shown_beside(self):
        return self.instance.financing_lines.values_list("side", "label", "amount", "is_own_funds")

    def _narrow_to(self, antennas):
        conventions = Convention.objects.filter(antenna__in=antennas).signed()
        self.fields["company"].queryset = Company.objects.filter(antenna__in=antennas)
        self.fields["convention"].queryset = conventions
        running = conventions.running_on(timezone.localdate())
        if len(likely := running or conventions) == 1:
            self.fields["convention"].initial = likely[0]

    def clean(self):
        """Left empty on a new file, the head-count is the company's latest."""
        super().clean()
        company = self.cleaned_data.get("company")
        if (
            company
            and self.cleaned_data.get("baseline_headcount") is None
            and company.latest_figures
        ):
            self.cleaned_data["baseline_headcount"] = company.latest_figures.headcount

    def is_valid(self):
        parts = [super().is_valid(), self.needs.is_valid(), self.resources.is_valid()]
        if not all(parts):
            return False
        try:
            self.plan.check()
        except ValidationError as error:
            self.plan_error = error.message
        return not self.plan_error

    @property
    def company_named(self):
        """The company of the file, once it is known: saved, typed or proposed."""
        if self.instance.pk:
            return self.instance.company
        return getattr(self, "cleaned_data", self.initial).get("company")

    @property
    def plan(self):
        """The plan as typed so far, the aid asked for among its resources."""
        return Plan(self.needs.lines(), self.resources.lines(), self.instance.requested_money)

    @transaction.atomic
    def save(self):
        """Whoever opens a file follows it, until somebody says otherwise."""
        if self.instance.pk:
            self.instance.lock_open()
        elif User.objects.coordinating(self.instance.antenna).filter(pk=self.user.pk).exists():
            self.instance.assigned_to = self.user
        super().save()
        self.needs.save()
        self.resources.save()
        # A page sent twice, or an old one, would leave another plan than the one it shows.
        saved = Application.objects.prefetch_related("financing_lines").get(pk=self.instance.pk)
        Plan.of(saved).check()
        return self.instance


class StepForm(HouseMixin, forms.Form):
    """The day of a step."""

    on = forms.DateField(label=_("Date"), initial=timezone.localdate)


class WithdrawForm(StepForm):
    reason = forms.CharField(
        label=_("Motif"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RecusalForm(HouseMixin, forms.ModelForm):
    """Who steps aside from a file, and why: oneself for a member."""

    class Meta:
        model = Recusal
        fields = ["seat", "reason"]

    def __init__(self, *args, seats, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seat"].queryset = seats
        if len(seats) == 1:
            self.fields["seat"].initial = seats[0]


class WaiveForm(forms.Form):
    reason = forms.CharField(
        label=_("Motif"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecisionForm(HouseMixin, forms.ModelForm):
    """What the committee answered; the amounts count for an approval alone."""

    GIVEN = ["advance", "grant", "days", "jobs_created", "jobs_maintained"]
    # What a field is for; app.js shows it with its answer alone.
    FOR_APPROVAL = "outcome=approved"
    FOR_THE_OTHERS = "outcome=refused,adjourned"

    outcome = forms.ChoiceField(
        label=_("Décision"), choices=Decision.Outcome.choices, widget=forms.RadioSelect
    )
    conditions = forms.CharField(
        label=_("Conditions préalables"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Une par ligne : ce que l’entreprise doit fournir avant tout déblocage."),
    )

    class Meta:
        model = Decision
        fields = [
            "outcome",
            "decided_on",
            "committee",
            "advance",
            "grant",
            "days",
            "jobs_created",
            "jobs_maintained",
            "conditions",
            "reason",
        ]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "advance": _("Les montants, journées et emplois ne comptent que pour un accord."),
            "reason": _("Obligatoire pour un refus ou un ajournement."),
        }

    def __init__(self, *args, application, **kwargs):
        committees = Committee.objects.filter(antenna=application.antenna)
        likely = application.proposal or application.asked
        initial = {
            "decided_on": timezone.localdate(),
            "committee": committees.first(),
            "advance": likely.advance,
            "grant": likely.grant,
            "days": likely.days,
            "jobs_created": likely.jobs,
            "jobs_maintained": application.planned_jobs_maintained,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.application = self.instance.application = application
        self.fields["committee"].queryset = committees
        for name in (*self.GIVEN, "conditions"):
            self.fields[name].widget.attrs["data-when"] = self.FOR_APPROVAL
        reason = self.fields["reason"]
        reason.required, reason.widget.is_required = True, False
        reason.widget.attrs["data-when"] = self.FOR_THE_OTHERS
        reason.error_messages["required"] = _("Un refus ou un ajournement est motivé.")

    def clean_conditions(self):
        labels = [line.strip() for line in self.cleaned_data["conditions"].splitlines()]
        limit = Condition._meta.get_field("label").max_length
        if any(len(label) > limit for label in labels):
            raise ValidationError(
                _("Une condition tient en %(limit)d caractères."),
                code="too_long",
                params={"limit": limit},
            )
        return [label for label in labels if label]

    def clean(self):
        super().clean()
        outcome = self.cleaned_data.get("outcome")
        if outcome != Decision.Outcome.APPROVED:
            self._ignore(self.GIVEN, 0)
        told = self.data.get("reason", "").strip()
        if not told and outcome not in (Decision.Outcome.REFUSED, Decision.Outcome.ADJOURNED):
            self._ignore(["reason"], "")

    def _ignore(self, names, value):
        """These fields do not matter to the answer: whatever was typed is no error."""
        for name in names:
            self.errors.pop(name, None)
            self.cleaned_data[name] = value

    def refuse(self, error):
        """Show a verb's refusal beside the field that it is about."""
        money = "advance" if self.cleaned_data["advance"] else "grant"
        fields = {
            "overdrawn": money,
            "de_minimis": money,
            "not_running": "decided_on",
            "out_of_term": "decided_on",
        }
        if hasattr(error, "error_dict"):
            if "on" in error.error_dict:
                error.error_dict["decided_on"] = error.error_dict.pop("on")
            refuse(self, error)
        else:
            self.add_error(fields.get(getattr(error, "code", None)), error)

    def record(self, *, by):
        """Call the verb of the outcome; ValidationError when a rule refuses."""
        typed = self.cleaned_data
        answer = {
            "on": typed["decided_on"],
            "committee": typed["committee"],
            "reason": typed["reason"],
            "by": by,
        }
        match typed["outcome"]:
            case Decision.Outcome.APPROVED:
                given = {name: typed[name] for name in self.GIVEN}
                self.application.approve(conditions=typed["conditions"], **given, **answer)
            case Decision.Outcome.REFUSED:
                self.application.refuse(**answer)
            case Decision.Outcome.ADJOURNED:
                self.application.adjourn(**answer)


class DayForm(HouseMixin, forms.Form):
    """The day on which aid is counted."""

    au = forms.DateField(label=_("Situation au"))


class DeclaredAidForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = DeclaredAid
        fields = ["granted_on", "grantor", "amount", "regulation", "note"]


class CommitteeForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Committee
        fields = ["antenna", "name", "since", "until"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        antennas = editable_antennas(user)
        self.fields["antenna"].queryset = antennas
        if self.instance.pk:
            del self.fields["antenna"]
        elif len(antennas) == 1:
            self.fields["antenna"].initial = antennas[0]


class SeatForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Seat
        fields = [
            "college",
            "holder",
            "deputy",
            "employer",
            "employer_name",
            "employer_siren",
            "employer_group",
            "user",
            "email",
            "is_chair",
            "mandate_from",
            "mandate_until",
        ]

    def __init__(self, *args, committee, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.committee = committee
        self.fields["employer"].queryset = Sponsor.objects.all()
        self.fields["user"].queryset = User.objects.filter(
            memberships__role=Role.MEMBER, memberships__antenna=committee.antenna
        )
        if not self.instance.pk:
            self.fields["mandate_from"].initial = timezone.localdate
