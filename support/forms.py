"""Forms of `support`: conditions, missions and days; see `money_forms`, `job_forms`."""

from django import forms
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.models import Condition
from companies.models import Expert
from support.candidates import conflicts_with
from support.conditions import settle
from support.models import Mission, SkillDay
from support.money_forms import DayForm
from territories.dates import in_figures, validate_not_future
from territories.forms import HouseMixin


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


class ConditionsForm(HouseMixin, forms.Form):
    """Every condition that still waits, each with its proof, met on one day."""

    met_on = forms.DateField(
        label=_("Levées le"), initial=timezone.localdate, validators=[validate_not_future]
    )

    def __init__(self, *args, conditions, **kwargs):
        super().__init__(*args, **kwargs)
        self.conditions = {f"proof_{condition.pk}": condition for condition in conditions}
        for name, condition in self.conditions.items():
            self.fields[name] = forms.CharField(
                label=_("Justificatif : %(condition)s") % {"condition": condition},
                max_length=200,
                required=False,
                help_text=_("Laissez vide ce qui n’est pas encore levé."),
            )

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(cleaned[name] for name in self.conditions):
            self.add_error(None, _("Donnez le justificatif d’au moins une condition."))
        return cleaned

    @transaction.atomic
    def record(self, *, by):
        for name, condition in self.conditions.items():
            if proof := self.cleaned_data[name]:
                settle(condition, on=self.cleaned_data["met_on"], proof=proof, by=by)


class MissionForm(HouseMixin, forms.ModelForm):
    """A mission; its expert serves the antenna and is available, or already has the mission."""

    class Meta:
        model = Mission
        fields = ["expert", "others", "subject", "starts_on", "ends_on", "days", "signed_on"]
        widgets = {"others": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["starts_on"] = timezone.localdate()
        serving = Expert.antennas.through.objects.filter(antenna=self.instance.antenna)
        fits = Q(pk__in=serving.values("expert"), is_available=True) | Q(pk=self.instance.expert_id)
        if self.instance.pk:
            fits |= Q(pk__in=self.instance.others.all())
        for name in ("expert", "others"):
            self.fields[name].queryset = Expert.objects.filter(fits).select_related("sponsor")
            self.fields[name].label_from_instance = lambda expert: f"{expert} ({expert.sponsor})"

    def clean(self):
        """The constraint says so too, but at the top of the page."""
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("La mission ne peut pas finir avant d’avoir commencé."))
        others = cleaned.get("others")
        if others is not None and cleaned.get("expert"):
            cleaned["others"] = others.exclude(pk=cleaned["expert"].pk)
            self._refuse_conflicts({"expert": [cleaned["expert"]], "others": cleaned["others"]})
        if self.instance.pk:
            self._keep_what_was_given(cleaned)
        return cleaned

    def _refuse_conflicts(self, chosen):
        """Whoever is new in the mission is one whom the scheme lets work there."""
        team = {expert.pk for expert in self.instance.team} if self.instance.pk else set()
        new = Expert.objects.filter(
            pk__in={each.pk for experts in chosen.values() for each in experts} - team
        )
        found = conflicts_with(self.instance.application, new) if new else {}
        for name, experts in chosen.items():
            for expert in experts:
                if why := found.get(expert.pk):
                    self.add_error(name, f"{expert} – {why}")

    def _keep_what_was_given(self, cleaned):
        """Days that were logged keep their expert, and stay inside the dates if they were."""
        mission = self.instance
        days = mission.skill_days.standing().select_related("expert")
        if cleaned.get("expert") and "others" in cleaned:
            team = [cleaned["expert"], *cleaned["others"]]
            gone = {day.expert for day in days if day.expert not in team}
            for expert in gone.intersection(mission.team):
                self.add_error(
                    "others",
                    _("%(expert)s a donné des journées dans cette mission : gardez son nom.")
                    % {"expert": expert},
                )
        given = [day.done_on for day in days if mission.starts_on <= day.done_on <= mission.ends_on]
        if not given:
            return
        for name, kept in (("starts_on", min(given)), ("ends_on", max(given))):
            typed = cleaned.get(name)
            if typed and (typed > kept if name == "starts_on" else typed < kept):
                self.add_error(
                    name,
                    _("Une journée a été donnée le %(day)s.") % {"day": in_figures(kept)},
                )


class SignedAgreementForm(DayForm):
    """The agreement that everybody signed, and when."""

    file = forms.FileField(
        label=_("Convention de mission signée"),
        help_text=_("Un document PDF ou une image, 20 Mo au plus. Il remplace le précédent."),
    )

    field_order = ["file", "on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Signée le")


class ReasonForm(DayForm):
    """A day, and why."""

    reason = forms.CharField(label=_("Motif"), max_length=200)


class ReportForm(DayForm):
    """What a mission brought."""

    text = forms.CharField(
        label=_("Ce que la mission a apporté"),
        max_length=5000,
        widget=forms.Textarea({"rows": 8}),
    )

    field_order = ["text", "on"]


def offer_days(field, mission):
    """The days that wait for the company, all ticked; who gave each, when several help."""
    days = mission.skill_days.standing().filter(certified_on=None)
    field.queryset = days.select_related("expert")
    field.initial = list(field.queryset)
    givers = {mission.expert_id, *(each.expert_id for each in field.initial)}
    names = len(givers) > 1 or mission.others.exists()
    field.label_from_instance = lambda skill_day: _told(skill_day, names=names)


def _told(skill_day, *, names):
    """A day as one certifies it: when, how long, by whom if asked, what was done."""
    label = _("%(day)s – %(days)s j") % {
        "day": in_figures(skill_day.done_on),
        "days": f"{skill_day.days.normalize():f}".replace(".", ","),
    }
    who = str(skill_day.expert) if names else ""
    return " – ".join(filter(None, [label, who, skill_day.note]))


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
    note = forms.CharField(
        label=_("Comment l’entreprise l’a dit"),
        max_length=200,
        help_text=_("Par exemple : courriel du 12 mars, feuille signée."),
    )

    def __init__(self, *args, mission, **kwargs):
        super().__init__(*args, **kwargs)
        offer_days(self.fields["days"], mission)
