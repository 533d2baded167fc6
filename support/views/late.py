"""What is late: the list at a date, with the reminders that each advance had."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.ageing import AGE_LABELS
from support.late import total_by_age
from support.late_filters import LateFilter
from support.models import Aid
from territories.exports import root_url
from territories.files import Column, Link, csv_response, xlsx_response
from territories.listing import PER_PAGE, asked_format
from territories.roles import reader_required

COLUMNS = [
    Column(_("Entreprise"), "aid.application.company.name"),
    Column(_("SIRET"), "aid.application.company.siret"),
    Column(_("Dossier"), "aid.application.reference"),
    Column(_("Antenne"), "aid.antenna.name"),
    Column(_("En retard depuis le"), "since"),
    Column(_("Jours de retard"), "days"),
    *(Column(label, f"ages.{name}") for name, label in AGE_LABELS.items()),
    Column(_("En retard (€)"), "late"),
    Column(_("Reste à rembourser (€)"), "outstanding"),
    Column(_("Relances envoyées"), "reminders.__len__"),
    Column(_("Dernière relance"), "last_reminder"),
    Column(_("Relance à envoyer"), "step"),
]


@reader_required
def late_list(request):
    aids = Aid.objects.visible_to(request.user)
    filterset = LateFilter(request.GET, aids, request=request)
    found = filterset.found()
    columns = [*COLUMNS, Link(root_url(request), "aid.get_absolute_url")]
    match asked_format(request, filterset):
        case "csv":
            return csv_response([found], columns, filterset.named("retards"))
        case "xlsx":
            return xlsx_response([found], columns, filterset.named("retards"))
    context = {
        "filter": filterset,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "day": filterset.day,
        "is_today": filterset.day == timezone.localdate(),
        "total": sum(late.late for late in found),
        "ages": zip(AGE_LABELS.values(), total_by_age(found), strict=True),
    }
    return render(request, "support/late_list.html", context)
