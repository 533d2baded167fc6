"""Forms of the bank's statements: the file, its columns, what each line is."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conventions.money import in_euros
from support.bank_file import LARGEST
from support.bank_lines import Columns, guess_columns, read_lines
from support.matching import designates, find, option
from support.models import BankLine
from support.statements import Received, debt_of, matches, owing, typed_already
from territories.dates import in_figures
from territories.forms import HouseMixin, refuse
from territories.models import Antenna

ACCEPTED = ".csv,.txt,.tsv,.xlsx,.xls,.ods"
LATER = ""


class StatementForm(HouseMixin, forms.Form):
    """A spreadsheet of the bank, for one of the antennas that one coordinates."""

    antenna = forms.ModelChoiceField(Antenna.objects.none(), label=gettext_lazy("Antenne"))
    file = forms.FileField(
        label=gettext_lazy("Export des opérations"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy(
            "Un fichier CSV, XLSX, XLS ou ODS de la banque, 5 Mo au plus. Le fichier n’est pas"
            " conservé ; seules les sommes reçues le sont, sans aucun numéro de compte."
        ),
    )
    again = forms.BooleanField(
        required=False,
        label=gettext_lazy("Choisir de nouveau les colonnes"),
        help_text=gettext_lazy("Si celles retenues la dernière fois n’étaient pas les bonnes."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["antenna"]
        field.queryset = user.edited_antennas
        if len(field.queryset) == 1:
            field.initial = field.queryset[0]
            field.widget = forms.HiddenInput()

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(
                _("Ce fichier dépasse 5 Mo : exportez une période plus courte."), code="too_big"
            )
        return Received.from_upload(file)


class ColumnsForm(HouseMixin, forms.Form):
    """Which columns say what; the headings let the page guess, the person decides."""

    day = forms.TypedChoiceField(label=gettext_lazy("Date"), coerce=int)
    labels = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Libellé"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Une ou plusieurs colonnes : qui paie, et pour quoi."),
    )
    amount = forms.TypedChoiceField(
        label=gettext_lazy("Montant signé"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy(
            "Une seule colonne : ce qui entre est positif, ce qui sort négatif."
        ),
    )
    credit = forms.TypedChoiceField(
        label=gettext_lazy("Crédit"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("Ou deux colonnes : celle de ce qui entre…"),
    )
    debit = forms.TypedChoiceField(
        label=gettext_lazy("Débit"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("… et celle de ce qui sort."),
    )

    def __init__(self, *args, table, **kwargs):
        self.table, self.guess = table, guess_columns(table)
        super().__init__(*args, initial=self.guess, **kwargs)
        titles = [
            (position, title or _("Colonne %(number)d") % {"number": position + 1})
            for position, title in enumerate(table.header)
        ]
        for name, field in self.fields.items():
            field.choices = titles if name == "labels" else [("", _("Aucune")), *titles]
            if name in self.guess:
                field.label = _("%(label)s (deviné)") % {"label": field.label}

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if (cleaned["amount"] is None) == (cleaned["credit"] is None):
            self.add_error("amount", _("Choisissez un montant signé, ou bien une colonne Crédit."))
        elif cleaned["debit"] is not None and cleaned["credit"] is None:
            self.add_error("debit", _("Une colonne Débit va avec une colonne Crédit."))
        else:
            used = [each for each in cleaned.values() if isinstance(each, int)]
            if len(used) != len(set(used)):
                self.add_error(None, _("Une même colonne ne peut pas servir deux fois."))
        if not self.errors:
            self.columns = Columns(**cleaned)
            try:
                read_lines(self.table, self.columns)
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned


class LineForm(forms.Form):
    """What one line is: a repayment of an advance, one typed already, nothing of ours, or later."""

    choice = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": gettext_lazy("Cette proposition ne tient plus : choisissez encore.")
        },
    )
    other = forms.CharField(required=False, max_length=200)
    keep = forms.BooleanField(
        required=False,
        label=gettext_lazy("Garder pour l’entreprise ce qui dépasse le reste dû"),
        help_text=gettext_lazy(
            "Sans cette coche, la ligne est refusée. Un trop-perçu n’est pas au fonds : il attend"
            " dans la fiche de l’avance d’être rendu ou utilisé."
        ),
    )

    def __init__(self, *args, line, match, typed, debts, aids, **kwargs):
        self.line, self.match, self.typed, self.debts, self.aids = line, match, typed, debts, aids
        super().__init__(
            *args, prefix=f"line-{line.pk}", initial={"choice": self._chosen()}, **kwargs
        )
        self.repayments = {f"repayment-{each.pk}": each for each in typed}
        self.fields["choice"].choices = [
            *((f"aid-{each.debt.key}", "") for each in match.proposals),
            *((key, "") for key in self.repayments),
            *((outcome.value, outcome.label) for outcome in BankLine.IGNORED),
        ]

    def _chosen(self):
        """Nothing is chosen beforehand when somebody typed the same money of that advance."""
        chosen = self.match.chosen
        if (
            not chosen
            or self.line.outcome
            or self._is_future
            or chosen.key in {each.aid_id for each in self.typed}
        ):
            return LATER
        return f"aid-{chosen.key}"

    @property
    def why(self):
        if self.line.outcome:
            return _("Le remboursement enregistré depuis cette ligne a été rayé.")
        if self._is_future:
            return _("Cette ligne est datée du futur : elle attend ce jour pour être enregistrée.")
        if self.typed and not self._chosen():
            if any(map(self._is_designated, self.typed)):
                return _("Un remboursement du même montant est déjà saisi : est-ce celui-ci ?")
            return _("Un remboursement du même montant est saisi ; rien d’autre ne le désigne.")
        return self.match.why

    @property
    def _is_future(self):
        return self.line.day > timezone.localdate()

    def _is_designated(self, repayment):
        aid = repayment.aid
        company = aid.application.company
        names = [aid.number, aid.application.reference]
        return designates(self.line.label, names=names, company=company.name, siren=company.siren)

    @property
    def options(self):
        """(value, title, reasons, obstacles, whether it is checked) of each radio button."""
        checked = self["choice"].value() or LATER
        options = [
            (
                f"aid-{each.debt.key}",
                option(each.debt),
                [
                    *each.reasons,
                    _("Passé en perte, pas encore récupéré : %(left)s.")
                    % {"left": in_euros(each.debt.outstanding)}
                    if each.debt.is_lost
                    else _("Reste dû : %(left)s.") % {"left": in_euros(each.debt.outstanding)},
                ],
                each.obstacles,
            )
            for each in self.match.proposals
        ]
        options += [
            (
                key,
                _("Déjà saisi le %(day)s : %(file)s")
                % {"day": in_figures(each.received_on), "file": each.aid.application},
                [_("Rien n’est enregistré de plus : la ligne est rattachée à ce remboursement.")],
                [],
            )
            for key, each in self.repayments.items()
        ]
        options += [(each.value, each.label, [], []) for each in BankLine.IGNORED]
        options.append((LATER, _("Plus tard"), [], []))
        return [(*each, each[0] == checked) for each in options]

    @property
    def excesses(self):
        """(title, euros owed, euros too many) of each advance that the line would overpay."""
        debts = [each.debt for each in self.match.proposals]
        if (chosen := self._chosen_debt) and chosen not in debts:
            debts.append(chosen)
        found = [
            (option(debt), owed, self.line.amount - owed)
            for debt in filter(self._may_be_overpaid, debts)
            for owed in [self.aids[debt.key].owed_since(self.line.day)]
        ]
        return [each for each in found if each[2] > 0]

    @property
    def offers_to_keep(self):
        """One of the advances would be overpaid, alone or with the other lines of the page."""
        chosen = self._chosen_debt
        is_refused = chosen and self.errors and self._may_be_overpaid(chosen)
        return bool(self.excesses or is_refused or self["keep"].value())

    def _may_be_overpaid(self, debt):
        is_before_loss = debt.lost_on and self.line.day < debt.lost_on
        return not debt.is_lost and not is_before_loss and debt.paid_out_on <= self.line.day

    @property
    def _chosen_debt(self):
        """That of the advance chosen in the form sent; None otherwise."""
        choice = self.cleaned_data.get("choice", LATER) if self.is_bound and self.errors else LATER
        return next((debt for debt in self.debts if choice == f"aid-{debt.key}"), None)

    def clean(self):
        cleaned = super().clean()
        self._find_other(cleaned)
        if cleaned.get("keep") and not self.errors and not cleaned["choice"].startswith("aid-"):
            self.add_error("keep", _("Choisissez d’abord l’avance que cette somme rembourse."))
        return cleaned

    def _find_other(self, cleaned):
        other, choice = cleaned.get("other", "").strip(), cleaned.get("choice", LATER)
        if other and choice:
            self.add_error(
                "other", _("Choisissez : la proposition cochée, ou l’avance écrite ici.")
            )
        elif other:
            found = find(other, self.debts)
            if len(found) != 1:
                names = " ; ".join(option(debt) for debt in found[:5])
                self.add_error(
                    "other",
                    _("Plusieurs avances, précisez : %(names)s.") % {"names": names}
                    if found
                    else _("Aucune avance à rembourser ne porte ce nom."),
                )
            else:
                cleaned["choice"] = f"aid-{found[0].key}"

    @property
    def settled_as(self):
        """The aid, the repayment or the outcome chosen; None for later."""
        choice = self.cleaned_data["choice"]
        if choice.startswith("aid-"):
            return self.aids[int(choice.removeprefix("aid-"))]
        return self.repayments.get(choice, choice) or None


def _may_be(repayment, match, aids):
    """Of an advance that the line points to, or that owes nothing any more."""
    pointed_to = {each.debt.key for each in match.proposals}
    return repayment.aid_id in pointed_to or repayment.aid_id not in aids


class SettlementPage:
    """The forms of some lines of a statement, settled together or not at all."""

    def __init__(self, statement, lines, data=None):
        self.statement = statement
        lines = list(lines)
        aids = {aid.pk: aid for aid in owing(statement.antenna)} if lines else {}
        self.debts = [debt_of(aid) for aid in aids.values()]
        found, typed = matches(lines, self.debts), typed_already(lines)
        self.forms = [
            LineForm(
                data,
                line=line,
                match=found[line.pk],
                typed=[each for each in typed[line.pk] if _may_be(each, found[line.pk], aids)],
                debts=self.debts,
                aids=aids,
            )
            for line in lines
        ]
        self.titles = [option(debt) for debt in self.debts]

    def save(self, by):
        """The lines settled; None when one was refused, which its form tells."""
        valid = [form.is_valid() for form in self.forms]
        if not all(valid):
            return None
        choices = {form.line.pk: form.settled_as for form in self.forms if form.settled_as}
        keeping = {form.line.pk for form in self.forms if form.cleaned_data["keep"]}
        try:
            return self.statement.settle(choices, keeping=keeping, by=by)
        except ValidationError as error:
            refusals = getattr(error, "refusals", {})
            for form in self.forms:
                if form.line.pk in refusals:
                    refuse(form, refusals[form.line.pk])
            return None

    @property
    def has_errors(self):
        return any(form.is_bound and form.errors for form in self.forms)

    @property
    def chosen_beforehand(self):
        return sum(1 for form in self.forms if form["choice"].initial)
