"""Filters of the lists of companies, sponsors and experts."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from companies.models import Company, Skill, Sponsor
from territories.filters import ScopedFilterSet, SearchFilterSet, visible_antennas
from territories.models import Commune, Department


def _departments(request):
    communes = Company.objects.visible_to(request.user).values("commune").distinct()
    return Department.objects.filter(
        pk__in=Commune.objects.filter(pk__in=communes).values("department")
    )


def _sponsors(request):
    return Sponsor.objects.visible_to(request.user)


def _skills(request):
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
        label=_("Apporteur"), queryset=_sponsors, empty_label=_("Tous")
    )
    skill = django_filters.ModelChoiceFilter(
        label=_("Compétence"), field_name="skills", queryset=_skills, empty_label=_("Toutes")
    )
    available = django_filters.BooleanFilter(
        label=_("Disponible"),
        field_name="is_available",
        widget=forms.Select(choices=[("", _("Tous")), ("true", _("Oui")), ("false", _("Non"))]),
    )
    o = django_filters.OrderingFilter(fields={"search": "name", "sponsor__search": "sponsor"})
