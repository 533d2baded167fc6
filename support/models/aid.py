"""The aid a company gets, and its money: paid out, paid back. Never any interest."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Case, ExpressionWrapper, OuterRef, Q, When
from django.db.models.lookups import LessThan
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.models import Application, Decision
from conventions.models import Correctable, CorrectableQuerySet, Entry
from conventions.money import EuroField, in_euros, sum_of, total
from conventions.schedule import add_months, equal_instalments, late_amount
from support.lateness import cents_due
from territories.dates import in_figures, validate_not_future
from territories.scoping import ScopedQuerySet


class AidQuerySet(ScopedQuerySet):
    antenna_path = "decision__application__convention__antenna"

    def with_money(self):
        """Brings payments along, so that the sums of each row cost no query."""
        return self.select_related(
            "decision__application__company", "decision__application__convention__antenna"
        ).prefetch_related("disbursements", "repayments")

    def to_pay(self):
        """Aids of which the company has not got all that was granted."""
        granted = Case(
            When(instrument=Aid.Instrument.ADVANCE, then="decision__advance"),
            default="decision__grant",
        )
        return self.filter(LessThan(_sum_for_aid(Disbursement), granted))

    def late_on(self, day):
        """Advances with arrears; adds `arrears`, what `Aid.late_on` answers, in euros."""
        repaid = _sum_for_aid(Repayment, received_on__lte=day)
        outstanding = LessThan(repaid, _sum_for_aid(Disbursement, paid_on__lte=day))
        advances = self.filter(outstanding, instrument=Aid.Instrument.ADVANCE)
        paid_out = advances.filter(disbursements__struck_at=None, disbursements__paid_on__lte=day)
        arrears = ExpressionWrapper(cents_due(day) - repaid, EuroField())
        return paid_out.annotate(arrears=arrears).filter(arrears__gt=0)


def _sum_for_aid(payments, **dates):
    lines = payments.objects.standing().filter(aid=OuterRef("pk"), **dates)
    return sum_of(lines, "aid")


class Aid(models.Model):
    """An advance or a grant under contract. Its amount is the decision's."""

    class Instrument(models.TextChoices):
        ADVANCE = "advance", _("Avance remboursable")
        GRANT = "grant", _("Subvention")

    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name=_("décision"), related_name="aids"
    )
    instrument = models.CharField(_("nature de l’aide"), max_length=8, choices=Instrument.choices)
    contract_on = models.DateField(_("contrat signé le"), validators=[validate_not_future])
    deferral_months = models.PositiveSmallIntegerField(
        _("différé (mois)"), default=0, validators=[MaxValueValidator(60)]
    )
    instalments = models.PositiveSmallIntegerField(
        _("nombre de mensualités"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )

    objects = AidQuerySet.as_manager()

    class Meta:
        verbose_name = _("aide")
        verbose_name_plural = _("aides")
        ordering = ["-contract_on", "-pk"]
        indexes = [models.Index(fields=["contract_on"], name="aid_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "instrument"],
                name="aid_once_of_each_kind_in_a_decision",
                violation_error_message=_("Cette aide a déjà un contrat."),
            ),
            models.CheckConstraint(
                condition=Q(instrument__in=["advance", "grant"]), name="aid_instrument_known"
            ),
            models.CheckConstraint(
                condition=Q(instalments__gte=1),
                name="aid_has_an_instalment",
                violation_error_message=_("Une avance se rembourse en une mensualité au moins."),
            ),
        ]

    def __str__(self):
        return f"{self.get_instrument_display()} – {self.decision.application}"

    def get_absolute_url(self):
        return reverse("support:aid_list_of_application", args=[self.decision.application_id])

    def clean(self):
        if self.decision_id and self.contract_on and self.contract_on < self.decision.decided_on:
            raise ValidationError(
                {"contract_on": _("Le contrat ne peut pas précéder la décision.")}, code="dates"
            )
        if self.decision_id and self.decision.annulled_on:
            raise ValidationError(_("Cette décision a été annulée."), code="annulled")
        if self.decision_id and self.instrument and not self.amount:
            raise ValidationError(
                {"instrument": _("Le comité n’a pas accordé cette aide.")}, code="not_granted"
            )

    @property
    def antenna(self):
        return self.decision.antenna

    @property
    def application(self):
        return self.decision.application

    @property
    def convention(self):
        return self.decision.application.convention

    @property
    def amount(self):
        """Euros granted by the decision."""
        return getattr(self.decision, self.instrument)

    def disbursed_on(self, day):
        """Euros paid out at the end of `day`."""
        return sum(line.amount for line in self._paid_out(day))

    def repaid_on(self, day):
        """Euros paid back at the end of `day`."""
        lines = self.repayments.all()
        return sum(line.amount for line in lines if not line.struck_at and line.received_on <= day)

    def _paid_out(self, day):
        lines = self.disbursements.all()
        return [line for line in lines if not line.struck_at and line.paid_on <= day]

    @property
    def disbursed(self):
        return self.disbursed_on(date.max)

    @property
    def repaid(self):
        return self.repaid_on(date.max)

    @property
    def outstanding(self):
        """Euros of an advance paid out and not yet paid back; a grant is never paid back."""
        return self.disbursed - self.repaid if self.instrument == self.Instrument.ADVANCE else 0

    @property
    def left_to_pay(self):
        return self.amount - self.disbursed

    def lowest_outstanding(self, since=date.min):
        """The least euros paid out and not paid back, at the end of `since` or of any day after."""
        paid = self.disbursements.standing().values_list("paid_on", "amount")
        repaid = self.repayments.standing().values_list("received_on", "amount")
        moves = [*paid, *((day, -amount) for day, amount in repaid)]
        days = {since, *(day for day, _amount in moves if day > since)}
        return min(sum(amount for day, amount in moves if day <= end) for end in days)

    def schedule(self, on=date.max):
        """Instalments of what was paid out until `on`, from the first payment; none before it."""
        paid_out = self._paid_out(on)
        if not paid_out or self.instrument == self.Instrument.GRANT:
            return []
        first_paid_on = min(line.paid_on for line in paid_out)
        first_due = add_months(first_paid_on, self.deferral_months + 1)
        return equal_instalments(self.disbursed_on(on), self.instalments, first_due)

    def late_on(self, day):
        """Euros due before `day`, and not paid back by the end of it."""
        return late_amount(self.schedule(day), self.repaid_on(day), day)

    @property
    def late(self):
        """Euros due before today and not paid back."""
        return self.late_on(timezone.localdate())

    @classmethod
    @transaction.atomic
    def sign(cls, decision, *, instrument, on, **terms):
        """Put a granted aid under contract; `terms` are its deferral and number of instalments.

        The file is locked: its decision cannot be annulled meanwhile.
        """
        Application.objects.select_for_update().get(pk=decision.application_id)
        decision.refresh_from_db(fields=["annulled_on"])
        aid = cls(decision=decision, instrument=instrument, contract_on=on, **terms)
        aid.full_clean()
        aid.save()
        return aid

    @transaction.atomic
    def disburse(self, amount, *, on, label="", by=None):
        """Pay out; never more than the committee granted, nor before its conditions are met."""
        self._lock()
        line = Disbursement(aid=self, amount=amount, paid_on=on, label=label, created_by=by)
        line.full_clean()
        if on < self.contract_on:
            raise ValidationError(
                {
                    "paid_on": _("Le déblocage ne peut pas précéder le contrat (%(day)s).")
                    % {"day": in_figures(self.contract_on)}
                },
                code="dates",
            )
        if unmet := self.decision.conditions.unmet_on(on):
            raise ValidationError(
                _("Conditions du comité à lever avant le déblocage : %(list)s."),
                code="conditions",
                params={"list": " ; ".join(condition.label for condition in unmet)},
            )
        left = self.amount - total(self.disbursements.standing())
        if amount > left:
            raise ValidationError(
                {
                    "amount": _("Le comité a accordé %(granted)s : il reste %(left)s à débloquer.")
                    % {"granted": in_euros(self.amount), "left": in_euros(left)}
                },
                code="beyond_award",
            )
        line.save()
        return line

    @transaction.atomic
    def repay(self, amount, *, on, label="", by=None):
        """Record a repayment; it refills the convention's envelope in the same transaction."""
        self._lock()
        line = Repayment(aid=self, amount=amount, received_on=on, label=label, created_by=by)
        line.full_clean(exclude=["entry"])
        outstanding = self.lowest_outstanding(on)
        if self.instrument == self.Instrument.GRANT:
            raise ValidationError(
                {"amount": _("Une subvention ne se rembourse pas.")}, code="grant"
            )
        if amount > outstanding:
            raise ValidationError(
                {
                    "amount": _("Remboursement trop élevé : il reste %(left)s à rembourser.")
                    % {"left": in_euros(outstanding)}
                },
                code="beyond_outstanding",
            )
        line.entry = self.convention.repay(
            amount, on=on, label=str(self.application), envelope=self.application.envelope, by=by
        )
        line.save()
        return line

    def _lock(self):
        Aid.objects.select_for_update().get(pk=self.pk)


class PaymentQuerySet(CorrectableQuerySet):
    antenna_path = "aid__decision__application__convention__antenna"


class Disbursement(Correctable):
    """Money that left for the company, in euros."""

    aid = models.ForeignKey(
        Aid, models.PROTECT, verbose_name=_("aide"), related_name="disbursements"
    )
    amount = EuroField(_("montant (€)"))
    paid_on = models.DateField(_("débloqué le"), validators=[validate_not_future])
    label = models.CharField(_("libellé"), max_length=200, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = _("déblocage")
        verbose_name_plural = _("déblocages")
        ordering = ["paid_on", "pk"]
        indexes = [
            models.Index(fields=["paid_on"], name="disbursement_by_day"),
            models.Index(
                fields=["aid", "paid_on", "amount"],
                condition=Q(struck_at=None),
                name="disbursement_standing_by_aid",
            ),
        ]
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="disbursement_amount_positive",
                violation_error_message=_("Un déblocage est positif."),
            ),
        ]

    def __str__(self):
        return f"{self.aid} – {self.amount} €"

    def get_absolute_url(self):
        return self.aid.get_absolute_url()

    @property
    def antenna(self):
        return self.aid.antenna

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """Strike out a payment that never left; refused when repayments would exceed the rest."""
        self.aid._lock()
        super().strike(reason=reason, by=by)
        if self.aid.lowest_outstanding() < 0:
            raise ValidationError(
                _("Des remboursements portent sur ce déblocage : rayez-les d’abord."),
                code="repaid",
            )


class Repayment(Correctable):
    """Money a company paid back, in euros, with the ledger line that refilled the envelope."""

    aid = models.ForeignKey(Aid, models.PROTECT, verbose_name=_("aide"), related_name="repayments")
    amount = EuroField(_("montant (€)"))
    received_on = models.DateField(_("reçu le"), validators=[validate_not_future])
    label = models.CharField(_("libellé"), max_length=200, blank=True)
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        verbose_name=_("écriture"),
        related_name="repayment",
        editable=False,
    )

    objects = PaymentQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = _("remboursement")
        verbose_name_plural = _("remboursements")
        ordering = ["received_on", "pk"]
        indexes = [
            models.Index(fields=["received_on"], name="repayment_by_day"),
            models.Index(
                fields=["aid", "received_on", "amount"],
                condition=Q(struck_at=None),
                name="repayment_standing_by_aid",
            ),
        ]
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="repayment_amount_positive",
                violation_error_message=_("Un remboursement est positif."),
            ),
        ]

    def __str__(self):
        return f"{self.aid} – {self.amount} €"

    def get_absolute_url(self):
        return self.aid.get_absolute_url()

    @property
    def antenna(self):
        return self.aid.antenna

    @transaction.atomic
    def strike(self, *, reason, by=None):
        """Strike out a repayment that never came; its ledger line is reversed."""
        super().strike(reason=reason, by=by)
        self.entry.convention.undo(self.entry, label=reason, by=by)
