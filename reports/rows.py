"""The rows behind each figure of an evaluation: at the same date, they sum to it.

Every row carries `counts`, what it adds to the figure: euros and days are Decimal, jobs and files
whole numbers.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import (
    Case,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from committee.models import Decision
from companies.models import Company
from conventions.models import EntryKind, Envelope, Pledge
from conventions.money import DayValueField, EuroField
from reports.columns import COLUMNS, RELATED
from reports.evaluation import Evaluation
from reports.proceedings import PRESENT, REMOTE, REPRESENTED, WAITED
from reports.promised import GIVEN_UP, LATE
from support.models import Aid, Job


class Figure(NamedTuple):
    """A figure: its word in addresses, the kind of its rows, and how an evaluation gets them."""

    slug: str
    kind: str
    find: Callable[[Evaluation], QuerySet]

    @property
    def columns(self):
        return COLUMNS[self.kind]

    def rows(self, evaluation: Evaluation) -> QuerySet:
        """The rows that make the figure, those that count for nothing left out."""
        rows = self.find(evaluation).select_related(*RELATED.get(self.kind, []))
        return rows.exclude(counts=0)


# Lines of the ledger for a funder: a file of a convention that they may not read has no name.
DISCREET = [COLUMNS["entries"][0]._replace(path="told"), *COLUMNS["entries"][1:]]


def discreet(entries, readable):
    """Lines of a ledger, each with what is `told` of it to who may read the conventions `readable`.

    Repayments of the convention before refill this one: they name its companies.
    """
    home = "repayment__aid__decision__application__convention__in"
    repays_nothing = Q(repayment=None, reverses__repayment=None)
    named = repays_nothing | Q(**{home: readable}) | Q(**{f"reverses__{home}": readable})
    unnamed = Constant(_("Remboursement d’un dossier d’une autre convention"))
    return entries.annotate(told=Case(When(named, then=F("label")), default=unnamed))


ONE = Constant(1, IntegerField())
AMOUNT, DAYS = F("amount"), F("days")
GRANTED = ExpressionWrapper(F("advance") + F("grant"), output_field=EuroField())
SPENT = ExpressionWrapper(AMOUNT * -1, output_field=EuroField())
COMMITTED = (EntryKind.COMMITMENT, EntryKind.RELEASE)
APPROVED, REFUSED = Decision.Outcome.APPROVED, Decision.Outcome.REFUSED


def _advances(evaluation):
    """Advances, each with the euros paid out, and neither paid back nor written off."""

    def sum_of(payments):
        mine = payments.filter(aid=OuterRef("pk")).order_by().values("aid")
        return Coalesce(Subquery(mine.annotate(sum=Sum("amount")).values("sum")), Constant(0))

    paid_back = sum_of(evaluation.repayments.filter(is_recovery=False))
    left = sum_of(evaluation.disbursements) - paid_back - sum_of(evaluation.writeoffs)
    advances = evaluation.aids.filter(instrument=Aid.Instrument.ADVANCE)
    return advances.annotate(counts=ExpressionWrapper(left, output_field=EuroField()))


def _valued(evaluation):
    """Days given, each with what it is worth at the value in force."""
    cents = Constant(int(evaluation.terms.day_value * EuroField.per_one), IntegerField())
    worth = ExpressionWrapper(DAYS * cents, output_field=DayValueField())
    return evaluation.skill_days.annotate(counts=worth)


def _companies(decisions):
    helped = decisions.approved().values("application__company")
    return Company.objects.filter(pk__in=helped).annotate(counts=ONE)


def _small(decisions):
    return decisions.filter(application__baseline_headcount__lt=10)


FIGURES = {
    "aid_committed": Figure(
        "aide-engagee", "entries", lambda e: e.entries.of(*COMMITTED).annotate(counts=SPENT)
    ),
    "aid_committed_difficulty": Figure(
        "aide-engagee-difficulte",
        "entries",
        lambda e: (
            e.entries.of(*COMMITTED).filter(envelope=Envelope.DIFFICULTY).annotate(counts=SPENT)
        ),
    ),
    "aid_disbursed": Figure(
        "aide-debloquee", "disbursements", lambda e: e.disbursements.annotate(counts=AMOUNT)
    ),
    "advances_disbursed": Figure(
        "avances-debloquees",
        "disbursements",
        lambda e: e.disbursements.filter(aid__instrument=Aid.Instrument.ADVANCE).annotate(
            counts=AMOUNT
        ),
    ),
    "aid_repaid": Figure(
        "aide-remboursee", "repayments", lambda e: e.repayments.annotate(counts=AMOUNT)
    ),
    "aid_recovered": Figure(
        "recuperations", "repayments", lambda e: e.recoveries.annotate(counts=AMOUNT)
    ),
    "aid_written_off": Figure("pertes", "writeoffs", lambda e: e.writeoffs.annotate(counts=AMOUNT)),
    "aid_outstanding": Figure("avances-restant-dues", "aids", _advances),
    "aid_late": Figure(
        "avances-en-retard-euros",
        "aids",
        lambda e: e.late_advances.annotate(counts=F("arrears")),
    ),
    "advances_late": Figure(
        "avances-en-retard", "aids", lambda e: e.late_advances.annotate(counts=ONE)
    ),
    "fees": Figure("frais", "entries", lambda e: e.entries.of("fee").annotate(counts=SPENT)),
    "refilled": Figure(
        "remboursements-au-journal",
        "entries",
        lambda e: e.entries.of(EntryKind.REPAYMENT).annotate(counts=AMOUNT),
    ),
    "carried_over": Figure(
        "reports",
        "entries",
        lambda e: e.entries.of(EntryKind.CARRY_OVER).annotate(counts=AMOUNT),
    ),
    "balance": Figure("solde", "entries", lambda e: e.entries.annotate(counts=AMOUNT)),
    "balance_difficulty": Figure(
        "solde-difficulte",
        "entries",
        lambda e: e.entries.filter(envelope=Envelope.DIFFICULTY).annotate(counts=AMOUNT),
    ),
    "pledged": Figure("apports", "pledges", lambda e: e.pledges.annotate(counts=AMOUNT)),
    "pledged_public": Figure(
        "apports-publics",
        "pledges",
        lambda e: e.pledges.filter(origin=Pledge.Origin.PUBLIC).annotate(counts=AMOUNT),
    ),
    "pledged_private": Figure(
        "apports-prives",
        "pledges",
        lambda e: e.pledges.filter(origin=Pledge.Origin.PRIVATE).annotate(counts=AMOUNT),
    ),
    "pledges_lost": Figure(
        "promesses-perdues",
        "entries",
        lambda e: e.entries.of(EntryKind.WRITE_OFF).annotate(counts=SPENT),
    ),
    "called": Figure("apports-appeles", "calls", lambda e: e.calls.annotate(counts=AMOUNT)),
    "received": Figure("apports-recus", "receipts", lambda e: e.receipts.annotate(counts=AMOUNT)),
    "received_on_call": Figure(
        "apports-recus-sur-appel",
        "receipts_on_call",
        lambda e: e.receipts.filter(call__called_on__lte=e.at).annotate(counts=AMOUNT),
    ),
    "calls_unreceived": Figure(
        "appels-non-recus", "calls_left", lambda e: e.calls_followed.annotate(counts=F("left"))
    ),
    "calls_late": Figure(
        "appels-en-retard",
        "calls_left",
        lambda e: e.calls_followed.filter(LATE).annotate(counts=F("left")),
    ),
    "calls_given_up": Figure(
        "appels-perdus",
        "calls_left",
        lambda e: e.calls_followed.filter(GIVEN_UP).annotate(counts=F("left")),
    ),
    "skill_days_pledged": Figure(
        "journees-promises", "pledges", lambda e: e.pledges.annotate(counts=DAYS)
    ),
    "skill_days_granted": Figure(
        "journees-accordees", "decisions", lambda e: e.decisions.annotate(counts=DAYS)
    ),
    "skill_days_reserved": Figure(
        "journees-reservees", "decisions", lambda e: e.decisions.annotate(counts=DAYS)
    ),
    "skill_days_contracted": Figure(
        "journees-contractualisees",
        "missions",
        lambda e: e.missions.annotate(counts=F("contracted")),
    ),
    "skill_days_delivered": Figure(
        "journees-faites", "skill_days", lambda e: e.skill_days.annotate(counts=DAYS)
    ),
    "skill_days_certified": Figure(
        "journees-certifiees",
        "skill_days",
        lambda e: e.skill_days.filter(certified_on__lte=e.at).annotate(counts=DAYS),
    ),
    "skill_days_value": Figure("valeur-des-journees", "skill_days", _valued),
    "jobs_promised": Figure(
        "emplois-promis",
        "applications",
        lambda e: e.applications.annotate(
            counts=F("planned_jobs_created") + F("planned_jobs_maintained")
        ),
    ),
    "jobs_validated": Figure(
        "emplois-valides",
        "decisions",
        lambda e: e.decisions.annotate(counts=F("jobs_created") + F("jobs_maintained")),
    ),
    "jobs_to_create": Figure(
        "emplois-a-creer",
        "decisions",
        lambda e: e.decisions.annotate(counts=F("jobs_created")),
    ),
    "jobs_created": Figure(
        "emplois-crees", "jobs", lambda e: e.jobs.filter(kind=Job.Kind.CREATED).annotate(counts=ONE)
    ),
    "jobs_verified": Figure(
        "emplois-verifies",
        "jobs",
        lambda e: e.jobs.filter(kind=Job.Kind.CREATED).verified_on(e.at).annotate(counts=ONE),
    ),
    "jobs_maintained": Figure(
        "emplois-maintenus",
        "jobs",
        lambda e: e.jobs.filter(kind=Job.Kind.MAINTAINED).annotate(counts=ONE),
    ),
    "sample_files_checked": Figure(
        "dossiers-sondes", "sample_items", lambda e: e.sample_items.annotate(counts=ONE)
    ),
    "sample_files_proved": Figure(
        "dossiers-prouves",
        "sample_items",
        lambda e: e.sample_items.filter(proved=F("jobs")).annotate(counts=ONE),
    ),
    "jobs_maintained_verified": Figure(
        "emplois-maintenus-verifies",
        "jobs",
        lambda e: e.jobs.filter(kind=Job.Kind.MAINTAINED).verified_on(e.at).annotate(counts=ONE),
    ),
    "project_cost": Figure("cout-des-projets", "needs", lambda e: e.needs.annotate(counts=AMOUNT)),
    "aid_granted": Figure(
        "aide-accordee", "decisions", lambda e: e.funded_decisions.annotate(counts=GRANTED)
    ),
    "companies_supported": Figure(
        "entreprises-aidees", "companies", lambda e: _companies(e.decisions)
    ),
    "companies_under_10_staff": Figure(
        "entreprises-de-moins-de-dix", "companies", lambda e: _companies(_small(e.decisions))
    ),
    "applications_received": Figure(
        "dossiers-deposes", "applications", lambda e: e.applications.annotate(counts=ONE)
    ),
    "applications_approved": Figure(
        "dossiers-accordes",
        "decisions",
        lambda e: e.decisions.filter(outcome=APPROVED).annotate(counts=ONE),
    ),
    "applications_refused": Figure(
        "dossiers-refuses",
        "refusals",
        lambda e: e.decisions.filter(outcome=REFUSED).annotate(counts=ONE),
    ),
    "applications_waiting": Figure(
        "dossiers-en-attente", "waiting", lambda e: e.waiting.annotate(counts=ONE)
    ),
    "applications_withdrawn": Figure(
        "dossiers-retires", "withdrawals", lambda e: e.withdrawals.annotate(counts=ONE)
    ),
    "applications_adjourned": Figure(
        "dossiers-ajournes", "adjournments", lambda e: e.adjournments.annotate(counts=ONE)
    ),
    "applications_decided": Figure(
        "dossiers-decides", "decided", lambda e: e.final_decisions.annotate(counts=ONE)
    ),
    "decision_days": Figure(
        "jours-de-decision", "decided", lambda e: e.final_decisions.annotate(counts=WAITED)
    ),
    "applications_paid": Figure(
        "dossiers-payes", "paid", lambda e: e.paid_decisions.annotate(counts=ONE)
    ),
    "payment_days": Figure(
        "jours-de-deblocage", "paid", lambda e: e.paid_decisions.annotate(counts=WAITED)
    ),
    "sessions_held": Figure("seances", "sessions", lambda e: e.sessions.annotate(counts=ONE)),
    "seats_convened": Figure("sieges-convoques", "seats", lambda e: e.seats.annotate(counts=ONE)),
    "seats_present": Figure(
        "sieges-presents", "seats", lambda e: e.seats.filter(PRESENT).annotate(counts=ONE)
    ),
    "seats_remote": Figure(
        "sieges-a-distance", "seats", lambda e: e.seats.filter(REMOTE).annotate(counts=ONE)
    ),
    "seats_represented": Figure(
        "sieges-representes", "seats", lambda e: e.seats.filter(REPRESENTED).annotate(counts=ONE)
    ),
}
KEYS = {figure.slug: key for key, figure in FIGURES.items()}
