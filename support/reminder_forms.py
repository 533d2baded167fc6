"""Forms of reminders: the text before it leaves, the e-mails of the day, the recorded delivery."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from support.letter_forms import BY_MAIL, OutgoingForm
from support.models import Reminder, ReminderKind
from territories.forms import HouseMixin


class ReminderForm(OutgoingForm):
    """A reminder as proposed. Not sent if other euros are late."""

    tracking = forms.CharField(
        required=False,
        max_length=30,
        label=_("Numéro de recommandé"),
        help_text=_("Si vous l’avez déjà ; sinon, saisissez-le au retour de la poste."),
    )
    read = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["contact", "way", "tracking"]

    def __init__(self, *args, proposal, **kwargs):
        self.late = proposal.late
        is_notice = proposal.step.kind == ReminderKind.NOTICE
        super().__init__(
            *args,
            company=self.late.aid.application.company,
            contact=proposal.contact,
            subject=proposal.subject,
            body=proposal.body,
            by_mail=not is_notice,
            **kwargs,
        )
        self.initial["read"] = self.late.summary
        if not is_notice:
            del self.fields["tracking"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("way") == BY_MAIL and cleaned.get("tracking"):
            self.add_error("tracking", _("Seul un courrier posté a un numéro de recommandé."))
        if cleaned.pop("read", "") not in ("", self.late.summary):
            self.data = self.data.copy()
            self.data["read"] = self.late.summary
            raise ValidationError(
                _("Ce qui est en retard a changé pendant que vous écriviez : relisez le texte."),
                code="changed",
            )
        return cleaned

    @property
    def delivery(self):
        return super().delivery | {"tracking": self.cleaned_data.get("tracking", "")}


class TrackingForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Reminder
        fields = ["tracking"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tracking"].required = True


class SendAllForm(forms.Form):
    """The e-mails that were read on the page, and no other."""

    aid = forms.MultipleChoiceField(
        error_messages={
            "required": _("Cochez au moins une relance."),
            "invalid_choice": _("Ces relances ont changé : relisez la liste avant d’envoyer."),
        }
    )

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.found = {f"{late.aid.pk} {late.summary}": late for late in found}
        self.fields["aid"].choices = [(key, late) for key, late in self.found.items()]

    @property
    def chosen(self):
        return [self.found[key] for key in self.cleaned_data["aid"]]
