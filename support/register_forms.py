"""What is filtered in the register, what is typed once lines are in the national one."""

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conventions.money import in_euros
from support.models import Aid, Declaration
from support.models.register import SINCE
from support.register import complete, register_of, to_declare
from territories.dates import in_figures
from territories.filters import AsOfFilterSet, ScopedFilterSet, visible_antennas
from territories.forms import DateInput, HouseMixin
from territories.search import containing


class RegisterFilter(AsOfFilterSet, ScopedFilterSet):
    """Search covers the aid's number, the file and the company."""

    antenna = django_filters.ModelChoiceFilter(
        "decision__application__convention__antenna",
        label=_("Antenne"),
        queryset=visible_antennas,
        empty_label=_("Toutes"),
    )
    granted_from = django_filters.DateFilter(
        "decision__decided_on", "gte", label=_("Accordée depuis le"), widget=DateInput
    )
    granted_to = django_filters.DateFilter(
        "decision__decided_on", "lte", label=_("Accordée jusqu’au"), widget=DateInput
    )
    waiting = django_filters.BooleanFilter(
        method="only_waiting", label=_("À déclarer seulement"), widget=forms.CheckboxInput
    )
    o = django_filters.OrderingFilter(
        fields=[
            ("decision__decided_on", "granted"),
            ("number", "number"),
            ("decision__application__company__search", "company"),
        ]
    )

    class Meta:
        model = Aid
        fields = []

    def search(self, queryset, name, value):
        file = "decision__application__"
        searched = ("search", f"{file}search", f"{file}company__search")
        return queryset.filter(containing(value, *searched))

    def as_of(self, queryset):
        return register_of(queryset, self.past)

    def tell(self, aids):
        """Sets on each row what its line tells beside its columns."""
        complete(aids, self.day)

    def only_waiting(self, queryset, name, value):
        if not value:
            return queryset
        return queryset.filter(declared_on=None, decision__decided_on__gte=SINCE)


class DeclareForm(HouseMixin, forms.ModelForm):
    """Lines that were entered together in the national register."""

    aids = forms.ModelMultipleChoiceField(
        Aid.objects.none(),
        label=_("Aides déclarées"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins une aide.")},
    )

    class Meta:
        model = Declaration
        fields = ["declared_on", "reference"]

    field_order = ["aids", "declared_on", "reference"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["declared_on"] = timezone.localdate()
        mine = Aid.objects.filter(
            decision__application__convention__antenna__in=user.edited_antennas
        )
        field = self.fields["aids"]
        field.queryset = to_declare(mine)
        field.label_from_instance = self._label

    @staticmethod
    def _label(aid):
        return _("%(number)s – %(company)s, accordée le %(day)s : %(equivalent)s") % {
            "number": aid.number,
            "company": aid.application.company,
            "day": in_figures(aid.decision.decided_on),
            "equivalent": in_euros(aid.equivalent),
        }
