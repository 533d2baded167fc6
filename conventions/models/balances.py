"""What the bank says of an antenna's fund, day by day."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conventions.models.correctable import Correctable, CorrectableQuerySet
from conventions.money import EuroField
from territories.dates import in_figures, validate_not_future
from territories.models import Antenna


class BankBalanceQuerySet(CorrectableQuerySet):
    def latest_on(self, day):
        """The last balance that stands, told on `day` or before; None without one."""
        return self.standing().filter(on__lte=day).order_by("-on").first()


class BankBalance(Correctable):
    """Euros that a bank statement shows for the fund of an antenna, at the end of a day."""

    antenna = models.ForeignKey(
        Antenna, models.PROTECT, verbose_name=_("antenne"), related_name="bank_balances"
    )
    on = models.DateField(_("date du relevé"), validators=[validate_not_future])
    amount = EuroField(_("solde (€)"), help_text=_("Négatif si le compte est à découvert."))
    note = models.CharField(_("précisions"), max_length=200, blank=True)

    objects = BankBalanceQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = _("relevé de banque")
        verbose_name_plural = _("relevés de banque")
        ordering = ["-on", "-pk"]
        constraints = [
            *Correctable.Meta.constraints,
            models.UniqueConstraint(
                fields=["antenna", "on"],
                condition=Q(struck_at=None),
                name="bank_balance_once_a_day",
                violation_error_code="on",
                violation_error_message=_(
                    "Cette antenne a déjà un relevé à cette date : rayez-le d’abord."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.antenna} – {in_figures(self.on)}"

    def get_absolute_url(self):
        return reverse("conventions:balance_list", args=[self.antenna_id])

    @classmethod
    def record(cls, antenna, amount, *, on, note="", by=None):
        """Keep what the statement of `on` shows; one balance stands a day."""
        balance = cls(antenna=antenna, amount=amount, on=on, note=note, created_by=by)
        balance.full_clean()
        balance.save()
        return balance
