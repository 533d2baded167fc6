"""Finding a person of the network."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from territories.filters import SearchFilterSet
from territories.models import Antenna


class UserFilterSet(SearchFilterSet):
    role = django_filters.ChoiceFilter(
        field_name="memberships__role",
        label=_("Rôle"),
        choices=Role.choices,
        distinct=True,
        empty_label=_("Tous"),
    )
    antenna = django_filters.ModelChoiceFilter(
        field_name="memberships__antenna",
        label=_("Antenne"),
        queryset=Antenna.objects.all(),
        distinct=True,
        empty_label=_("Toutes"),
    )
    o = django_filters.OrderingFilter(
        fields=[("last_name", "name"), ("email", "email"), ("last_login", "seen")]
    )

    class Meta:
        model = User
        fields = []

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(
                Q(last_name__icontains=word)
                | Q(first_name__icontains=word)
                | Q(email__icontains=word)
            )
        return queryset
