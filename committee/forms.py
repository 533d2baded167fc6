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
    DeclaredAid,
    Recusal,
    Seat,
)
from committee.models.financing import Plan
from committee.plan_forms import PlanFormSet
from committee.promise_forms import PromiseFormSet
from companies.models import Company, Expert, Sponsor
from conventions.models import Convention
from territories.forms import HouseMixin, LookupField
from territories.models import Antenna


def editable_antennas(user):
    antennas = Antenna.objects.all()
    return (
        antennas
        if user.is_superuser
        else antennas.filter(pk__in=user.antennas_as(Role.COORDINATOR))
    )


class ApplicationForm(HouseMixin, forms.ModelForm):
    """A file, both sides of its plan and the jobs it promises, saved together or not at all."""

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
        self.promise = PromiseFormSet(data, instance=self.instance, prefix="emplois")
        self.plan_error = ""

    def shown_beside(self):
        plan = self.instance.financing_lines.values_list("side", "label", "amount", "is_own_funds")
        promise = self.instance.planned_jobs.values_list("kind", "number", "contract", "due_on")
        return [*plan, *promise]

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
        parts = [self.needs.is_valid(), self.resources.is_valid(), self.promise.is_valid()]
        if not (super().is_valid() and all(parts)):
            return False
        self.promise.settle(self)
        if self.errors:
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
        self.promise.save()
        # A page sent twice, or an old one, would leave another plan than the one it shows.
        saved = Application.objects.prefetch_related("financing_lines").get(pk=self.instance.pk)
        Plan.of(saved).check()
        if not saved.promise_agrees:
            raise ValidationError(
                _("Accordez les emplois prévus et leur détail : rechargez la page."), code="promise"
            )
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
