"""Pages of the aid: list, tab of a file, contract, payments."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conventions.money import in_euros
from support.filters import AidFilter
from support.forms import AidForm, DisbursementForm, RepaymentForm, to_sign
from support.instalments import follow
from support.models import Aid
from support.views.files import followed, followed_to_edit, not_approved, render_tab
from territories.forms import refuse
from territories.listing import Column, listing
from territories.roles import editable

COLUMNS = [
    Column(gettext_lazy("Entreprise"), "application.company.name"),
    Column(gettext_lazy("SIRET"), "application.company.siret"),
    Column(gettext_lazy("Dossier"), "application.reference"),
    Column(gettext_lazy("Antenne"), "antenna.name"),
    Column(gettext_lazy("Nature"), "get_instrument_display"),
    Column(gettext_lazy("Contrat signé le"), "contract_on"),
    Column(gettext_lazy("Accordé (€)"), "amount"),
    Column(gettext_lazy("Débloqué (€)"), "disbursed"),
    Column(gettext_lazy("Remboursé (€)"), "repaid"),
    Column(gettext_lazy("Reste à rembourser (€)"), "outstanding"),
    Column(gettext_lazy("En retard (€)"), "late"),
]


def aid_list(request):
    aids = Aid.objects.visible_to(request.user).with_money()
    return listing(
        request,
        AidFilter(request.GET, aids, request=request),
        "support/aid_list.html",
        columns=COLUMNS,
        filename="aides",
    )


def aid_list_of_application(request, pk):
    application = followed(request.user, pk)
    today = timezone.localdate()
    aids = Aid.objects.filter(decision=application.approval).with_money()
    return render_tab(
        request,
        "support/aid_list_of_application.html",
        application,
        aids=[(aid, follow(aid.schedule(), aid.repaid, today)) for aid in aids],
        to_sign=to_sign(application),
        approval=application.approval,
    )


def aid_sign(request, pk):
    application = followed_to_edit(request.user, pk)
    if application.approval is None:
        return not_approved(request, application)
    if not to_sign(application):
        messages.warning(request, _("Toute l’aide accordée est déjà sous contrat."))
        return redirect("support:aid_list_of_application", application.pk)
    form = AidForm(request.POST or None, application=application)
    if request.method == "POST" and form.is_valid():
        aid = Aid.sign(
            application.approval,
            instrument=form.cleaned_data.pop("instrument"),
            on=form.cleaned_data.pop("contract_on"),
            **form.cleaned_data,
        )
        if unmet := _unmet(application.approval):
            messages.warning(request, _("Le contrat est enregistré. %(unmet)s") % {"unmet": unmet})
        else:
            messages.success(request, _("Le contrat est enregistré : l’argent peut partir."))
        return redirect(aid)
    context = {
        "form": form,
        "title": _("Contrat de l’aide"),
        "intro": application,
        "warning": _unmet(application.approval),
        "back": Aid(decision=application.approval).get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def disbursement_add(request, pk):
    aid = editable(request.user, Aid.objects.with_money(), pk=pk)
    form = DisbursementForm(request.POST or None)
    return _pay(
        request,
        aid,
        form,
        verb=lambda amount, paid_on, label: aid.disburse(
            amount, on=paid_on, label=label, by=request.user
        ),
        done=_("Le déblocage est enregistré."),
        title=_("Débloquer"),
        intro=_("%(aid)s. Il reste %(left)s à débloquer.")
        % {"aid": aid, "left": in_euros(aid.left_to_pay)},
        warning=_unmet(aid.decision),
    )


def repayment_add(request, pk):
    aid = editable(request.user, Aid.objects.with_money(), pk=pk)
    form = RepaymentForm(request.POST or None)
    return _pay(
        request,
        aid,
        form,
        verb=lambda amount, received_on, label: aid.repay(
            amount, on=received_on, label=label, by=request.user
        ),
        done=_("Le remboursement est enregistré : il retourne à la convention."),
        title=_("Saisir un remboursement"),
        intro=_("%(aid)s. Il reste %(left)s à rembourser.")
        % {"aid": aid, "left": in_euros(aid.outstanding)},
    )


def _pay(request, aid, form, *, verb, done, **context):
    if request.method == "POST" and form.is_valid():
        try:
            verb(**form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, done)
            return redirect(aid)
    context |= {"form": form, "back": aid.get_absolute_url()}
    return render(request, "components/form_page.html", context)


def _unmet(decision):
    """A sentence when conditions of the committee still wait."""
    unmet = [condition.label for condition in decision.unmet_conditions]
    if not unmet:
        return ""
    return _("Conditions du comité encore à lever : %(list)s") % {"list": " ; ".join(unmet)}
