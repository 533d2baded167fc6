"""The jobs that a company promises, typed line by line with its file."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from committee.models import Application, PlannedJobs
from committee.models.promise import numbers
from conventions.money import TypedDecimalField
from territories.forms import LineMixin


class PlannedJobsForm(LineMixin, forms.ModelForm):
    """Identical jobs; a full time unless the line says otherwise."""

    optional = ("fte",)

    class Meta:
        model = PlannedJobs
        fields = ["kind", "number", "contract", "fte", "due_on"]
        field_classes = {"fte": TypedDecimalField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["fte"] = None

    def clean_fte(self):
        fte = self.cleaned_data["fte"]
        return Decimal(1) if fte is None else fte

    @property
    def is_emptied(self):
        return not any(self[name].value() for name in ("kind", "number", "contract"))


class PromiseLines(forms.BaseInlineFormSet):
    """A line that was emptied is deleted."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        del form.fields["DELETE"]

    def _should_delete_form(self, form):
        return bool(form.instance.pk) and form.is_emptied

    def lines(self):
        """What was typed and is right."""
        return [
            form.instance
            for form in self.forms
            if form.is_valid() and form.instance.number and not self._should_delete_form(form)
        ]

    def settle(self, form):
        """The lines make the figures of the file; a figure that differs is told beside it."""
        for kind, number in numbers(self.lines()).items():
            field = f"planned_jobs_{kind}"
            typed = form.cleaned_data.get(field)
            if typed not in (None, 0, number):
                form.add_error(
                    field,
                    _("Le détail en compte %(number)d : accordez les deux.") % {"number": number},
                )
            else:
                setattr(form.instance, field, number)


PromiseFormSet = forms.inlineformset_factory(
    Application, PlannedJobs, form=PlannedJobsForm, formset=PromiseLines, extra=2, max_num=30
)
