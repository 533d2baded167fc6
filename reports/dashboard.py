"""What awaits an antenna: files, payments, days, jobs, late money. Read-only."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef, Sum

from committee.models import Application
from conventions.models import Convention
from reports.evaluation import Evaluation
from support.instalments import follow
from support.models import Aid, Job, Mission, SkillDay
from territories.models import Antenna

SOON = timedelta(days=60)
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

    @property
    def _approved(self):
        return self._applications.approved().prefetch_related("decisions")

    @cached_property
    def to_complete(self):
        return self._applications.filter(status__in=Application.OPEN)[:10]

    @cached_property
    def awaiting_committee(self):
        return self._applications.awaiting_committee()[:10]

    @cached_property
    def to_sign(self):
        """Approved money without a contract."""
        aid = Aid.objects.filter(decision__application=OuterRef("pk"))
        return self._approved.filter(
            decisions__annulled_on=None, decisions__entry__isnull=False
        ).filter(~Exists(aid))[:10]

    @cached_property
    def _aids(self):
        aids = Aid.objects.filter(decision__application__convention__antenna=self.antenna)
        return list(aids.with_money())

    @property
    def to_pay(self):
        """Aids under contract with money still to pay out."""
        return [aid for aid in self._aids if aid.left_to_pay > 0][:10]

    @cached_property
    def late(self):
        """(aid, euros late, day of the first instalment unpaid), the most euros first."""
        late = [
            (aid, amount, self._late_since(aid))
            for aid in self._aids
            if (amount := aid.late_on(self.on))
        ]
        return sorted(late, key=lambda row: -row[1])[:10]

    def _late_since(self, aid):
        followed = follow(aid.schedule(self.on), aid.repaid_on(self.on), self.on)
        return next(line.due_on for line in followed if line.is_late)

    @cached_property
    def missions_ending(self):
        return (
            Mission.objects.filter(
                application__convention__antenna=self.antenna,
                ends_on__range=(self.on, self.on + SOON),
            )
            .select_related("application__company", "application__convention", "expert")
            .order_by("ends_on")[:10]
        )

    @cached_property
    def days_to_certify(self):
        """(mission, days that the company has not certified), the most days first."""
        lines = (
            SkillDay.objects.standing()
            .filter(mission__application__convention__antenna=self.antenna, certified_on=None)
            .values("mission")
            .annotate(waiting=Sum("days"))
            .order_by("-waiting")[:10]
        )
        missions = Mission.objects.select_related(
            "application__company", "application__convention", "expert"
        ).in_bulk([line["mission"] for line in lines])
        return [(missions[line["mission"]], line["waiting"]) for line in lines]

    @cached_property
    def jobs_to_observe(self):
        """Files approved a year ago or more, with jobs retained and none observed."""
        observed = Job.objects.standing().filter(application=OuterRef("pk"))
        return self._approved.filter(
            decisions__annulled_on=None,
            decisions__jobs_created__gt=0,
            decisions__decided_on__lte=self.on - MONTHS_BEFORE_JOBS,
        ).filter(~Exists(observed))[:10]

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
