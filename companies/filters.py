"""Filters of the lists of companies, sponsors and experts."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from companies.models import Company, Offer, Skill, SkillLevel, Sponsor
from territories.dates import validate_sensible
from territories.filters import ScopedFilterSet, SearchFilterSet, visible_antennas
from territories.forms import DateInput
from territories.models import Commune, Department


def _departments(request):
    communes = Company.objects.visible_to(request.user).values("commune").distinct()
    return Department.objects.filter(
        pk__in=Commune.objects.filter(pk__in=communes).values("department")
    )


def sponsors(request):
    return Sponsor.objects.visible_to(request.user)


def skills(request):
    return Skill.objects.visible_to(request.user)


class CompanyFilterSet(ScopedFilterSet):
    department = django_filters.ModelChoiceFilter(
        label=_("Département"),
        field_name="commune__department",
        queryset=_departments,
        empty_label=_("Tous"),
    )
    o = django_filters.OrderingFilter(
        fields={"search": "name", "commune__search": "commune", "antenna__name": "antenna"}
    )


class LeadFilterSet(ScopedFilterSet):
    STATES = {
        "waiting": _("À traiter"),
        "followed": _("Suivies"),
        "dismissed": _("Classées sans suite"),
    }

    state = django_filters.ChoiceFilter(
        method="in_state", label=_("Suite"), choices=list(STATES.items()), empty_label=_("Toutes")
    )
    o = django_filters.OrderingFilter(
        fields={"search": "name", "received_at": "received", "commune__search": "commune"}
    )

    def in_state(self, queryset, name, value):
        return getattr(queryset, value)()


class SponsorFilterSet(SearchFilterSet):
    kind = django_filters.ChoiceFilter(
        label=_("Nature"), choices=Sponsor.Kind.choices, empty_label=_("Toutes")
    )
    o = django_filters.OrderingFilter(fields={"search": "name", "kind": "kind"})


class ExpertFilterSet(ScopedFilterSet):
    antenna = django_filters.ModelChoiceFilter(
        label=_("Antenne"),
        field_name="antennas",
        queryset=visible_antennas,
        empty_label=_("Toutes"),
    )
    sponsor = django_filters.ModelChoiceFilter(
        label=_("Apporteur"), queryset=sponsors, empty_label=_("Tous")
    )
    skill = django_filters.ModelChoiceFilter(
        method="with_skill", label=_("Compétence"), queryset=skills, empty_label=_("Toutes")
    )
    level = django_filters.ChoiceFilter(
        method="with_skill",
        label=_("Niveau au moins"),
        choices=SkillLevel.choices,
        empty_label=_("Tous"),
    )
    on = django_filters.DateFilter(
        method="only_available_on",
        label=_("Disponible le"),
        widget=DateInput,
        validators=[validate_sensible],
    )
    available = django_filters.BooleanFilter(
        label=_("Disponible"),
        field_name="is_available",
        widget=forms.Select(choices=[("", _("Tous")), ("true", _("Oui")), ("false", _("Non"))]),
    )
    o = django_filters.OrderingFilter(fields={"search": "name", "sponsor__search": "sponsor"})

    def with_skill(self, queryset, name, value):
        """A skill and a level that are asked together are those of one offer."""
        asked, offers = self.form.cleaned_data, Offer.objects.all()
        if asked.get("skill"):
            offers = offers.filter(skill=asked["skill"])
        if asked.get("level"):
            offers = offers.filter(level__in=SkillLevel.from_(asked["level"]))
        return queryset.filter(pk__in=offers.values("expert"))

    def only_available_on(self, queryset, name, value):
        return queryset.available_on(value)
