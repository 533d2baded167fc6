"""Filters of the lists of `support`."""

from datetime import MAXYEAR, MINYEAR, timedelta

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conventions.models import Convention
from support.at_day import AidAt
from support.models import (
    Aid,
    Campaign,
    Disbursement,
    Mission,
    MissionState,
    Sample,
    SampleItem,
    SkillDay,
)
from territories.filters import AsOfFilterSet, ScopedFilterSet, visible_antennas
from territories.forms import DateInput
from territories.search import containing, folded_words

ENDING_SOON = timedelta(days=60)


def _conventions(request):
    return Convention.objects.visible_to(request.user).order_by("reference")


class AidFilter(AsOfFilterSet, ScopedFilterSet):
    """Search covers the aid's number, the file's reference and title, the company's name."""

    antenna = django_filters.ModelChoiceFilter(
        "decision__application__convention__antenna",
        label=_("Antenne"),
        queryset=visible_antennas,
        empty_label=_("Toutes"),
    )
    convention = django_filters.ModelChoiceFilter(
        "decision__application__convention",
        label=_("Convention"),
        queryset=_conventions,
        empty_label=_("Toutes"),
    )
    instrument = django_filters.ChoiceFilter(
        label=_("Nature"), choices=Aid.Instrument.choices, empty_label=_("Toutes")
    )
    contract_from = django_filters.DateFilter(
        "contract_on", "gte", label=_("Contrat depuis le"), widget=DateInput
    )
    contract_to = django_filters.DateFilter(
        "contract_on", "lte", label=_("Contrat jusqu’au"), widget=DateInput
    )
    late = django_filters.BooleanFilter(
        method="only_late", label=_("En retard seulement"), widget=forms.CheckboxInput
    )
    o = django_filters.OrderingFilter(
        fields=[
            ("contract_on", "contract_on"),
            ("number", "number"),
            ("decision__application__company__search", "company"),
            ("instrument", "instrument"),
        ]
    )

    class Meta:
        model = Aid
        fields = []

    def search(self, queryset, name, value):
        file = "decision__application__"
        searched = ("search", f"{file}search", f"{file}company__search")
        return queryset.filter(containing(value, *searched))

    def only_late(self, queryset, name, value):
        if not value:
            return queryset
        # Found once, by the filters so far, and not again for each query of the page.
        late = queryset.order_by().late_on(self.day).values_list("pk", flat=True)
        return Aid.objects.with_money().filter(pk__in=list(late))

    def as_of(self, queryset):
        return queryset.filter(contract_on__lte=self.past) if self.past else queryset

    def tell(self, aids):
        """Sets on each row its sums of the day."""
        for aid in aids:
            aid.then = AidAt(aid, self.day)


class DisbursementFilter(AsOfFilterSet, ScopedFilterSet):
    """Search covers the aid's number, the file and the company."""

    antenna = django_filters.ModelChoiceFilter(
        "aid__decision__application__convention__antenna",
        label=_("Antenne"),
        queryset=visible_antennas,
        empty_label=_("Toutes"),
    )
    paid_from = django_filters.DateFilter(
        "paid_on", "gte", label=_("Débloqué depuis le"), widget=DateInput
    )
    paid_to = django_filters.DateFilter(
        "paid_on", "lte", label=_("Débloqué jusqu’au"), widget=DateInput
    )
    o = django_filters.OrderingFilter(
        fields=[
            ("paid_on", "paid_on"),
            ("aid__decision__application__company__search", "company"),
            ("amount", "amount"),
        ]
    )

    class Meta:
        model = Disbursement
        fields = []

    def search(self, queryset, name, value):
        file = "aid__decision__application__"
        return queryset.filter(
            containing(value, "aid__search", f"{file}search", f"{file}company__search")
        )

    def as_of(self, queryset):
        return queryset.filter(paid_on__lte=self.past) if self.past else queryset


class MissionFilter(AsOfFilterSet, ScopedFilterSet):
    """Search covers the file, the company, the expert and the subject."""

    antenna = django_filters.ModelChoiceFilter(
        "application__convention__antenna",
        label=_("Antenne"),
        queryset=visible_antennas,
        empty_label=_("Toutes"),
    )
    state = django_filters.ChoiceFilter(
        label=_("État"), choices=MissionState.choices, empty_label=_("Tous")
    )
    running_on = django_filters.DateFilter(
        method="only_running_on", label=_("En cours le"), widget=DateInput
    )
    ending_soon = django_filters.BooleanFilter(
        method="only_ending_soon",
        label=_("Finit dans les deux mois"),
        widget=forms.CheckboxInput,
    )
    to_certify = django_filters.BooleanFilter(
        method="only_to_certify", label=_("Journées à certifier"), widget=forms.CheckboxInput
    )
    o = django_filters.OrderingFilter(
        fields=[
            ("starts_on", "starts_on"),
            ("ends_on", "ends_on"),
            ("application__company__search", "company"),
            ("expert__search", "expert"),
            ("days", "days"),
            ("delivered", "delivered"),
            ("certified", "certified"),
        ]
    )

    class Meta:
        model = Mission
        fields = []

    def search(self, queryset, name, value):
        if not folded_words(value):
            return queryset
        return queryset.filter(
            containing(value, "application__search", "application__company__search")
            | containing(value, "expert__search")
            | Q(subject__icontains=value)
        )

    def only_running_on(self, queryset, name, value):
        return queryset.running_on(value)

    def only_ending_soon(self, queryset, name, value):
        soon = (self.day, self.day + ENDING_SOON)
        return queryset.filter(ends_on__range=soon) if value else queryset

    def only_to_certify(self, queryset, name, value):
        waiting = SkillDay.objects.standing().waiting_on(self.day)
        return queryset.filter(pk__in=waiting.values("mission")) if value else queryset

    def as_of(self, queryset):
        if self.past:
            queryset = queryset.known_on(self.past)
        return queryset.with_days(self.past).with_state(self.day)


class CampaignFilter(ScopedFilterSet):
    """Search covers the antenna, the term (« M+12 » or « 12 ») and the year of opening."""

    state = django_filters.ChoiceFilter(
        method="in_state",
        label=_("État"),
        choices=[("open", _("Ouvertes")), ("closed", _("Closes"))],
        empty_label=_("Toutes"),
    )
    o = django_filters.OrderingFilter(
        fields=["opened_on", "answer_by", "asked", "answered", "accepted"]
    )

    class Meta:
        model = Campaign
        fields = []

    def search(self, queryset, name, value):
        for word in value.casefold().split():
            found, number = containing(word, "antenna__search"), word.removeprefix("m+")
            if number.isdecimal() and MINYEAR <= int(number[:5]) <= MAXYEAR:
                found |= Q(months=number) | Q(opened_on__year=number)
            queryset = queryset.filter(found)
        return queryset

    def in_state(self, queryset, name, value):
        return queryset.filter(closed_on__isnull=value == "open")


class SampleFilter(ScopedFilterSet):
    """Search covers the convention."""

    antenna = django_filters.ModelChoiceFilter(
        "convention__antenna",
        label=_("Antenne"),
        queryset=visible_antennas,
        empty_label=_("Toutes"),
    )
    to_check = django_filters.BooleanFilter(
        method="only_to_check", label=_("À finir seulement"), widget=forms.CheckboxInput
    )
    o = django_filters.OrderingFilter(fields=["drawn_on", "size"])

    class Meta:
        model = Sample
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(containing(value, "convention__search"))

    def only_to_check(self, queryset, name, value):
        waiting = SampleItem.objects.filter(checked_on=None)
        return queryset.filter(pk__in=waiting.values("sample")) if value else queryset
