"""A spreadsheet of the bank, read once and settled line by line. Never the file itself."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from support.bank_cells import LONG_NUMBER, REMOVED, without_accounts
from support.bank_lines import fingerprints
from support.models.aid import Aid
from support.models.bank_line import BankLine, waiting
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
            waiting=Count("lines", filter=waiting("lines__")),
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
