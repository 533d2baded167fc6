"""Forms of what a committee decides: recorded after the fact, or put to its vote."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.models import Committee, Condition, Decision, Motion
from territories.forms import HouseMixin, refuse

WIDGETS = {"reason": forms.Textarea(attrs={"rows": 3})}
HELP = {
    "advance": _("Les montants, journées et emplois ne comptent que pour un accord."),
    "reason": _("Obligatoire pour un refus ou un ajournement."),
}


class OutcomeForm(HouseMixin, forms.ModelForm):
    """An answer to a file; the amounts count for an approval alone."""

    GIVEN = ["advance", "grant", "days", "jobs_created", "jobs_maintained"]
    # What a field is for; app.js shows it with its answer alone.
    FOR_APPROVAL = "outcome=approved"
    FOR_THE_OTHERS = "outcome=refused,adjourned"

    outcome = forms.ChoiceField(
        label=_("Décision"), choices=Decision.Outcome.choices, widget=forms.RadioSelect
    )
    conditions = forms.CharField(
        label=_("Conditions préalables"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Une par ligne : ce que l’entreprise doit fournir avant tout déblocage."),
    )

    def __init__(self, *args, application, **kwargs):
        likely = application.proposal or application.asked
        initial = kwargs.pop("initial", {}) | {
            "advance": likely.advance,
            "grant": likely.grant,
            "days": likely.days,
            "jobs_created": likely.jobs,
            "jobs_maintained": application.planned_jobs_maintained,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.application = application
        for name in [*self.GIVEN, "conditions"]:
            self.fields[name].widget.attrs["data-when"] = self.FOR_APPROVAL
        reason = self.fields["reason"]
        reason.required, reason.widget.is_required = True, False
        reason.widget.attrs["data-when"] = self.FOR_THE_OTHERS
        reason.error_messages["required"] = _("Un refus ou un ajournement est motivé.")

    def clean_conditions(self):
        labels = [line.strip() for line in self.cleaned_data["conditions"].splitlines()]
        limit = Condition._meta.get_field("label").max_length
        if any(len(label) > limit for label in labels):
            raise ValidationError(
                _("Une condition tient en %(limit)d caractères."),
                code="too_long",
                params={"limit": limit},
            )
        return [label for label in labels if label]

    def clean(self):
        super().clean()
        outcome = self.cleaned_data.get("outcome")
        if outcome != Decision.Outcome.APPROVED:
            self._ignore(self.GIVEN, 0)
            self._ignore(["conditions"], [])
        told = self.data.get("reason", "").strip()
        if not told and outcome not in (Decision.Outcome.REFUSED, Decision.Outcome.ADJOURNED):
            self._ignore(["reason"], "")

    def _ignore(self, names, value):
        """These fields do not matter to the answer: whatever was typed is no error."""
        for name in names:
            self.errors.pop(name, None)
            self.cleaned_data[name] = value

    def refuse(self, error):
        """Show a verb's refusal beside the field that it is about."""
        money = "advance" if self.cleaned_data["advance"] else "grant"
        fields = {
            "overdrawn": money,
            "de_minimis": money,
            "not_running": "decided_on",
            "out_of_term": "decided_on",
        }
        if hasattr(error, "error_dict"):
            if "on" in error.error_dict:
                error.error_dict["decided_on"] = error.error_dict.pop("on")
            refuse(self, error)
        else:
            field = fields.get(getattr(error, "code", None))
            self.add_error(field if field in self.fields else None, error)


class DecisionForm(OutcomeForm):
    """What the committee answered, elsewhere than in a session held here."""

    class Meta:
        model = Decision
        fields = [
            "outcome",
            "decided_on",
            "committee",
            *OutcomeForm.GIVEN,
            "conditions",
            "reason",
        ]
        widgets = WIDGETS
        help_texts = HELP

    def __init__(self, *args, application, **kwargs):
        committees = Committee.objects.filter(antenna=application.antenna)
        initial = {"decided_on": timezone.localdate(), "committee": committees.first()}
        super().__init__(*args, application=application, initial=initial, **kwargs)
        self.instance.application = application
        self.fields["committee"].queryset = committees

    def record(self, *, by):
        """Call the verb of the outcome; ValidationError when a rule refuses."""
        typed = self.cleaned_data
        answer = {
            "on": typed["decided_on"],
            "committee": typed["committee"],
            "reason": typed["reason"],
            "by": by,
        }
        match typed["outcome"]:
            case Decision.Outcome.APPROVED:
                given = {name: typed[name] for name in self.GIVEN}
                self.application.approve(conditions=typed["conditions"], **given, **answer)
            case Decision.Outcome.REFUSED:
                self.application.refuse(**answer)
            case Decision.Outcome.ADJOURNED:
                self.application.adjourn(**answer)


class MotionForm(OutcomeForm):
    """What the committee is asked, word for word."""

    class Meta:
        model = Motion
        fields = ["outcome", *OutcomeForm.GIVEN, "conditions", "reason", "is_secret"]
        widgets = WIDGETS
        help_texts = HELP

    def __init__(self, *args, item, **kwargs):
        initial = {"outcome": "approved", "is_secret": item.session.secret_vote}
        super().__init__(*args, application=item.application, initial=initial, **kwargs)
        self.item = self.instance.item = item

    def put(self, *, by):
        """Open the vote; ValidationError when a rule refuses."""
        return self.item.session.put_to_vote(self.item, by=by, **self.cleaned_data)
