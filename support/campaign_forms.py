"""Forms of campaigns: opening one, the company's answer, its check."""

from datetime import timedelta

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conventions.money import TypedDecimalField
from support.models import NewJob, Survey
from territories.dates import in_figures, validate_not_future
from territories.filters import SearchFilterSet
from territories.forms import DateInput, HouseMixin, LineMixin, refuse
from territories.search import containing, folded_words

USUAL_DAYS = 30  # to answer
MOST_LINES = 20
HERE, GONE = "here", "gone"


class CampaignForm(HouseMixin, forms.Form):
    antenna = forms.ModelChoiceField(None, label=_("Antenne"))
    months = forms.TypedChoiceField(label=_("Terme"), coerce=int)
    answer_by = forms.DateField(label=_("Réponses attendues avant le"))

    def __init__(self, *args, antennas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["antenna"].queryset = antennas
        self.fields["months"].choices = [
            (months, _("%(months)d mois après la décision") % {"months": months})
            for months in settings.CAMPAIGN_MONTHS
        ]
        self.initial["answer_by"] = timezone.localdate() + timedelta(days=USUAL_DAYS)
        if len(antennas) == 1:
            self.initial["antenna"] = antennas[0]
            self.fields["antenna"].widget = forms.HiddenInput()


class NewJobLine(LineMixin, forms.ModelForm):
    optional = ("fte",)

    class Meta:
        model = NewJob
        fields = ["number", "contract", "fte", "starts_on"]
        field_classes = {"fte": TypedDecimalField}

    def has_changed(self):
        """What was answered before is sent again as it is: it still counts."""
        if not self.is_bound:
            return bool(self.initial)
        names = ("contract", "starts_on")
        return any(self.data.get(self.add_prefix(name), "").strip() for name in names)

    def clean_fte(self):
        return self.cleaned_data["fte"] or 1


class AnswerForm(HouseMixin, forms.Form):
    """What a company head says of the jobs of a file; no employee is named."""

    headcount = forms.IntegerField(
        label=_("Effectif aujourd’hui, en équivalents temps plein"), min_value=0, max_value=99_999
    )
    turnover = TypedDecimalField(
        label=_("Chiffre d’affaires du dernier exercice (€)"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
    )
    document = forms.FileField(
        label=_("Justificatif"),
        required=False,
        help_text=_(
            "Registre du personnel ou déclaration sociale, 20 Mo au plus. Masquez les noms."
        ),
    )
    comment = forms.CharField(
        label=_("Remarque, sans nom de salarié"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    by = forms.CharField(label=_("Votre nom"), max_length=100)

    def __init__(self, *args, survey, **kwargs):
        super().__init__(*args, **kwargs)
        self.survey, self.jobs = survey, list(survey.jobs())
        gone = dict(survey.gone_jobs.values_list("job", "ended_on"))
        for job in self.jobs:
            self.fields[f"job-{job.pk}"] = forms.ChoiceField(
                label=_("%(job)s, depuis le %(day)s")
                % {"job": job, "day": in_figures(job.starts_on)},
                choices=[(HERE, _("Toujours là")), (GONE, _("N’existe plus"))],
                widget=forms.RadioSelect,
                initial=GONE if job.pk in gone else (HERE if survey.answered_on else None),
            )
            self.fields[f"ended-{job.pk}"] = forms.DateField(
                label=_("Dernier jour, s’il n’existe plus"),
                required=False,
                initial=gone.get(job.pk),
                widget=DateInput,
                validators=[validate_not_future],
            )
        self.order_fields([name for name in self.fields if "-" in name])
        self.initial |= {
            "headcount": survey.headcount,
            "turnover": survey.turnover,
            "comment": survey.comment,
            "by": survey.answered_by or (survey.contact.name if survey.contact else ""),
        }
        lines = formset_factory(NewJobLine, extra=3, max_num=MOST_LINES, absolute_max=MOST_LINES)
        fields = ("number", "contract", "fte", "starts_on")
        self.new = lines(
            self.data if self.is_bound else None,
            prefix="new",
            initial=list(survey.new_jobs.values(*fields)),
        )

    def clean(self):
        cleaned = super().clean()
        for job in self.jobs:
            ended_on = cleaned.get(f"ended-{job.pk}")
            if cleaned.get(f"job-{job.pk}") != GONE:
                continue
            if not ended_on and f"ended-{job.pk}" not in self.errors:
                self.add_error(f"ended-{job.pk}", _("Donnez son dernier jour."))
            elif ended_on and ended_on < job.starts_on:
                self.add_error(
                    f"ended-{job.pk}", _("L’emploi ne peut pas finir avant d’avoir commencé.")
                )
        if not self.new.is_valid():
            raise ValidationError(_("Corrigez les emplois nouveaux."), code="new")
        return cleaned

    def record(self):
        """True once it is kept; else the form tells what was refused."""
        typed = self.cleaned_data
        gone = [
            (job, typed[f"ended-{job.pk}"]) for job in self.jobs if typed[f"job-{job.pk}"] == GONE
        ]
        try:
            self.survey.answer(
                on=timezone.localdate(),
                by=typed["by"],
                gone=gone,
                new=[form.cleaned_data for form in self.new if form.has_changed()],
                document=typed["document"],
                headcount=typed["headcount"],
                turnover=typed["turnover"],
                comment=typed["comment"],
            )
        except ValidationError as error:
            refuse(self, error)
            return False
        return True

    def job_fields(self):
        """(choice, last day) of each job, for the page."""
        return [(self[f"job-{job.pk}"], self[f"ended-{job.pk}"]) for job in self.jobs]

    def other_fields(self):
        return [self[name] for name in ("headcount", "turnover", "document", "comment", "by")]


class CheckForm(HouseMixin, forms.Form):
    """What the antenna says of an answer."""

    verdict = forms.ChoiceField(
        label=_("Après contrôle"),
        choices=[
            ("accept", _("J’accepte : les emplois sont constatés")),
            ("send_back", _("À compléter : l’entreprise reçoit mon commentaire")),
            ("contest", _("Je conteste : rien n’est constaté")),
        ],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Commentaire"),
        max_length=500,
        required=False,
        help_text=_("Dites ce qui manque, ou pourquoi vous contestez."),
    )


class SurveyFilter(SearchFilterSet):
    """The questionnaires of one campaign. Search covers the company and the file."""

    status = django_filters.ChoiceFilter(
        label=_("État"), choices=Survey.Status.choices, empty_label=_("Tous")
    )

    class Meta:
        model = Survey
        fields = []

    def search(self, queryset, name, value):
        if not folded_words(value):
            return queryset
        return queryset.filter(
            containing(value, "application__search", "application__company__search")
        )
