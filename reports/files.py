"""A report as a file: the same figures in whatever form is asked for."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.paper import paper
from reports.report import Report
from reports.workbook import workbook
from territories.files import Column, csv_response
from territories.typeset import pdf_response

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = [
    Column(_("Thème"), "theme"),
    Column(_("Chiffre"), "label"),
    Column(_("Clé"), "key"),
    Column(_("Part"), "part"),
    Column(_("Unité"), "unit_in_words"),
    Column(_("Valeur"), "in_figures"),
    Column(_("Lignes"), "address"),
    Column(_("Définition"), "definition"),
]


def file_of(report: Report, kind: str | None) -> HttpResponse | None:
    """The report as `pdf`, `xlsx`, `csv` or `json`, to be saved; None for another word."""
    match kind:
        case "pdf":
            return pdf_response(paper(report, made_at=timezone.now()), report.name)
        case "xlsx":
            return saved(workbook(report), f"{report.name}.xlsx", SHEET)
        case "csv":
            return csv_response([report.lines], COLUMNS, report.name)
        case "json":
            return saved(report.as_json(), f"{report.name}.json", "application/json")
    return None


def saved(content, filename, content_type):
    """Answer with a file to be saved."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
