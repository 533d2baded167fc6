"""The rows behind each figure of the network: as an evaluation's, of many conventions at once."""

from dataclasses import dataclass
from datetime import date

from committee.models import Application, Decision
from conventions.models import Entry
from reports.rows import FIGURES
from support.models import Aid, Disbursement, Job, Repayment, SkillDay, WriteOff
from territories.models import Antenna, Department

# The figures that antennas are compared on and that have rows, in the order of their choice.
KEYS = [
    "companies_supported",
    "applications_approved",
    "aid_committed",
    "aid_disbursed",
    "aid_outstanding",
    "skill_days_delivered",
    "skill_days_certified",
    "jobs_promised",
    "jobs_validated",
    "jobs_to_create",
    "jobs_created",
    "jobs_verified",
    "jobs_maintained",
]
BY_SLUG = {FIGURES[key].slug: key for key in KEYS}
AID = "aid__decision__application"


@dataclass(frozen=True)
class NetworkRows:
    """The rows that count at the end of a day, as `Evaluation` names them for reports/rows.py.

    Of every antenna, unless one is told; of a département, those of the companies that are in it.
    A line of the ledger is of no département.
    """

    at: date
    antenna: Antenna | None = None
    department: Department | None = None

    def _within(self, rows, file=""):
        """The `rows` of the antenna and of the département; `file` leads to the application."""
        if self.antenna:
            rows = rows.filter(**{rows.antenna_path: self.antenna})
        if self.department:
            path = "__".join(filter(None, [file, "company__commune__department"]))
            rows = rows.filter(**{path: self.department})
        return rows

    @property
    def entries(self):
        rows = Entry.objects.until(self.at)
        return rows.filter(convention__antenna=self.antenna) if self.antenna else rows

    @property
    def applications(self):
        return self._within(Application.objects.filter(received_on__lte=self.at))

    @property
    def decisions(self):
        return self._within(Decision.objects.standing_on(self.at), "application")

    @property
    def aids(self):
        return self._within(Aid.objects.all(), "decision__application")

    @property
    def disbursements(self):
        return self._within(Disbursement.objects.standing().filter(paid_on__lte=self.at), AID)

    @property
    def repayments(self):
        return self._within(Repayment.objects.counting_on(self.at), AID)

    @property
    def writeoffs(self):
        return self._within(WriteOff.objects.standing().filter(written_off_on__lte=self.at), AID)

    @property
    def skill_days(self):
        given = SkillDay.objects.standing().filter(done_on__lte=self.at)
        return self._within(given, "mission__application")

    @property
    def jobs(self):
        return self._within(Job.objects.counting_on(self.at), "application")
