"""How the committee treated files: received, decided, adjourned, how fast, in what sessions.

A session belongs to the convention whose files are on its agenda: those count, once closed.
"""

from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, Subquery, Sum

from committee.models import (
    ApplicationStatus,
    ApplicationStep,
    Attendance,
    Decision,
    Invitation,
    Session,
)
from reports.indicators import average, share
from support.models import Disbursement

FINAL = [Decision.Outcome.APPROVED, Decision.Outcome.REFUSED]


class DaysBetween(Func):
    """Whole days from the second date to the first one; a number, on both databases."""

    output_field = IntegerField()
    arity = 2

    def as_sql(self, compiler, connection, **context):
        return super().as_sql(
            compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **context
        )

    def as_sqlite(self, compiler, connection, **context):
        # Midnights differ by whole days: nothing is lost by the cast.
        template = "CAST(julianday(%(expressions)s) AS INTEGER)"
        return super().as_sql(
            compiler, connection, template=template, arg_joiner=") - julianday(", **context
        )


class Proceedings:
    """Files, decisions and sessions of an `Evaluation`. Costs six queries at most, once."""

    # The rows that count

    @property
    def applications(self):
        return self.convention.applications.filter(received_on__lte=self.at)

    @property
    def decisions(self):
        return Decision.objects.filter(application__convention=self.convention).standing_on(self.at)

    @property
    def adjournments(self):
        """Files adjourned at least once, with the day and the reason of the last time."""
        adjourned = self.decisions.filter(
            outcome=Decision.Outcome.ADJOURNED, application=OuterRef("pk")
        ).order_by("-decided_on", "-pk")
        return self.applications.filter(Exists(adjourned)).annotate(
            adjourned_on=Subquery(adjourned.values("decided_on")[:1]),
            reason=Subquery(adjourned.values("reason")[:1]),
        )

    @property
    def followed(self):
        """Files received: that day `is_decided` (approved or refused), or `is_withdrawn`."""
        final = self.decisions.filter(outcome__in=FINAL, application=OuterRef("pk"))
        return self.applications.annotate(
            is_decided=Exists(final), is_withdrawn=Exists(self._withdrawals)
        )

    @property
    def waiting(self):
        """Files that the committee may still decide, with their `step` that day."""
        return self.followed.filter(WAITING).with_step(self.at)

    @property
    def withdrawals(self):
        """Files withdrawn, and not decided, with the day and the reason."""
        steps = self._withdrawals.order_by("-on", "-pk")
        return self.followed.filter(WITHDRAWN).annotate(
            withdrawn_on=Subquery(steps.values("on")[:1]),
            reason=Subquery(steps.values("reason")[:1]),
        )

    @property
    def _withdrawals(self):
        """Steps by which the file at hand was withdrawn: the last one that a file can take."""
        return ApplicationStep.objects.filter(
            application=OuterRef("pk"), status=ApplicationStatus.WITHDRAWN, on__lte=self.at
        )

    @property
    def final_decisions(self):
        """Approvals and refusals, with the days `waited` since the file was received."""
        waited = DaysBetween("decided_on", "application__received_on")
        return self.decisions.filter(outcome__in=FINAL).annotate(waited=waited)

    @property
    def paid_decisions(self):
        """Approvals of which something was paid out, with the days `waited` until then."""
        paid = Disbursement.objects.standing().filter(
            aid__decision=OuterRef("pk"), paid_on__lte=self.at
        )
        first = paid.order_by("paid_on").values("paid_on")[:1]
        return (
            self.decisions.approved()
            .annotate(paid_on=Subquery(first))
            .exclude(paid_on=None)
            .annotate(waited=DaysBetween("paid_on", "decided_on"))
        )

    @property
    def sessions(self):
        return Session.objects.filter(
            convention=self.convention, status=Session.Status.CLOSED, on__lte=self.at
        )

    @property
    def seats(self):
        """Seats convened to those sessions: who `came`, `in_person`, or `by_proxy`."""
        stays = Attendance.objects.filter(session=OuterRef("session"))
        own = stays.filter(seat=OuterRef("seat"))
        bearer = stays.filter(seat=OuterRef("proxy_to"))
        return Invitation.objects.filter(session__in=self.sessions).annotate(
            came=Exists(own),
            in_person=Exists(own.filter(is_remote=False)),
            by_proxy=Exists(bearer),
        )

    # Files

    @property
    def applications_received(self) -> int:
        """Files put before the committee, whatever became of them."""
        return self._received["files"]

    @property
    def applications_approved(self) -> int:
        """Files with a standing approval."""
        return self._decided["approved"]

    @property
    def applications_refused(self) -> int:
        """Files with a standing refusal."""
        return self._decided["refused"]

    @property
    def applications_waiting(self) -> int:
        """Files received, and neither approved, nor refused, nor withdrawn; adjourned ones too."""
        return self._received["waiting"]

    @property
    def applications_withdrawn(self) -> int:
        """Files received that were withdrawn before any decision that stands."""
        return self._received["withdrawn"]

    @property
    def applications_decided(self) -> int:
        """Files with a standing approval or refusal."""
        return self._decided["approved"] + self._decided["refused"]

    @cached_property
    def applications_adjourned(self) -> int:
        """Files that the committee adjourned at least once, whatever became of them."""
        return self.adjournments.count()

    @property
    def applications_paid(self) -> int:
        """Files approved of which something was paid out."""
        return self._paid["files"]

    @property
    def companies_supported(self) -> int:
        """Companies with a standing approval, each counted once."""
        return self._decided["companies"]

    @property
    def companies_under_10_staff(self) -> int:
        """Of those, the ones whose frozen head-count is under ten in an approved file."""
        return self._decided["small_companies"]

    @cached_property
    def _received(self):
        return self.followed.aggregate(
            files=Count("pk"),
            waiting=Count("pk", filter=WAITING),
            withdrawn=Count("pk", filter=WITHDRAWN),
            created=Sum("planned_jobs_created", default=0),
            maintained=Sum("planned_jobs_maintained", default=0),
        )

    @cached_property
    def _decided(self):
        approved = Q(outcome=Decision.Outcome.APPROVED)
        small = approved & Q(application__baseline_headcount__lt=10)
        return self.decisions.aggregate(
            approved=Count("pk", filter=approved),
            refused=Count("pk", filter=Q(outcome=Decision.Outcome.REFUSED)),
            companies=Count("application__company", filter=approved, distinct=True),
            small_companies=Count("application__company", filter=small, distinct=True),
            advances=Sum("advance", default=0),
            grants=Sum("grant", default=0),
            days=Sum("days", default=0),
            created=Sum("jobs_created", default=0),
            maintained=Sum("jobs_maintained", default=0),
        )

    # How long companies wait, in days

    @cached_property
    def decision_days(self) -> int:
        """Days from the day a file was received to its decision, all files together."""
        return self.final_decisions.aggregate(days=Sum("waited", default=0))["days"]

    @property
    def days_to_decision(self) -> Decimal | None:
        """Days that a file waits for its decision, on average; None when none is decided."""
        return average(self.decision_days, self.applications_decided)

    @property
    def payment_days(self) -> int:
        """Days from the approval of a file to its first payment, all files together."""
        return self._paid["days"]

    @property
    def days_to_payment(self) -> Decimal | None:
        """Days from an approval to the first payment, on average; None when none is paid."""
        return average(self.payment_days, self.applications_paid)

    @cached_property
    def _paid(self):
        return self.paid_decisions.aggregate(files=Count("pk"), days=Sum("waited", default=0))

    # Sessions

    @cached_property
    def sessions_held(self) -> int:
        """Sessions of the committee about files of this convention, once closed."""
        return self.sessions.count()

    @property
    def seats_convened(self) -> int:
        """Seats convened to those sessions, each counted once a session."""
        return self._seats["convened"]

    @property
    def seats_present(self) -> int:
        """Of those, the ones whose holder or deputy came, in the room or from afar."""
        return self._seats["present"]

    @property
    def seats_remote(self) -> int:
        """Of those present, the ones that only followed from afar."""
        return self._seats["remote"]

    @property
    def seats_represented(self) -> int:
        """Seats away whose proxy was there."""
        return self._seats["represented"]

    @property
    def attendance_rate(self) -> float | None:
        """Seats present or represented over seats convened; None without a session."""
        return share(self.seats_present + self.seats_represented, self.seats_convened)

    @cached_property
    def _seats(self):
        return self.seats.aggregate(
            convened=Count("pk"),
            present=Count("pk", filter=PRESENT),
            remote=Count("pk", filter=REMOTE),
            represented=Count("pk", filter=REPRESENTED),
        )


WAITING = Q(is_decided=False, is_withdrawn=False)
WITHDRAWN = Q(is_decided=False, is_withdrawn=True)
PRESENT = Q(came=True)
REMOTE = Q(came=True, in_person=False)
REPRESENTED = Q(came=False, by_proxy=True)
WAITED = F("waited")
