"""Calls for the funds that sponsors promised, and the letters by which they are asked."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conventions.models.correctable import Correctable, CorrectableQuerySet
from conventions.models.ledger import Entry
from conventions.models.receipts import Receipt
from conventions.money import EuroField, sum_of
from territories.dates import validate_due, validate_not_future
from territories.scoping import ScopedQuerySet


class CallState(models.TextChoices):
    """Where a call stands on a day; computed, stored nowhere."""

    TO_SEND = "to_send", _("À envoyer")
    WAITING = "waiting", _("En attente")
    PARTLY = "partly", _("Reçu en partie")
    LATE = "late", _("En retard")
    RECEIVED = "received", _("Reçu")
    GIVEN_UP = "given_up", _("Passé en perte")
    CANCELLED = "cancelled", _("Annulé")


class PledgeCallQuerySet(CorrectableQuerySet):
    antenna_path = "pledge__convention__antenna"

    def with_received(self, on=None):
        """Adds `received` and `left`, in euros: what came of each call until `on`, what did not."""
        receipts = Receipt.objects.standing().filter(call=OuterRef("pk"))
        if on:
            receipts = receipts.filter(received_on__lte=on)
        left = ExpressionWrapper(F("amount") - F("received"), output_field=EuroField())
        return self.annotate(received=sum_of(receipts, "call"), left=left)

    def waiting(self):
        """Calls whose money may still come: neither cancelled, nor given up, nor received."""
        return self.standing().filter(given_up=None).with_received().filter(left__gt=0)

    def with_state(self, on):
        """`with_received` at the end of `on`, plus its `state` and `seen_on`, that day.

        What is due on a day is late from the next: it can still come. `expected`: euros still
        waited for; of what is `left` of a call that was cancelled or given up, none.
        """
        found = self.with_received(on).annotate(
            seen_on=Value(on, output_field=models.DateField()),
            state=Case(
                When(struck_at__isnull=False, then=Value(CallState.CANCELLED)),
                When(given_up__on__lte=on, then=Value(CallState.GIVEN_UP)),
                When(left__lte=0, then=Value(CallState.RECEIVED)),
                When(Q(called_on=None) | Q(called_on__gt=on), then=Value(CallState.TO_SEND)),
                When(due_on__lt=on, then=Value(CallState.LATE)),
                When(received__gt=0, then=Value(CallState.PARTLY)),
                default=Value(CallState.WAITING),
                output_field=models.CharField(),
            ),
        )
        over = Q(state__in=[CallState.GIVEN_UP, CallState.CANCELLED])
        return found.annotate(
            expected=Case(When(over, then=0), default=F("left"), output_field=EuroField())
        )

    def prepared_by(self, day):
        """Those that somebody had prepared, or that had left, by the end of `day`."""
        return self.filter(Q(called_on__lte=day) | Q(created_at__date__lte=day))

    def late_on(self, day):
        """Calls that left and whose due day is over, with money that had not come on `day`."""
        return self.with_state(day).filter(called_on__lte=day, state=CallState.LATE)


class PledgeCall(Correctable):
    """What a sponsor is asked to pay by a day, in euros, out of a pledge. Cancelled: struck out."""

    pledge = models.ForeignKey(
        "Pledge", models.PROTECT, verbose_name=_("apport"), related_name="calls"
    )
    reference = models.CharField(_("référence"), max_length=40, unique=True, editable=False)
    amount = EuroField(_("montant (€)"))
    called_on = models.DateField(
        _("appelé le"), null=True, blank=True, validators=[validate_not_future]
    )
    due_on = models.DateField(_("à verser au plus tard le"), validators=[validate_due])
    # The line of the ledger that wrote off what did not come, as long as it stands.
    given_up = models.ForeignKey(
        Entry,
        models.PROTECT,
        verbose_name=_("passé en perte par"),
        related_name="calls",
        null=True,
        blank=True,
        editable=False,
    )

    objects = PledgeCallQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = _("appel de fonds")
        verbose_name_plural = _("appels de fonds")
        ordering = ["pk"]
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="pledge_call_amount_positive",
                violation_error_code="amount",
                violation_error_message=_("Un appel de fonds est positif."),
            ),
            models.CheckConstraint(
                condition=Q(called_on=None) | Q(due_on__gte=F("called_on")),
                name="pledge_call_due_after_it_was_made",
                violation_error_code="due_on",
                violation_error_message=_("L’échéance ne peut pas précéder l’appel."),
            ),
            models.CheckConstraint(
                condition=Q(struck_at=None) | Q(given_up=None),
                name="pledge_call_cancelled_or_given_up",
            ),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("conventions:call", args=[self.pk])

    @property
    def antenna(self):
        return self.pledge.convention.antenna

    def get_state_display(self):
        return CallState(self.state).label

    @property
    def days_late(self):
        """Days since the due day on the day of `with_state`; None when it is not late."""
        return (self.seen_on - self.due_on).days if self.state == CallState.LATE else None

    def refuse_unless_waiting(self):
        """ValidationError when no money may come of it any more."""
        if not PledgeCall.objects.waiting().filter(pk=self.pk).exists():
            raise ValidationError(
                _("Cet appel n’attend plus rien : il est reçu, annulé ou passé en perte."),
                code="not_waiting",
            )

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """Cancel a call that nothing was received of; its euros may be called again."""
        self.pledge._lock()
        self.refresh_from_db(fields=["given_up"])
        if self.given_up_id or self.receipts.standing().exists():
            raise ValidationError(
                _("Cet appel est reçu, même en partie, ou passé en perte : il ne s’annule pas."),
                code="received",
            )
        super().strike(reason=reason, by=by)


class CallLetterQuerySet(ScopedQuerySet):
    antenna_path = "call__pledge__convention__antenna"

    def sent(self):
        return self.exclude(sent_at=None)

    def unprinted(self):
        """Without their PDF, for pages that only tell of them."""
        return self.defer("pdf").select_related("sent_by")


class CallLetter(models.Model):
    """A letter that asks for the money of a call, or reminds of it: kept as it left."""

    call = models.ForeignKey(
        PledgeCall, models.PROTECT, verbose_name=_("appel de fonds"), related_name="letters"
    )
    is_reminder = models.BooleanField(_("relance"), default=False, editable=False)
    recipient = models.CharField(_("destinataire"), max_length=100, blank=True)
    address = models.TextField(_("adresse postale"), max_length=300, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    subject = models.CharField(_("objet"), max_length=300)
    body = models.TextField(_("texte"), max_length=10_000)
    drafted_at = models.DateTimeField(_("préparé le"), auto_now_add=True)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("envoyé par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    pdf = models.BinaryField(_("document envoyé"), null=True, blank=True)

    objects = CallLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("courrier d’appel de fonds")
        verbose_name_plural = _("courriers d’appel de fonds")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(sent_at=None),
                name="call_letter_drafted_once_for_a_call",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None, sent_by=None, pdf=None)
                | Q(sent_at__isnull=False, sent_by__isnull=False, pdf__isnull=False),
                name="call_letter_sent_with_its_document",
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body=""), name="call_letter_says_something"
            ),
        ]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return self.call.get_absolute_url()

    @property
    def antenna(self):
        return self.call.antenna

    @property
    def addressee(self):
        """To whom it goes: a person, else the sponsor."""
        return self.recipient or self.call.pledge.sponsor.name

    @property
    def destination(self):
        """Where it was sent: an address, or the post."""
        return self.email or _("par la poste")

    @transaction.atomic
    def correct(self, **texts):
        """Change to whom it goes and what it says, as long as it did not leave."""
        CallLetter.objects.select_for_update().get(pk=self.pk).refuse_unless_draft()
        for name, text in texts.items():
            setattr(self, name, text)
        self.full_clean()
        self.save(update_fields=list(texts))

    def refuse_unless_draft(self):
        """ValidationError when it left, or when its call waits for nothing any more."""
        if self.sent_at:
            raise ValidationError(
                _("Ce courrier est parti : il ne change plus. Préparez une relance."), code="sent"
            )
        self.call.refuse_unless_waiting()

    def refuse_too_late(self, day):
        """ValidationError when a first letter would leave on `day`, after the money is due."""
        if not self.call.called_on and self.call.due_on < day:
            raise ValidationError(
                _("L’échéance est passée : annulez cet appel et faites-en un autre."),
                code="overdue",
            )

    @transaction.atomic
    def keep_as_sent(self, content, *, at, by, email):
        """Freeze what left, with its document. Sent by two people at once, it left twice: two rows.

        To be called once the mail server took it; `email` is empty when it goes by post.
        """
        if CallLetter.objects.select_for_update().get(pk=self.pk).sent_at:
            self.pk, self._state.adding = None, True
        self.pdf, self.email, self.sent_at, self.sent_by = content, email, at, by
        self.save()
        if not self.call.called_on:
            self.call.called_on = timezone.localdate(at)
            self.call.save(update_fields=["called_on"])
