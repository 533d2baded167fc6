"""Pages of the bank's statements: list, file, columns, what each line is."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conventions.money import in_euros
from support.bank_filters import BankLineFilter, StatementFilter
from support.bank_forms import ColumnsForm, SettlementPage, StatementForm
from support.models import BankColumns, BankLine, Statement
from support.statements import Received, keep_statement
from territories.dates import in_figures
from territories.files import Column
from territories.forms import ConfirmForm, refuse
from territories.listing import PER_PAGE, Pages, listing
from territories.roles import coordinator_required, editable, reader_required, visible

STATEMENT_COLUMNS = [
    Column(gettext_lazy("Fichier"), "name"),
    Column(gettext_lazy("Antenne"), "antenna.name"),
    Column(gettext_lazy("Lu le"), "read_at"),
    Column(gettext_lazy("Lu par"), "read_by"),
    Column(gettext_lazy("Sommes reçues"), "received"),
    Column(gettext_lazy("À traiter"), "waiting"),
    Column(gettext_lazy("Remboursements"), "recorded"),
    Column(gettext_lazy("Remboursé (€)"), "euros"),
]
LINE_COLUMNS = [
    Column(gettext_lazy("Date"), "day"),
    Column(gettext_lazy("Montant (€)"), "amount"),
    Column(gettext_lazy("Libellé"), "label"),
    Column(gettext_lazy("Suite"), "state"),
    Column(gettext_lazy("Dossier"), "money.aid.application"),
    Column(gettext_lazy("Trop-perçu (€)"), "kept"),
    Column(gettext_lazy("Traitée le"), "settled_at"),
    Column(gettext_lazy("Traitée par"), "settled_by"),
]
SAMPLE = 5  # rows shown beside the choice of columns
LATELY = 25  # lines settled, the latest first


@reader_required
def statement_list(request):
    statements = Statement.objects.visible_to(request.user).with_counts()
    return listing(
        request,
        StatementFilter(request.GET, statements, request=request),
        "support/statement_list.html",
        columns=STATEMENT_COLUMNS,
        filename="releves",
    )


@coordinator_required
def statement_add(request):
    """A file whose headings are known is read at once; another first asks for its columns."""
    form = StatementForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        antenna, received = form.cleaned_data["antenna"], form.cleaned_data["file"]
        if before := Statement.objects.filter(antenna=antenna, sha256=received.sha256).first():
            return _read_before(request, before)
        known = BankColumns.objects.known(antenna, received.table)
        if known is None or form.cleaned_data["again"]:
            return _ask_columns(request, received, antenna)
        try:
            return _kept(
                request, *keep_statement(received, antenna, known.columns, by=request.user)
            )
        except ValidationError as error:
            refuse(form, error)
    context = {
        "form": form,
        "title": _("Déposer un relevé bancaire"),
        "submit": _("Lire le fichier"),
        "back": reverse("support:statement_list"),
    }
    return render(request, "components/form_page.html", context)


@coordinator_required
def statement_columns(request):
    """The columns of a file that came a moment ago."""
    try:
        received, key = Received.unseal(request.POST.get("file", ""), request.user)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return redirect("support:statement_add")
    antenna = get_object_or_404(request.user.edited_antennas, pk=key)
    form = ColumnsForm(request.POST, table=received.table)
    if form.is_valid():
        return _kept(request, *keep_statement(received, antenna, form.columns, by=request.user))
    return _ask_columns(request, received, antenna, form)


def _ask_columns(request, received, antenna, form=None):
    context = {
        "form": form or ColumnsForm(table=received.table),
        "received": received,
        "sealed": received.seal(request.user, antenna),
        "sample": received.table.rows[:SAMPLE],
    }
    return render(request, "support/statement_columns.html", context)


def _kept(request, statement, is_new):
    if not is_new:
        return _read_before(request, statement)
    received = statement.lines.count()
    messages.success(
        request,
        ngettext(
            "Le relevé est lu : %(count)d somme reçue à traiter.",
            "Le relevé est lu : %(count)d sommes reçues à traiter.",
            received,
        )
        % {"count": received},
    )
    return redirect(statement)


def _read_before(request, statement):
    messages.info(
        request,
        _("Ce fichier a déjà été lu le %(day)s : rien n’est ajouté, voici ce qu’il est devenu.")
        % {"day": in_figures(statement.read_at)},
    )
    return redirect(statement)


def statement(request, pk):
    """The lines to settle, and what became of the others."""
    statements = Statement.objects.with_counts()
    statement = visible(request.user, statements, pk=pk)
    may_edit = request.user.may_edit(statement.antenna)
    waiting = Pages(statement.lines.to_settle().with_outcome(), PER_PAGE).get_page(
        request.GET.get("page")
    )
    if request.method == "POST":
        statement = editable(request.user, statements, pk=pk)
        keys = [key for key in request.POST.getlist("line") if key.isdecimal()][:PER_PAGE]
        posted = statement.lines.with_outcome().filter(pk__in=keys)
        page = SettlementPage(statement, posted, request.POST)
        settled = page.save(by=request.user)
        if settled is not None:
            _tell(request, settled)
            return redirect(request.get_full_path())
    else:
        page = SettlementPage(statement, waiting if may_edit else [])
    context = {
        "statement": statement,
        "may_edit": may_edit,
        "settlement": page,
        "page": waiting,
        "settled": statement.lines.settled().with_outcome().order_by("-settled_at", "row")[:LATELY],
        "known": statement.known.with_outcome().order_by("row")[:LATELY],
        "known_count": statement.known.count(),
    }
    return render(request, "support/statement.html", context)


def _tell(request, settled):
    """What was recorded just now, in a sentence."""
    if not settled:
        messages.info(request, _("Rien n’est enregistré : toutes les lignes attendent."))
        return
    written = [line for line in settled if line.outcome in BankLine.WRITTEN]
    euros = [line.repayment.amount for line in written if line.repayment]
    if euros:
        text = ngettext(
            "%(count)d remboursement est enregistré : %(euros)s retournent à la convention.",
            "%(count)d remboursements sont enregistrés : %(euros)s retournent à la convention.",
            len(euros),
        )
        messages.success(request, text % {"count": len(euros), "euros": in_euros(sum(euros))})
    if kept := sum(line.kept for line in written):
        text = _(
            "%(euros)s de trop-perçu sont gardés : ils se rendent ou s’utilisent sur l’avance."
        )
        messages.success(request, text % {"euros": in_euros(kept)})
    if others := len(settled) - len(written):
        text = ngettext(
            "%(count)d ligne est traitée sans remboursement de plus.",
            "%(count)d lignes sont traitées sans remboursement de plus.",
            others,
        )
        messages.success(request, text % {"count": others})


def bank_line_list(request, pk):
    """Every line of a statement, those that another told before included."""
    statement = visible(request.user, Statement.objects.select_related("antenna"), pk=pk)
    lines = BankLine.objects.of(statement).with_outcome()
    return listing(
        request,
        BankLineFilter(request.GET, lines, request=request),
        "support/bank_line_list.html",
        columns=LINE_COLUMNS,
        filename="lignes-de-releve",
        statement=statement,
    )


def bank_line_reopen(request, pk):
    line = editable(request.user, BankLine.objects.with_outcome(), pk=pk)
    return _confirm(
        request,
        line.reopen,
        done=_("La ligne est de nouveau à traiter."),
        then=line.get_absolute_url(),
        title=_("Remettre une ligne à traiter"),
        intro=line,
        warning=_("Elle était : %(state)s.") % {"state": line.state},
        submit=_("Remettre à traiter"),
        back=line.get_absolute_url(),
    )


def statement_remove(request, pk):
    statement = editable(request.user, Statement.objects.select_related("antenna"), pk=pk)
    return _confirm(
        request,
        statement.remove,
        done=_("Le relevé est retiré : le fichier peut être relu."),
        then=reverse("support:statement_list"),
        title=_("Retirer le relevé"),
        intro=statement,
        warning=_(
            "Un relevé se retire quand ce n’était pas le bon fichier, la bonne antenne ou les"
            " bonnes colonnes, et qu’aucune de ses lignes n’est traitée."
        ),
        danger=True,
        submit=_("Retirer le relevé"),
        back=statement.get_absolute_url(),
    )


def _confirm(request, verb, *, done, then, **context):
    """Ask, then do what a verb does; what it refuses is told on the page of the row."""
    if request.method == "POST":
        try:
            verb()
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(context["back"])
        messages.success(request, done)
        return redirect(then)
    return render(request, "components/form_page.html", context | {"form": ConfirmForm()})
