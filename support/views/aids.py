"""Pages of the aid: list, tab of a file, contract, payments."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.views.documents import serve
from conventions.money import in_euros
from support.card import AidCard
from support.cautions import before_payment, unmet
from support.contract import contract_pdf
from support.filters import AidFilter, DisbursementFilter
from support.late import lateness_of
from support.models import Aid, AnswerLetter, Credit, Disbursement, PaymentOrder
from support.money_forms import (
    AidForm,
    AidTermsForm,
    DisbursementForm,
    RecoveryForm,
    RepaymentForm,
    SignedCopyForm,
    to_sign,
)
from support.views.files import followed, followed_to_edit, not_approved, one_form, render_tab
from territories.files import Column
from territories.listing import listing
from territories.roles import editable, reader_required, visible
from territories.typeset import pdf_response

COLUMNS = [
    Column(gettext_lazy("Numéro de l’aide"), "number"),
    Column(gettext_lazy("Entreprise"), "application.company.name"),
    Column(gettext_lazy("SIRET"), "application.company.siret"),
    Column(gettext_lazy("Dossier"), "application.reference"),
    Column(gettext_lazy("Antenne"), "antenna.name"),
    Column(gettext_lazy("Nature"), "get_instrument_display"),
    Column(gettext_lazy("Contrat signé le"), "contract_on"),
    Column(gettext_lazy("Accordé (€)"), "amount"),
    Column(gettext_lazy("Débloqué (€)"), "then.disbursed"),
    Column(gettext_lazy("Remboursé (€)"), "then.repaid"),
    Column(gettext_lazy("Passé en perte, non récupéré (€)"), "then.lost"),
    Column(gettext_lazy("Reste à rembourser (€)"), "then.outstanding"),
    Column(gettext_lazy("En retard (€)"), "then.late"),
]
PAYMENT_COLUMNS = [
    Column(gettext_lazy("Débloqué le"), "paid_on"),
    Column(gettext_lazy("Numéro de l’aide"), "aid.number"),
    Column(gettext_lazy("Entreprise"), "aid.application.company.name"),
    Column(gettext_lazy("SIRET"), "aid.application.company.siret"),
    Column(gettext_lazy("Nature"), "aid.get_instrument_display"),
    Column(gettext_lazy("Montant (€)"), "amount"),
    Column(gettext_lazy("Libellé"), "label"),
    Column(gettext_lazy("Convention"), "aid.convention.reference"),
    Column(gettext_lazy("Enveloppe"), "aid.application.get_envelope_display"),
    Column(gettext_lazy("Antenne"), "antenna.name"),
    Column(gettext_lazy("Saisi par"), "created_by"),
    Column(gettext_lazy("Approuvé par"), "approved_by"),
]


@reader_required
def aid_list(request):
    aids = Aid.objects.visible_to(request.user).with_money()
    filterset = AidFilter(request.GET, aids, request=request)
    return listing(
        request,
        filterset,
        "support/aid_list.html",
        columns=COLUMNS,
        filename=filterset.named("aides"),
        complete=filterset.tell,
    )


@reader_required
def payment_list(request):
    """What left, for the accountant of the host organisation: a day, a period, an antenna."""
    payments = Disbursement.objects.standing().visible_to(request.user)
    payments = payments.select_related(
        "aid__decision__application__company",
        "aid__decision__application__convention__antenna",
        "created_by",
        "approved_by",
    ).order_by("-paid_on", "-pk")
    filterset = DisbursementFilter(request.GET, payments, request=request)
    return listing(
        request,
        filterset,
        "support/payment_list.html",
        columns=PAYMENT_COLUMNS,
        filename=filterset.named("deblocages"),
    )


def aid_list_of_application(request, pk):
    application = followed(request.user, pk)
    today = timezone.localdate()
    aids = Aid.objects.filter(decision=application.approval).with_money()
    aids = list(
        aids.prefetch_related(
            "paymentorders__created_by",
            "repayments__came_from",
            "repayments__excess",
            "credits__excess_of",
            "credits__rest",
            "credits__bank_line__repayment",
            "reschedulings",
            Prefetch("reschedulings__letters", AnswerLetter.objects.unprinted()),
        )
    )
    return render_tab(
        request,
        "support/aid_list_of_application.html",
        application,
        cards=[AidCard(late.aid, today, late) for late in lateness_of(aids, today)],
        to_sign=to_sign(application),
        approval=application.approval,
        may_approve=PaymentOrder.may_be_approved_by(request.user, application.antenna),
    )


def aid_sign(request, pk):
    application = followed_to_edit(request.user, pk)
    if application.approval is None:
        return not_approved(request, application)
    back = Aid(decision=application.approval).get_absolute_url()
    if not to_sign(application):
        messages.warning(request, _("Toute l’aide accordée est déjà sous contrat."))
        return redirect(back)
    conditions = unmet(application.approval)
    return one_form(
        request,
        AidForm(request.POST or None, application=application),
        lambda instrument, contract_on, **terms: Aid.sign(
            application.approval, instrument=instrument, on=contract_on, **terms
        ),
        done=_("Le contrat est enregistré. %(unmet)s") % {"unmet": conditions}
        if conditions
        else _("Le contrat est enregistré : l’argent peut partir."),
        back=back,
        title=_("Contrat de l’aide"),
        intro=application,
        warning=conditions,
    )


def aid_correct(request, pk):
    aid = editable(request.user, Aid.objects.with_money(), pk=pk)
    if aid.disbursed or not aid.is_advance:
        messages.info(request, _("De l’argent est parti : le contrat se rééchelonne, désormais."))
        return redirect(aid)
    return one_form(
        request,
        AidTermsForm(request.POST or None, instance=aid),
        aid.correct,
        done=_("Le contrat est corrigé : imprimez-le de nouveau."),
        back=aid.get_absolute_url(),
        title=_("Corriger le contrat"),
        intro=aid,
    )


@require_safe
def aid_contract(request, pk):
    aid = visible(request.user, Aid.objects.with_money(), pk=pk)
    return pdf_response(contract_pdf(aid, at=timezone.now()), f"contrat-{aid.number}")


def signed_copy_add(request, pk):
    aid = editable(request.user, Aid.objects.with_money(), pk=pk)
    sent = request.method == "POST"
    return one_form(
        request,
        SignedCopyForm(request.POST if sent else None, request.FILES if sent else None),
        aid.file_signed_copy,
        done=_("Le contrat signé est joint."),
        back=aid.get_absolute_url(),
        title=_("Joindre le contrat signé"),
        intro=aid,
        submit=_("Joindre"),
    )


@require_safe
@never_cache
def signed_copy(request, pk):
    aid = visible(request.user, Aid.objects, pk=pk)
    if not aid.signed_copy:
        raise Http404
    return serve(aid.signed_copy, aid.signed_copy_name)


def disbursement_add(request, pk):
    aid = editable(request.user, Aid.objects.with_money(), pk=pk)
    return one_form(
        request,
        DisbursementForm(request.POST or None),
        lambda amount, paid_on, label: aid.pay(amount, on=paid_on, label=label, by=request.user),
        done=_told,
        back=aid.get_absolute_url(),
        title=_("Débloquer"),
        intro=_("%(aid)s. Il reste %(left)s à débloquer.")
        % {"aid": aid, "left": in_euros(aid.left_to_order)},
        warning=before_payment(aid, request.user),
    )


def _told(written):
    """What became of a payment that was typed."""
    if isinstance(written, PaymentOrder):
        return _("Ce déblocage attend qu’une autre personne l’approuve.")
    return _("Le déblocage est enregistré.")


def repayment_add(request, pk):
    aid = editable(request.user, Aid.objects.with_money(), pk=pk)
    if not aid.is_advance or not aid.disbursed:
        why = _("Rien n’a encore été débloqué : il n’y a rien à rembourser.")
        messages.info(request, why if aid.is_advance else _("Une subvention ne se rembourse pas."))
        return redirect(aid)
    return one_form(
        request,
        RepaymentForm(request.POST or None),
        lambda amount, received_on, label, keep_credit: aid.repay(
            amount, on=received_on, label=label, keep_credit=keep_credit, by=request.user
        ),
        done=_told_back,
        back=aid.get_absolute_url(),
        title=_("Saisir un remboursement"),
        intro=_("%(aid)s. Il reste %(left)s à rembourser.")
        % {"aid": aid, "left": in_euros(aid.outstanding)},
    )


def _told_back(written):
    """What became of money that came back."""
    if isinstance(written, Credit):
        return _("Rien n’était dû : %(kept)s sont gardés pour l’entreprise.") % {
            "kept": in_euros(written.amount)
        }
    if written.kept:
        return _(
            "Le remboursement est enregistré : %(amount)s retournent à la convention, %(kept)s de"
            " trop-perçu sont gardés pour l’entreprise."
        ) % {"amount": in_euros(written.amount), "kept": in_euros(written.kept.amount)}
    return _("Le remboursement est enregistré : il retourne à la convention.")


def recovery_add(request, pk):
    """Money that came after the loss was written."""
    aid = editable(request.user, Aid.objects.with_money(), pk=pk)
    return one_form(
        request,
        RecoveryForm(request.POST or None),
        lambda amount, received_on, label: aid.recover(
            amount, on=received_on, label=label, by=request.user
        ),
        done=_("La somme récupérée est enregistrée : elle retourne à la convention."),
        back=aid.get_absolute_url(),
        title=_("Saisir une somme récupérée"),
        intro=_("%(aid)s. %(lost)s ont été passés en perte et pas encore récupérés.")
        % {"aid": aid, "lost": in_euros(aid.lost)},
    )
