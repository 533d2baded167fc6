"""The ledger: signed lines, never edited; a mistake is reversed by another line."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, Sum, Window
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conventions.models.steps import ConventionStatus
from conventions.money import EuroField, in_euros, total
from territories.dates import in_figures, validate_not_future
from territories.scoping import ScopedQuerySet


class Envelope(models.TextChoices):
    GENERAL = "general", _("Enveloppe générale")
    DIFFICULTY = "difficulty", _("Entreprises en difficulté")


class EntryKind(models.TextChoices):
    PLEDGE = "pledge", _("Apport")
    COMMITMENT = "commitment", _("Engagement")
    RELEASE = "release", _("Désengagement")
    REPAYMENT = "repayment", _("Remboursement")
    FEE = "fee", _("Frais de gestion")
    CARRY_OVER = "carry_over", _("Report")
    WRITE_OFF = "write_off", _("Passage en perte")


INCOMING = ["pledge", "release", "repayment"]
OUTGOING = ["commitment", "fee", "write_off"]
# The others belong to a pledge, a decision or an aid, which undo them with what they stand for.
UNDONE_BY_HAND = ["fee", "carry_over"]


class EntryQuerySet(ScopedQuerySet):
    antenna_path = "convention__antenna"

    def until(self, day):
        return self.filter(on__lte=day)

    def of(self, *kinds):
        return self.filter(kind__in=kinds)

    def balance(self):
        """Sum of the lines, in euros."""
        return total(self)

    def balances_after(self, keys):
        """By key of a line, what its envelope holds after it; to be asked of a whole ledger."""
        balance = Window(Sum("amount"), ["convention", "envelope"], order_by=["on", "pk"])
        lines = self.order_by().annotate(balance=balance)
        # No balance is empty; but thanks to it the other lines are left out after the sums.
        wanted = lines.filter(Q(pk__in=keys) | Q(balance=None))
        return dict(wanted.values_list("pk", "balance"))

    def balances_since(self, day):
        """The balance at the end of `day`, and of each later day that has lines."""
        balance = self.until(day).balance()
        balances = [balance]
        later = self.filter(on__gt=day).order_by("on").values("on").annotate(sum=Sum("amount"))
        for each in later:
            balance += each["sum"]
            balances.append(balance)
        return balances

    def update(self, **kwargs):
        raise TypeError("A line of the ledger is never changed: reverse it.")

    def delete(self):
        raise TypeError("A line of the ledger is never deleted: reverse it.")


class Entry(models.Model):
    """One signed line of a convention's ledger, in euros; the convention's verbs write it."""

    convention = models.ForeignKey(
        "Convention", models.PROTECT, verbose_name=_("convention"), related_name="entries"
    )
    envelope = models.CharField(_("enveloppe"), max_length=10, choices=Envelope.choices)
    kind = models.CharField(_("nature"), max_length=12, choices=EntryKind.choices)
    amount = EuroField(_("montant"))
    on = models.DateField(_("date"), validators=[validate_not_future])
    label = models.CharField(_("libellé"), max_length=200)
    pledge = models.ForeignKey(
        "Pledge",
        models.PROTECT,
        verbose_name=_("apport"),
        related_name="entries",
        null=True,
        blank=True,
    )
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("écriture contre-passée"),
        related_name="reversal",
        null=True,
        blank=True,
    )
    carries = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("écriture reportée"),
        related_name="carried",
        null=True,
        blank=True,
        help_text=_("La ligne de sortie, dans la convention précédente."),
    )
    created_at = models.DateTimeField(_("saisie le"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("saisie par"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("écriture")
        verbose_name_plural = _("écritures")
        ordering = ["on", "pk"]
        indexes = [
            models.Index(fields=["convention", "envelope", "on"], name="entry_by_envelope_and_day"),
            models.Index(fields=["convention", "on"], name="entry_by_day"),
            models.Index(
                fields=["convention", "envelope", "kind", "on", "amount"],
                name="entry_by_envelope_and_kind",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(envelope__in=["general", "difficulty"]), name="entry_envelope_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[*INCOMING, *OUTGOING, "carry_over"]),
                name="entry_kind_known",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind__in=INCOMING, reverses=None, amount__gt=0)
                    | Q(kind__in=INCOMING, reverses__isnull=False, amount__lt=0)
                    | Q(kind__in=OUTGOING, reverses=None, amount__lt=0)
                    | Q(kind__in=OUTGOING, reverses__isnull=False, amount__gt=0)
                    | Q(kind="carry_over", carries=None, reverses=None, amount__lt=0)
                    | Q(kind="carry_over", carries__isnull=False, reverses=None, amount__gt=0)
                    | (Q(kind="carry_over", reverses__isnull=False) & ~Q(amount=0))
                ),
                name="entry_sign_follows_kind",
                violation_error_message=_(
                    "Un montant est positif ; l’écriture, elle, porte le signe de sa nature."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.label}"

    def save(self, **kwargs):
        if self.pk:
            raise TypeError("A line of the ledger is never changed: reverse it.")
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("conventions:entry_list", args=[self.convention_id])

    def delete(self, **kwargs):
        raise TypeError("A line of the ledger is never deleted: reverse it.")

    @property
    def antenna(self):
        return self.convention.antenna

    @property
    def may_be_undone_by_hand(self):
        """True of a fee or of a carry-over that left, once."""
        stands = not self.reverses_id and not hasattr(self, "reversal")
        return stands and not self.carries_id and self.kind in UNDONE_BY_HAND


class LedgerWriter:
    """What a convention does with its money: with `pledge`, the only writers of the ledger."""

    def balance(self, envelope=None, on=None):
        """Euros available in an envelope (or in all), at the end of a day (or today)."""
        entries = self.entries.all()
        if envelope:
            entries = entries.filter(envelope=envelope)
        return (entries.until(on) if on else entries).balance()

    def available(self, envelope, on):
        """Euros that can leave an envelope on `on` without overdrawing it that day or any since."""
        return min(self.entries.filter(envelope=envelope).balances_since(on))

    @transaction.atomic
    def commit(self, amount, *, on, label, envelope=Envelope.GENERAL, by=None):
        """Reserve euros for an approved application: nothing goes beyond the envelope."""
        self.check_running(on)
        self._refuse_beyond(amount, envelope, on)
        return self._write(EntryKind.COMMITMENT, -amount, envelope, on, label, by)

    @transaction.atomic
    def release(self, amount, *, on, label, envelope=Envelope.GENERAL, by=None):
        """Give back euros that were committed and will not be paid; never more than those."""
        self._lock()
        self._refuse_beyond_committed(amount, envelope, on)
        return self._write(EntryKind.RELEASE, amount, envelope, on, label, by)

    @transaction.atomic
    def repay(self, amount, *, on, label, envelope=Envelope.GENERAL, by=None):
        """Refill the envelope by what a company repaid; a closed convention's successor gets it."""
        self._lock()
        if self.status_on(on) == ConventionStatus.CLOSED and hasattr(self, "successor"):
            return self.successor.repay(amount, on=on, label=label, envelope=envelope, by=by)
        return self._write(EntryKind.REPAYMENT, amount, envelope, on, label, by)

    @transaction.atomic
    def charge_fee(self, amount, *, on, label, envelope=Envelope.GENERAL, by=None):
        """Take management fees from the envelope: on their own line, never mixed with aid."""
        self._lock()
        self._refuse_unless_signed()
        self._refuse_beyond(amount, envelope, on)
        return self._write(EntryKind.FEE, -amount, envelope, on, label, by)

    @transaction.atomic
    def write_off(self, amount, *, on, label, envelope=Envelope.GENERAL, pledge=None, by=None):
        """Take out euros that were promised and will never come; of a `pledge`, when one tells."""
        self._lock()
        self._refuse_beyond(amount, envelope, on)
        return self._write(EntryKind.WRITE_OFF, -amount, envelope, on, label, by, pledge=pledge)

    @transaction.atomic
    def carry_over(self, amount, *, on, envelope=Envelope.GENERAL, by=None):
        """Move what is left over to the successor: one line out here, one line in there."""
        self._lock()
        if not hasattr(self, "successor"):
            raise ValidationError(
                _("Cette convention n’a pas de suite : préparez d’abord sa reconduction."),
                code="no_successor",
            )
        self.successor._lock()
        self.successor._refuse_unless_signed()
        self._refuse_beyond(amount, envelope, on)
        label = f"{self.reference} → {self.successor.reference}"
        gone = self._write(EntryKind.CARRY_OVER, -amount, envelope, on, label, by)
        come = self.successor._write(
            EntryKind.CARRY_OVER, amount, envelope, on, label, by, carries=gone
        )
        return gone, come

    @transaction.atomic
    def reverse(self, entry, *, label, on=None, by=None):
        """Undo a fee or a carry-over written by mistake; what owns another line undoes it."""
        if entry.kind not in UNDONE_BY_HAND:
            raise ValidationError(
                _(
                    "Cette écriture suit un apport, une décision ou un remboursement :"
                    " c’est lui qu’il faut annuler."
                ),
                code="owned",
            )
        return self.undo(entry, label=label, on=on, by=by)

    @transaction.atomic
    def undo(self, entry, *, label, on=None, by=None):
        """Undo a line by its opposite, dated like it unless `on` says otherwise.

        For what owns the line. A carry-over is undone from the convention it left, on both sides.
        """
        self._lock()
        if entry.convention_id != self.pk:
            raise ValueError("a line is reversed by its own convention")
        if entry.carries_id:
            raise ValidationError(
                _("Un report s’annule depuis la convention d’où il vient."), code="carried"
            )
        if hasattr(entry, "carried"):
            entry.carried.convention._undo(entry.carried, label, on, by)
        return self._undo(entry, label, on, by)

    def _undo(self, entry, label, on, by):
        self._lock()
        if entry.reverses_id or hasattr(entry, "reversal"):
            raise ValidationError(_("Cette écriture est déjà contre-passée."), code="reversed")
        on = on or entry.on
        if entry.amount > 0:
            self._refuse_beyond(entry.amount, entry.envelope, on)
        if entry.kind == EntryKind.COMMITMENT:
            self._refuse_beyond_committed(-entry.amount, entry.envelope, on)
        links = {"reverses": entry, "pledge": entry.pledge}
        return self._write(entry.kind, -entry.amount, entry.envelope, on, label, by, **links)

    def _write(self, kind, amount, envelope, on, label, by, **links):
        entry = Entry(
            convention=self,
            kind=kind,
            amount=amount,
            envelope=envelope,
            on=on,
            label=label[:200],
            created_by=by,
            **links,
        )
        entry.full_clean()
        entry.save()
        return entry

    def _lock(self):
        """One writer at a time reads the balance; what it reads holds until it commits."""
        self.status = type(self).objects.select_for_update().get(pk=self.pk).status

    def _refuse_beyond(self, amount, envelope, on):
        available = self.available(envelope, on)
        if amount > available:
            raise ValidationError(
                _("Solde insuffisant : il reste %(left)s dans « %(envelope)s »."),
                code="overdrawn",
                params={"left": in_euros(available), "envelope": Envelope(envelope).label},
            )

    def _refuse_beyond_committed(self, amount, envelope, on):
        moves = self.entries.filter(envelope=envelope).of(EntryKind.COMMITMENT, EntryKind.RELEASE)
        committed = -max(moves.balances_since(on))
        if amount > committed:
            raise ValidationError(
                _("Désengagement trop élevé : il reste %(left)s d’engagés dans « %(envelope)s »."),
                code="beyond_committed",
                params={"left": in_euros(committed), "envelope": Envelope(envelope).label},
            )

    def _refuse_if_closed(self):
        if self.status == ConventionStatus.CLOSED:
            raise ValidationError(
                _("La convention %(reference)s est close."),
                code="closed",
                params={"reference": self.reference},
            )

    def _refuse_unless_signed(self):
        self._refuse_if_closed()
        if self.status == ConventionStatus.DRAFT:
            raise ValidationError(
                _("La convention %(reference)s n’est pas encore signée."),
                code="not_signed",
                params={"reference": self.reference},
            )

    def check_running(self, on):
        """Refuse an award on a day when the convention is not in force; locks it first."""
        self._lock()
        self._refuse_if_closed()
        if self.status_on(on) != ConventionStatus.SIGNED:
            raise ValidationError(
                _("La convention %(reference)s n’est pas en vigueur le %(day)s."),
                code="not_running",
                params={"reference": self.reference, "day": in_figures(on)},
            )
        if not self.starts_on <= on <= self.terms_on(on).ends_on:
            raise ValidationError(
                _("Le %(day)s est en dehors de la convention %(reference)s."),
                code="out_of_term",
                params={"reference": self.reference, "day": in_figures(on)},
            )
