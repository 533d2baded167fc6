"""Form pieces that every app uses (dates, look-ups, errors of verbs); forms of antennas."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from territories.dates import validate_not_future, validate_sensible
from territories.models import Antenna, Closure, Commune, Department, Epci, Territory
from territories.search import begins_words, fold
from territories.stale import StaleMixin


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class LookupInput(forms.TextInput):
    """A text field whose suggestions come from the server as one types; works without them."""

    template_name = "components/lookup.html"

    def __init__(self, url, attrs=None):
        super().__init__(attrs)
        self.url = url

    def get_context(self, name, value, attrs):
        return super().get_context(name, value, attrs) | {"url": self.url}


class Typed(str):
    """What a person typed, as opposed to the key of a row."""


def option_label(row):
    """The text that names one row and no other in a look-up."""
    return getattr(row, "option_label", None) or str(row)


class LookupField(forms.ModelChoiceField):
    """One row of a long list, chosen by typing what names it; never guesses between two rows."""

    def __init__(self, queryset, *, url, **kwargs):
        super().__init__(queryset, widget=LookupInput(url), **kwargs)

    def bound_data(self, data, initial):
        return None if data is None else Typed(data)

    def prepare_value(self, value):
        """The label of a row or of a row's key; what was typed stays as it was."""
        if isinstance(value, Typed) or value in self.empty_values:
            return value
        if not hasattr(value, "pk"):
            try:
                value = self.queryset.get(pk=self.queryset.model._meta.pk.to_python(value))
            except (self.queryset.model.DoesNotExist, ValidationError):
                return None
        return option_label(value)

    def to_python(self, value):
        text = (value or "").strip()
        if text in self.empty_values:
            return None
        if "\0" in text or len(text) > 200 or not fold(text):
            raise ValidationError(_("Aucun résultat pour ce texte."), code="none")
        rows = self._matches(text)
        if len(rows) == 1:
            return rows[0]
        if not rows:
            raise ValidationError(
                _("Aucun résultat pour « %(text)s »."), code="none", params={"text": text}
            )
        raise ValidationError(
            _("Plusieurs résultats, précisez : %(names)s."),
            code="several",
            params={"names": ", ".join(f"« {option_label(row)} »" for row in rows[:5])},
        )

    def has_changed(self, initial, data):
        return str(self.prepare_value(initial) or "") != str(data or "")

    def _matches(self, text):
        found = list(self.queryset.named(text)[:6]) or list(self.queryset.search(text)[:50])
        exact = [row for row in found if fold(option_label(row)) == fold(text)]
        if len(exact) == 1:
            return exact
        if len(found) == 1 and not begins_words(text, found[0].search):
            return []
        return found


class CommuneField(LookupField):
    def __init__(self, **kwargs):
        kwargs.setdefault("label", gettext_lazy("Commune"))
        kwargs.setdefault("help_text", gettext_lazy("Nom, code postal ou code INSEE."))
        super().__init__(
            Commune.objects.all(), url=reverse_lazy("territories:commune_options"), **kwargs
        )


TECHNICAL = [
    kind.default_error_messages["invalid_choice"]
    for kind in (forms.ChoiceField, forms.ModelChoiceField, forms.ModelMultipleChoiceField)
]


class HouseMixin(StaleMixin):
    """Dates with the browser's calendar and no absurd year; choices that say when none is made."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = DateInput(field.widget.attrs)
                if validate_not_future not in field.validators:
                    field.validators.append(validate_sensible)
            elif isinstance(field.widget, forms.Select):
                name_empty_choice(field)
                if field.error_messages["invalid_choice"] in TECHNICAL:
                    field.error_messages["invalid_choice"] = gettext_lazy(
                        "Choisissez dans la liste."
                    )

    def _update_errors(self, errors):
        super()._update_errors(beside_fields(errors, self.fields))


class LineMixin(HouseMixin):
    """A line that is blank, or as the page proposed it, is ignored: nothing in it is required."""

    optional: tuple[str, ...] = ()  # fields that stay so once something is typed

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.empty_permitted, self.use_required_attribute = True, False
        self.needed = []
        for name, field in self.fields.items():
            field.help_text = ""
            if field.required and name not in self.optional:
                self.needed.append(field)
            field.required = False

    def full_clean(self):
        if self.is_bound and self.has_changed():
            for field in self.needed:
                field.required = True
        super().full_clean()

    def has_changed(self):
        typed = (self.data.get(self.add_prefix(name), "") for name in self.changed_data)
        return any(text.strip() for text in typed)


def name_empty_choice(field):
    """Say « Choisir… », or that nothing need be chosen, instead of dashes."""
    text = gettext_lazy("Choisir…") if field.required else gettext_lazy("Non précisé")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label is not None:
            field.empty_label = text
    elif field.choices and field.choices[0][0] == "":
        field.choices = [("", text), *field.choices[1:]]


class ConfirmForm(forms.Form):
    """A page that asks « are you sure? » and nothing else."""


class OnceMixin:
    """Checks « once in its parent », though the parent is not typed; tells it beside a field."""

    once = "name"  # the field
    once_in = "antenna"  # the parent; None for a field that is unique in the whole network

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - ({self.once_in} - self.fields.keys())

    def _update_errors(self, errors):
        by_field = errors.error_dict
        if NON_FIELD_ERRORS in by_field:
            by_field.setdefault(self.once, []).extend(by_field.pop(NON_FIELD_ERRORS))
        super()._update_errors(errors)


def refuse(form, error):
    """Show a verb's refusal beside the fields it names, else at the top of the form."""
    error = beside_fields(error, form.fields)
    errors = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error}
    for name, messages in errors.items():
        form.add_error(name if name in form.fields else None, messages)


def beside_fields(error, fields):
    """The same refusals; one between two fields is told beside the field that is its code."""
    if not hasattr(error, "error_dict"):
        return error
    placed = {name: list(errors) for name, errors in error.error_dict.items()}
    for each in placed.pop(NON_FIELD_ERRORS, []):
        placed.setdefault(each.code if each.code in fields else NON_FIELD_ERRORS, []).append(each)
    return ValidationError(placed)


# The forms of the pages of `territories`


class AntennaForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Antenna
        fields = [
            "name",
            "host",
            "status",
            "opened_on",
            "closed_on",
            "contact_name",
            "contact_email",
            "contact_phone",
        ]


class ClosureForm(HouseMixin, forms.ModelForm):
    commune = CommuneField(required=False)

    class Meta:
        model = Closure
        fields = [
            "company_name",
            "site",
            "commune",
            "closed_on",
            "jobs_cut",
            "recreation_target",
            "recreated_by",
            "jobs_recreated",
            "recreated_on",
        ]


class TerritoryForm(OnceMixin, HouseMixin, forms.ModelForm):
    """A name, communes to add by whole areas or one by one, communes to take out."""

    LINES = 200

    epci = LookupField(
        Epci.objects.all(),
        url=reverse_lazy("territories:epci_options"),
        required=False,
        label=gettext_lazy("Ajouter toute une intercommunalité"),
        help_text=gettext_lazy("Nom ou SIREN, par exemple « CC Terres Touloises »."),
    )
    department = forms.ModelChoiceField(
        Department.objects.all(),
        required=False,
        label=gettext_lazy("Ajouter tout un département"),
    )
    lines = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=10_000,
        label=gettext_lazy("Ajouter des communes une à une"),
        help_text=gettext_lazy("Une par ligne : nom, code postal ou code INSEE."),
    )
    removed = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label=gettext_lazy("Communes à retirer"),
    )

    class Meta:
        model = Territory
        fields = ["name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = self.instance.communes.all() if self.instance.pk else []
        self.fields["removed"].choices = [(commune.pk, str(commune)) for commune in chosen]
        if not chosen:
            del self.fields["removed"]

    def clean_lines(self):
        """The communes that the lines name; each line that names none, or several, is told."""
        lines = [line.strip() for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if len(lines) > self.LINES:
            raise ValidationError(
                _("%(lines)d lignes au plus : enregistrez, puis ajoutez les suivantes."),
                params={"lines": self.LINES},
            )
        communes, errors = [], []
        for line in lines:
            try:
                communes.append(CommuneField().to_python(line))
            except ValidationError as error:
                errors.append(
                    ValidationError(
                        _("« %(line)s » : %(error)s"),
                        params={"line": line[:80], "error": " ".join(error.messages)},
                    )
                )
        if errors:
            raise ValidationError(errors)
        return communes

    @transaction.atomic
    def save(self, commit=True):
        territory = super().save(commit)
        territory.communes.remove(*self.cleaned_data.get("removed", []))
        territory.communes.add(*self.cleaned_data["lines"])
        for area in (self.cleaned_data["epci"], self.cleaned_data["department"]):
            if area:
                territory.communes.add(*area.communes.all())
        return territory
