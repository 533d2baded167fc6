"""What companies got beside money, the jobs that came of it, and what one of them cost."""

from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Q, Sum

from conventions.money import total
from reports.indicators import each, share
from reports.sampled import Sampled
from support.days import contracted_on
from support.models import Job, SkillDay


class Given(Sampled):
    """Skill-days and jobs of an `Evaluation`. Costs four queries at most, once."""

    # The rows that count

    @property
    def missions(self):
        return contracted_on(self.at).filter(application__convention=self.convention)

    @property
    def skill_days(self):
        return SkillDay.objects.standing().filter(
            mission__application__convention=self.convention, done_on__lte=self.at
        )

    @property
    def jobs(self):
        return Job.objects.counting_on(self.at).filter(application__convention=self.convention)

    # Skill-days

    @property
    def skill_days_granted(self) -> Decimal:
        """Days granted by standing approvals."""
        return self._decided["days"]

    @property
    def skill_days_reserved(self) -> Decimal:
        """Days of standing approvals, kept for these files on what sponsors promised."""
        return self._decided["days"]

    @cached_property
    def skill_days_contracted(self) -> Decimal:
        """Days of missions under contract; of one that stopped, those given."""
        return total(self.missions, "contracted")

    @property
    def skill_days_delivered(self) -> Decimal:
        """Days given by experts."""
        return self._days["delivered"]

    @property
    def skill_days_certified(self) -> Decimal:
        """Days given that the company has certified."""
        return self._days["certified"]

    @property
    def skill_days_value(self) -> Decimal:
        """Euros that the days given are worth, at the value in force; never paid by anybody."""
        return self.skill_days_delivered * self.terms.day_value

    @cached_property
    def _days(self):
        return self.skill_days.aggregate(
            delivered=Sum("days", default=0),
            certified=Sum("days", filter=Q(certified_on__lte=self.at), default=0),
        )

    # Jobs: four notions, never added to one another

    @property
    def jobs_promised(self) -> int:
        """Jobs to create or keep, announced by the files received."""
        return self._received["created"] + self._received["maintained"]

    @property
    def jobs_validated(self) -> int:
        """Jobs to create or keep, retained by standing approvals."""
        return self._decided["created"] + self._decided["maintained"]

    @property
    def jobs_to_create(self) -> int:
        """Of those, the jobs to create."""
        return self._decided["created"]

    @property
    def jobs_created(self) -> int:
        """Jobs created that count (docs/jobs.md)."""
        return self._observed["created"]

    @property
    def jobs_verified(self) -> int:
        """Of those, the ones that somebody verified."""
        return self._observed["verified"]

    @property
    def jobs_maintained(self) -> int:
        """Jobs kept that count."""
        return self._observed["maintained"]

    @property
    def jobs_maintained_verified(self) -> int:
        """Of those, the ones that somebody verified."""
        return self._observed["maintained_verified"]

    @cached_property
    def _observed(self):
        created, maintained = Q(kind=Job.Kind.CREATED), Q(kind=Job.Kind.MAINTAINED)
        verified = Q(verified_on__lte=self.at)
        return self.jobs.aggregate(
            created=Count("pk", filter=created),
            verified=Count("pk", filter=created & verified),
            maintained=Count("pk", filter=maintained),
            maintained_verified=Count("pk", filter=maintained & verified),
        )

    # What came true, and what a job cost: None when there is nothing to divide by

    @property
    def creation_rate(self) -> float | None:
        """Jobs created over jobs to create validated."""
        return share(self.jobs_created, self.jobs_to_create)

    @property
    def realisation_rate(self) -> float | None:
        """Jobs created and verified over jobs to create validated."""
        return share(self.jobs_verified, self.jobs_to_create)

    @property
    def cost_per_job(self) -> Decimal | None:
        """Euros of aid paid out for each job created."""
        return each(self.aid_disbursed, self.jobs_created)

    @property
    def cost_per_job_with_days(self) -> Decimal | None:
        """The same, what the days given are worth included."""
        return each(self.aid_disbursed + self.skill_days_value, self.jobs_created)

    @property
    def cost_per_job_net(self) -> Decimal | None:
        """Euros paid out and not paid back, for each job created."""
        return each(self.aid_disbursed - self.aid_repaid, self.jobs_created)
