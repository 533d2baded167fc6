"""What the filters of every list share: one search box, an order, a day in the past."""

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from territories.dates import validate_not_future
from territories.forms import DateInput, HouseMixin
from territories.models import Antenna


class SearchFilterSet(django_filters.FilterSet):
    """A filter set with `q`, for querysets that can `search`.

    A filter of `unasked` is read in the address, and refused as the others are; its field shows
    only to say why.
    """

    unasked = frozenset()

    q = django_filters.CharFilter(
        method="search",
        label=_("Rechercher"),
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def search(self, queryset, name, value):
        return queryset.search(value)

    def filter_queryset(self, queryset):
        """No row while what was asked is refused: others than those asked for would mislead."""
        return queryset.none() if self.is_refused else super().filter_queryset(queryset)

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
        return [
            field
            for field in self.form.visible_fields()
            if field.name not in ("q", "o") and (field.name not in self.unasked or field.errors)
        ]

    @property
    def asks_for_more(self):
        return any(self.form.data.get(field.name) for field in self.more_fields)


def visible_antennas(request):
    return Antenna.objects.visible_to(request.user)


class ScopedFilterSet(SearchFilterSet):
    """A filter set for rows of an antenna: chooses one, if the reader sees several.

    Who sees one antenna may be sent the address of another: it is refused, never left out.
    """

    antenna = django_filters.ModelChoiceFilter(
        label=_("Antenne"), queryset=visible_antennas, empty_label=_("Toutes")
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, request=request, **kwargs)
        if not request.user.sees_several_antennas:
            self.unasked = frozenset({"antenna"})


class AsOfFilterSet(django_filters.FilterSet):
    """Adds `au`: rows are told as they were at the end of that day, today by default.

    To be named before the filter set that it completes.
    """

    au = django_filters.DateFilter(
        method="as_is", label=_("Situation au"), widget=DateInput, validators=[validate_not_future]
    )

    def as_is(self, queryset, name, value):
        """The day chooses no row by itself: `as_of` does."""
        return queryset

    def filter_queryset(self, queryset):
        return super().filter_queryset(self.as_of(queryset))

    def as_of(self, queryset):
        """The rows that there were on `day`, with what the other filters ask of them."""
        return queryset

    @property
    def day(self):
        """The day that is asked for; today when none is, or when it is refused."""
        asked = None if "au" in self.errors else self.form.cleaned_data.get("au")
        return asked or timezone.localdate()

    @property
    def past(self):
        """The day that is asked for, when it is over; else None."""
        return self.day if self.day < timezone.localdate() else None

    def named(self, name):
        """The name of a file of these rows: with the day, when it is over."""
        return f"{name}-{self.past.isoformat()}" if self.past else name


class AsOfForm(HouseMixin, forms.Form):
    """The day of a page of figures; today unless the reader says otherwise."""

    au = forms.DateField(label=_("Situation au"), validators=[validate_not_future])

    def __init__(self, asked):
        """`asked`: what the address says, GET for instance."""
        super().__init__({"au": asked.get("au") or timezone.localdate()})

    @property
    def day(self):
        """Today when what was asked is refused."""
        return self.cleaned_data["au"] if self.is_valid() else timezone.localdate()

    @property
    def past(self):
        """The day that is asked for, when it is over; else None."""
        return self.day if self.day < timezone.localdate() else None


class AntennaFilterSet(SearchFilterSet):
    status = django_filters.ChoiceFilter(
        label=_("État"), choices=Antenna.Status.choices, empty_label=_("Tous")
    )
    o = django_filters.OrderingFilter(fields=["name", "host", "status"])
