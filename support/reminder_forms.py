"""Forms of reminders: the text before it leaves, the e-mails of the day, the recorded delivery."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from committee.placeholders import validate_filled
from companies.models import Contact
from support.models import Reminder, ReminderKind
from territories.forms import HouseMixin

BY_MAIL, BY_POST = "mail", "post"


class ReminderForm(HouseMixin, forms.Form):
    """A reminder as proposed: every text of it can be changed. Not sent if other euros are late."""

    contact = forms.ModelChoiceField(
        Contact.objects.none(), required=False, label=_("Destinataire")
    )
    way = forms.ChoiceField(
        label=_("Envoi"),
        choices=[
            (BY_MAIL, _("Par message, avec le courrier en PDF")),
            (BY_POST, _("Par la poste")),
        ],
        widget=forms.RadioSelect,
    )
    tracking = forms.CharField(
        required=False,
        max_length=30,
        label=_("Numéro de recommandé"),
        help_text=_("Si vous l’avez déjà ; sinon, saisissez-le au retour de la poste."),
    )
    subject = forms.CharField(max_length=400, label=_("Objet"), validators=[validate_filled])
    body = forms.CharField(
        max_length=10_000,
        label=_("Texte"),
        widget=forms.Textarea({"rows": 22}),
        validators=[validate_filled],
    )
    read = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, proposal, **kwargs):
        self.late = proposal.late
        by_mail = bool(proposal.contact) and proposal.step.kind != ReminderKind.NOTICE
        initial = {
            "contact": proposal.contact,
            "way": BY_MAIL if by_mail else BY_POST,
            "subject": proposal.subject,
            "body": proposal.body,
            "read": self.late.summary,
        }
        super().__init__(*args, initial=initial, **kwargs)
        field = self.fields["contact"]
        field.queryset = self.late.aid.application.company.contacts.all()
        field.empty_label = _("L’entreprise, sans nom")
        field.label_from_instance = self._label
        if proposal.step.kind != ReminderKind.NOTICE:
            del self.fields["tracking"]

    @staticmethod
    def _label(contact):
        return f"{contact.name} <{contact.email}>" if contact.email else contact.name

    def clean_subject(self):
        """On one line: a subject is a header of the e-mail."""
        return " ".join(self.cleaned_data["subject"].split())

    def clean(self):
        cleaned = super().clean()
        contact, way = cleaned.get("contact"), cleaned.get("way")
        if way == BY_MAIL and not (contact and contact.email):
            self.add_error(
                "contact", _("Choisissez un destinataire qui a une adresse électronique.")
            )
        if way == BY_MAIL and cleaned.get("tracking"):
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
    def letter(self):
        """What the letter says, and to whom."""
        return {name: self.cleaned_data[name] for name in ("contact", "subject", "body")}

    @property
    def delivery(self):
        return {
            "by_post": self.cleaned_data["way"] == BY_POST,
            "tracking": self.cleaned_data.get("tracking", ""),
        }


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
