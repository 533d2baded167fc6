"""What sponsors promise to a convention, what they are asked for, what they give up."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Case, ExpressionWrapper, F, OuterRef, Q, Sum, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import Sponsor
from conventions.models.calls import CallState, PledgeCall
from conventions.models.correctable import require_reason
from conventions.models.ledger import Entry, EntryKind, Envelope
from conventions.models.receipts import Receipt
from conventions.models.steps import ConventionStatus
from conventions.money import DayField, EuroField, in_euros, sum_of, total
from territories.dates import in_figures, validate_not_future
from territories.scoping import ScopedQuerySet


class PledgeQuerySet(ScopedQuerySet):
    antenna_path = "convention__antenna"

    def standing_on(self, day):
        """Made on `day` or before, and not withdrawn since."""
        return self.filter(pledged_on__lte=day).filter(
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=day)
        )

    def with_received(self, past=None):
        """Adds euros: `received`, `written_off` (they never will be), `expected` still to come.

        With `past`, a day that is over: as they were at its end.
        """
        receipts = Receipt.objects.standing().filter(pledge=OuterRef("pk"))
        losses = Entry.objects.of(EntryKind.WRITE_OFF).filter(pledge=OuterRef("pk"))
        kept, euros = Q(withdrawn_on=None), EuroField()
        if past:
            receipts, losses = receipts.filter(received_on__lte=past), losses.until(past)
            kept |= Q(withdrawn_on__gt=past)
        expected = F("amount") - F("received") - F("written_off")
        return self.annotate(
            received=sum_of(receipts, "pledge"),
            written_off=ExpressionWrapper(sum_of(losses, "pledge") * -1, output_field=euros),
            expected=Case(
                When(kept, then=ExpressionWrapper(expected, output_field=euros)),
                default=0,
                output_field=euros,
            ),
        )

    def with_calls(self, on):
        """Adds euros: `called` by `on`, `late` on that day, `waiting`, of which `to_send` yet."""
        calls = PledgeCall.objects.standing().filter(pledge=OuterRef("pk"))
        waiting = calls.prepared_by(on).with_state(on).filter(expected__gt=0)
        to_send = waiting.filter(state=CallState.TO_SEND)
        return self.annotate(
            called=sum_of(calls.filter(called_on__lte=on), "pledge"),
            waiting=sum_of(waiting, "pledge", "expected"),
            to_send=sum_of(to_send, "pledge", "expected"),
            late=sum_of(calls.late_on(on), "pledge", "left"),
        )

    def totals(self, past=None):
        """Of each origin and envelope: euros and days that stand, euros received and expected."""
        standing = self.standing_on(past) if past else self.filter(withdrawn_on=None)
        return (
            standing.with_received(past)
            .order_by("origin", "envelope")
            .values("origin", "envelope")
            .annotate(
                total_amount=Sum("amount"),
                total_days=Sum("days"),
                total_received=Sum("received"),
                total_written_off=Sum("written_off"),
                total_expected=Sum("expected"),
            )
        )


class Pledge(models.Model):
    """A sponsor's promise of euros, of days, or of both. Its euros are a line of the ledger."""

    class Origin(models.TextChoices):
        PUBLIC = "public", _("Public")
        PRIVATE = "private", _("Privé")

    convention = models.ForeignKey(
        "Convention", models.PROTECT, verbose_name=_("convention"), related_name="pledges"
    )
    sponsor = models.ForeignKey(
        Sponsor, models.PROTECT, verbose_name=_("apporteur"), related_name="pledges"
    )
    origin = models.CharField(_("origine des fonds"), max_length=8, choices=Origin.choices)
    envelope = models.CharField(
        _("enveloppe"), max_length=10, choices=Envelope.choices, default=Envelope.GENERAL
    )
    amount = EuroField(_("montant (€)"), default=0, validators=[MinValueValidator(0)])
    days = DayField(_("journées"), default=0, validators=[MinValueValidator(0)])
    pledged_on = models.DateField(_("date de l’engagement"), validators=[validate_not_future])
    note = models.CharField(_("précisions"), max_length=200, blank=True)
    withdrawn_on = models.DateField(
        _("retiré le"),
        null=True,
        blank=True,
        editable=False,
        validators=[validate_not_future],
    )

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("apport")
        verbose_name_plural = _("apports")
        ordering = ["pledged_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, days__gte=0) & (Q(amount__gt=0) | Q(days__gt=0)),
                name="pledge_brings_euros_or_days",
                violation_error_code="amount",
                violation_error_message=_("Un apport compte des euros, des journées, ou les deux."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("pledged_on")),
                name="pledge_withdrawn_after_it_was_made",
                violation_error_code="on",
                violation_error_message=_("Le retrait ne peut pas précéder l’apport."),
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["public", "private"]), name="pledge_origin_known"
            ),
            models.CheckConstraint(
                condition=Q(envelope__in=["general", "difficulty"]), name="pledge_envelope_known"
            ),
        ]

    def __str__(self):
        return f"{self.sponsor} – {self.convention}"

    def get_absolute_url(self):
        return reverse("conventions:pledge_list", args=[self.convention_id])

    @property
    def antenna(self):
        return self.convention.antenna

    @transaction.atomic
    def call(self, amount, *, due_on, on=None, by=None):
        """Ask the sponsor for euros promised, neither received nor waited for already.

        `on`: the day it was asked by other means. Without it the call waits for its letter, and is
        of the day when that leaves.
        """
        self._lock()
        self._refuse_withdrawn()
        self.convention._lock()
        if self.convention.status == ConventionStatus.DRAFT:
            raise ValidationError(
                _("La convention n’est pas signée : rien ne s’appelle encore."), code="not_signed"
            )
        made = PledgeCall.objects.filter(pledge__convention=self.convention).count()
        call = PledgeCall(
            pledge=self,
            reference=f"AF-{self.convention.reference}-{made + 1:03d}",
            amount=amount,
            called_on=on,
            due_on=due_on,
            created_by=by,
        )
        call.full_clean()
        self._check_days_of(call)
        free = self._expected() - self._waiting()
        self._refuse_beyond(free, amount, _("Appel trop élevé : il reste %(left)s à appeler."))
        call.save()
        return call

    @transaction.atomic
    def receive(self, amount, *, on, by=None, label="", call=None):
        """Record money received, of a `call` or of none; never more than what waits there."""
        self._lock()
        self._refuse_withdrawn()
        receipt = Receipt(
            pledge=self, call=call, amount=amount, received_on=on, label=label, created_by=by
        )
        receipt.full_clean()
        if on < self.pledged_on:
            raise ValidationError({"received_on": self._before_the_promise()}, code="dates")
        self._refuse_receipt_beyond(receipt)
        receipt.save()
        return receipt

    @transaction.atomic
    def give_up(self, *, on, reason, by=None):
        """Write off all that is still expected, and what its calls wait for; returns the line.

        The ledger refuses it beyond what the envelope still holds.
        """
        require_reason(reason)
        self._lock()
        self._refuse_withdrawn()
        self._refuse_before(on, self.pledged_on)
        expected = self._expected()
        if not expected:
            raise ValidationError(
                _("Plus rien n’est attendu de cet apport."), code="nothing_expected"
            )
        entry = self.convention.write_off(
            expected,
            on=on,
            label=f"{self.sponsor} – {reason}",
            envelope=self.envelope,
            pledge=self,
            by=by,
        )
        self._give_up_calls(self.calls.waiting(), entry)
        return entry

    @transaction.atomic
    def expect_again(self, *, on, reason, by=None):
        """Undo the last `give_up`: its line is reversed, its calls wait again."""
        require_reason(reason)
        self._lock()
        entry = self.losses().last()
        if entry is None:
            raise ValidationError(_("Rien n’a été passé en perte."), code="nothing_given_up")
        self._refuse_before(on, entry.on)
        self.convention.undo(entry, on=on, label=reason, by=by)
        self._give_up_calls(self.calls.filter(given_up=entry), None)
        if self._waiting() > self._expected():
            raise ValidationError(
                _("Les appels en cours dépassent ce qui serait attendu : annulez-les d’abord."),
                code="beyond_pledge",
            )

    @transaction.atomic
    def withdraw(self, *, on, reason, by=None):
        """Cancel a promise that nothing was received for, and its calls; its line is reversed."""
        require_reason(reason)
        self._lock()
        if self.withdrawn_on or self.receipts.standing().exists():
            raise ValidationError(
                _("Cet apport est déjà retiré, ou des versements ont été reçus."), code="received"
            )
        if self.losses().exists():
            raise ValidationError(
                _("Le reste de cet apport est passé en perte : attendez-le de nouveau d’abord."),
                code="given_up",
            )
        for call in self.calls.standing():
            call.strike(reason=reason[:200], by=by)
        self.withdrawn_on = on
        self.full_clean()
        for entry in self.entries.of(EntryKind.PLEDGE).filter(reverses=None):
            self.convention.undo(entry, on=on, label=reason, by=by)
        self.save(update_fields=["withdrawn_on"])

    def losses(self):
        """The lines of the ledger that wrote off a part of it, and were not undone."""
        return self.entries.of(EntryKind.WRITE_OFF).filter(reverses=None, reversal=None)

    def _give_up_calls(self, calls, entry):
        for call in list(calls):
            call.given_up = entry
            call.save(update_fields=["given_up"])

    def _lock(self):
        self.withdrawn_on = Pledge.objects.select_for_update().get(pk=self.pk).withdrawn_on

    def _expected(self):
        return Pledge.objects.with_received().get(pk=self.pk).expected

    def _waiting(self):
        return total(self.calls.waiting(), "left")

    def _refuse_withdrawn(self):
        if self.withdrawn_on:
            raise ValidationError(_("Cet apport a été retiré."), code="withdrawn")

    def _check_days_of(self, call):
        """It was not made before the promise; made today, it is not due already."""
        if call.called_on and call.called_on < self.pledged_on:
            raise ValidationError({"called_on": self._before_the_promise()}, code="dates")
        if not call.called_on and call.due_on < timezone.localdate():
            raise ValidationError(
                {"due_on": _("Ce jour est passé : laissez le temps de payer.")}, code="dates"
            )

    def _before_the_promise(self):
        return _("Cette date précède la promesse (%(day)s).") % {"day": in_figures(self.pledged_on)}

    def _refuse_before(self, on, first):
        if on < first:
            raise ValidationError(
                {"on": _("Pas avant le %(day)s.") % {"day": in_figures(first)}}, code="dates"
            )

    def _refuse_receipt_beyond(self, receipt):
        """Money of a call is within it; money of none leaves the open calls what they wait for."""
        expected = self._expected()
        if receipt.call:
            left = total(self.calls.waiting().filter(pk=receipt.call_id), "left")
            sentence = _("Cet appel attend encore %(left)s : saisissez le surplus à part.")
        elif receipt.amount > expected:
            left, sentence = expected, _("Versement trop élevé : il reste %(left)s à recevoir.")
        else:
            left = expected - self._waiting()
            sentence = _("Hors appel, il reste %(left)s : rattachez ce versement à un appel.")
        self._refuse_beyond(left, receipt.amount, sentence)

    def _refuse_beyond(self, left, amount, sentence):
        if amount > left:
            told = {"left": in_euros(left)}
            error = ValidationError(sentence, code="beyond_pledge", params=told)
            raise ValidationError({"amount": error})
