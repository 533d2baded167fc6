"""Filters of the lists of `committee`."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Application, Committee, Session
from conventions.models import Convention
from territories.filters import ScopedFilterSet, SearchFilterSet, visible_antennas
from territories.forms import DateInput
from territories.search import fold


def _conventions(request):
    """Those whose files the reader sees, committee members included."""
    applications = Application.objects.visible_to(request.user)
    return Convention.objects.filter(pk__in=applications.values("convention"))


class ApplicationFilter(SearchFilterSet):
    """Search covers the reference, the title, the company's name and SIRET."""

    MINE, NOBODY = "moi", "personne"

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
        if not (request.user.is_national or request.user.antenna_ids):
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
