"""Forms of experts: who they are, the level of each skill, when they are away."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import Absence, Expert, Skill, SkillLevel
from territories.forms import CommuneField, HouseMixin


class ExpertForm(HouseMixin, forms.ModelForm):
    """An expert; one question for each skill of the list."""

    home = CommuneField(required=False, label=gettext_lazy("Commune de départ"))

    class Meta:
        model = Expert
        fields = [
            "first_name",
            "last_name",
            "sponsor",
            "email",
            "phone",
            "antennas",
            "home",
            "reach",
            "days_a_year",
            "languages",
            "is_available",
        ]
        widgets = {"antennas": forms.CheckboxSelectMultiple}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        antennas = user.edited_antennas
        self.fields["antennas"].queryset = antennas
        if not self.instance.pk and len(antennas) == 1:
            self.initial["antennas"] = antennas
        self._ask_for_skills()

    def _ask_for_skills(self):
        offered = dict(self._offers())
        self.skills = {f"skill_{skill.pk}": skill for skill in Skill.objects.all()}
        for name, skill in self.skills.items():
            self.fields[name] = forms.ChoiceField(
                choices=[("", gettext_lazy("Non")), *SkillLevel.choices],
                required=False,
                label=_("Compétence : %(skill)s") % {"skill": skill},
                error_messages={"invalid_choice": gettext_lazy("Choisissez dans la liste.")},
            )
            self.initial[name] = offered.get(skill.pk, "")

    def _offers(self):
        """(key of the skill, level) of each one offered, in a stable order."""
        if not self.instance.pk:
            return []
        return self.instance.offers.order_by("skill").values_list("skill", "level")

    def shown_beside(self):
        return self._offers()

    def clean_antennas(self):
        """The antennas of colleagues, which the person cannot choose, stay as they are."""
        chosen = self.cleaned_data["antennas"]
        if not self.instance.pk:
            return chosen
        mine = self.fields["antennas"].queryset
        return [*chosen, *self.instance.antennas.exclude(pk__in=mine)]

    @transaction.atomic
    def save(self, commit=True):
        expert = super().save(commit)
        typed = {skill.pk: self.cleaned_data[name] for name, skill in self.skills.items()}
        expert.offer({skill: level for skill, level in typed.items() if level})
        return expert


class AbsenceForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Absence
        fields = ["starts_on", "ends_on"]
