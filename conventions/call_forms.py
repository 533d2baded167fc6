"""What people type about calls for funds, their letters, and what the bank says."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conventions.forms import amount_field
from conventions.models import BankBalance, CallLetter, PledgeCall
from conventions.schedule import add_months
from territories.forms import HouseMixin


class CallForm(HouseMixin, forms.ModelForm):
    """How much, by when; the letter follows, unless it left by other means."""

    amount = amount_field()

    class Meta:
        model = PledgeCall
        fields = ["amount", "due_on", "called_on"]
        labels = {"called_on": _("Déjà appelé le")}
        help_texts = {
            "called_on": _(
                "Seulement si la demande est partie sans passer par ici."
                " Sinon, laissez vide : le courrier se prépare à la page suivante."
            )
        }

    def __init__(self, *args, free, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"amount": free or None, "due_on": add_months(timezone.localdate(), 1)}


class CallLetterForm(HouseMixin, forms.ModelForm):
    """To whom a letter goes and what it says, until it leaves."""

    class Meta:
        model = CallLetter
        fields = ["recipient", "email", "address", "subject", "body"]
        widgets = {
            "address": forms.Textarea({"rows": 3}),
            "body": forms.Textarea({"rows": 18}),
        }

    def clean_subject(self):
        """On one line: a subject is a header of the e-mail."""
        return " ".join(self.cleaned_data["subject"].split())


class CallSendForm(HouseMixin, forms.ModelForm):
    """Confirms a letter as it was read: if somebody changed it since, it does not leave unread."""

    by_post = forms.ChoiceField(
        label=_("Envoi"),
        choices=[("", _("Par message")), ("yes", _("Par la poste, imprimé"))],
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = CallLetter
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.email:
            self.fields["by_post"].choices = [("yes", _("Par la poste, imprimé"))]
            self.fields["by_post"].initial = "yes"

    def shown_beside(self):
        letter = self.instance
        return [letter.recipient, letter.email, letter.address, letter.subject, letter.body]


class BankBalanceForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = BankBalance
        fields = ["on", "amount", "note"]
        localized_fields = ["amount"]
