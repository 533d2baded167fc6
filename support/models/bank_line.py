"""What came in on the antenna's bank account, line by line, and what became of each."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conventions.money import EuroField, in_euros
from support.bank_lines import LONGEST_LABEL
from support.models.aid import Aid
from support.models.repayments import Credit, Repayment
from territories.dates import in_figures
from territories.scoping import ScopedQuerySet


def waiting(prefix=""):
    """Lines never settled, and those whose repayment, or credit alone, was struck out since."""
    struck = Q(**{f"{prefix}repayment__struck_at__isnull": False})
    alone = Q(**{f"{prefix}repayment": None, f"{prefix}credit__struck_at__isnull": False})
    return Q(**{f"{prefix}outcome": ""}) | struck | alone


class BankLineQuerySet(ScopedQuerySet):
    antenna_path = "statement__antenna"

    def of(self, statement):
        """Every line that a statement tells, those that another told before included."""
        return self.filter(Q(statement=statement) | Q(pk__in=statement.known.values("pk")))

    def to_settle(self):
        return self.filter(waiting())

    def settled(self):
        return self.exclude(waiting())

    def with_outcome(self):
        """Brings along what a line became, so that each row costs no query."""
        money = [
            f"{row}__aid__decision__application__{path}"
            for row in ("repayment", "credit")
            for path in ("company", "convention__antenna")
        ]
        return self.select_related(
            "statement__antenna",
            "settled_by",
            "repayment__excess",
            "repayment__came_from",
            "credit__excess_of",
            "credit__rest",
            *money,
        )


class BankLine(models.Model):
    """Money that came in on a day, and what it was: a repayment, or nothing of ours.

    What came beyond what an advance owed is its credit, beside the repayment or without any.
    """

    class Outcome(models.TextChoices):
        RECORDED = "recorded", _("Remboursement enregistré")
        RECOGNISED = "recognised", _("Remboursement déjà saisi")
        KEPT = "kept", _("Trop-perçu gardé pour l’entreprise")
        NOT_A_REPAYMENT = "other", _("Pas un remboursement")
        RETURNED = "returned", _("Virement rejeté ou annulé")

    IGNORED = [Outcome.NOT_A_REPAYMENT, Outcome.RETURNED]
    WRITTEN = [Outcome.RECORDED, Outcome.KEPT]  # the line wrote the money

    statement = models.ForeignKey(
        "Statement", models.CASCADE, verbose_name=_("relevé"), related_name="lines"
    )
    row = models.PositiveIntegerField(_("ligne du fichier"))
    day = models.DateField(_("date"))
    amount = EuroField(_("montant (€)"))
    label = models.CharField(_("libellé"), max_length=LONGEST_LABEL, blank=True)
    fingerprint = models.CharField(_("empreinte"), max_length=64)
    outcome = models.CharField(_("suite"), max_length=10, choices=Outcome.choices, blank=True)
    repayment = models.OneToOneField(
        Repayment,
        models.PROTECT,
        verbose_name=_("remboursement"),
        related_name="bank_line",
        null=True,
        blank=True,
    )
    credit = models.OneToOneField(
        Credit,
        models.PROTECT,
        verbose_name=_("trop-perçu"),
        related_name="bank_line",
        null=True,
        blank=True,
    )
    settled_at = models.DateTimeField(_("traitée le"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("traitée par"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = BankLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne de relevé")
        verbose_name_plural = _("lignes de relevés")
        ordering = ["statement", "row"]
        constraints = [
            models.UniqueConstraint(fields=["fingerprint"], name="bank_line_once_in_an_antenna"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_line_amount_positive"),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["", "recorded", "recognised", "kept", "other", "returned"]
                ),
                name="bank_line_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["recorded", "recognised"], repayment__isnull=False)
                | Q(outcome="kept", repayment=None, credit__isnull=False)
                | Q(outcome__in=["", "other", "returned"], repayment=None, credit=None),
                name="bank_line_told_by_its_money",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None)
                | (~Q(outcome="") & Q(settled_at__isnull=False)),
                name="bank_line_settled_on_a_day",
            ),
        ]

    def __str__(self):
        return f"{in_figures(self.day)} – {in_euros(self.amount)} – {self.label}"

    def get_absolute_url(self):
        return self.statement.get_absolute_url()

    @property
    def antenna(self):
        return self.statement.antenna

    @property
    def state(self):
        """What became of the line, in words."""
        if not self.is_settled:
            return _("À traiter")
        if self.repayment and self.repayment.rejected_on:
            return _("%(outcome)s, rejeté par la banque le %(day)s") % {
                "outcome": self.get_outcome_display(),
                "day": in_figures(self.repayment.rejected_on),
            }
        if self.repayment and self.kept:
            return _("%(outcome)s, %(excess)s de trop-perçu gardés") % {
                "outcome": self.get_outcome_display(),
                "excess": in_euros(self.kept),
            }
        return self.get_outcome_display()

    @property
    def kept(self):
        """Euros of it kept for the company, until they are struck out or rejected by the bank."""
        is_gone = self.credit and (self.credit.struck_at or self.credit.is_rejected)
        return self.credit.amount if self.credit and not is_gone else 0

    @property
    def money(self):
        """The row that striking out takes the line back with: repayment, or credit alone."""
        return self.repayment or self.credit

    @property
    def is_settled(self):
        return bool(self.outcome) and not (self.money and self.money.struck_at)

    @property
    def may_be_reopened(self):
        """It was ignored, or tied to a repayment typed by hand: nothing to strike out."""
        return self.is_settled and self.outcome not in self.WRITTEN

    @property
    def may_be_struck(self):
        """The money that the line wrote may be struck out: nothing else has to be before."""
        if not self.is_settled or self.outcome not in self.WRITTEN:
            return False
        return self.repayment.may_be_undone if self.repayment else self.credit.may_be_struck

    def settle_as(self, choice, *, keep_credit=False, by=None):
        """Record a repayment of the `Aid`, recognise the `Repayment`, or ignore for an outcome."""
        match choice:
            case Aid():
                self.record(choice, keep_credit=keep_credit, by=by)
            case Repayment():
                self.recognise(choice, by=by)
            case _:
                self.ignore(choice, by=by)

    @transaction.atomic
    def record(self, aid, *, keep_credit=False, by=None):
        """The line pays back `aid`, which says whether it may; a label is kept with the money.

        Beyond what is owed it is refused, or kept for the company when `keep_credit`.
        """
        self._lock()
        said = {"on": self.day, "label": self.label, "by": by}
        if aid.lowest_outstanding(self.day) <= 0 < aid.lowest_lost(self.day):
            received = aid.recover(self.amount, **said)
        else:
            received = aid.repay(self.amount, keep_credit=keep_credit, **said)
        if isinstance(received, Credit):
            self._settle(self.Outcome.KEPT, by, credit=received)
        else:
            self._settle(self.Outcome.RECORDED, by, received, received.kept)

    @transaction.atomic
    def recognise(self, repayment, *, by=None):
        """The line is this repayment, and its excess, recorded by hand before it was read."""
        self._lock()
        if repayment.struck_at or BankLine.objects.filter(repayment=repayment).exists():
            raise ValidationError(
                _("Ce remboursement est rayé, ou vient d’une autre ligne."), code="recognised"
            )
        kept = repayment.kept
        if repayment.amount + (kept.amount if kept else 0) != self.amount:
            raise ValidationError(_("Ce remboursement a un autre montant."), code="amount")
        self._settle(self.Outcome.RECOGNISED, by, repayment, kept)

    @transaction.atomic
    def ignore(self, outcome, *, by=None):
        """The line is nothing of ours, and says why."""
        self._lock()
        self._settle(self.Outcome(outcome), by)

    @transaction.atomic
    def reopen(self):
        """Put back among the lines to settle one that was ignored, or recognised by mistake."""
        self._read_again()
        if self.outcome in self.WRITTEN and self.is_settled:
            raise ValidationError(
                _(
                    "Cette ligne est un remboursement ou un trop-perçu : rayez-le, elle se traite"
                    " de nouveau."
                ),
                code="recorded",
            )
        self._settle("", None)

    def _read_again(self):
        BankLine.objects.select_for_update().get(pk=self.pk)
        self.refresh_from_db()

    def _lock(self):
        self._read_again()
        if self.is_settled:
            raise ValidationError(
                _("Cette ligne est déjà traitée : %(outcome)s."),
                code="settled",
                params={"outcome": self.get_outcome_display()},
            )

    def _settle(self, outcome, by, repayment=None, credit=None):
        self.outcome, self.repayment, self.credit = outcome, repayment, credit
        self.settled_at, self.settled_by = timezone.now() if outcome else None, by
        self.save(update_fields=["outcome", "settled_at", "settled_by", "repayment", "credit"])
