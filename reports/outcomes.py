"""What came of the files, side by side: by convention, antenna, purpose or sponsor, at a date.

The figures are those of an evaluation (docs/indicators.md), of the files that one reads.
"""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committee.models import Application, Decision
from conventions.models import Convention
from conventions.money import ZERO
from reports.indicators import each, share
from support.models import Disbursement, Job, Repayment, SkillDay

GROUPINGS = {
    "convention": _("Convention"),
    "antenne": _("Antenne"),
    "objet": _("Objet du projet"),
    "apporteur": _("Apporteur qui a donné des journées"),
}


@dataclass
class Outcome:
    """What came of some files; euros and jobs."""

    label: str = ""
    url: str = ""  # of the page where what they have in common is told
    files: int = 0
    to_create: int = 0
    created: int = 0
    verified: int = 0
    disbursed: Decimal = ZERO
    repaid: Decimal = ZERO
    value: Decimal = ZERO  # of the days given

    def add(self, other):
        for field in fields(self)[2:]:
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    @property
    def creation_rate(self):
        return share(self.created, self.to_create)

    @property
    def realisation_rate(self):
        return share(self.verified, self.to_create)

    @property
    def cost_per_job(self):
        return each(self.disbursed, self.created)

    @property
    def cost_per_job_with_days(self):
        return each(self.disbursed + self.value, self.created)

    @property
    def cost_per_job_net(self):
        return each(self.disbursed - self.repaid, self.created)


def outcomes(user, by: str, at: date) -> tuple[list[Outcome], Outcome]:
    """One line a group, in order of labels, and the whole; as many queries for one as for many.

    By sponsor, a file counts for each sponsor whose experts gave it days: lines then overlap, and
    the whole is each file once.
    """
    files = _files(user, at)
    groups = _groups(files, by, at)
    lines, whole = {}, Outcome(str(_("En tout")), f"{reverse('reports:outcome_list')}?au={at}")
    for key, file in files.items():
        whole.add(file["outcome"])
        for group in groups.get(key, ()):
            lines.setdefault(group, Outcome(*group)).add(file["outcome"])
    return [lines[group] for group in sorted(lines)], whole


def _files(user, at):
    """The approved files that `user` reads, by key, each with its own outcome."""
    rows = Application.objects.visible_to(user).filter(
        pk__in=Decision.objects.approved().standing_on(at).values("application")
    )
    antenna = "convention__antenna"
    facts = ("convention", "convention__reference", antenna, f"{antenna}__name", "purpose")
    files = {
        key: {**dict(zip(facts, rest, strict=True)), "outcome": Outcome(files=1)}
        for key, *rest in rows.values_list("pk", *facts)
    }
    worth = _worth({file["convention"] for file in files.values()}, at)
    for name, found in _sums(files, at).items():
        for key, value in found:
            if key in files:
                amount = value * worth[files[key]["convention"]] if name == "value" else value
                setattr(files[key]["outcome"], name, amount)
    return files


def _worth(conventions, at):
    """Euros that a day is worth on `at`, by convention."""
    rows = Convention.objects.filter(pk__in=conventions).prefetch_related("terms")
    return {row.pk: row.terms_on(at).day_value for row in rows}


def _sums(files, at):
    """(file, figure) of each figure; days for `value`."""
    file = "aid__decision__application"
    created = Job.objects.counting_on(at).created()
    paid = Disbursement.objects.standing().filter(paid_on__lte=at)
    days = SkillDay.objects.standing().filter(done_on__lte=at)
    decisions = Decision.objects.approved().standing_on(at)
    return {
        "to_create": decisions.values_list("application", "jobs_created"),
        "created": created.values_list("application").annotate(Count("pk")),
        "verified": created.filter(verified_on__lte=at)
        .values_list("application")
        .annotate(Count("pk")),
        "disbursed": paid.values_list(file).annotate(Sum("amount")),
        "repaid": Repayment.objects.counting_on(at).values_list(file).annotate(Sum("amount")),
        "value": days.values_list("mission__application").annotate(Sum("days")),
    }


def _groups(files, by, at):
    """(label, address) of the groups of each file, by its key."""
    if by == "apporteur":
        given = SkillDay.objects.standing().filter(done_on__lte=at)
        sponsor = ("expert__sponsor__name", "expert__sponsor")
        found = {}
        for key, name, pk in given.values_list("mission__application", *sponsor).distinct():
            page = reverse("reports:sponsor_days", args=[pk])
            found.setdefault(key, []).append((name, page))
        return found
    return {key: [_group(file, by, at)] for key, file in files.items()}


def _group(file, by, at):
    if by == "objet":
        asked = urlencode({"purpose": file["purpose"], "au": at})
        page = f"{reverse('committee:application_list')}?{asked}"
        return str(Application.Purpose(file["purpose"]).label), page
    if by == "antenne":
        page = reverse("reports:dashboard", args=[file["convention__antenna"]])
        return file["convention__antenna__name"], f"{page}?au={at}"
    page = reverse("reports:evaluation", args=[file["convention"]])
    return file["convention__reference"], f"{page}?au={at}"
