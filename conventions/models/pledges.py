"""What sponsors promise to a convention, and what came."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Case, ExpressionWrapper, F, OuterRef, Q, Sum, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.models import Sponsor
from conventions.models.correctable import Correctable, CorrectableQuerySet, require_reason
from conventions.models.ledger import Envelope
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

    def with_received(self):
        """Adds `received` and `expected`: euros that came, euros still to come."""
        receipts = Receipt.objects.standing().filter(pledge=OuterRef("pk"))
        euros = EuroField()
        return self.annotate(
            received=sum_of(receipts, "pledge"),
            expected=Case(
                When(
                    withdrawn_on=None,
                    then=ExpressionWrapper(F("amount") - F("received"), output_field=euros),
                ),
                default=0,
                output_field=euros,
            ),
        )

    def totals(self):
        """Of each origin and envelope: euros and days that stand, euros received and expected."""
        return (
            self.with_received()
            .filter(withdrawn_on=None)
            .order_by("origin", "envelope")
            .values("origin", "envelope")
            .annotate(
                total_amount=Sum("amount"),
                total_days=Sum("days"),
                total_received=Sum("received"),
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
    def receive(self, amount, *, on, by=None, label=""):
        """Record money received; ValidationError when it exceeds the promise."""
        self._lock()
        if self.withdrawn_on:
            raise ValidationError(_("Cet apport a été retiré."), code="withdrawn")
        receipt = Receipt(pledge=self, amount=amount, received_on=on, label=label, created_by=by)
        receipt.full_clean()
        if on < self.pledged_on:
            raise ValidationError(
                {
                    "received_on": _("Ce versement précède la promesse (%(day)s).")
                    % {"day": in_figures(self.pledged_on)}
                },
                code="dates",
            )
        expected = self.amount - total(self.receipts.standing())
        if amount > expected:
            raise ValidationError(
                {
                    "amount": _("Versement trop élevé : il reste %(left)s à recevoir.")
                    % {"left": in_euros(expected)}
                },
                code="beyond_pledge",
            )
        receipt.save()
        return receipt

    @transaction.atomic
    def withdraw(self, *, on, reason, by=None):
        """Cancel a promise that nothing was received for; its ledger line is reversed."""
        require_reason(reason)
        self._lock()
        if self.withdrawn_on or self.receipts.standing().exists():
            raise ValidationError(
                _("Cet apport est déjà retiré, ou des versements ont été reçus."), code="received"
            )
        self.withdrawn_on = on
        self.full_clean()
        for entry in self.entries.filter(reverses=None):
            self.convention.undo(entry, on=on, label=reason, by=by)
        self.save(update_fields=["withdrawn_on"])

    def _lock(self):
        self.withdrawn_on = Pledge.objects.select_for_update().get(pk=self.pk).withdrawn_on


class ReceiptQuerySet(CorrectableQuerySet):
    antenna_path = "pledge__convention__antenna"


class Receipt(Correctable):
    """Money that a sponsor actually paid in, in euros."""

    pledge = models.ForeignKey(
        Pledge, models.PROTECT, verbose_name=_("apport"), related_name="receipts"
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

    @property
    def antenna(self):
        return self.pledge.convention.antenna

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """Strike out money that never came: the sponsor still owes it."""
        self.pledge._lock()
        super().strike(reason=reason, by=by)
