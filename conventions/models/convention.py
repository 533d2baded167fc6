"""The convention: what it says, the steps of its life, who pays."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import OuterRef, ProtectedError, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conventions.models.correctable import require_reason
from conventions.models.ledger import Entry, EntryKind, Envelope, LedgerWriter
from conventions.models.pledges import Pledge
from conventions.models.steps import ConventionStatus, ConventionStep
from conventions.models.terms import Amendment, Terms
from conventions.money import sum_of
from territories.dates import in_figures
from territories.models import Antenna
from territories.scoping import ScopedQuerySet
from territories.search import SearchField, SearchMixin


class ConventionQuerySet(SearchMixin, ScopedQuerySet):
    def reportable_to(self, user):
        """Conventions whose evaluation `user` may read: a funder's own beside the visible ones."""
        if user.is_national:
            return self.all()
        readable = Q(antenna__in=user.antenna_ids)
        if user.reads_evaluations:
            readable |= Q(pk__in=user.readable_conventions.values("pk"))
        return self.filter(readable)

    def with_balance(self, until=None):
        """Adds `balance`: euros still available, all envelopes together; on `until`, if told."""
        entries = Entry.objects.filter(convention=OuterRef("pk"))
        if until:
            entries = entries.until(until)
        return self.annotate(balance=sum_of(entries, "convention"))

    def with_end(self, on):
        """Adds `ends_on`: the last day, as the text in force on `on` sets it."""
        in_force = Terms.objects.filter(convention=OuterRef("pk"), effective_on__lte=on)
        first = Terms.objects.filter(convention=OuterRef("pk"))
        return self.annotate(
            ends_on=models.functions.Coalesce(
                Subquery(in_force.order_by("-effective_on", "-pk").values("ends_on")[:1]),
                Subquery(first.order_by("effective_on", "pk").values("ends_on")[:1]),
            )
        )

    def with_status_on(self, day):
        """Adds `status_then`: its status at the end of `day`, empty before the first step."""
        steps = ConventionStep.objects.filter(convention=OuterRef("pk"), on__lte=day)
        return self.annotate(
            status_then=Subquery(steps.order_by("-on", "-pk").values("status")[:1])
        )

    def signed(self):
        """Conventions signed and not closed, whatever their term: what is told of them counts."""
        return self.filter(status__in=[Convention.Status.SIGNED, Convention.Status.SUSPENDED])

    def running_on(self, day):
        """Signed (or suspended) conventions whose term covers `day`."""
        return self.with_end(day).signed().filter(starts_on__lte=day, ends_on__gte=day)


class Convention(LedgerWriter, models.Model):
    """What funders and an antenna sign: money, days, targets, rules; three years as a rule."""

    Status = ConventionStatus

    antenna = models.ForeignKey(
        Antenna, models.PROTECT, verbose_name=_("antenne"), related_name="conventions"
    )
    reference = models.CharField(
        _("référence"),
        max_length=30,
        unique=True,
        error_messages={"unique": _("Une convention a déjà cette référence.")},
        validators=[
            RegexValidator(
                r"^[A-Z0-9][A-Z0-9-]*$",
                _("Lettres majuscules sans accent, chiffres et tirets : LONGWY-1."),
            )
        ],
    )
    name = models.CharField(_("intitulé"), max_length=150)
    starts_on = models.DateField(_("premier jour"))
    status = models.CharField(
        _("état"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    predecessor = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("convention précédente"),
        related_name="successor",
        null=True,
        blank=True,
    )
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("financeurs qui lisent le bilan"),
        related_name="readable_conventions",
        blank=True,
    )
    search = SearchField("reference", "name")

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = _("convention")
        verbose_name_plural = _("conventions")
        ordering = ["-starts_on", "reference"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "signed", "suspended", "closed"]),
                name="convention_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=models.F("id")), name="convention_does_not_follow_itself"
            ),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("reports:convention", args=[self.pk])

    def clean(self):
        if self.predecessor_id and self.starts_on and self.starts_on <= self.predecessor.starts_on:
            raise ValidationError(
                {"starts_on": _("Une convention commence après celle qu’elle suit.")}, code="dates"
            )

    # What it says

    def terms_on(self, day):
        """The set in force on `day`; before the first one takes effect, the first one."""
        terms = sorted(self.terms.all(), key=lambda terms: (terms.effective_on, terms.pk))
        in_force = [each for each in terms if each.effective_on <= day]
        return (in_force or terms[:1])[-1]

    def check_award(self, day, *, advance, days):
        """ValidationError when the convention, on this day, may not grant these euros and days."""
        self.check_running(day)
        self.terms_on(day).check_award(advance=advance, days=days)

    def status_on(self, day):
        """Its status at the end of `day`."""
        steps = [step for step in self.steps.all() if step.on <= day]
        return steps[-1].status if steps else self.Status.DRAFT

    @property
    def signed_on(self):
        step = next((step for step in self.steps.all() if step.status == "signed"), None)
        return step and step.on

    def time_elapsed(self, day):
        """Share of its term gone at the end of `day`, from 0 to 1."""
        ends_on = self.terms_on(day).ends_on
        days = (ends_on - self.starts_on).days + 1
        return min(max((day - self.starts_on).days + 1, 0), days) / days

    @transaction.atomic
    def amend(self, terms, *, signed_on, reason, document="", territories=None, by=None):
        """Put an unsaved set of `terms` in force; earlier sets stay answerable at their dates."""
        self._lock()
        if self.status not in (self.Status.SIGNED, self.Status.SUSPENDED):
            raise ValidationError(
                _("Un avenant modifie une convention signée : celle-ci est « %(status)s »."),
                code="wrong_step",
                params={"status": self.get_status_display()},
            )
        latest = self.terms.last()
        territories = set(latest.territories.all() if territories is None else territories)
        _check_order(latest, terms)
        amendment = Amendment(
            convention=self,
            number=self.amendments.count() + 1,
            signed_on=signed_on,
            reason=reason,
            document=document,
            created_by=by,
        )
        amendment.full_clean()
        if terms.says_as(latest) and territories == set(latest.territories.all()):
            raise ValidationError(
                _("Cet avenant ne change rien au texte en vigueur : modifiez ce qui change."),
                code="no_change",
            )
        amendment.save()
        terms.pk, terms.convention, terms.amendment = None, self, amendment
        terms._state.adding = True
        terms.full_clean()
        terms.save()
        terms.territories.set(territories)
        return amendment

    # The steps of its life, in order

    @transaction.atomic
    def prepare(self, terms, *, territories=()):
        """Save a draft and the `terms` it starts with: both or neither, until it is signed."""
        if self.pk:
            self._lock()
        if self.status != self.Status.DRAFT:
            raise ValidationError(
                _("Cette convention est signée : pour la modifier, passez par un avenant."),
                code="wrong_step",
            )
        if any(territory.antenna_id != self.antenna_id for territory in territories):
            raise ValidationError(
                {"territories": _("Choisissez des territoires de l’antenne de la convention.")}
            )
        self.full_clean()
        self.save()
        terms.convention, terms.effective_on = self, self.starts_on
        terms.full_clean()
        terms.save()
        terms.territories.set(territories)
        return self

    @transaction.atomic
    def discard(self):
        """Delete a draft prepared by mistake; one that something rests on already stays."""
        self._lock()
        if self.status != self.Status.DRAFT:
            raise ValidationError(
                _("Une convention signée ne se supprime pas : elle se clôt."), code="wrong_step"
            )
        try:
            with transaction.atomic():
                self.terms.all().delete()
                self.delete()
        except ProtectedError:
            raise ValidationError(
                _("Des apports y sont déjà saisis : cette convention ne se supprime plus."),
                code="protected",
            ) from None

    def sign(self, *, on, by=None):
        if not self.terms.exists():
            raise ValidationError(
                _("Cette convention n’a pas encore de dispositions."), code="no_terms"
            )
        before = self.predecessor and self.predecessor.signed_on
        if self.predecessor and (before is None or on < before):
            raise ValidationError(
                {"on": _("Une convention se signe après celle qu’elle suit.")}, code="dates"
            )
        self._step(of=[self.Status.DRAFT], to=self.Status.SIGNED, on=on, by=by)

    def suspend(self, *, on, reason, by=None):
        require_reason(reason)
        self._step(of=[self.Status.SIGNED], to=self.Status.SUSPENDED, on=on, reason=reason, by=by)

    def resume(self, *, on, reason="", by=None):
        self._step(of=[self.Status.SUSPENDED], to=self.Status.SIGNED, on=on, reason=reason, by=by)

    def close(self, *, on, reason="", by=None):
        self._step(
            of=[self.Status.SIGNED, self.Status.SUSPENDED],
            to=self.Status.CLOSED,
            on=on,
            reason=reason,
            by=by,
        )

    @transaction.atomic
    def renew(self, *, reference, name, starts_on, ends_on):
        """A draft successor with the same rules, targets and territories, to adapt and sign."""
        terms = self.terms.last()
        territories = list(terms.territories.all())
        successor = Convention(
            antenna=self.antenna,
            reference=reference,
            name=name,
            starts_on=starts_on,
            predecessor=self,
        )
        successor.full_clean()
        successor.save()
        terms.pk = terms.amendment = None
        terms._state.adding = True
        terms.convention, terms.effective_on, terms.ends_on = successor, starts_on, ends_on
        terms.full_clean()
        terms.save()
        terms.territories.set(territories)
        return successor

    # Its money; the other verbs that write the ledger are in `LedgerWriter`

    @transaction.atomic
    def pledge(
        self, sponsor, *, origin, on, amount=0, days=0, envelope=Envelope.GENERAL, note="", by=None
    ):
        """Record a sponsor's promise; its euros become available at once."""
        self._lock()
        self._refuse_if_closed()
        pledge = Pledge(
            convention=self,
            sponsor=sponsor,
            origin=origin,
            envelope=envelope,
            amount=amount,
            days=days,
            pledged_on=on,
            note=note,
        )
        pledge.full_clean()
        pledge.save()
        if pledge.amount:
            self._write(
                EntryKind.PLEDGE, pledge.amount, envelope, on, str(sponsor), by, pledge=pledge
            )
        return pledge

    @transaction.atomic
    def _step(self, *, of, to, on, by, reason=""):
        """Move the convention on, unless it is not, or no longer, where it should leave from."""
        self._lock()
        if self.status not in of:
            raise ValidationError(
                _("Étape impossible : la convention est « %(status)s »."),
                code="wrong_step",
                params={"status": self.get_status_display()},
            )
        step = ConventionStep(convention=self, status=to, on=on, reason=reason, by=by)
        step.full_clean()
        latest = self.steps.last()
        if latest and on < latest.on:
            raise ValidationError(
                {
                    "on": _("Cette date précède l’étape d’avant (%(day)s).")
                    % {"day": in_figures(latest.on)}
                },
                code="dates",
            )
        step.save()
        self.status = to
        self.save(update_fields=["status"])


def _check_order(latest, terms):
    """A new text takes effect after the latest one, before the end that this one set."""
    if not latest.effective_on <= terms.effective_on <= latest.ends_on:
        raise ValidationError(
            {
                "effective_on": _(
                    "Cet avenant prend effet entre le %(since)s, date du dernier texte,"
                    " et le %(until)s, fin de la convention."
                )
                % {
                    "since": in_figures(latest.effective_on),
                    "until": in_figures(latest.ends_on),
                }
            },
            code="dates",
        )
    if terms.ends_on < terms.effective_on:
        raise ValidationError(
            {"ends_on": _("La convention ne peut pas finir avant que ce texte prenne effet.")},
            code="dates",
        )
