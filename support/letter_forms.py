"""A letter to a company before it leaves: to whom, by which way, what it says."""

from django import forms
from django.utils.translation import gettext_lazy as _

from committee.placeholders import validate_filled
from companies.models import Contact
from territories.forms import HouseMixin

BY_MAIL, BY_POST = "mail", "post"


class OutgoingForm(HouseMixin, forms.Form):
    """A letter as proposed to a company: every text of it can be changed."""

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
    subject = forms.CharField(max_length=400, label=_("Objet"), validators=[validate_filled])
    body = forms.CharField(
        max_length=10_000,
        label=_("Texte"),
        widget=forms.Textarea({"rows": 22}),
        validators=[validate_filled],
    )

    def __init__(self, *args, company, contact, subject, body, by_mail=True, **kwargs):
        initial = {
            "contact": contact,
            "way": BY_MAIL if by_mail and contact else BY_POST,
            "subject": subject,
            "body": body,
        }
        super().__init__(*args, initial=initial, **kwargs)
        field = self.fields["contact"]
        field.queryset = company.contacts.all()
        field.empty_label = _("L’entreprise, sans nom")
        field.label_from_instance = self._label

    @staticmethod
    def _label(contact):
        return f"{contact.name} <{contact.email}>" if contact.email else contact.name

    def clean_subject(self):
        """On one line: a subject is a header of the e-mail."""
        return " ".join(self.cleaned_data["subject"].split())

    def clean(self):
        cleaned = super().clean()
        contact = cleaned.get("contact")
        if cleaned.get("way") == BY_MAIL and not (contact and contact.email):
            self.add_error(
                "contact", _("Choisissez un destinataire qui a une adresse électronique.")
            )
        return cleaned

    @property
    def letter(self):
        """What the letter says, and to whom."""
        return {name: self.cleaned_data[name] for name in ("contact", "subject", "body")}

    @property
    def delivery(self):
        return {"by_post": self.cleaned_data["way"] == BY_POST}
