"""Forms of companies, their figures and contacts, and of sponsors; see `expert_forms`."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.identifiers import clean_siren, clean_siret
from companies.models import Company, CompanyFigures, Contact, NafCode, Sponsor
from companies.sectors import sectors_in
from territories.forms import CommuneField, HouseMixin, LookupField, OnceMixin


class CompanyForm(OnceMixin, HouseMixin, forms.ModelForm):
    once = "siret"

    siret = forms.CharField(
        label=gettext_lazy("SIRET"),
        max_length=30,
        help_text=gettext_lazy("14 chiffres, avec ou sans espaces."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    other_establishment = forms.BooleanField(
        label=gettext_lazy("C’est bien un autre établissement"), required=False
    )
    naf = LookupField(
        NafCode.objects.sub_classes(),
        url=reverse_lazy("companies:naf_options"),
        required=False,
        label=gettext_lazy("Activité (code NAF)"),
        help_text=gettext_lazy("Code ou mots, par exemple « 25.62B » ou « mécanique »."),
    )
    commune = CommuneField()

    class Meta:
        model = Company
        fields = [
            "antenna",
            "name",
            "siret",
            "other_establishment",
            "naf",
            "address",
            "commune",
            "founded_on",
            "group_name",
            "website",
            "notes",
        ]
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self._choose_antenna(user)
        self.confirmation = self.fields.pop("other_establishment")
        if "other_establishment" in self.data:
            self._ask_to_confirm()

    def _choose_antenna(self, user):
        """Asks for the antenna of a new company, when the person works in several."""
        antennas = user.edited_antennas
        if not self.instance.pk and len(antennas) == 1:
            self.instance.antenna = antennas[0]
        if hasattr(self.instance, "antenna"):
            del self.fields["antenna"]
        else:
            self.fields["antenna"].queryset = antennas

    def _ask_to_confirm(self):
        self.fields["other_establishment"] = self.confirmation
        self.order_fields(self.Meta.fields)

    def clean_siret(self):
        return clean_siret(self.cleaned_data["siret"])

    def clean(self):
        data = super().clean()
        if "siret" in data and "siret" in self.changed_data:
            self._check_namesakes(data)
        return data

    def _check_namesakes(self, data):
        """Another establishment of the same company in the antenna is entered on purpose only."""
        antenna = data.get("antenna") or getattr(self.instance, "antenna", None)
        others = Company.objects.filter(antenna=antenna, siren=data["siret"][:9])
        others = others.exclude(pk=self.instance.pk).exclude(siret=data["siret"])
        if not others or data.get("other_establishment"):
            return
        self._ask_to_confirm()
        self.add_error(
            "siret",
            ValidationError(
                _(
                    "L’antenne suit déjà une entreprise de ce SIREN : %(name)s. Vérifiez le SIRET,"
                    " ou cochez la case ci-dessous."
                ),
                code="namesake",
                params={"name": others[0].option_label},
            ),
        )


class WholeEurosField(forms.IntegerField):
    """Euros without cents, as people type them: « 1 200 000 € »."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value):
        if isinstance(value, str):
            value = "".join(value.replace("€", "").replace("−", "-").split())
        return super().to_python(value)


class SignedEurosField(WholeEurosField):
    widget = forms.TextInput  # the figures alone of a phone have no minus sign


POSITIVE = ["turnover", "balance_sheet", "subscribed_capital"]
LINKED = ["linked_turnover", "linked_balance_sheet"]
IN_EUROS = dict.fromkeys([*POSITIVE, *LINKED], WholeEurosField) | {"own_funds": SignedEurosField}


class FiguresForm(OnceMixin, HouseMixin, forms.ModelForm):
    once = "closed_on"
    once_in = "company"

    class Meta:
        model = CompanyFigures
        fields = [
            "closed_on",
            "headcount",
            "turnover",
            "balance_sheet",
            "subscribed_capital",
            "own_funds",
            "is_insolvent",
            "has_rescue_aid",
            "linked_headcount",
            "linked_turnover",
            "linked_balance_sheet",
        ]
        field_classes = IN_EUROS


class FirstFiguresForm(HouseMixin, forms.ModelForm):
    """The figures that one knows when the company is entered; left blank, none are kept."""

    prefix = "figures"

    class Meta:
        model = CompanyFigures
        fields = ["headcount", "turnover", "balance_sheet", "closed_on"]
        field_classes = IN_EUROS

    def __init__(self, *args, **kwargs):
        last_close = date(timezone.localdate().year - 1, 12, 31)
        super().__init__(
            *args,
            initial={"closed_on": last_close},
            empty_permitted=True,
            use_required_attribute=False,
            **kwargs,
        )
        self.needed = [field for field in self.fields.values() if field.required]
        self._require(False)

    def _require(self, required):
        for field in self.needed:
            field.required = required

    def full_clean(self):
        """Nothing is asked for until something is typed."""
        self._require(self.is_bound and self.has_changed())
        super().full_clean()

    def has_changed(self):
        """The date is proposed: alone, it says nothing."""
        return bool(set(self.changed_data) - {"closed_on"})


@transaction.atomic
def save_company(form, first_figures, lead, *, by):
    """The new company, its figures if any, and the request for help that it comes from."""
    company = form.save()
    if lead:
        lead.follow(company, by=by)
    if first_figures.has_changed():
        first_figures.instance.company = company
        first_figures.save()
    return company


class ContactForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["name", "position", "email", "phone", "is_main"]


class SponsorForm(OnceMixin, HouseMixin, forms.ModelForm):
    once = "siren"
    once_in = None

    siren = forms.CharField(
        label=gettext_lazy("SIREN"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("9 chiffres, avec ou sans espaces."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    class Meta:
        model = Sponsor
        fields = [
            "name",
            "kind",
            "siren",
            "website",
            "contact_name",
            "email",
            "address",
            "excluded_sectors",
            "notes",
        ]
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "notes": forms.Textarea(attrs={"rows": 4}),
        }

    def clean_siren(self):
        siren = self.cleaned_data["siren"]
        return clean_siren(siren) if siren else ""

    def clean_excluded_sectors(self):
        return " ".join(sectors_in(self.cleaned_data["excluded_sectors"]))
