"""Two people on one form: the second learns that the first has saved, before anything is lost."""

import hashlib

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class StaleMixin:
    """For the form of a saved row: it remembers what the row said when the page was made."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = getattr(self, "instance", None)
        if row is not None and row.pk:
            self.current = fingerprint(row, self._meta.fields, *self.shown_beside())
            self.fields["seen"] = forms.CharField(
                required=False, initial=self.current, widget=forms.HiddenInput
            )

    def shown_beside(self):
        """What the page shows, and saves, that is no field of the row."""
        return []

    def clean(self):
        super().clean()
        seen = self.cleaned_data.pop("seen", "")
        if seen and seen != self.current:
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = self.current
            raise ValidationError(
                _(
                    "Quelqu’un a enregistré cette page pendant que vous l’écriviez."
                    " Relisez : si vous enregistrez encore, votre texte remplace le sien."
                ),
                code="stale",
            )
        return self.cleaned_data


def fingerprint(row, fields, *others):
    """A short text that changes when one of these fields does, or one of the other texts."""
    told = [str(row.pk), *map(str, others)]
    for field in (*row._meta.concrete_fields, *row._meta.many_to_many):
        if field.name not in fields:
            continue
        value = field.value_from_object(row)
        told.append(str(sorted(each.pk for each in value) if isinstance(value, list) else value))
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:16]
