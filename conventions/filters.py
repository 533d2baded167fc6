"""Finding a convention, a pledge, a line of the ledger."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models import Sponsor
from conventions.models import (
    BankBalance,
    CallState,
    Convention,
    Entry,
    EntryKind,
    Envelope,
    Pledge,
    PledgeCall,
)
from territories.filters import (
    AsOfFilterSet,
    ScopedFilterSet,
    SearchFilterSet,
    visible_antennas,
)
from territories.forms import DateInput


class ConventionFilterSet(AsOfFilterSet, ScopedFilterSet):
    status = django_filters.ChoiceFilter(
        method="in_status",
        label=_("État"),
        choices=Convention.Status.choices,
        empty_label=_("Tous"),
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

    def as_of(self, queryset):
        """Nobody dates a draft: at a past day, the conventions that were signed by then."""
        if self.past:
            queryset = queryset.with_status_on(self.past).exclude(status_then=None)
        return queryset.with_balance(self.past).with_end(self.day)

    def in_status(self, queryset, name, value):
        return queryset.filter(**{"status_then" if self.past else "status": value})

    def tell(self, conventions):
        """Sets on each row what a past day says of it; none is to be saved."""
        for convention in conventions if self.past else ():
            convention.status = convention.status_then


class PledgeFilterSet(AsOfFilterSet, SearchFilterSet):
    origin = django_filters.ChoiceFilter(
        label=_("Origine des fonds"), choices=Pledge.Origin.choices, empty_label=_("Toutes")
    )
    envelope = django_filters.ChoiceFilter(
        label=_("Enveloppe"), choices=Envelope.choices, empty_label=_("Toutes")
    )
    o = django_filters.OrderingFilter(
        fields=["sponsor__name", "pledged_on", "amount", "days", "called", "received", "expected"]
    )

    class Meta:
        model = Pledge
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(sponsor__in=Sponsor.objects.search(value))

    def as_of(self, queryset):
        if self.past:
            queryset = queryset.filter(pledged_on__lte=self.past)
        return queryset.with_received(self.past).with_calls(self.day)

    def tell(self, pledges):
        """Sets on each row what the day says of it; none is to be saved."""
        for pledge in pledges:
            if pledge.withdrawn_on and pledge.withdrawn_on > self.day:
                pledge.withdrawn_on = None


def visible_conventions(request):
    return Convention.objects.visible_to(request.user).order_by("reference")


def visible_sponsors(request):
    return Sponsor.objects.visible_to(request.user)


class PledgeCallFilterSet(AsOfFilterSet, ScopedFilterSet):
    """Search covers the reference of the call and the name of the sponsor."""

    antenna = django_filters.ModelChoiceFilter(
        "pledge__convention__antenna",
        label=_("Antenne"),
        queryset=visible_antennas,
        empty_label=_("Toutes"),
    )
    convention = django_filters.ModelChoiceFilter(
        "pledge__convention",
        label=_("Convention"),
        queryset=visible_conventions,
        empty_label=_("Toutes"),
    )
    sponsor = django_filters.ModelChoiceFilter(
        "pledge__sponsor", label=_("Apporteur"), queryset=visible_sponsors, empty_label=_("Tous")
    )
    state = django_filters.ChoiceFilter(
        label=_("État"), choices=CallState.choices, empty_label=_("Tous")
    )
    retard = django_filters.BooleanFilter(
        method="only_late", label=_("En retard seulement"), widget=forms.CheckboxInput
    )
    o = django_filters.OrderingFilter(
        fields=[
            ("reference", "reference"),
            ("pledge__sponsor__search", "sponsor"),
            ("pledge__convention__reference", "convention"),
            ("amount", "amount"),
            ("called_on", "called_on"),
            ("due_on", "due_on"),
            ("received", "received"),
            ("expected", "expected"),
        ]
    )

    class Meta:
        model = PledgeCall
        fields = []

    def search(self, queryset, name, value):
        sponsors = Sponsor.objects.search(value)
        return queryset.filter(Q(pledge__sponsor__in=sponsors) | Q(reference__icontains=value))

    def only_late(self, queryset, name, value):
        return queryset.late_on(self.day) if value else queryset

    def as_of(self, queryset):
        if self.past:
            queryset = queryset.prepared_by(self.past)
        return queryset.with_state(self.day)

    def tell(self, calls):
        """Sets on each row what a past day says of it; none is to be saved."""
        for call in calls:
            if call.called_on and call.called_on > self.day:
                call.called_on = None


class EntryFilterSet(AsOfFilterSet, SearchFilterSet):
    envelope = django_filters.ChoiceFilter(
        label=_("Enveloppe"), choices=Envelope.choices, empty_label=_("Toutes")
    )
    kind = django_filters.ChoiceFilter(
        label=_("Nature"), choices=EntryKind.choices, empty_label=_("Toutes")
    )
    since = django_filters.DateFilter(
        field_name="on", lookup_expr="gte", label=_("Depuis le"), widget=DateInput
    )
    o = django_filters.OrderingFilter(fields=["on", "amount", "label"])

    class Meta:
        model = Entry
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(label__icontains=value)

    def as_of(self, queryset):
        return queryset.until(self.past) if self.past else queryset


class BankBalanceFilterSet(SearchFilterSet):
    """What the bank says of one antenna. Search covers the note."""

    since = django_filters.DateFilter("on", "gte", label=_("Depuis le"), widget=DateInput)
    until = django_filters.DateFilter("on", "lte", label=_("Jusqu’au"), widget=DateInput)
    o = django_filters.OrderingFilter(fields=["on", "amount"])

    class Meta:
        model = BankBalance
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(note__icontains=value)
