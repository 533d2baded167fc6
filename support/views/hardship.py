"""Pages of what changes an aid after its contract: approvals, credits, schedules, losses."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conventions.money import in_euros
from support.cautions import before_payment, paid_on
from support.instalments import follow
from support.models import Aid, Credit, PaymentOrder, Repayment, Rescheduling
from support.money_forms import (
    AnswerForm,
    ApproveForm,
    DayForm,
    RejectForm,
    ReleaseForm,
    ReschedulingForm,
    WriteOffForm,
)
from support.views.files import one_form
from territories.roles import editable, visible


def order_for(user, pk):
    """The payment that waits, for who may approve it, or give it up."""
    order = visible(user, PaymentOrder.objects.select_related("created_by"), pk=pk)
    if not PaymentOrder.may_be_approved_by(user, order.antenna):
        raise PermissionDenied
    return order


def order_settled(request, order):
    messages.info(request, _("Ce déblocage a déjà été approuvé ou abandonné."))
    return redirect(order)


def order_approve(request, pk):
    order = order_for(request.user, pk)
    if not order.is_waiting:
        return order_settled(request, order)
    if order.created_by == request.user:
        messages.info(
            request, _("Vous avez saisi ce déblocage : une autre personne doit l’approuver.")
        )
        return redirect(order)
    return one_form(
        request,
        ApproveForm(request.POST or None),
        lambda on: order.approve(on=on, by=request.user),
        done=_("Le déblocage est approuvé et enregistré."),
        back=order.get_absolute_url(),
        template="support/order_approve.html",
        order=order,
        paid_today=paid_on(order.aid, timezone.localdate()),
        title=_("Approuver un déblocage"),
        warning=before_payment(order.aid, request.user),
        submit=_("Approuver"),
    )


def release_add(request, pk):
    aid = editable(request.user, Aid.objects.with_money(), pk=pk)
    return one_form(
        request,
        ReleaseForm(request.POST or None),
        lambda released_on, reason: aid.release(on=released_on, reason=reason, by=request.user),
        done=_("Ce qui ne sera pas débloqué retourne à la convention."),
        back=aid.get_absolute_url(),
        title=_("Renoncer à débloquer le reste"),
        intro=aid,
        warning=_("%(left)s retournent dans l’enveloppe : l’entreprise ne les aura pas.")
        % {"left": in_euros(aid.left_to_pay)},
        danger=True,
        submit=_("Renoncer au reste"),
    )


def repayment_reject(request, pk):
    line = editable(request.user, Repayment.objects, pk=pk)
    intro = _("%(line)s. Il compte jusqu’au rejet ; une erreur de saisie se raye, plutôt.") % {
        "line": line
    }
    if line.kept:
        whole = _("%(line)s Tout le virement de %(all)s est rejeté, dont %(kept)s de trop-perçu.")
        intro = whole % {
            "line": intro,
            "all": in_euros(line.amount + line.kept.amount),
            "kept": in_euros(line.kept.amount),
        }
    return one_form(
        request,
        RejectForm(request.POST or None),
        lambda on, reason: line.reject(on=on, reason=reason, by=request.user),
        done=_("Le rejet est enregistré : une écriture contraire quitte le journal."),
        back=line.get_absolute_url(),
        title=_("Remboursement rejeté par la banque"),
        intro=intro,
        submit=_("Enregistrer le rejet"),
    )


def credit_send_back(request, pk):
    return _use_credit(
        request,
        pk,
        Credit.send_back,
        title=_("Rendre le trop-perçu à l’entreprise"),
        done=_("Le trop-perçu est rendu."),
    )


def credit_apply(request, pk):
    return _use_credit(
        request,
        pk,
        Credit.apply,
        title=_("Rembourser l’avance avec le trop-perçu"),
        done=_("Le trop-perçu est devenu un remboursement."),
    )


def _use_credit(request, pk, verb, *, title, done):
    credit = editable(request.user, Credit.objects, pk=pk)
    return one_form(
        request,
        DayForm(request.POST or None),
        lambda on: verb(credit, on=on, by=request.user),
        done=done,
        back=credit.get_absolute_url(),
        title=title,
        intro=credit,
    )


def write_off_add(request, pk):
    aid = editable(request.user, Aid.objects.with_money(), pk=pk)
    return one_form(
        request,
        WriteOffForm(request.POST or None, aid=aid),
        lambda amount, written_off_on, reference, reason: aid.write_off(
            amount, on=written_off_on, reference=reference, reason=reason, by=request.user
        ),
        done=_("La perte est enregistrée. Ce qui viendrait encore se saisit comme récupéré."),
        back=aid.get_absolute_url(),
        title=_("Passer en perte"),
        intro=_(
            "%(aid)s. Il reste %(left)s à rembourser. Une perte efface les dernières échéances : ce"
            " qui est en retard le reste."
        )
        % {"aid": aid, "left": in_euros(aid.outstanding)},
        warning=_("Le comité le décide : donnez la référence de sa décision."),
        danger=True,
        submit=_("Passer en perte"),
    )


def rescheduling_add(request, pk):
    aid = editable(request.user, Aid.objects.with_money(), pk=pk)
    if not aid.outstanding:
        messages.info(request, _("Il ne reste rien à rembourser."))
        return redirect(aid)
    return one_form(
        request,
        ReschedulingForm(request.POST or None),
        lambda kind, requested_on, **asked: aid.ask_rescheduling(
            kind, on=requested_on, by=request.user, **asked
        ),
        done=_("La demande est enregistrée : elle attend sa réponse."),
        back=aid.get_absolute_url(),
        title=_("Demander un autre échéancier"),
        intro=_("%(aid)s. Il reste %(left)s à rembourser, sans aucun intérêt.")
        % {"aid": aid, "left": in_euros(aid.outstanding)},
        submit=_("Enregistrer la demande"),
    )


def rescheduling_answer(request, pk):
    asked = editable(request.user, Rescheduling.objects.select_related("aid"), pk=pk)
    if not asked.is_waiting:
        messages.info(request, _("Cette demande a déjà sa réponse."))
        return redirect(asked)

    def answer(accorded, on, answer, reference=""):
        verb = asked.approve if accorded == "yes" else asked.refuse
        verb(on=on, answer=answer, reference=reference, by=request.user)

    today = timezone.localdate()
    return one_form(
        request,
        AnswerForm(request.POST or None, request=asked),
        answer,
        done=_("La réponse est enregistrée. Dites-la maintenant à l’entreprise."),
        back=asked.get_absolute_url(),
        then=reverse("support:answer_send", args=[pk]),
        template="support/rescheduling_answer.html",
        aid=asked.aid,
        too_late=asked.is_past_on(today),
        instalments=follow(
            asked.aid.schedule_if_accorded(asked, today),
            asked.aid.settled,
            today,
            after=asked.aid.first_paid_on,
        ),
        title=_("Répondre à la demande"),
        intro=f"{asked.aid}. {asked.in_words}",
        warning=asked.needs_committee
        and _("Dans cette convention, c’est le comité qui décide : donnez sa référence."),
    )
