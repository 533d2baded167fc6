"""Pages of the yearly statements of an antenna: of a year, being sent, one that left."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from reports.statements import StatementsOfYear, send_next
from reports.views.sponsors import YearForm
from support.models import StatementSending, YearlyStatement
from territories.forms import refuse
from territories.models import Antenna
from territories.roles import editable, visible
from territories.typeset import pdf_response

YEARS = 12  # how far back statements are prepared


class ChooseForm(forms.Form):
    """The statements that were read on the page, and no other."""

    statement = forms.MultipleChoiceField(
        error_messages={
            "required": gettext_lazy("Cochez au moins un relevé."),
            "invalid_choice": gettext_lazy(
                "Ces relevés ont changé : relisez la liste avant d’envoyer."
            ),
        }
    )

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.found = {row.key: row for row in rows}
        self.fields["statement"].choices = [(key, key) for key in self.found]

    @property
    def ranks(self):
        rows = [self.found[key] for key in self.cleaned_data["statement"]]
        return {row.sponsor: row.rank for row in rows}


def statement_list(request, pk):
    find = editable if request.method == "POST" else visible
    antenna = find(request.user, Antenna.objects, pk=pk)
    last = timezone.localdate().year - 1
    years = YearForm(
        {"annee": request.GET.get("annee") or str(last)}, since=last - YEARS, every=False
    )
    found = StatementsOfYear(antenna, years.year or last)
    form = ChooseForm(request.POST if request.method == "POST" else None, rows=found.reachable)
    if request.method == "POST" and form.is_valid():
        try:
            sending = StatementSending.begin(antenna, found.year, form.ranks, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            return redirect(f"{sending.get_absolute_url()}?suite=1")
    context = {"antenna": antenna, "years": years, "found": found, "form": form}
    return render(request, "reports/statement_list.html", context)


def statement_sending(request, pk):
    """How far what was chosen is; each time the page is sent, a few more leave.

    With `suite` the page sends itself again until all left, where scripts run.
    """
    find = editable if request.method == "POST" else visible
    rows = StatementSending.objects.select_related("antenna", "created_by")
    sending = find(request.user, rows, pk=pk)
    if request.method == "POST":
        try:
            send_next(sending, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(sending)
        more = sending.lines.waiting().exists()
        if not more:
            _tell(request, sending)
        return HttpResponseRedirect(sending.get_absolute_url() + "?suite=1" * more)
    counts = sending.lines.aggregate(
        total=Count("pk"),
        sent=Count("statement"),
        refused=Count("pk", filter=~Q(refusal="")),
    )
    context = {
        "sending": sending,
        **counts,
        "settled": counts["sent"] + counts["refused"],
        "waiting": counts["total"] - counts["sent"] - counts["refused"],
        "goes_on": "suite" in request.GET,
        "lines": sending.lines.select_related("sponsor", "statement").defer("statement__pdf"),
    }
    return render(request, "reports/statement_sending.html", context)


def _tell(request, sending):
    number = sending.lines.filter(statement__isnull=False).count()
    if number:
        sentence = ngettext("%(number)d relevé envoyé.", "%(number)d relevés envoyés.", number)
        messages.success(request, sentence % {"number": number})
    if sending.lines.exclude(refusal="").exists():
        messages.warning(request, _("Certains relevés ne sont pas partis : voyez pourquoi."))


@require_safe
def statement_pdf(request, pk):
    """As it left."""
    statement = visible(request.user, YearlyStatement.objects.select_related("sponsor"), pk=pk)
    return pdf_response(bytes(statement.pdf), f"journees-{statement.sponsor}-{statement.year}")
