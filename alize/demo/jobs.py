"""The jobs of a file: what it promises, what somebody saw of it, what proves it, who verified."""

from decimal import Decimal

from django.core.files.base import ContentFile

from alize.demo.papers import pdf
from alize.demo.world import made
from committee.models import PlannedJobs
from support.models import Job

# What people write of a proof: its kind, and what that does not tell.
EVIDENCE = {
    "Registre du personnel": ("register", ""),
    "Contrats de travail": ("contract", ""),
    "Contrat de travail": ("contract", ""),
    "Contrat d’apprentissage": ("contract", "Contrat d’apprentissage"),
    "DSN": ("dsn", ""),
    "Extrait Kbis": ("other", "Extrait Kbis"),
    "": ("", ""),
}


def promise(world, application, rows):
    """The lines that make the figures of the file."""
    for row in rows:
        made(
            PlannedJobs(
                application=application,
                kind="created" if "created" in row else "maintained",
                number=row.get("created") or row["maintained"],
                contract=row.get("contract", "permanent"),
                fte=Decimal(str(row.get("fte", 1))),
                due_on=world.day(row.get("by")),
            )
        )


def observe(world, application, row, by):
    """Identical jobs, seen together; the first may be corrected, some verified on a later day."""
    kind = "created" if "created" in row else "maintained"
    evidence_kind, evidence = EVIDENCE[row.get("evidence", "")]
    jobs = [
        made(
            Job(
                application=application,
                kind=kind,
                contract=row.get("contract", "permanent"),
                fte=Decimal(str(row.get("fte", 1))),
                starts_on=world.day(row["from"]),
                ends_on=world.day(row.get("until")),
                observed_on=world.day(row["seen"]),
                evidence_kind=evidence_kind,
                evidence=evidence,
                created_by=by,
            )
        )
        for _number in range(row[kind])
    ]
    if row.get("paper"):
        content = pdf(["Registre du personnel", str(application.company), "Document fictif"])
        Job.attach(jobs, ContentFile(content, name="Registre du personnel.pdf"))
    if "correct" in row:
        jobs[0] = jobs[0].correct(by=by, **row["correct"])
    if "verified" in row:
        day = world.day(row["verified"])
        for job in jobs[: row.get("verified_number", len(jobs))]:
            world.on(day, job.verify, on=day, how=row["how"], by=by)
