"""Pages of the register of de minimis aid: its lines, those to enter in the national one."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conventions.views.strikes import strike
from support.models import Aid, Declaration
from support.register_forms import DeclareForm, RegisterFilter
from support.views.files import one_form
from territories.files import Column
from territories.listing import listing
from territories.roles import coordinator_required, editable, reader_required

COLUMNS = [
    Column(gettext_lazy("Numéro de l’aide"), "number"),
    Column(gettext_lazy("Bénéficiaire"), "application.company.name"),
    Column(gettext_lazy("SIREN"), "application.company.siren"),
    Column(gettext_lazy("SIRET"), "application.company.siret"),
    Column(gettext_lazy("Commune (code)"), "application.company.commune_id"),
    Column(gettext_lazy("Code NAF"), "application.company.naf_id"),
    Column(gettext_lazy("Accordée le"), "decision.decided_on"),
    Column(gettext_lazy("Nature"), "get_instrument_display"),
    Column(gettext_lazy("Montant (€)"), "amount"),
    Column(gettext_lazy("Équivalent-subvention brut (€)"), "equivalent"),
    Column(gettext_lazy("Accordée par"), "granting_body"),
    Column(gettext_lazy("Financeurs publics"), "funders"),
    Column(gettext_lazy("Règlement"), "regulation"),
    Column(gettext_lazy("À déclarer avant le"), "declare_by"),
    Column(gettext_lazy("Déclarée le"), "declared_on"),
    Column(gettext_lazy("Référence dans le registre"), "declared_as"),
]


@reader_required
def register(request):
    aids = Aid.objects.visible_to(request.user)
    filterset = RegisterFilter(request.GET, aids, request=request)
    return listing(
        request,
        filterset,
        "support/register.html",
        columns=COLUMNS,
        filename=filterset.named("registre-de-minimis"),
        complete=filterset.tell,
    )


@coordinator_required
def declare(request):
    form = DeclareForm(request.POST or None, user=request.user)
    if not form.fields["aids"].queryset:
        messages.info(request, _("Aucune aide n’attend d’être déclarée."))
        return redirect("support:register")
    return one_form(
        request,
        form,
        lambda aids, declared_on, reference: Declaration.record(
            aids, on=declared_on, reference=reference, by=request.user
        ),
        done=_("Les aides sont notées comme déclarées."),
        back=reverse("support:register"),
        title=_("Noter des aides comme déclarées"),
        intro=_("Saisissez-les d’abord dans le registre national, puis cochez-les ici."),
    )


def declaration_strike(request, pk):
    line = editable(request.user, Declaration.objects, pk=pk)
    return strike(
        request, line, _("Déclaration de %(line)s") % {"line": line}, reverse("support:register")
    )
