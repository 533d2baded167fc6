"""What awaits an antenna: files, payments, days, jobs, late money. Read-only."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Count, Exists, OuterRef

from committee.models import Application
from conventions.models import Convention
from reports.evaluation import Evaluation
from support.models import Aid, Job, Mission, SkillDay
from territories.listing import first
from territories.models import Antenna

SOON = timedelta(days=60)
FEW = 10
MONTHS_BEFORE_JOBS = timedelta(days=365)


@dataclass(frozen=True)
class Dashboard:
    """The lists of one antenna on a day; each is short and leads to the page that settles it."""

    antenna: Antenna
    on: date

    @cached_property
    def conventions(self):
        """(convention, evaluation) of each convention that runs."""
        running = (
            Convention.objects.filter(antenna=self.antenna)
            .running_on(self.on)
            .select_related("antenna")
            .prefetch_related("terms", "steps")
        )
        return [(convention, Evaluation(convention, self.on)) for convention in running]

    @property
    def _applications(self):
        return Application.objects.filter(convention__antenna=self.antenna).select_related(
            "company", "convention__antenna"
        )

    @cached_property
    def to_complete(self):
        return first(self._applications.filter(status__in=Application.OPEN), FEW)

    @cached_property
    def awaiting_committee(self):
        return first(self._applications.awaiting_committee(), FEW)

    @cached_property
    def to_sign(self):
        """Approved money without a contract."""
        aid = Aid.objects.filter(decision__application=OuterRef("pk"))
        approved = self._applications.approved().filter(
            ~Exists(aid), decisions__annulled_on=None, decisions__entry__isnull=False
        )
        return first(approved, FEW)

    @property
    def _missions(self):
        return Mission.objects.select_related(
            "application__company", "application__convention", "expert"
        )

    @property
    def _aids(self):
        return Aid.objects.filter(decision__application__convention__antenna=self.antenna)

    @cached_property
    def to_pay(self):
        """Aids under contract with money still to pay out."""
        return first(self._aids.to_pay().with_money(), FEW)

    @cached_property
    def late(self):
        """(aid, euros late) of each advance with arrears, the largest first."""
        arrears = self._aids.late_on(self.on).order_by("-arrears", "-contract_on", "-pk")
        late = dict(arrears.values_list("pk", "arrears")[:FEW])
        aids = Aid.objects.with_money().in_bulk(late)
        return [(aids[key], euros) for key, euros in late.items()]

    @cached_property
    def missions_ending(self):
        ending = self._missions.filter(
            application__convention__antenna=self.antenna,
            ends_on__range=(self.on, self.on + SOON),
        )
        return first(ending.order_by("ends_on", "pk"), FEW)

    @cached_property
    def days_to_certify(self):
        """(mission, number of lines) with days that the company has not certified."""
        lines = (
            SkillDay.objects.standing()
            .filter(mission__application__convention__antenna=self.antenna, certified_on=None)
            .values("mission")
            .annotate(lines=Count("pk"))
            .order_by("-lines", "-mission")[:FEW]
        )
        missions = self._missions.in_bulk([line["mission"] for line in lines])
        return [(missions[line["mission"]], line["lines"]) for line in lines]

    @cached_property
    def jobs_to_observe(self):
        """Files approved a year ago or more, with jobs retained and none observed."""
        observed = Job.objects.standing().filter(application=OuterRef("pk"))
        approved = self._applications.approved().filter(
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
                self.to_complete,
                self.awaiting_committee,
                self.to_sign,
                self.to_pay,
                self.late,
                self.missions_ending,
                self.days_to_certify,
                self.jobs_to_observe,
            )
        )
