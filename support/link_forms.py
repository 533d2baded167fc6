"""Forms of who has no account: a day, a certificate, an answer to five questions."""

from decimal import Decimal
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.forms import offer_days
from support.models import Feedback, PersonalLink
from support.models.feedback import GRADES, QUESTIONS
from territories.dates import validate_not_future
from territories.forms import HouseMixin


class LogForm(HouseMixin, forms.Form):
    """A day of an expert. Its key makes sure that it counts once, however often it is sent."""

    done_on = forms.DateField(
        label=_("Date"), initial=timezone.localdate, validators=[validate_not_future]
    )
    days = forms.TypedChoiceField(
        label=_("Durée"),
        choices=[
            ("1", _("Une journée")),
            ("0.5", _("Une demi-journée")),
            ("0.25", _("Un quart de journée")),
        ],
        coerce=Decimal,
        initial="1",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Travail fait, en une ligne"), max_length=200, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class CertifyByLinkForm(HouseMixin, forms.Form):
    """The days that a company recognises, all ticked to begin with."""

    days = forms.ModelMultipleChoiceField(
        None,
        label=_("Journées reçues"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins une journée.")},
    )
    by = forms.CharField(label=_("Votre nom"), max_length=100)

    def __init__(self, *args, link, **kwargs):
        super().__init__(*args, **kwargs)
        offer_days(self.fields["days"], link.mission)
        self.initial["by"] = link.contact.name


class FeedbackForm(HouseMixin, forms.Form):
    comment = forms.CharField(
        label=_("Autre chose à dire ?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, link, **kwargs):
        super().__init__(*args, **kwargs)
        side = Feedback.Side.EXPERT if link.expert else Feedback.Side.COMPANY
        self.answer = Feedback(mission=link.mission, side=side)
        for number, question in enumerate(QUESTIONS[side], 1):
            self.fields[f"grade{number}"] = forms.TypedChoiceField(
                label=question, choices=GRADES, coerce=int, widget=forms.RadioSelect
            )
        self.order_fields([*(f"grade{number}" for number in range(1, 6)), "comment"])


def person_choices(mission):
    """(value, purpose, person) of each link that may be sent for a mission."""
    found = []
    for expert in mission.team:
        found.append((f"log-{expert.pk}", PersonalLink.Purpose.LOG, expert))
    for contact in mission.application.company.contacts.all():
        found.append((f"certify-{contact.pk}", PersonalLink.Purpose.CERTIFY, contact))
    for expert in mission.team[:1]:
        found.append((f"feedback-e{expert.pk}", PersonalLink.Purpose.FEEDBACK, expert))
    for contact in mission.application.company.contacts.all()[:1]:
        found.append((f"feedback-c{contact.pk}", PersonalLink.Purpose.FEEDBACK, contact))
    return found


class SendLinkForm(HouseMixin, forms.Form):
    """To whom a link goes, and for what; who has no address cannot be chosen."""

    link = forms.ChoiceField(label=_("Lien"), widget=forms.RadioSelect)

    def __init__(self, *args, mission, **kwargs):
        super().__init__(*args, **kwargs)
        self.found = {
            value: (purpose, person) for value, purpose, person in person_choices(mission)
        }
        self.fields["link"].choices = [
            (value, f"{purpose.label} – {person}, {person.email}")
            for value, (purpose, person) in self.found.items()
            if person.email
        ]
        self.without_address = [
            person for purpose, person in self.found.values() if not person.email
        ]

    @property
    def chosen(self):
        """The purpose and the person."""
        return self.found[self.cleaned_data["link"]]
