"""The aid a company gets: its contract, what was paid out and paid back. Never any interest."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Case, ExpressionWrapper, F, OuterRef, Q, When
from django.db.models.lookups import LessThan
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from committee.filetypes import check_signed_copy
from committee.models import Application, Decision
from committee.models.documents import random_path
from conventions import schedule
from conventions.models.rules import Frequency
from conventions.money import ZERO, EuroField, sum_of
from support.models.hardship import Instalment, Release, WriteOff
from support.models.money import AidMoney
from support.models.payments import Disbursement, PaymentOrder
from support.models.repayments import Repayment
from territories.dates import validate_due, validate_not_future
from territories.models import Antenna
from territories.scoping import ScopedQuerySet
from territories.search import SearchField


class AidQuerySet(ScopedQuerySet):
    antenna_path = "decision__application__convention__antenna"

    def with_money(self):
        """Brings along what makes the sums of each row, which then cost no query."""
        return self.select_related(
            "decision__application__company", "decision__application__convention__antenna"
        ).prefetch_related("disbursements", "repayments", "releases", "writeoffs", "plan")

    def to_pay(self):
        """Aids of which somebody may still ask to pay something out: neither paid nor ordered."""
        granted = Case(
            When(instrument=Aid.Instrument.ADVANCE, then="decision__advance"),
            default="decision__grant",
        )
        paid = _sum_for_aid(Disbursement.objects.standing())
        released = _sum_for_aid(Release.objects.standing())
        ordered = _sum_for_aid(PaymentOrder.objects.waiting())
        return self.filter(LessThan(_euros(paid + released + ordered), granted))

    def with_arrears(self, day):
        """Adds `arrears`, what `Aid.late_on` answers, and `owed`, what remains due, in euros."""
        repaid = Repayment.objects.counting_on(day).filter(is_recovery=False)
        written_off = WriteOff.objects.standing().filter(written_off_on__lte=day)
        settled = _sum_for_aid(repaid) + _sum_for_aid(written_off)
        paid = Disbursement.objects.standing().filter(paid_on__lte=day)
        due = Instalment.objects.in_force_on(day).filter(due_on__lt=day)
        return self.filter(instrument=Aid.Instrument.ADVANCE).annotate(
            owed=_euros(_sum_for_aid(paid) - settled), arrears=_euros(_sum_for_aid(due) - settled)
        )

    def late_on(self, day):
        """Advances with arrears, as `with_arrears`."""
        return self.with_arrears(day).filter(owed__gt=0, arrears__gt=0)


def _sum_for_aid(rows):
    return sum_of(rows.filter(aid=OuterRef("pk")), "aid")


def _sum(amounts):
    return sum(amounts, ZERO)


def _euros(expression):
    return ExpressionWrapper(expression, output_field=EuroField())


class Aid(AidMoney, models.Model):
    """An advance or a grant under contract. Its amount is the decision's."""

    class Instrument(models.TextChoices):
        ADVANCE = "advance", _("Avance remboursable")
        GRANT = "grant", _("Subvention")

    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name=_("décision"), related_name="aids"
    )
    instrument = models.CharField(_("nature de l’aide"), max_length=8, choices=Instrument.choices)
    number = models.CharField(_("numéro de l’aide"), max_length=60, unique=True, editable=False)
    contract_on = models.DateField(_("contrat signé le"), validators=[validate_not_future])
    deferral_months = models.PositiveSmallIntegerField(
        _("différé (mois)"), default=0, validators=[MaxValueValidator(60)]
    )
    instalments = models.PositiveSmallIntegerField(
        _("nombre d’échéances"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    frequency = models.PositiveSmallIntegerField(
        _("rythme de remboursement"), choices=Frequency.choices, default=Frequency.MONTHLY
    )
    first_due_on = models.DateField(
        _("première échéance"),
        null=True,
        blank=True,
        help_text=_("Vide : à la fin du différé, compté depuis le premier déblocage."),
        validators=[validate_due],
    )
    signed_copy = models.FileField(
        _("exemplaire signé"), upload_to=random_path, blank=True, editable=False
    )
    signed_copy_name = models.CharField(
        _("nom d’origine"), max_length=200, blank=True, editable=False
    )
    search = SearchField("number")

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
                violation_error_message=_("Une avance se rembourse en une échéance au moins."),
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=Frequency.values), name="aid_frequency_known"
            ),
            models.CheckConstraint(
                condition=Q(first_due_on=None) | Q(first_due_on__gt=F("contract_on")),
                name="aid_first_due_after_its_contract",
                violation_error_code="first_due_on",
                violation_error_message=_("La première échéance suit la signature du contrat."),
            ),
            models.CheckConstraint(condition=~Q(number=""), name="aid_has_a_number"),
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
    def is_advance(self):
        return self.instrument == self.Instrument.ADVANCE

    @property
    def amount(self):
        """Euros granted by the decision."""
        return getattr(self.decision, self.instrument)

    # What it says on a day, in euros

    def disbursed_on(self, day):
        """Paid out at the end of `day`."""
        lines = self.disbursements.all()
        return _sum(line.amount for line in lines if not line.struck_at and line.paid_on <= day)

    def repaid_on(self, day):
        """Paid back at the end of `day`, what was recovered after a loss included."""
        return _sum(line.amount for line in self.repayments.all() if line.counts_on(day))

    def recovered_on(self, day):
        """Paid back after it was written off."""
        lines = self.repayments.all()
        return _sum(line.amount for line in lines if line.is_recovery and line.counts_on(day))

    def written_off_on(self, day):
        lines = [line for line in self.writeoffs.all() if not line.struck_at]
        return _sum(line.amount for line in lines if line.written_off_on <= day)

    def settled_on(self, day):
        """What no longer has to be paid back: paid back in time, or written off."""
        return self.repaid_on(day) - self.recovered_on(day) + self.written_off_on(day)

    def outstanding_on(self, day):
        """Of an advance, paid out and neither paid back nor written off; a grant stays."""
        return self.disbursed_on(day) - self.settled_on(day) if self.is_advance else ZERO

    def owed_since(self, day):
        """As `lowest_outstanding`, out of rows brought along; nothing rather than less."""
        settled = [
            *(line.received_on for line in self.repayments.all()),
            *(line.written_off_on for line in self.writeoffs.all()),
        ]
        days = {day, *(each for each in settled if each > day)}
        return max(min(self.outstanding_on(each) for each in days), ZERO)

    def late_on(self, day):
        """Due before `day`, and not settled by the end of it."""
        return ZERO + schedule.late_amount(self.schedule(day), self.settled_on(day), day)

    def schedule(self, on=date.max):
        """Instalments of what was paid out until `on`, none before the first payment."""
        return [
            schedule.Instalment(line.due_on, line.amount)
            for line in self.plan.all()
            if line.since <= on and (line.until is None or on < line.until)
        ]

    @property
    def first_paid_on(self):
        """The day of its first payment, on which its schedule tells what is lost."""
        paid = [line.paid_on for line in self.disbursements.all() if not line.struck_at]
        return min(paid, default=date.min)

    @property
    def last_day_without_loss(self):
        """The day before its first loss; the last of days without one."""
        lost = [line.written_off_on for line in self.writeoffs.all() if not line.struck_at]
        return min(lost) - timedelta(1) if lost else date.max

    @property
    def disbursed(self):
        return self.disbursed_on(date.max)

    @property
    def repaid(self):
        return self.repaid_on(date.max)

    @property
    def settled(self):
        return self.settled_on(date.max)

    @property
    def outstanding(self):
        return self.outstanding_on(date.max)

    @property
    def lost(self):
        """Written off, less what was recovered since."""
        return self.written_off_on(date.max) - self.recovered_on(date.max)

    @property
    def released(self):
        return _sum(line.amount for line in self.releases.all() if not line.struck_at)

    @property
    def left_to_pay(self):
        return self.amount - self.disbursed - self.released

    @property
    def ordered(self):
        """Waits for a second person, and did not leave yet."""
        return _sum(order.amount for order in self.paymentorders.all() if order.is_waiting)

    @property
    def left_to_order(self):
        """Neither paid out nor ordered, and still to be."""
        return self.left_to_pay - self.ordered

    @property
    def late(self):
        """Euros due before today and not paid back."""
        return self.late_on(timezone.localdate())

    # The contract

    @classmethod
    @transaction.atomic
    def sign(cls, decision, *, instrument, on, **terms):
        """Put a granted aid under contract; `terms` say when an advance is paid back.

        The file is locked: its decision cannot be annulled meanwhile. The aid gets the next number
        of its antenna in the year of the contract.
        """
        Application.objects.select_for_update().get(pk=decision.application_id)
        decision.refresh_from_db(fields=["annulled_on"])
        aid = cls(decision=decision, instrument=instrument, contract_on=on, **terms)
        aid.number = cls.next_number(decision.antenna, on.year)
        aid.full_clean()
        aid.save()
        return aid

    @classmethod
    @transaction.atomic
    def next_number(cls, antenna, year):
        """« LONGWY-2026-003 »: no gap, since no aid is ever deleted. Locks the antenna."""
        Antenna.objects.select_for_update().get(pk=antenna.pk)
        signed = cls.objects.filter(contract_on__year=year, **{AidQuerySet.antenna_path: antenna})
        return f"{slugify(antenna.name).upper()}-{year}-{signed.count() + 1:03d}"

    @transaction.atomic
    def correct(self, **terms):
        """Change what was typed of the contract, as long as no money left and none was copied."""
        self.lock()
        if self.disbursements.standing().exists():
            raise ValidationError(
                _("De l’argent est parti : le contrat ne se corrige plus, il se rééchelonne."),
                code="paid",
            )
        for name, value in terms.items():
            setattr(self, name, value)
        self.full_clean()
        self.save(update_fields=list(terms))

    @transaction.atomic
    def file_signed_copy(self, file):
        """Keep the contract signed by both, a PDF or an image; the last one given stays."""
        self.lock()
        check_signed_copy(file)
        self.signed_copy_name = file.name[-200:]
        self.signed_copy.save(file.name, file, save=False)
        self.save(update_fields=["signed_copy", "signed_copy_name"])
