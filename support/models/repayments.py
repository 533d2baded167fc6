"""Money that comes back, and what of it is kept for the company: struck out when wrong."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conventions.models import Entry, require_reason
from support.models.payments import OfAnAid, OfAnAidQuerySet
from territories.dates import in_figures, validate_not_future


class RepaymentQuerySet(OfAnAidQuerySet):
    def counting_on(self, day):
        """Received on `day` or before, and not rejected by the bank by then."""
        return self.standing().filter(
            Q(rejected_on=None) | Q(rejected_on__gt=day), received_on__lte=day
        )


class Repayment(OfAnAid):
    """Money that a company paid back, with the ledger line that refilled the envelope."""

    received_on = models.DateField(_("reçu le"), validators=[validate_not_future])
    label = models.CharField(_("libellé"), max_length=200, blank=True)
    is_recovery = models.BooleanField(_("après passage en perte"), default=False, editable=False)
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        verbose_name=_("écriture"),
        related_name="repayment",
        editable=False,
    )
    rejected_on = models.DateField(
        _("rejeté par la banque le"), null=True, blank=True, validators=[validate_not_future]
    )
    rejected_reason = models.CharField(_("motif du rejet"), max_length=200, blank=True)

    objects = RepaymentQuerySet.as_manager()

    class Meta(OfAnAid.Meta):
        abstract = False
        verbose_name = _("remboursement")
        verbose_name_plural = _("remboursements")
        ordering = ["received_on", "pk"]
        indexes = [
            models.Index(fields=["received_on"], name="repayment_by_day"),
            models.Index(
                fields=["aid", "received_on", "amount"],
                condition=Q(struck_at=None),
                name="repayment_standing_by_aid",
            ),
        ]
        constraints = [
            *OfAnAid.Meta.constraints,
            models.CheckConstraint(
                condition=Q(rejected_on=None, rejected_reason="")
                | (Q(rejected_on__gte=F("received_on")) & ~Q(rejected_reason="")),
                name="repayment_rejected_after_it_came_with_a_reason",
                violation_error_code="rejected_on",
                violation_error_message=_("Un rejet suit le remboursement, et se motive."),
            ),
        ]

    def counts_on(self, day):
        """As `RepaymentQuerySet.counting_on`, for a row at hand."""
        gone = self.struck_at or (self.rejected_on and self.rejected_on <= day)
        return self.received_on <= day and not gone

    @transaction.atomic
    def reject(self, *, on, reason, by=None):
        """The bank took the money back on `on`: a contrary line of that day leaves the ledger.

        What came in excess with it is held until that day too: it was one transfer.
        ValidationError when it is struck out or rejected already, or when the envelope no longer
        holds the money.
        """
        require_reason(reason)
        self._refuse_unless_standing()
        if on < self.received_on:
            raise ValidationError(
                {
                    "on": _("Le rejet ne peut pas précéder le remboursement (%(day)s).")
                    % {"day": in_figures(self.received_on)}
                },
                code="dates",
            )
        self.rejected_on, self.rejected_reason = on, reason
        self.full_clean()
        self.entry.convention.undo(self.entry, on=on, label=reason, by=by)
        self.save(update_fields=["rejected_on", "rejected_reason"])
        self.aid.replan()

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """Strike out a repayment that never came; its ledger line is reversed on its own day."""
        require_reason(reason)
        self._refuse_unless_standing()
        self._leave_the_books(reason, by)
        if excess := self.kept:
            excess.strike(reason=reason, by=by)

    def _refuse_unless_standing(self):
        self.aid.lock()
        self.refresh_from_db(fields=["struck_at", "rejected_on"])
        if self.struck_at or self.rejected_on:
            raise ValidationError(
                _("Ce remboursement est déjà rayé, ou rejeté par la banque."), code="reversed"
            )
        if hasattr(self, "came_from"):
            raise ValidationError(
                _("Ce remboursement vient d’un trop-perçu : rayez l’utilisation de celui-ci."),
                code="credit",
            )
        if self.kept and self.kept.used_on:
            raise ValidationError(
                _("Le trop-perçu venu avec lui a été rendu ou utilisé : rayez cela d’abord."),
                code="used",
            )

    def _leave_the_books(self, reason, by):
        super().strike(reason=reason, by=by)
        self.entry.convention.undo(self.entry, label=reason, by=by)
        self.aid.replan()

    @property
    def may_be_undone(self):
        """Neither struck out nor rejected, and no credit has to be struck out first."""
        excess = getattr(self, "excess", None)
        is_used = excess and excess.used_on and not excess.struck_at
        return not (self.struck_at or self.rejected_on or hasattr(self, "came_from") or is_used)

    @property
    def kept(self):
        """The `Credit` that came in excess with it, or None."""
        return Credit.objects.standing().filter(excess_of=self).first()


class CreditQuerySet(OfAnAidQuerySet):
    def held_on(self, day):
        """Kept for companies at the end of `day`, and not rejected by the bank by then."""
        rejected_on = "excess_of__rejected_on"
        return self.standing().filter(
            Q(used_on=None) | Q(used_on__gt=day),
            Q(**{rejected_on: None}) | Q(**{f"{rejected_on}__gt": day}),
            received_on__lte=day,
        )


class Credit(OfAnAid):
    """Money received beyond what was owed, kept for the company until it is used or sent back.

    It is no money of the fund: the ledger does not know it. A row that was used and struck out is
    a use that was a mistake: another row holds the same money again.
    """

    received_on = models.DateField(_("reçu le"), validators=[validate_not_future])
    label = models.CharField(_("libellé"), max_length=200, blank=True)
    excess_of = models.OneToOneField(
        Repayment,
        models.PROTECT,
        verbose_name=_("venu avec le remboursement"),
        related_name="excess",
        null=True,
        blank=True,
        editable=False,
    )
    rest_of = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("reste du trop-perçu"),
        related_name="rest",
        null=True,
        blank=True,
        editable=False,
    )
    used_on = models.DateField(
        _("rendu ou utilisé le"),
        null=True,
        blank=True,
        editable=False,
        validators=[validate_not_future],
    )
    repayment = models.OneToOneField(
        Repayment,
        models.PROTECT,
        verbose_name=_("devenu le remboursement"),
        related_name="came_from",
        null=True,
        blank=True,
        editable=False,
    )

    objects = CreditQuerySet.as_manager()

    class Meta(OfAnAid.Meta):
        abstract = False
        verbose_name = _("trop-perçu")
        verbose_name_plural = _("trop-perçus")
        ordering = ["received_on", "pk"]
        constraints = [
            *OfAnAid.Meta.constraints,
            models.CheckConstraint(
                condition=Q(used_on=None, repayment=None) | Q(used_on__gte=F("received_on")),
                name="credit_used_after_it_came",
                violation_error_code="used_on",
                violation_error_message=_("Un trop-perçu s’utilise après sa réception."),
            ),
        ]

    @property
    def is_rejected(self):
        """The bank took it back, with the repayment that it came with."""
        return bool(self.excess_of and self.excess_of.rejected_on)

    @property
    def goes_with_its_line(self):
        """The excess of a line of the bank leaves with its repayment, not alone."""
        line = getattr(self, "bank_line", None)
        return bool(line and line.repayment_id and line.repayment.counts_on(date.max))

    @property
    def may_be_struck(self):
        """Alone: it, or the use of it."""
        if self.used_on:
            return not (hasattr(self, "rest") and self.rest.used_on and not self.rest.struck_at)
        return not (self.is_rejected or self.goes_with_its_line)

    @transaction.atomic
    def send_back(self, *, on, by=None):
        """The money went back to the company on `on`.

        ValidationError for who recorded it, when one person may not let so much leave.
        """
        self._use(on)
        self.aid.lock_company()
        is_alone = by is None or by.pk == self.created_by_id
        if is_alone and self.aid.needs_second_person(0, on):
            raise ValidationError(
                _(
                    "Au-delà de %(limit)s par entreprise et par jour, une autre personne que celle"
                    " qui a saisi le trop-perçu le rend."
                ),
                code="second_person",
                params={"limit": self.aid.second_person_limit(on)},
            )

    @transaction.atomic
    def apply(self, *, on, by=None):
        """Pay the advance back with it on `on`; what is too much stays a credit of that day."""
        self._use(on)
        owed = self.aid.lowest_outstanding(on)
        if owed <= 0:
            raise ValidationError(_("Il ne reste rien à rembourser."), code="nothing_owed")
        if self.amount > owed:
            rest = Credit(aid=self.aid, amount=self.amount - owed, received_on=on, label=self.label)
            rest.rest_of, rest.created_by = self, by
            rest.full_clean()
            rest.save()
        self.repayment = self.aid.repay(min(self.amount, owed), on=on, label=self.label, by=by)
        self.save(update_fields=["repayment"])
        return self.repayment

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """Strike it out; once it is used, strike that use out: the money is held again."""
        self._read_again()
        if self.used_on and not self.struck_at:
            self._strike_use(reason, by)
            return
        self._refuse_unless_held()
        if self.goes_with_its_line:
            raise ValidationError(
                _("Ce trop-perçu est venu avec un remboursement du relevé : rayez celui-ci."),
                code="bank_line",
            )
        super().strike(reason=reason, by=by)

    def _strike_use(self, reason, by):
        """This row stays as the use that is struck out; another takes its place.

        ValidationError when the rest was used, or when the envelope no longer has the money.
        """
        rest = Credit.objects.standing().filter(rest_of=self).first()
        if rest and rest.used_on:
            raise ValidationError(
                _("Le reste de ce trop-perçu a été rendu ou utilisé : rayez cela d’abord."),
                code="rest_used",
            )
        same = ["aid", "amount", "received_on", "label", "excess_of", "rest_of", "created_by"]
        again = Credit(**{name: getattr(self, name) for name in same})
        line = getattr(self, "bank_line", None)
        self.excess_of = self.rest_of = None
        self.save(update_fields=["excess_of", "rest_of"])
        super().strike(reason=reason, by=by)
        again.save()
        if line:
            line.credit = again
            line.save(update_fields=["credit"])
        if rest:
            rest.strike(reason=reason, by=by)
        if self.repayment:
            self.repayment._leave_the_books(reason, by)

    def _use(self, on):
        self._read_again()
        self._refuse_unless_held()
        self.used_on = on
        self.full_clean()
        self.save(update_fields=["used_on"])

    def _read_again(self):
        self.aid.lock()
        self.refresh_from_db(fields=["used_on", "struck_at", "excess_of", "rest_of", "repayment"])

    def _refuse_unless_held(self):
        if self.is_rejected:
            raise ValidationError(_("La banque a rejeté ce trop-perçu."), code="rejected")
        if self.used_on or self.struck_at:
            raise ValidationError(
                _("Ce trop-perçu a déjà été rendu, utilisé ou rayé."), code="used"
            )
