"""Finding a person of the network."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User
from territories.filters import SearchFilterSet
from territories.models import Antenna


class UserFilterSet(SearchFilterSet):
    role = django_filters.ChoiceFilter(
        method="by_membership",
        label=_("Rôle"),
        choices=Role.choices,
        empty_label=_("Tous"),
    )
    antenna = django_filters.ModelChoiceFilter(
        method="by_membership",
        label=_("Antenne"),
        queryset=Antenna.objects.all(),
        empty_label=_("Toutes"),
    )
    o = django_filters.OrderingFilter(
        fields=[("last_name", "name"), ("email", "email"), ("last_login", "seen")]
    )

    class Meta:
        model = User
        fields = []

    def by_membership(self, queryset, name, value):
        """A role and an antenna asked together are those of one and the same membership."""
        typed = self.form.cleaned_data
        asked = {name: typed[name] for name in ("role", "antenna") if typed.get(name)}
        return queryset.filter(pk__in=Membership.objects.filter(**asked).values("user"))

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(
                Q(last_name__icontains=word)
                | Q(first_name__icontains=word)
                | Q(email__icontains=word)
            )
        return queryset
