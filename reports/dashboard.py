"""What awaits an antenna: files, payments, days, jobs, late money. Read-only."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, Sum

from committee.models import Application, Decision, Letter, Minutes, Session
from companies.models import Lead
from conventions.models import PledgeCall
from reports.glance import glances, running_on
from support.late import lateness_of
from support.models import (
    Aid,
    Job,
    Mission,
    PaymentOrder,
    Rescheduling,
    SkillDay,
    Statement,
    Survey,
)
from support.register import complete, to_declare
from territories.listing import first, rows_of
from territories.models import Antenna

SOON = timedelta(days=60)
LATELY = timedelta(days=60)
FEW = 10
OF_AN_AID = ["aid__decision__application__company", "aid__decision__application__convention"]
MONTHS_BEFORE_JOBS = timedelta(days=365)


@dataclass(frozen=True)
class Dashboard:
    """The lists of one antenna on a day; each is short and leads to the page that settles it."""

    antenna: Antenna
    on: date

    @cached_property
    def conventions(self):
        """The gauges of each convention that runs."""
        return glances(running_on(self.antenna, self.on), self.on)

    @property
    def _applications(self):
        return Application.objects.filter(convention__antenna=self.antenna).select_related(
            "company", "convention__antenna"
        )

    @property
    def _approved(self):
        return self._applications.approved().prefetch_related("decisions")

    @cached_property
    def to_complete(self):
        return first(self._applications.filter(status__in=Application.OPEN), FEW)

    @cached_property
    def sessions(self):
        """Sessions to prepare, to hold, or whose minutes wait to be signed, the soonest first."""
        unsigned = Minutes.objects.filter(session=OuterRef("pk"), signed_at=None)
        sessions = Session.objects.filter(committee__antenna=self.antenna)
        alive = sessions.filter(Q(pk__in=sessions.live()) | Exists(unsigned))
        return first(alive.select_related("committee").order_by("on", "at", "pk"), FEW)

    @cached_property
    def to_tell(self):
        """Files decided lately whose company has had no letter."""
        sent = Letter.objects.sent().filter(decision=OuterRef("pk"))
        untold = Decision.objects.standing_on(self.on).filter(
            ~Exists(sent), decided_on__gte=self.on - LATELY
        )
        files = self._applications.filter(decisions__in=untold).distinct()
        return first(files.prefetch_related("decisions"), FEW)

    @cached_property
    def awaiting_committee(self):
        return first(self._applications.awaiting_committee(), FEW)

    @property
    def to_simulate(self):
        """The conventions of the files that wait for the committee."""
        conventions = {file.convention for file in self.awaiting_committee}
        return sorted(conventions, key=lambda convention: convention.reference)

    @cached_property
    def to_sign(self):
        """Approved money without a contract; of a decision taken anew, the one that stands."""
        unsigned = Q()
        for instrument in Aid.Instrument:
            signed = Aid.objects.filter(decision=OuterRef("pk"), instrument=instrument)
            unsigned |= Q(~Exists(signed), **{f"{instrument}__gt": 0})
        standing = Decision.objects.approved().filter(unsigned, annulled_on=None)
        return first(self._approved.filter(decisions__in=standing), FEW)

    @property
    def _missions(self):
        return Mission.objects.select_related(
            "application__company", "application__convention", "expert"
        )

    @property
    def _aids(self):
        return Aid.objects.filter(decision__application__convention__antenna=self.antenna)

    @cached_property
    def to_approve(self):
        """Payments that wait for a second person."""
        orders = PaymentOrder.objects.waiting().filter(aid__in=self._aids)
        return first(orders.select_related(*OF_AN_AID, "created_by"), FEW)

    @cached_property
    def to_answer(self):
        """Requests for another schedule that wait for an answer."""
        asked = Rescheduling.objects.waiting().filter(aid__in=self._aids)
        return first(asked.select_related(*OF_AN_AID), FEW)

    @cached_property
    def to_declare(self):
        """Aids to enter in the national register, the first due first."""
        aids = first(to_declare(self._aids), FEW)
        complete(aids, self.on)
        return aids

    @cached_property
    def to_pay(self):
        """Aids under contract with money that nobody paid out, nor asked a second person to."""
        return first(self._aids.to_pay().with_money().prefetch_related("paymentorders"), FEW)

    @cached_property
    def late(self):
        """How late advances are, the most euros first."""
        arrears = self._aids.late_on(self.on).order_by("-arrears", "-contract_on", "-pk")
        keys = list(arrears.values_list("pk", flat=True)[:FEW])
        return lateness_of(rows_of(Aid.objects.with_money(), keys), self.on)

    @cached_property
    def late_calls(self):
        """Calls for funds whose money should have come, the oldest due first."""
        calls = PledgeCall.objects.late_on(self.on).filter(pledge__convention__antenna=self.antenna)
        return first(calls.select_related("pledge__sponsor").order_by("due_on", "pk"), FEW)

    @cached_property
    def leads(self):
        """Requests for help that nobody has answered."""
        return first(Lead.objects.waiting().filter(antenna=self.antenna), FEW)

    @cached_property
    def surveys(self):
        """Answers of companies about their jobs, to be checked."""
        answered = Survey.objects.filter(
            campaign__antenna=self.antenna, status=Survey.Status.ANSWERED
        )
        return first(answered.select_related("application__company", "campaign__antenna"), FEW)

    @cached_property
    def statements(self):
        """Statements of the bank with lines still to settle, the latest first."""
        unfinished = Statement.objects.filter(antenna=self.antenna).unfinished()
        return first(unfinished.with_counts(), FEW)

    @cached_property
    def missions_ending(self):
        ending = self._missions.filter(
            application__convention__antenna=self.antenna,
            ends_on__range=(self.on, self.on + SOON),
        )
        return first(ending.order_by("ends_on", "pk"), FEW)

    @cached_property
    def days_to_certify(self):
        """(mission, days that the company has not certified), the most days first."""
        lines = (
            SkillDay.objects.standing()
            .filter(mission__application__convention__antenna=self.antenna, certified_on=None)
            .values("mission")
            .annotate(waiting=Sum("days"))
            .order_by("-waiting", "-mission")[:FEW]
        )
        missions = self._missions.in_bulk([line["mission"] for line in lines])
        return [(missions[line["mission"]], line["waiting"]) for line in lines]

    @cached_property
    def jobs_to_observe(self):
        """Files approved a year ago or more, with jobs retained and none observed."""
        observed = Job.objects.standing().filter(application=OuterRef("pk"))
        approved = self._approved.filter(
            ~Exists(observed),
            decisions__annulled_on=None,
            decisions__jobs_created__gt=0,
            decisions__decided_on__lte=self.on - MONTHS_BEFORE_JOBS,
        )
        return first(approved, FEW)

    @property
    def is_quiet(self):
        return not any(
            (
                self.sessions,
                self.to_tell,
                self.to_complete,
                self.awaiting_committee,
                self.to_sign,
                self.to_declare,
                self.to_approve,
                self.to_answer,
                self.to_pay,
                self.late,
                self.late_calls,
                self.statements,
                self.surveys,
                self.leads,
                self.missions_ending,
                self.days_to_certify,
                self.jobs_to_observe,
            )
        )
