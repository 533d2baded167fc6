"""Both sides of a financing plan, typed line by line with the file."""

from django import forms

from committee.models import Application, FinancingLine


class LineFormSet(forms.BaseInlineFormSet):
    """One side of the plan; a line that was emptied is deleted."""

    def __init__(self, *args, side, **kwargs):
        self.side = side
        super().__init__(*args, queryset=FinancingLine.objects.filter(side=side), **kwargs)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        del form.fields["DELETE"]
        if self.side == FinancingLine.Side.NEED:
            del form.fields["is_own_funds"]

    def _construct_form(self, *args, **kwargs):
        form = super()._construct_form(*args, **kwargs)
        form.instance.side = self.side
        return form

    def _should_delete_form(self, form):
        emptied = not form["label"].value() and not form["amount"].value()
        return bool(form.instance.pk) and emptied

    def lines(self):
        """What was typed, or is saved; lines with a mistake left out."""
        if not self.is_bound:
            return list(self.get_queryset())
        return [
            form.instance
            for form in self.forms
            if form.is_valid() and form.instance.amount and not self._should_delete_form(form)
        ]


PlanFormSet = forms.inlineformset_factory(
    Application,
    FinancingLine,
    formset=LineFormSet,
    fields=["label", "amount", "is_own_funds"],
    extra=3,
    max_num=50,
)
