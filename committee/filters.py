"""Filters of the lists of `committee`."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from committee.models import Application, Committee, Session
from committee.pipeline import AGE_LABELS, at_step_for
from conventions.models import Convention
from territories.filters import (
    AsOfFilterSet,
    ScopedFilterSet,
    SearchFilterSet,
    visible_antennas,
)
from territories.forms import DateInput
from territories.models import Antenna
from territories.search import fold


def _conventions(request):
    """Those whose files the reader sees, committee members included."""
    applications = Application.objects.visible_to(request.user)
    return Convention.objects.filter(pk__in=applications.values("convention"))


def _antennas(request):
    """Those whose files the reader may see, committee members included."""
    if request.user.is_national:
        return Antenna.objects.all()
    return Antenna.objects.filter(pk__in=_keys_of_antennas(request.user))


def _keys_of_antennas(user):
    return {*user.antenna_ids, *user.antennas_as(Role.MEMBER)}


class ApplicationFilter(AsOfFilterSet, SearchFilterSet):
    """Search covers the reference, the title, the company's name and SIRET."""

    MINE, NOBODY = "moi", "personne"

    antenna = django_filters.ModelChoiceFilter(
        "convention__antenna", label=_("Antenne"), queryset=_antennas, empty_label=_("Toutes")
    )
    status = django_filters.ChoiceFilter(
        method="at_step",
        label=_("État"),
        choices=Application.Status.choices,
        empty_label=_("Tous"),
    )
    age = django_filters.ChoiceFilter(
        method="of_age",
        label=_("Dans cet état depuis"),
        choices=list(AGE_LABELS.items()),
        empty_label=_("Toutes"),
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
    followed_by = django_filters.ChoiceFilter(
        method="only_followed_by", label=_("Suivi par"), empty_label=_("Tous")
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

    def __init__(self, *args, request, **kwargs):
        """Who follows a file matters to those who work in an antenna, not to its committee."""
        super().__init__(*args, request=request, **kwargs)
        if not request.user.is_national and len(_keys_of_antennas(request.user)) < 2:
            self.unasked = frozenset({"antenna"})
        if not request.user.reads_an_antenna:
            del self.filters["followed_by"]
            return
        followed = Application.objects.visible_to(request.user).filter(assigned_to=OuterRef("pk"))
        people = User.objects.filter(Exists(followed)).exclude(pk=request.user.pk)
        self.filters["followed_by"].extra["choices"] = [
            (self.MINE, _("Mes dossiers")),
            (self.NOBODY, _("À attribuer")),
            *((str(person.pk), str(person)) for person in people),
        ]

    def only_followed_by(self, queryset, name, value):
        match value:
            case self.MINE:
                return queryset.filter(assigned_to=self.request.user)
            case self.NOBODY:
                return queryset.filter(assigned_to=None)
            case key:
                return queryset.filter(assigned_to=key)

    def only_awaiting(self, queryset, name, value):
        return self.at_step(queryset, name, Application.Status.SUBMITTED) if value else queryset

    def as_of(self, queryset):
        if self.past:
            return queryset.with_step(self.past).filter(step__isnull=False)
        return queryset.with_step(self.day) if self.form.data.get("age") else queryset

    def at_step(self, queryset, name, value):
        return queryset.filter(**{"step" if self.past else "status": value})

    def of_age(self, queryset, name, value):
        return queryset.filter(at_step_for(value, self.day))

    def tell(self, applications):
        """Sets on each row what a past day says of it; none is to be saved."""
        for each in applications if self.past else ():
            each.status = each.step
            if each.received_on and each.received_on > self.past:
                each.received_on = None


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


class SessionFilter(ScopedFilterSet):
    """Search covers the committee's name and the convention's reference."""

    antenna = django_filters.ModelChoiceFilter(
        "committee__antenna", label=_("Antenne"), queryset=visible_antennas, empty_label=_("Toutes")
    )
    status = django_filters.ChoiceFilter(
        label=_("État"), choices=Session.Status.choices, empty_label=_("Tous")
    )
    o = django_filters.OrderingFilter(fields=[("on", "on"), ("committee__name", "committee")])

    class Meta:
        model = Session
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(
            Q(committee__name__icontains=value) | Q(convention__reference__icontains=value)
        )
