"""Forms of the search for an expert: asking one, noting the answer."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.models import Solicitation
from support.solicitations import proposal
from territories.forms import HouseMixin


class SolicitForm(HouseMixin, forms.Form):
    """The e-mail as it leaves; without an address, only the day from which one needs somebody."""

    needed_on = forms.DateField(
        label=_("À partir du"),
        help_text=_("Le jour à partir duquel l’entreprise a besoin de quelqu’un."),
    )
    subject = forms.CharField(label=_("Objet"), max_length=200)
    text = forms.CharField(
        label=_("Message"), max_length=5000, widget=forms.Textarea(attrs={"rows": 14})
    )

    def __init__(self, *args, application, expert, by, needed_on=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["needed_on"] = needed_on or timezone.localdate()
        if expert.email:
            self.initial["subject"], self.initial["text"] = proposal(application, expert, by)
        else:
            del self.fields["subject"], self.fields["text"]

    def clean_subject(self):
        """One line, as an e-mail wants it."""
        return " ".join(self.cleaned_data["subject"].split())


class SolicitationAnswerForm(HouseMixin, forms.Form):
    """Typed again, it corrects what was noted."""

    answer = forms.ChoiceField(
        label=_("Réponse"), choices=Solicitation.Answer.choices, widget=forms.RadioSelect
    )
    answered_on = forms.DateField(label=_("Répondu le"), initial=timezone.localdate)
    note = forms.CharField(
        label=_("Précisions"),
        max_length=200,
        required=False,
        help_text=_("Par exemple ses disponibilités, ou pourquoi non."),
    )
