"""The verbs of an aid's money, each one transaction under the lock of the aid."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from conventions.money import in_euros, total
from support.models.hardship import Release, Rescheduling, WriteOff
from support.models.payments import Disbursement, PaymentOrder
from support.models.plan import AidPlan
from support.models.repayments import Credit, Repayment
from territories.dates import in_figures


class AidMoney(AidPlan):
    """What an aid does with its money: pays out, is paid back, is rescheduled, is written off.

    Verbs take euros, the day `on` and the person `by`; they raise ValidationError.
    """

    def lock(self):
        """One writer at a time; what it reads holds until it commits."""
        type(self).objects.select_for_update().get(pk=self.pk)

    # Money that leaves

    def pay(self, amount, *, on, label="", by=None):
        """Pay out, or ask a second person to when the convention wants one: what was written."""
        if self.needs_second_person(amount, on):
            return self.order(amount, on=on, label=label, by=by)
        return self.disburse(amount, on=on, label=label, by=by)

    def needs_second_person(self, amount, on):
        """True when more leaves for the company that day than one person may pay.

        All the aids of the company in the convention count, and what is given back to it.
        """
        limit = self.convention.terms_on(on).second_person_above
        if limit is None:
            return False
        file = "aid__decision__application__"
        same = {f"{file}convention": self.convention, f"{file}company": self.application.company}
        paid = Disbursement.objects.standing().filter(paid_on=on, **same)
        back = Credit.objects.standing().filter(used_on=on, repayment=None, **same)
        return amount + total(paid) + total(back) > limit

    def lock_company(self):
        """After `lock`: what leaves for a company goes one at a time, whatever the aid."""
        type(self.convention).objects.select_for_update().get(pk=self.convention.pk)

    def second_person_limit(self, on):
        """What one person may pay, in words."""
        return in_euros(self.convention.terms_on(on).second_person_above)

    @transaction.atomic
    def order(self, amount, *, on, label="", by):
        """Enter a payment that a second person approves; it must be payable on `on`."""
        self.lock()
        self._check_payment(amount, on, label)
        order = PaymentOrder(aid=self, amount=amount, label=label, created_by=by)
        order.full_clean()
        order.save()
        return order

    def disburse(self, amount, *, on, label="", by=None):
        """Pay out; never more than the committee granted, nor before its conditions are met."""
        return self.pay_out(amount, on=on, label=label, by=by)

    @transaction.atomic
    def pay_out(self, amount, *, on, label, by, approved_by=None, order=None):
        """As `disburse`; `order` is the one that `approved_by` approved."""
        self.lock()
        line = self._check_payment(amount, on, label, order)
        self.lock_company()
        if order is None and self.needs_second_person(amount, on):
            raise ValidationError(
                _(
                    "Au-delà de %(limit)s par entreprise et par jour, une deuxième personne"
                    " approuve le déblocage."
                ),
                code="second_person",
                params={"limit": self.second_person_limit(on)},
            )
        line.created_by, line.approved_by = by, approved_by
        line.full_clean()
        line.save()
        self.replan()
        return line

    def _check_payment(self, amount, on, label, order=None):
        line = Disbursement(aid=self, amount=amount, paid_on=on, label=label)
        line.full_clean()
        if on < self.contract_on:
            raise ValidationError(
                {
                    "paid_on": _("Le déblocage ne peut pas précéder le contrat (%(day)s).")
                    % {"day": in_figures(self.contract_on)}
                },
                code="dates",
            )
        if unmet := self.decision.conditions.unmet_on(on):
            raise ValidationError(
                _("Conditions du comité à lever avant le déblocage : %(list)s."),
                code="conditions",
                params={"list": " ; ".join(condition.label for condition in unmet)},
            )
        if self._is_in_default():
            raise ValidationError(
                _("L’entreprise est défaillante : plus rien ne lui est débloqué."), code="default"
            )
        waiting = self.paymentorders.waiting().exclude(pk=order and order.pk)
        left = self._left() - total(waiting)
        if amount > left:
            raise ValidationError(
                {
                    "amount": _("Le comité a accordé %(granted)s : il reste %(left)s à débloquer.")
                    % {"granted": in_euros(self.amount), "left": in_euros(left)}
                },
                code="beyond_award",
            )
        return line

    @transaction.atomic
    def release(self, *, on, reason, by=None):
        """Give back to the envelope all that was granted and will not be paid out."""
        self.lock()
        if self.paymentorders.waiting().exists():
            raise ValidationError(
                _("Un déblocage attend d’être approuvé : approuvez-le ou abandonnez-le d’abord."),
                code="order_waits",
            )
        line = Release(aid=self, amount=self._left(), released_on=on, reason=reason, created_by=by)
        if line.amount <= 0:
            raise ValidationError(_("Tout ce qui a été accordé est débloqué."), code="nothing_left")
        line.full_clean(exclude=["entry"])
        if on < self.contract_on:
            raise ValidationError(
                {"released_on": _("Le désengagement suit le contrat.")}, code="dates"
            )
        line.entry = self.convention.release(
            line.amount,
            on=on,
            label=f"{self.number} – {reason}",
            envelope=self.application.envelope,
            by=by,
        )
        line.save()
        return line

    def _left(self):
        gone = total(self.disbursements.standing()) + total(self.releases.standing())
        return self.amount - gone

    def _is_in_default(self):
        accorded = Rescheduling.objects.standing().filter(
            aid=self, status=Rescheduling.Status.APPROVED
        )
        latest = accorded.order_by("decided_on", "pk").last()
        return latest is not None and latest.kind == Rescheduling.Kind.DEFAULT

    # Money that comes back

    @transaction.atomic
    def repay(self, amount, *, on, label="", by=None, keep_credit=False):
        """Record money paid back; it refills the convention's envelope in the same transaction.

        Beyond what is owed it is refused, or kept for the company when `keep_credit`: the answer
        is the `Repayment`, or the `Credit` when nothing at all was owed.
        """
        self.lock()
        self._refuse_grant()
        self._refuse_before_payment("received_on", on)
        owed = max(self.lowest_outstanding(on), 0)
        if amount > owed:
            self._refuse_before_loss(on)
        if amount > owed and not keep_credit:
            raise ValidationError(
                {
                    "amount": _("Remboursement trop élevé : il reste %(left)s à rembourser.")
                    % {"left": in_euros(owed)}
                },
                code="beyond_outstanding",
            )
        received = None
        if owed or amount <= 0:
            received = self._receive(min(amount, owed) if owed else amount, on, label, by)
        if amount > owed:
            credit = Credit(
                aid=self,
                amount=amount - owed,
                received_on=on,
                label=label,
                excess_of=received,
                created_by=by,
            )
            credit.full_clean()
            credit.save()
        return received or credit

    @transaction.atomic
    def recover(self, amount, *, on, label="", by=None):
        """Record money that came after a loss; it refills the envelope too."""
        self.lock()
        if not self.writeoffs.standing().filter(written_off_on__lte=on).exists():
            raise _beside(
                "received_on", _("Rien n’était encore passé en perte ce jour-là."), "before_loss"
            )
        lost = max(self.lowest_lost(on), 0)
        if amount > lost:
            raise ValidationError(
                {
                    "amount": _("Il reste %(left)s passés en perte et non récupérés.")
                    % {"left": in_euros(lost)}
                },
                code="beyond_loss",
            )
        return self._receive(amount, on, label, by, is_recovery=True)

    def _receive(self, amount, on, label, by, *, is_recovery=False):
        line = Repayment(
            aid=self,
            amount=amount,
            received_on=on,
            label=label,
            is_recovery=is_recovery,
            created_by=by,
        )
        line.full_clean(exclude=["entry"])
        line.entry = self.convention.repay(
            amount, on=on, label=str(self.application), envelope=self.application.envelope, by=by
        )
        line.save()
        self.replan()
        return line

    @transaction.atomic
    def write_off(self, amount, *, on, reference, reason, by=None):
        """No longer expect euros of an advance, as the committee decided (`reference`)."""
        self.lock()
        self._refuse_grant()
        line = WriteOff(
            aid=self,
            amount=amount,
            written_off_on=on,
            reference=reference,
            reason=reason,
            created_by=by,
        )
        line.full_clean()
        self._refuse_before_payment("written_off_on", on)
        owed = max(self.lowest_outstanding(on), 0)
        if amount > owed:
            raise ValidationError(
                {
                    "amount": _("Il reste %(left)s à rembourser : on ne peut pas en perdre plus.")
                    % {"left": in_euros(owed)}
                },
                code="beyond_outstanding",
            )
        line.save()
        self.replan()
        return line

    def _refuse_grant(self):
        if not self.is_advance:
            raise ValidationError(
                {"amount": _("Une subvention ne se rembourse pas.")}, code="grant"
            )

    def _refuse_before_payment(self, field, on):
        if not self.disbursements.standing().filter(paid_on__lte=on).exists():
            raise _beside(field, _("Cette date est avant le premier déblocage."), "before_payment")

    def _refuse_before_loss(self, on):
        """What came before a loss pays the debt: the loss was too large."""
        if loss := self.writeoffs.standing().filter(written_off_on__gt=on).last():
            raise _beside(
                "received_on",
                _(
                    "Reçu avant la perte du %(day)s : rayez la perte, enregistrez la somme, puis"
                    " passez en perte ce qui reste."
                )
                % {"day": in_figures(loss.written_off_on)},
                "before_loss",
            )

    # What happened, as (day, euros)

    def _settlements(self):
        return self._received(is_recovery=False) + self._losses()

    def _losses(self):
        return list(self.writeoffs.standing().values_list("written_off_on", "amount"))

    def _received(self, **kind):
        lines = self.repayments.standing().filter(**kind)
        moves = []
        for received_on, rejected_on, amount in lines.values_list(
            "received_on", "rejected_on", "amount"
        ):
            moves.append((received_on, amount))
            if rejected_on:
                moves.append((rejected_on, -amount))
        return moves

    def lowest_outstanding(self, since=date.min):
        """The least euros that are owed at the end of `since` or of any day after."""
        paid = self.disbursements.standing().values_list("paid_on", "amount")
        return _lowest(paid, self._settlements(), since)

    def lowest_lost(self, since=date.min):
        """The least euros written off and not recovered, at the end of `since` or since then."""
        return _lowest(self._losses(), self._received(is_recovery=True), since)


def _beside(field, sentence, code):
    """A refusal that is told beside a field, and keeps its code."""
    return ValidationError({field: ValidationError(sentence, code=code)})


def _lowest(plus, minus, since):
    moves = [*plus, *((day, -amount) for day, amount in minus)]
    days = {since, *(day for day, _amount in moves if day > since)}
    return min(sum(amount for day, amount in moves if day <= end) for end in days)
