"""The page of a simulation: a row of amounts for each file that waits, tried or kept as a whole."""

from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from committee.findings import Level
from committee.models import Amounts, Application
from committee.proposals import ProposalsRefused, propose_all
from committee.screening import findings_of
from reports.evaluation import Evaluation
from reports.simulation import Trial, envelope_trials, gauge_trials
from territories.forms import HouseMixin, refuse

PREFIX = "proposed_"


class ProposalForm(HouseMixin, forms.ModelForm):
    """The amounts tried for one file: at first its proposal, else its request; empty is nothing."""

    class Meta:
        model = Application
        fields = [f"{PREFIX}{name}" for name in Amounts._fields]

    def __init__(self, *args, instance, **kwargs):
        likely = instance.proposal or instance.asked
        initial = {f"{PREFIX}{name}": amount for name, amount in likely._asdict().items()}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        for bound in self.visible_fields():
            label = f"{bound.label} – {instance.company}"
            bound.field.widget.attrs |= {"class": "form-control text-end", "aria-label": label}

    def clean(self):
        for name in self._meta.fields:
            if name not in self.errors and self.cleaned_data.get(name) is None:
                self.cleaned_data[name] = 0
        return super().clean()

    @cached_property
    def amounts(self):
        """What counts in the figures: a field that cannot be read counts for nothing."""
        typed = self.initial
        if self.is_bound:
            self.is_valid()
            typed = self.cleaned_data
        return Amounts(*(typed.get(name) or 0 for name in self._meta.fields))

    def refuse(self, error):
        """Show a verb's refusal beside the amount that it is about."""
        by_field = getattr(error, "error_dict", {})
        for name in Amounts._fields:
            if name in by_field:
                by_field[f"{PREFIX}{name}"] = by_field.pop(name)
        refuse(self, error)


class SimulationPage:
    """The rows, and what they would make of the envelopes and of the gauges on a day."""

    def __init__(self, convention, on, data=None):
        self.convention, self.on, self.error = convention, on, ""
        files = convention.applications.awaiting_committee().order_by("received_on", "pk")
        self.files = list(
            files.select_related(
                "company__antenna", "company__commune", "company__naf", "expert"
            ).prefetch_related("waivers", "recusals", "financing_lines", "company__figures")
        )
        self.has_proposals = any(file.proposal for file in self.files)  # before what was typed
        self.forms = [self._form(file, data or {}) for file in self.files]
        here = {form.add_prefix("seen") for form in self.forms}
        self.gone = {name for name in data or () if name.endswith("-seen")} - here

    def _form(self, file, data):
        """A file put before the committee since the page was made is shown, and not saved."""
        typed = data if f"{file.pk}-seen" in data else None
        return ProposalForm(typed, instance=file, prefix=str(file.pk))

    @cached_property
    def evaluation(self):
        return Evaluation(self.convention, self.on)

    @cached_property
    def trials(self):
        return [Trial(form.instance, form.amounts) for form in self.forms]

    @property
    def rows(self):
        """(form, amounts, how many findings that warn or block) of each file."""
        found = findings_of(self.files, self.on)
        return [
            (form, trial.amounts, sum(each.level != Level.INFO for each in findings))
            for form, trial, findings in zip(self.forms, self.trials, found, strict=True)
        ]

    @property
    def envelopes(self):
        return envelope_trials(self.convention, self.trials, self.on)

    @property
    def gauges(self):
        return gauge_trials(self.evaluation, self.trials)

    @property
    def has_errors(self):
        return any(form.errors for form in self.forms)

    def save(self):
        """True once every proposal is kept; else the page tells what was refused."""
        if self.gone:
            self.error = _(
                "Rien n’est enregistré : un dossier de cette page n’attend plus le comité. Relisez."
            )
        if self.gone or self.has_errors:
            return False
        typed = [form for form in self.forms if form.is_bound]
        proposals = [(form.instance, form.amounts) for form in typed]
        try:
            propose_all(self.convention, proposals, on=self.on)
        except ProposalsRefused as refused:
            for form in typed:
                if error := refused.refusals.get(form.instance.pk):
                    form.refuse(error)
        except ValidationError as error:
            [self.error] = error.messages
        return not self.error and not self.has_errors
