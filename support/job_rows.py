"""The jobs that count on a day, as the database finds them: support/counting.py, in SQL."""

from django.db.models import (
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce, ExtractDay, ExtractMonth, ExtractYear

from committee.models import Application, Decision
from conventions.models import Contract, CorrectableQuerySet, Terms
from support.counting import CREATED, MAINTAINED

RECEIVED, FILE = "application__received_on", "application"
SIRET = "application__company__siret"


class JobQuerySet(CorrectableQuerySet):
    antenna_path = "application__convention__antenna"

    def created(self):
        return self.filter(kind=CREATED)

    def maintained(self):
        return self.filter(kind=MAINTAINED)

    def verified_on(self, day):
        return self.filter(verified_on__lte=day)

    def counting_on(self, day):
        """The jobs that count at the end of `day` (docs/jobs.md)."""
        seen_again = self.model.objects.by_themselves_on(day, ended=True).maintained()
        frozen = Decision.objects.approved().standing_on(day)
        frozen = frozen.filter(application__received_on__lte=OuterRef("starts_on"))
        return self.by_themselves_on(day).exclude(
            Q(kind=MAINTAINED) & Exists(_of_a_later_file(seen_again))
            | Q(kind=CREATED) & Exists(_of_a_later_file(frozen))
        )

    def by_themselves_on(self, day, *, ended=False):
        """Those that would count on `day` if their company had no other file.

        With `ended`, also those that ended by then, and that counted before.
        """
        there = Q() if ended else Q(ends_on=None) | Q(ends_on__gt=day)
        approvals = Decision.objects.approved().standing_on(day)
        decided_on = approvals.filter(application=OuterRef(FILE)).values("decided_on")[:1]
        return (
            self.standing()
            .filter(starts_on__lte=day, observed_on__lte=day)
            .filter(there)
            .alias(
                decided_on=Subquery(decided_on, output_field=DateField()),
                start_month=_months("starts_on"),
                start_day=ExtractDay("starts_on"),
            )
            .exclude(decided_on=None)
            .alias(text=_text_in_force(), decided_month=_months("decided_on"))
            .alias(decided_day=ExtractDay("decided_on"))
            .filter(Exists(_texts_that_count()))
            .filter(Q(kind=MAINTAINED) | Q(starts_on__gte=F(RECEIVED)))
        )


def _of_a_later_file(rows):
    """Rows about a file of the same company, put before the committee after the job's.

    The few files of the company are found first: joined, a database would rather read every job.
    """
    received_on, key = _of_the_job(RECEIVED), _of_the_job(FILE)
    files = Application.objects.filter(company__siret=_of_the_job(SIRET))
    files = files.filter(Q(received_on__gt=received_on) | Q(received_on=received_on, pk__gt=key))
    return rows.filter(application__in=files.values("pk"))


def _of_the_job(name):
    """A value of the job, in a query within a query about something else."""
    return OuterRef(OuterRef(name))


def _text_in_force():
    """As `Convention.terms_on`: the text of the day of the decision, else the first one."""
    texts = Terms.objects.filter(convention=OuterRef("application__convention"))
    in_force = texts.filter(effective_on__lte=OuterRef("decided_on"))
    return Coalesce(
        Subquery(in_force.order_by("-effective_on", "-pk").values("pk")[:1]),
        Subquery(texts.order_by("effective_on", "pk").values("pk")[:1]),
    )


def _texts_that_count():
    """The text of the decision, if it counts the job.

    Months are compared, then days: no job begins after what `add_months` cuts from a month.
    """
    last_month = _outer("decided_month") + 12 * F("jobs_horizon_years")
    contract = Q()
    for each in Contract.values:
        contract |= Q(**{f"{each}_counts": True, "asked": each})
    return (
        Terms.objects.filter(pk=OuterRef("text"), minimum_fte__lte=OuterRef("fte"))
        .alias(asked=_outer("contract", CharField()), kind=_outer("kind", CharField()))
        .alias(start_month=_outer("start_month"), start_day=_outer("start_day"))
        .alias(last_month=last_month)
        .filter(contract)
        .filter(
            Q(kind=MAINTAINED)
            | Q(start_month__lt=F("last_month"))
            | Q(start_month=F("last_month"), start_day__lte=OuterRef("decided_day"))
        )
    )


def _outer(name, kind=None):
    """A value of the job, in a query about something else."""
    return ExpressionWrapper(OuterRef(name), output_field=kind or IntegerField())


def _months(field):
    """Months since the year nought of a day."""
    return 12 * ExtractYear(field) + ExtractMonth(field)
