"""Finding a convention, a pledge, a line of the ledger."""

import django_filters
from django.utils.translation import gettext_lazy as _

from companies.models import Sponsor
from conventions.models import Convention, Entry, EntryKind, Envelope, Pledge
from territories.filters import ScopedFilterSet, SearchFilterSet
from territories.forms import DateInput


class ConventionFilterSet(ScopedFilterSet):
    status = django_filters.ChoiceFilter(
        label=_("État"), choices=Convention.Status.choices, empty_label=_("Tous")
    )
    running = django_filters.DateFilter(
        method="running_on", label=_("En cours au"), widget=DateInput
    )
    o = django_filters.OrderingFilter(
        fields=["reference", "name", "antenna__name", "starts_on", "ends_on", "status", "balance"]
    )

    class Meta:
        model = Convention
        fields = []

    def running_on(self, queryset, name, value):
        return queryset.running_on(value)


class PledgeFilterSet(SearchFilterSet):
    origin = django_filters.ChoiceFilter(
        label=_("Origine des fonds"), choices=Pledge.Origin.choices, empty_label=_("Toutes")
    )
    envelope = django_filters.ChoiceFilter(
        label=_("Enveloppe"), choices=Envelope.choices, empty_label=_("Toutes")
    )
    o = django_filters.OrderingFilter(
        fields=["sponsor__name", "pledged_on", "amount", "days", "received", "expected"]
    )

    class Meta:
        model = Pledge
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(sponsor__in=Sponsor.objects.search(value))


class EntryFilterSet(SearchFilterSet):
    envelope = django_filters.ChoiceFilter(
        label=_("Enveloppe"), choices=Envelope.choices, empty_label=_("Toutes")
    )
    kind = django_filters.ChoiceFilter(
        label=_("Nature"), choices=EntryKind.choices, empty_label=_("Toutes")
    )
    since = django_filters.DateFilter(
        field_name="on", lookup_expr="gte", label=_("Du"), widget=DateInput
    )
    until = django_filters.DateFilter(
        field_name="on", lookup_expr="lte", label=_("Au"), widget=DateInput
    )
    o = django_filters.OrderingFilter(fields=["on", "amount", "label"])

    class Meta:
        model = Entry
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(label__icontains=value)
