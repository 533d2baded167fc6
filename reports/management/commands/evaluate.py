"""`manage.py evaluate REFERENCE [--at YYYY-MM-DD] [--format text|json]`: a convention's figures.

The JSON is that of the page, whole (reports/plain_data.py).
"""

import sys
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from conventions.models import Convention
from reports.display import KINDS, label
from reports.evaluation import Evaluation, refuse_outside
from reports.indicators import LABELS
from reports.report import Report
from territories.dates import in_figures

FORMATS = ["text", "json"]


class Command(BaseCommand):
    help = "Prints the evaluation of a convention at a date (today unless told)."

    def add_arguments(self, parser):
        parser.add_argument("reference")
        parser.add_argument("--at", metavar="YYYY-MM-DD")
        parser.add_argument("--format", default="text", metavar="text|json")
        parser.error = lambda message: self._refuse(
            _("Écrivez : evaluate RÉFÉRENCE [--at AAAA-MM-JJ] [--format text|json].")
        )

    def handle(self, *, reference, at, format, **options):
        if format not in FORMATS:
            self._refuse(_("Format inconnu : %s. Choisissez text ou json.") % format)
        day = timezone.localdate() if at is None else self._day(at)
        readable = reference.isprintable()  # bytes of another encoding are not
        convention = readable and Convention.objects.filter(reference=reference).first()
        if not convention:
            name = reference.encode(errors="replace").decode()
            self._refuse(_("Aucune convention n’a la référence %s.") % name)
        try:
            refuse_outside(convention, day)
        except ValidationError as error:
            self._refuse(error.messages[0])
        evaluation = Evaluation(convention, day)
        is_json = format == "json"
        self.stdout.write(Report(evaluation).as_json() if is_json else as_text(evaluation))

    def _day(self, text):
        try:
            return datetime.strptime(text, "%Y-%m-%d").date()
        except ValueError:
            self._refuse(
                _("Date illisible : %s. Écrivez année-mois-jour, par exemple 2010-11-30.") % text
            )

    def _refuse(self, sentence):
        """End with one line, and nothing else."""
        self.stderr.write(sentence.replace("\n", " "))
        sys.exit(2)


def as_text(evaluation):
    """The convention's name and the day, then one aligned line for each figure."""
    convention = evaluation.convention
    rows = [(str(label(key, evaluation)), _displayed(key, evaluation)) for key in LABELS]
    by_sponsor = list(LABELS).index("pledged_by_sponsor") + 1
    rows[by_sponsor:by_sponsor] = [
        (f"  {name}", _euros(amount)) for name, amount in evaluation.pledged_by_sponsor.items()
    ]
    names, values = (max(map(len, column)) for column in zip(*rows, strict=True))
    return "\n".join(
        [
            f"{convention.reference} – {convention.name}",
            _("Bilan au %s") % in_figures(evaluation.at),
            "",
            *(f"{name:<{names}}  {value:>{values}}".rstrip() for name, value in rows),
        ]
    )


def _displayed(key, evaluation):
    value = getattr(evaluation, key)
    if key == "pledged_by_sponsor":
        return ""
    kind = "share" if key == "time_elapsed" else KINDS.get(key)
    if value is None:
        return "–"
    match kind:
        case "share":
            return f"{number_format(100 * value, 2)}\u00a0%"
        case "days":
            return _("%s jours") % number_format(value, 2)
        case "euros":
            return _euros(value)
    return str(value)


def _euros(amount):
    return f"{number_format(amount, 2, force_grouping=True)}\u00a0€"
