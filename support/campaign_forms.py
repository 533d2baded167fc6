"""Forms of campaigns: opening one, the company's answer, its check."""

from datetime import timedelta
from decimal import Decimal

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.filetypes import check_file
from conventions.money import TypedDecimalField
from support.models import NewJob, Survey
from support.recipients import RecipientMixin
from territories.dates import validate_not_future
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

    def __init__(self, *args, survey, **kwargs):
        super().__init__(*args, instance=NewJob(survey=survey), **kwargs)
        self.answered = bool(kwargs.get("initial"))

    def has_changed(self):
        """What was answered before is sent again as it is: it still counts."""
        if not self.is_bound:
            return self.answered
        typed = {name: self.data.get(self.add_prefix(name), "") for name in self.fields}
        return any(
            text.strip() and self.fields[name].has_changed(self.fields[name].initial, text)
            for name, text in typed.items()
        )

    def clean_fte(self):
        fte = self.cleaned_data["fte"]
        return Decimal(1) if fte is None else fte


class AskedJobs:
    """Identical jobs of a file, asked about on one line; one job alone is here or gone."""

    def __init__(self, jobs, survey, gone):
        self.jobs, key = jobs, jobs[0].pk
        self.left, self.ended = f"left-{key}", f"ended-{key}"
        self.told = [gone[job.pk] for job in jobs if job.pk in gone]
        self.was_answered = survey.answered_on is not None

    def fields(self):
        """The two fields of the line, as the company filled them in before."""
        many = len(self.jobs) > 1
        return {
            self.left: self._how_many() if many else self._here_or_gone(),
            self.ended: forms.DateField(
                label=_("Dernier jour de ceux qui sont partis")
                if many
                else _("Dernier jour, s’il n’existe plus"),
                help_text=_("À des dates différentes ? Donnez la dernière, les autres en remarque.")
                if many
                else "",
                required=False,
                initial=self.told[0] if self.told else None,
                widget=DateInput,
                validators=[validate_not_future],
            ),
        }

    def _here_or_gone(self):
        return forms.ChoiceField(
            label=self.jobs[0].since,
            choices=[(HERE, _("Toujours là")), (GONE, _("N’existe plus"))],
            widget=forms.RadioSelect,
            initial=(GONE if self.told else HERE) if self.was_answered else None,
        )

    def _how_many(self):
        number = len(self.jobs)
        return forms.IntegerField(
            label=_("%(number)d emplois identiques (%(job)s) : combien sont encore là ?")
            % {"number": number, "job": self.jobs[0].since},
            min_value=0,
            max_value=number,
            initial=number - len(self.told) if self.was_answered else None,
        )

    def number_gone(self, typed):
        """How many are there no more; None when that was not, or wrongly, told."""
        left = typed.get(self.left)
        if left in (None, ""):
            return None
        return len(self.jobs) - left if len(self.jobs) > 1 else int(left == GONE)

    def wrong(self, typed):
        """What does not go together, by field."""
        number, ended_on = self.number_gone(typed), typed.get(self.ended)
        if number and not ended_on:
            return {self.ended: _("Donnez le dernier jour.")}
        if number and ended_on < self.jobs[0].starts_on:
            return {self.ended: _("L’emploi ne peut pas finir avant d’avoir commencé.")}
        if number == 0 and ended_on:
            return {self.ended: _("Aucun n’est parti : effacez cette date, ou corrigez à côté.")}
        return {}

    def gone(self, typed):
        """(job, last day) of each that is gone: nobody can tell which of them it was.

        Those verified go first, so that no more is told verified than what is sure.
        """
        verified_first = sorted(self.jobs, key=lambda job: job.verified_on is None)
        return [(job, typed[self.ended]) for job in verified_first[: self.number_gone(typed)]]


def asked_about(survey):
    """The lines of a questionnaire about the jobs that were seen."""
    gone, groups = dict(survey.gone_jobs.values_list("job", "ended_on")), {}
    for job in survey.jobs():
        alike = (job.kind, job.contract, job.fte, job.starts_on, job.ends_on)
        groups.setdefault(alike, []).append(job)
    return [AskedJobs(jobs, survey, gone) for jobs in groups.values()]


class AnswerForm(HouseMixin, forms.Form):
    """What a company head says of the jobs of a file; no employee is named."""

    headcount = TypedDecimalField(
        label=_("Effectif aujourd’hui, en équivalents temps plein"),
        min_value=0,
        max_digits=7,
        decimal_places=2,
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
        self.survey, self.asked = survey, asked_about(survey)
        for each in self.asked:
            self.fields.update(each.fields())
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
            form_kwargs={"survey": survey},
        )

    def clean_document(self):
        document = self.cleaned_data["document"]
        if document:
            check_file(document)
        return document

    def clean(self):
        cleaned = super().clean()
        for each in self.asked:
            for name, told in each.wrong(cleaned).items():
                if name not in self.errors:
                    self.add_error(name, told)
        if not self.new.is_valid():
            raise ValidationError(_("Corrigez les emplois nouveaux."), code="new")
        return cleaned

    def record(self):
        """True once it is kept; else the form tells what was refused."""
        typed = self.cleaned_data
        gone = [line for each in self.asked for line in each.gone(typed)]
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
            self.survey.refresh_from_db()  # the page tells what is kept
            refuse(self, error)
            return False
        return True

    def job_fields(self):
        """(what is left, last day) of each line of jobs, for the page."""
        return [(self[each.left], self[each.ended]) for each in self.asked]

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


class WriteForm(RecipientMixin, HouseMixin, forms.Form):
    """To whom of a company the questionnaire goes."""

    contact = forms.ModelChoiceField(None, label=_("Interlocuteur"))


class SurveyFilter(SearchFilterSet):
    """The questionnaires of one campaign. Search covers the company and the file."""

    status = django_filters.ChoiceFilter(
        label=_("État"), choices=Survey.Status.choices, empty_label=_("Tous")
    )
    o = django_filters.OrderingFilter(
        fields=[
            ("application__company__search", "company"),
            ("asked_on", "asked_on"),
            ("reminded_on", "reminded_on"),
            ("answered_on", "answered_on"),
        ]
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
