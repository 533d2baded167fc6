"""Money that leaves for companies: each payment is a row, struck out when wrong."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conventions.models import Correctable, CorrectableQuerySet
from conventions.money import EuroField, in_euros
from territories.dates import validate_not_future


class OfAnAidQuerySet(CorrectableQuerySet):
    antenna_path = "aid__decision__application__convention__antenna"


class OfAnAid(Correctable):
    """A fact about an aid, in euros, which its page tells."""

    aid = models.ForeignKey(
        "Aid", models.PROTECT, verbose_name=_("aide"), related_name="%(class)ss"
    )
    amount = EuroField(_("montant (€)"))

    objects = OfAnAidQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = True
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="%(class)s_amount_positive",
                violation_error_code="amount",
                violation_error_message=_("Un montant est positif."),
            ),
        ]

    def __str__(self):
        return f"{self.aid} – {in_euros(self.amount)}"

    def get_absolute_url(self):
        return self.aid.get_absolute_url()

    @property
    def antenna(self):
        return self.aid.antenna


class Disbursement(OfAnAid):
    """Money that left for the company."""

    paid_on = models.DateField(_("débloqué le"), validators=[validate_not_future])
    label = models.CharField(_("libellé"), max_length=200, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("approuvé par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    class Meta(OfAnAid.Meta):
        abstract = False
        verbose_name = _("déblocage")
        verbose_name_plural = _("déblocages")
        ordering = ["paid_on", "pk"]
        indexes = [
            models.Index(fields=["paid_on"], name="disbursement_by_day"),
            models.Index(
                fields=["aid", "paid_on", "amount"],
                condition=Q(struck_at=None),
                name="disbursement_standing_by_aid",
            ),
        ]
        constraints = [
            *OfAnAid.Meta.constraints,
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("created_by")),
                name="disbursement_approved_by_somebody_else",
                violation_error_message=_("Une autre personne que celle qui saisit approuve."),
            ),
        ]

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """Strike out a payment that never left; refused when repayments would exceed the rest."""
        self.aid.lock()
        super().strike(reason=reason, by=by)
        if self.aid.lowest_outstanding() < 0:
            raise ValidationError(
                _("Des remboursements portent sur ce déblocage : rayez-les d’abord."),
                code="repaid",
            )
        self.aid.replan()


class PaymentOrderQuerySet(OfAnAidQuerySet):
    def waiting(self):
        """Neither approved nor given up."""
        return self.standing().filter(disbursement=None)


class PaymentOrder(OfAnAid):
    """A payment that somebody entered and that a second person has to approve before it leaves."""

    label = models.CharField(_("libellé"), max_length=200, blank=True)
    disbursement = models.OneToOneField(
        Disbursement,
        models.PROTECT,
        verbose_name=_("déblocage"),
        related_name="order",
        null=True,
        blank=True,
        editable=False,
    )

    objects = PaymentOrderQuerySet.as_manager()

    class Meta(OfAnAid.Meta):
        abstract = False
        verbose_name = _("déblocage à approuver")
        verbose_name_plural = _("déblocages à approuver")
        ordering = ["pk"]
        constraints = [
            *OfAnAid.Meta.constraints,
            models.CheckConstraint(
                condition=Q(disbursement=None) | Q(struck_at=None),
                name="paymentorder_approved_or_struck_out",
            ),
        ]

    @staticmethod
    def may_be_approved_by(user, antenna):
        """A coordinator of the antenna, or the network; the verb asks for another person."""
        return user.may_edit(antenna) or user.is_national

    @property
    def is_waiting(self):
        return not self.disbursement_id and not self.struck_at

    @transaction.atomic
    def approve(self, *, on, by):
        """Let the money leave on `on`: for somebody else than who entered it, once."""
        self.aid.lock()
        self.refresh_from_db(fields=["disbursement", "struck_at"])
        self._refuse_unless_waiting()
        if by is None or by.pk == self.created_by_id:
            raise ValidationError(
                _("Vous avez saisi ce déblocage : une autre personne doit l’approuver."),
                code="same_person",
            )
        self.disbursement = self.aid.pay_out(
            self.amount, on=on, label=self.label, by=self.created_by, approved_by=by, order=self
        )
        self.save(update_fields=["disbursement"])
        return self.disbursement

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """Give the payment up: nothing left."""
        self.aid.lock()
        self.refresh_from_db(fields=["disbursement", "struck_at"])
        self._refuse_unless_waiting()
        super().strike(reason=reason, by=by)

    def _refuse_unless_waiting(self):
        if not self.is_waiting:
            raise ValidationError(
                _("Ce déblocage a déjà été approuvé ou abandonné."), code="settled"
            )
