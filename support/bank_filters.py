"""Filters of the bank's statements and of their lines."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from support.models import BankLine, Statement
from territories.filters import ScopedFilterSet, SearchFilterSet


class StatementFilter(ScopedFilterSet):
    """Search covers the name of the file."""

    waiting = django_filters.BooleanFilter(
        method="only_waiting", label=_("À finir seulement"), widget=forms.CheckboxInput
    )
    o = django_filters.OrderingFilter(
        fields=[(name, name) for name in ("read_at", "received", "waiting", "recorded")]
    )

    class Meta:
        model = Statement
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(name__icontains=value)

    def only_waiting(self, queryset, name, value):
        return queryset.unfinished() if value else queryset


class BankLineFilter(SearchFilterSet):
    """Search covers the label and the amount as it is typed in figures."""

    state = django_filters.ChoiceFilter(
        method="only",
        label=_("Suite"),
        choices=[("waiting", _("À traiter")), *BankLine.Outcome.choices],
        empty_label=_("Toutes"),
    )
    o = django_filters.OrderingFilter(fields=[(name, name) for name in ("day", "amount")])

    class Meta:
        model = BankLine
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(label__icontains=value)

    def only(self, queryset, name, value):
        return (
            queryset.to_settle() if value == "waiting" else queryset.settled().filter(outcome=value)
        )
