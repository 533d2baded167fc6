"""Forms of a check by sampling: the draw, then the proofs of one file."""

from operator import attrgetter

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.models import Job
from support.models.samples import SEEDS
from support.proofs import proposal
from support.recipients import RecipientMixin
from territories.dates import validate_not_future
from territories.forms import HouseMixin


class DrawForm(HouseMixin, forms.Form):
    convention = forms.ModelChoiceField(None, label=_("Convention"))
    size = forms.IntegerField(
        label=_("Nombre de dossiers à contrôler"), min_value=1, max_value=500, initial=5
    )
    seed = forms.IntegerField(
        label=_("Numéro du tirage"),
        min_value=0,
        max_value=SEEDS,
        required=False,
        help_text=_(
            "Vide : au hasard. Il est gardé : avec le même nombre, chacun retrouve les mêmes"
            " dossiers."
        ),
    )

    def __init__(self, *args, conventions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["convention"].queryset = conventions


class AskForm(RecipientMixin, HouseMixin, forms.Form):
    """The request of a proof as it leaves."""

    contact = forms.ModelChoiceField(None, label=_("Interlocuteur"))
    subject = forms.CharField(label=_("Objet"), max_length=200)
    text = forms.CharField(
        label=_("Message"), max_length=5000, widget=forms.Textarea(attrs={"rows": 14})
    )

    def __init__(self, *args, item, by, **kwargs):
        super().__init__(*args, company=item.application.company, **kwargs)
        self.initial["subject"], self.initial["text"] = proposal(item, by)

    def clean_subject(self):
        """One line, as an e-mail wants it."""
        return " ".join(self.cleaned_data["subject"].split())


class ProofForm(HouseMixin, forms.Form):
    """Which jobs of a file were proved, by which papers."""

    proved = forms.ModelMultipleChoiceField(
        Job.objects.none(),
        label=_("Emplois prouvés"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Laissez vides ceux que rien ne prouve."),
    )
    note = forms.CharField(
        label=_("Pièces vues"),
        max_length=200,
        help_text=_("Par exemple : DSN de mars 2026, registre du personnel. Aucun nom."),
    )
    on = forms.DateField(
        label=_("Contrôlé le"), initial=timezone.localdate, validators=[validate_not_future]
    )

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["proved"]
        field.queryset = item.to_prove()
        field.label_from_instance = attrgetter("since")
