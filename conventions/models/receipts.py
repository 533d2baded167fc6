"""What sponsors actually paid in."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conventions.models.correctable import Correctable, CorrectableQuerySet
from conventions.money import EuroField
from territories.dates import validate_not_future


class ReceiptQuerySet(CorrectableQuerySet):
    antenna_path = "pledge__convention__antenna"


class Receipt(Correctable):
    """Money that a sponsor actually paid in, in euros."""

    pledge = models.ForeignKey(
        "Pledge", models.PROTECT, verbose_name=_("apport"), related_name="receipts"
    )
    call = models.ForeignKey(
        "PledgeCall",
        models.PROTECT,
        verbose_name=_("appel de fonds"),
        related_name="receipts",
        null=True,
        blank=True,
    )
    amount = EuroField(_("montant (€)"))
    received_on = models.DateField(_("reçu le"), validators=[validate_not_future])
    label = models.CharField(_("libellé"), max_length=200, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = _("versement")
        verbose_name_plural = _("versements")
        ordering = ["received_on", "pk"]
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="receipt_amount_positive",
                violation_error_message=_("Un versement est positif."),
            ),
        ]

    def __str__(self):
        return f"{self.pledge.sponsor} – {self.amount} €"

    def get_absolute_url(self):
        return self.pledge.get_absolute_url()

    def clean(self):
        if self.call_id and self.call.pledge_id != self.pledge_id:
            raise ValidationError({"call": _("Cet appel de fonds est celui d’un autre apport.")})

    @property
    def antenna(self):
        return self.pledge.convention.antenna

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """Strike out money that never came: the sponsor still owes it."""
        self.pledge._lock()
        super().strike(reason=reason, by=by)
