"""What is known of each file of a convention, by which figures are set apart."""

from functools import cached_property
from typing import NamedTuple

from committee.models import Application


class FileFacts(NamedTuple):
    """Of one file: what it is for, its frozen head-count, what its company does, and where."""

    purpose: str
    headcount: float | None
    naf: str | None
    commune: str
    commune_name: str


class Described:
    """The files of an `Evaluation`, by their keys. Costs two queries at most, once."""

    @cached_property
    def facts(self) -> dict[int, FileFacts]:
        """Files that were put before the committee; their company as it is today."""
        files = self.convention.applications.filter(received_on__isnull=False).order_by()
        rows = files.values_list(
            "pk",
            "purpose",
            "baseline_headcount",
            "company__naf",
            "company__commune",
            "company__commune__name",
        )
        return {key: FileFacts(*rest) for key, *rest in rows}

    @cached_property
    def skills_asked(self) -> dict[int, list[tuple[int, str]]]:
        """(key, name) of each skill that a file asked for."""
        asked = Application.requested_skills.through.objects.filter(
            application__convention=self.convention
        )
        found = {}
        for file, skill, name in asked.values_list("application", "skill", "skill__name"):
            found.setdefault(file, []).append((skill, name))
        return found
