"""The filters of the search for an expert: some asked of the database, some of the ranking."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.filters import skills, sponsors
from companies.models import Expert, SkillLevel
from support.candidates import need_of, verdicts_on
from territories.dates import validate_sensible
from territories.filters import SearchFilterSet
from territories.forms import DateInput


def as_is(queryset, name, value):
    """A choice that `FindingFilter` makes, once the experts are read."""
    return queryset


class FindingFilter(SearchFilterSet):
    """Search covers the name. A skill that is asked replaces those of the file."""

    skill = django_filters.ModelChoiceFilter(
        method=as_is,
        label=_("Compétence"),
        queryset=skills,
        empty_label=_("Celles du dossier"),
    )
    level = django_filters.ChoiceFilter(
        method=as_is,
        label=_("Niveau au moins"),
        choices=SkillLevel.choices,
        empty_label=_("Tous"),
    )
    sponsor = django_filters.ModelChoiceFilter(
        label=_("Apporteur"), queryset=sponsors, empty_label=_("Tous")
    )
    on = django_filters.DateFilter(
        method=as_is, label=_("Disponible le"), widget=DateInput, validators=[validate_sensible]
    )
    show = django_filters.ChoiceFilter(
        method=as_is,
        label=_("Montrer"),
        choices=[("apart", _("Écartés"))],
        empty_label=_("Proposés"),
    )

    class Meta:
        model = Expert
        fields = []

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        self.application = application

    @property
    def day(self):
        """The day that is asked for, today by default."""
        return self._asked("on") or timezone.localdate()

    def need(self):
        skill, level = self._asked("skill"), self._asked("level") or SkillLevel.BASIC
        return need_of(self.application, self.day, skills=[skill] if skill else None, level=level)

    def found(self, need):
        """(those to propose, in order; those set apart) of the experts that are asked for."""
        verdicts = verdicts_on(self.application, need, self.qs)
        proposed = [each for each in verdicts if each.is_proposed]
        return proposed, verdicts[len(proposed) :]

    @property
    def shows_apart(self):
        return bool(self._asked("show"))

    def _asked(self, name):
        """What was typed, unless it is refused."""
        return None if name in self.errors else self.form.cleaned_data.get(name)
