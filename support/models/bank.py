"""What came in on the antenna's bank account, and what became of each line. Never the file."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conventions.money import EuroField, in_euros
from support.bank_cells import LONG_NUMBER, REMOVED, without_accounts
from support.bank_lines import LONGEST_LABEL, fingerprints
from support.models.aid import Aid, Repayment
from support.models.payments import Credit
from territories.dates import in_figures
from territories.models import Antenna
from territories.scoping import ScopedQuerySet

MOST_UNREAD = 100  # rows of a statement that could not be read, told one by one


class SettlementRefused(ValidationError):
    """`refusals` tells each refused line by its key."""

    def __init__(self, refusals):
        super().__init__(_("Rien n’est enregistré : corrigez les lignes signalées."), "refused")
        self.refusals = refusals


class StatementQuerySet(ScopedQuerySet):
    def with_counts(self):
        """Adds `received` (lines), `waiting` (lines to settle), `recorded` (lines), `euros`."""
        recorded = Q(lines__repayment__isnull=False, lines__repayment__struck_at=None)
        return self.select_related("antenna", "read_by").annotate(
            received=Count("lines"),
            waiting=Count("lines", filter=_waiting("lines__")),
            recorded=Count("lines", filter=recorded),
            euros=Sum("lines__repayment__amount", filter=recorded),
        )

    def unfinished(self):
        """Statements with lines still to settle."""
        return self.filter(pk__in=BankLine.objects.to_settle().values("statement"))


class Statement(models.Model):
    """A spreadsheet of the bank, read once: what came in, how many lines took money out."""

    antenna = models.ForeignKey(
        Antenna, models.PROTECT, verbose_name=_("antenne"), related_name="statements"
    )
    name = models.CharField(_("nom du fichier"), max_length=200)
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64)
    debits = models.PositiveIntegerField(_("débits, non conservés"), default=0)
    unread = models.JSONField(_("lignes non lues"), default=list)
    unread_count = models.PositiveIntegerField(_("nombre de lignes non lues"), default=0)
    read_at = models.DateTimeField(_("lu le"), auto_now_add=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("lu par"),
        related_name="+",
        null=True,
    )
    known = models.ManyToManyField(
        "BankLine", verbose_name=_("lignes déjà connues"), related_name="seen_again_in"
    )

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("relevé bancaire")
        verbose_name_plural = _("relevés bancaires")
        ordering = ["-read_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["antenna", "sha256"], name="statement_once_in_an_antenna"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("support:statement", args=[self.pk])

    @classmethod
    @transaction.atomic
    def keep(cls, antenna, *, name, sha256, reading, by=None):
        """(statement, True), or the one of the same file with False.

        Lines that another file told are the same lines: they are named, never kept twice.
        """
        Antenna.objects.select_for_update().get(pk=antenna.pk)
        if before := cls.objects.filter(antenna=antenna, sha256=sha256).first():
            return before, False
        statement = cls.objects.create(
            antenna=antenna,
            name=LONG_NUMBER.sub(REMOVED, without_accounts(name))[-200:],
            sha256=sha256,
            debits=reading.debits,
            unread=reading.unread[:MOST_UNREAD],
            unread_count=len(reading.unread),
            read_by=by,
        )
        prints = fingerprints(antenna.pk, reading.credits)
        known = BankLine.objects.in_bulk(prints, field_name="fingerprint")
        BankLine.objects.bulk_create(
            [
                BankLine(statement=statement, fingerprint=each, **credit._asdict())
                for each, credit in zip(prints, reading.credits, strict=True)
                if each not in known
            ],
            batch_size=500,
        )
        statement.known.set(known.values())
        return statement, True

    @property
    def may_be_removed(self):
        """Nothing rests on it: no line was settled, and no other file tells them again."""
        rests = ~Q(outcome="") | Q(seen_again_in__isnull=False)
        return not self.lines.filter(rests).exists()

    @transaction.atomic
    def remove(self):
        """Take away a statement read by mistake; ValidationError once something rests on it."""
        Antenna.objects.select_for_update().get(pk=self.antenna_id)
        if not self.may_be_removed:
            raise ValidationError(
                _("Des lignes de ce relevé sont traitées, ou reprises par un autre : il reste."),
                code="settled",
            )
        self.delete()

    @transaction.atomic
    def settle(self, choices, *, keeping=(), by=None):
        """Settle several lines, or none of them; SettlementRefused names those that break a rule.

        `choices` gives by the key of a line the `Aid` that it pays back, the `Repayment` that told
        it already, or the outcome of a line that is ignored; `keeping` has the keys of the lines
        whose excess is kept for the company. Rows are locked in one order, so that two people who
        settle at once wait for each other.
        """
        Statement.objects.select_for_update().get(pk=self.pk)
        lines = self.lines.select_related("statement").in_bulk(list(choices))
        aids = {each.pk for each in choices.values() if isinstance(each, Aid)}
        list(Aid.objects.select_for_update().filter(pk__in=aids).order_by("pk"))
        refusals = {}
        for key in sorted(lines, key=lambda key: _turn(lines[key], choices[key])):
            try:
                lines[key].settle_as(choices[key], keep_credit=key in keeping, by=by)
            except ValidationError as error:
                refusals[key] = error
        if refusals:
            raise SettlementRefused(refusals)
        return list(lines.values())


def _turn(line, choice):
    """Conventions are locked in one order, and money is told in the order in which it came."""
    convention = choice.convention.pk if isinstance(choice, Aid) else 0
    return convention, line.day, line.row


def _waiting(prefix=""):
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
        return self.filter(_waiting())

    def settled(self):
        return self.exclude(_waiting())

    def with_outcome(self):
        """Brings along what a line became, so that each row costs no query."""
        money = [
            f"{row}__aid__decision__application__{path}"
            for row in ("repayment", "credit")
            for path in ("company", "convention__antenna")
        ]
        return self.select_related("statement__antenna", "settled_by", *money)


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
        Statement, models.CASCADE, verbose_name=_("relevé"), related_name="lines"
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
        if self.repayment and self.kept:
            return _("%(outcome)s, %(excess)s de trop-perçu gardés") % {
                "outcome": self.get_outcome_display(),
                "excess": in_euros(self.kept),
            }
        return self.get_outcome_display()

    @property
    def kept(self):
        """Euros of it kept for the company."""
        return self.credit.amount if self.credit and not self.credit.struck_at else 0

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
        if not aid.disbursements.standing().filter(paid_on__lte=self.day).exists():
            raise ValidationError(
                _("Reçu avant le premier déblocage de cette avance."), code="before_payment"
            )
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
