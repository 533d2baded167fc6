"""Forms of requests for help: asked by anybody, passed on, dismissed."""

from uuid import uuid4

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.identifiers import clean_siret
from companies.models import Company, Lead
from territories.forms import CommuneField, HouseMixin, LookupField
from territories.models import Antenna
from territories.search import fold

SALT = "companies.lead"
QUICKEST, LONGEST = 3, 24 * 3600  # seconds that a person takes


class LeadForm(HouseMixin, forms.ModelForm):
    """Anybody's request. A robot fills every field, and at once: it is told nothing, or to wait."""

    commune = CommuneField(label=gettext_lazy("Commune de l’entreprise"))
    siret = forms.CharField(
        label=gettext_lazy("SIRET"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("14 chiffres, si vous l’avez sous la main."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    url = forms.CharField(
        label=gettext_lazy("Ne remplissez pas ce champ"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Lead
        fields = ["company_name", "siret", "commune", "contact_name", "email", "phone", "need"]
        widgets = {
            "company_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "contact_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            "need": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "need": gettext_lazy("Production, ventes, organisation, recrutement, qualité…"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

    @property
    def opening(self):
        """A new page each time: one that was left open for days is sent again all the same."""
        return signing.dumps(str(uuid4()), salt=SALT)

    @property
    def is_of_a_robot(self):
        return bool(self.data.get("url"))

    def clean_siret(self):
        siret = self.cleaned_data["siret"]
        return clean_siret(siret) if siret else ""

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        if phone and (set(phone) - set("0123456789 +.-/()") or len(set(phone)) < 3):
            raise ValidationError(_("Écrivez un numéro de téléphone, ou laissez vide."))
        return phone

    def clean(self):
        data = super().clean()
        opened = data.get("opened", "")
        try:
            self.instance.page = signing.loads(opened, salt=SALT, max_age=LONGEST)
        except signing.BadSignature:
            raise self._again() from None
        try:
            signing.loads(opened, salt=SALT, max_age=QUICKEST)
        except signing.SignatureExpired:
            return data
        raise self._again()

    def _again(self):
        return ValidationError(
            _("Relisez votre demande, puis envoyez-la de nouveau."), code="again"
        )


class FollowForm(forms.Form):
    """A company that the antenna follows already."""

    company = LookupField(
        Company.objects.none(),
        url=reverse_lazy("companies:company_options"),
        label=gettext_lazy("Entreprise"),
        help_text=gettext_lazy("Nom, SIREN ou SIRET."),
    )
    sure = forms.BooleanField(label=gettext_lazy("C’est bien la même entreprise"), required=False)

    def __init__(self, *args, lead, **kwargs):
        super().__init__(*args, **kwargs)
        self.lead = lead
        self.fields["company"].queryset = Company.objects.filter(antenna=lead.antenna)
        self.confirmation = self.fields.pop("sure")
        if "sure" in self.data:
            self.fields["sure"] = self.confirmation

    def clean(self):
        """A company of another name and of another SIREN is chosen on purpose only."""
        data = super().clean()
        company = data.get("company")
        if company and not data.get("sure") and not self._is_alike(company):
            self.fields["sure"] = self.confirmation
            self.add_error(
                "company",
                ValidationError(
                    _(
                        "La demande vient de %(asked)s : ni le nom ni le SIRET ne sont ceux de"
                        " %(company)s. Choisissez-en une autre, ou cochez la case ci-dessous."
                    ),
                    code="unlike",
                    params={"asked": self.lead, "company": company},
                ),
            )

    def _is_alike(self, company):
        """One name holds the other, or another establishment of the company asked."""
        asked, followed = fold(self.lead.company_name), fold(company.name)
        same_siren = self.lead.siret and self.lead.siret[:9] == company.siren
        return same_siren or asked in followed or followed in asked


class DismissForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=200)


class PassOnForm(HouseMixin, forms.Form):
    """Another antenna, that works."""

    antenna = forms.ModelChoiceField(Antenna.objects.none(), label=gettext_lazy("Antenne"))

    def __init__(self, *args, lead, **kwargs):
        super().__init__(*args, **kwargs)
        working = Antenna.objects.filter(status=Antenna.Status.ACTIVE)
        self.fields["antenna"].queryset = working.exclude(pk=lead.antenna_id)
