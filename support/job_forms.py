"""Forms of jobs: corrected, proved by a document, verified. No employee is ever named."""

from operator import attrgetter

from django import forms
from django.forms import model_to_dict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.filetypes import check_file
from conventions.money import TypedDecimalField
from support.models import Job
from territories.dates import validate_not_future
from territories.forms import HouseMixin

WITHOUT_NAME = _("Précision, sans nom de salarié")


class JobCorrectForm(HouseMixin, forms.ModelForm):
    """The right figures of a job, in place of a wrong line."""

    reason = forms.CharField(label=_("Motif de la correction"), max_length=200)

    class Meta:
        model = Job
        fields = [
            "kind",
            "contract",
            "fte",
            "starts_on",
            "ends_on",
            "observed_on",
            "evidence_kind",
            "evidence",
        ]
        labels = {"evidence": WITHOUT_NAME}
        field_classes = {"fte": TypedDecimalField}

    def __init__(self, *args, job, **kwargs):
        initial = model_to_dict(job, fields=self._meta.fields)
        instance = Job(application=job.application)
        super().__init__(*args, instance=instance, initial=initial, **kwargs)

    def clean(self):
        """The constraints say so too, but at the top of the page."""
        cleaned = super().clean()
        starts_on = cleaned.get("starts_on")
        orders = {
            "ends_on": _("L’emploi ne peut pas finir avant d’avoir commencé."),
            "observed_on": _("Un emploi se constate une fois qu’il a commencé."),
        }
        for name, sentence in orders.items():
            if starts_on and cleaned.get(name) and cleaned[name] < starts_on:
                self.add_error(name, sentence)
        return cleaned


class EvidenceForm(HouseMixin, forms.Form):
    """One document, and the jobs that it proves."""

    jobs = forms.ModelMultipleChoiceField(
        Job.objects.none(),
        label=_("Emplois que ce document prouve"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins un emploi.")},
    )
    file = forms.FileField(
        label=_("Document, sans nom de salarié"),
        help_text=_("Un PDF, une image ou un document de bureautique, 20 Mo au plus."),
    )

    def __init__(self, *args, jobs, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["jobs"]
        field.queryset, field.initial = jobs, list(jobs)
        field.label_from_instance = attrgetter("since")

    def clean_file(self):
        file = self.cleaned_data["file"]
        check_file(file)
        return file


class VerifyForm(HouseMixin, forms.Form):
    """Somebody checked that the job is real."""

    on = forms.DateField(
        label=_("Vérifié le"), initial=timezone.localdate, validators=[validate_not_future]
    )
    how = forms.CharField(
        label=_("Comment, sans nom de salarié"),
        max_length=200,
        help_text=_("Ce que vous avez vu : DSN de mars, registre du personnel, visite…"),
    )
