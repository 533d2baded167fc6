"""Filters of the lists of `committee`."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from committee.models import Application, Committee
from conventions.models import Convention
from territories.filters import ScopedFilterSet, SearchFilterSet
from territories.forms import DateInput
from territories.search import fold


def _conventions(request):
    """Those whose files the reader sees, committee members included."""
    applications = Application.objects.visible_to(request.user)
    return Convention.objects.filter(pk__in=applications.values("convention"))


class ApplicationFilter(SearchFilterSet):
    """Search covers the reference, the title, the company's name and SIRET."""

    status = django_filters.ChoiceFilter(
        label=_("État"), choices=Application.Status.choices, empty_label=_("Tous")
    )
    convention = django_filters.ModelChoiceFilter(
        label=_("Convention"), queryset=_conventions, empty_label=_("Toutes")
    )
    purpose = django_filters.ChoiceFilter(
        label=_("Objet"), choices=Application.Purpose.choices, empty_label=_("Tous")
    )
    received_from = django_filters.DateFilter(
        "received_on", "gte", label=_("Déposé depuis le"), widget=DateInput
    )
    received_to = django_filters.DateFilter(
        "received_on", "lte", label=_("Déposé jusqu’au"), widget=DateInput
    )
    awaiting = django_filters.BooleanFilter(
        method="only_awaiting", label=_("En attente de décision"), widget=forms.CheckboxInput
    )
    o = django_filters.OrderingFilter(
        fields=[
            ("received_on", "received_on"),
            ("company__search", "company"),
            ("money", "requested"),
        ]
    )

    class Meta:
        model = Application
        fields = []

    def only_awaiting(self, queryset, name, value):
        return queryset.awaiting_committee() if value else queryset


class CommitteeFilter(ScopedFilterSet):
    o = django_filters.OrderingFilter(
        fields=[("name", "name"), ("antenna__name", "antenna"), ("since", "since")]
    )

    class Meta:
        model = Committee
        fields = []

    def search(self, queryset, name, value):
        """An antenna has one or two committees: few rows, compared without accents here."""
        words = fold(value).split()
        found = [
            committee.pk
            for committee in queryset
            if all(word in fold(f"{committee.name} {committee.antenna}") for word in words)
        ]
        return queryset.filter(pk__in=found)
