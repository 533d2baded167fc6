"""What the filters of every list share: one search box, an order, dates with a calendar."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from territories.models import Antenna


class SearchFilterSet(django_filters.FilterSet):
    """A filter set with `q`, for querysets that can `search`."""

    q = django_filters.CharFilter(
        method="search",
        label=_("Rechercher"),
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def search(self, queryset, name, value):
        return queryset.search(value)

    @property
    def is_narrowed(self):
        """True when the reader asked for anything but the order."""
        asked = self.form.data
        return any(asked.get(name) for name in self.filters if name != "o")

    @property
    def is_refused(self):
        """True when what was asked is not understood: no file is made of other rows than those.

        An order changes no row.
        """
        return bool(self.errors.keys() - {"o"})

    @property
    def more_fields(self):
        """What one may choose beside the search box."""
        return [field for field in self.form.visible_fields() if field.name not in ("q", "o")]

    @property
    def asks_for_more(self):
        return any(self.form.data.get(field.name) for field in self.more_fields)


def visible_antennas(request):
    return Antenna.objects.visible_to(request.user)


class ScopedFilterSet(SearchFilterSet):
    """A filter set for rows of an antenna: chooses one, if the reader sees several."""

    antenna = django_filters.ModelChoiceFilter(
        label=_("Antenne"), queryset=visible_antennas, empty_label=_("Toutes")
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, request=request, **kwargs)
        if not request.user.sees_several_antennas:
            del self.filters["antenna"]


class AntennaFilterSet(SearchFilterSet):
    status = django_filters.ChoiceFilter(
        label=_("État"), choices=Antenna.Status.choices, empty_label=_("Tous")
    )
    o = django_filters.OrderingFilter(fields=["name", "host", "status"])
