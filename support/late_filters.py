"""The filters of the list of what is late: some asked of the database, some of what it answered."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from support.ageing import AGE_LABELS
from support.late import late_on
from support.models import Aid
from territories.filters import AsOfFilterSet, ScopedFilterSet, visible_antennas
from territories.search import containing

ORDERS = {
    "company": lambda late: late.aid.application.company.search,
    "since": lambda late: late.since,
    "late": lambda late: late.late,
}


class LateFilter(AsOfFilterSet, ScopedFilterSet):
    """Search covers the file's reference and title, the company's name and SIRET.

    What `found` chooses, once it is known how late each advance is, is left as it is before.
    """

    antenna = django_filters.ModelChoiceFilter(
        "decision__application__convention__antenna",
        label=_("Antenne"),
        queryset=visible_antennas,
        empty_label=_("Toutes"),
    )
    age = django_filters.ChoiceFilter(
        method="as_is",
        label=_("Plus ancien retard"),
        choices=list(AGE_LABELS.items()),
        empty_label=_("Tous"),
    )
    to_send = django_filters.BooleanFilter(
        method="as_is", label=_("Relance à envoyer"), widget=forms.CheckboxInput
    )
    o = django_filters.ChoiceFilter(
        method="as_is", choices=[(sign + name, name) for name in ORDERS for sign in ("", "-")]
    )

    class Meta:
        model = Aid
        fields = []

    def search(self, queryset, name, value):
        file = "decision__application__"
        return queryset.filter(containing(value, f"{file}search", f"{file}company__search"))

    def found(self):
        """How late each advance is that answers every filter, in the order asked for."""
        age, to_send, order = self._asked("age"), self._asked("to_send"), self._asked("o")
        found = [
            late
            for late in late_on(self.qs, self.day)
            if (not age or late.age == age) and (not to_send or late.step)
        ]
        if order:
            found.sort(key=ORDERS[order.strip("-")], reverse=order.startswith("-"))
        return found

    def _asked(self, name):
        """What was typed, unless it is refused."""
        return None if name in self.errors else self.form.cleaned_data.get(name)
