"""Which columns of a bank's spreadsheet say what, remembered for the next one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from support.bank_cells import without_accounts
from support.bank_lines import Columns
from territories.models import Antenna
from territories.scoping import ScopedQuerySet


class BankColumnsQuerySet(ScopedQuerySet):
    def known(self, antenna, table):
        """The columns that the antenna chose for these headings, or None."""
        same = self.filter(antenna=antenna, fingerprint=table.fingerprint)
        return same.first() if table.fingerprint else None


class BankColumns(models.Model):
    """Which columns of a bank's spreadsheet say what, chosen once for the same headings."""

    antenna = models.ForeignKey(
        Antenna, models.CASCADE, verbose_name=_("antenne"), related_name="bank_columns"
    )
    fingerprint = models.CharField(_("empreinte des en-têtes"), max_length=64)
    headings = models.JSONField(_("en-têtes"))
    day = models.PositiveSmallIntegerField(_("colonne de la date"))
    labels = models.JSONField(_("colonnes du libellé"), default=list)
    amount = models.PositiveSmallIntegerField(_("colonne du montant signé"), null=True)
    credit = models.PositiveSmallIntegerField(_("colonne des crédits"), null=True)
    debit = models.PositiveSmallIntegerField(_("colonne des débits"), null=True)
    chosen_at = models.DateTimeField(_("choisies le"), auto_now=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("choisies par"),
        related_name="+",
        null=True,
    )

    objects = BankColumnsQuerySet.as_manager()

    class Meta:
        verbose_name = _("colonnes d’un relevé")
        verbose_name_plural = _("colonnes des relevés")
        ordering = ["antenna", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["antenna", "fingerprint"], name="bank_columns_once_for_a_header"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=False, credit=None, debit=None)
                | Q(amount=None, credit__isnull=False),
                name="bank_columns_tell_amounts_one_way",
            ),
        ]

    def __str__(self):
        return " ; ".join(self.headings)

    @property
    def columns(self):
        return Columns(self.day, self.labels, self.amount, self.credit, self.debit)

    @classmethod
    def remember(cls, antenna, table, columns, *, by=None):
        """Keep the choice for the next file with these headings; without headings, nothing."""
        if table.fingerprint:
            cls.objects.update_or_create(
                antenna=antenna,
                fingerprint=table.fingerprint,
                defaults={
                    **columns._asdict(),
                    "headings": [without_accounts(text) for text in table.header],
                    "chosen_by": by,
                },
            )
