"""The skill-days of a file: granted by the committee, contracted, delivered, certified."""

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Case, F, OuterRef, When
from django.utils.translation import gettext as _

from conventions.money import DayField, sum_of
from support.models import Mission, SkillDay


class DaysOfApplication(NamedTuple):
    """In days, quarters included; `warnings` are sentences, none when all is well."""

    granted: Decimal
    contracted: Decimal
    delivered: Decimal
    certified: Decimal
    warnings: list[str]


def contracted_on(day):
    """Missions agreed upon by the end of `day`, with their days `contracted`.

    Of a mission that stopped, those given.
    """
    given = SkillDay.objects.standing().filter(mission=OuterRef("pk"), done_on__lte=day)
    stopped = When(stopped_on__lte=day, then=sum_of(given, "mission", "days"))
    contracted = Case(stopped, default=F("days"), output_field=DayField())
    return Mission.objects.filter(signed_on__lte=day).annotate(contracted=contracted)


def days_of(application) -> DaysOfApplication:
    """Sums the missions of a file; days beyond what was granted only warn."""
    missions = list(application.missions.prefetch_related("skill_days"))
    standing = [
        day for mission in missions for day in mission.skill_days.all() if not day.struck_at
    ]
    granted = application.approval.days if application.approval else Decimal(0)
    contracted = sum((mission.days for mission in missions), Decimal(0))
    delivered = sum((day.days for day in standing), Decimal(0))
    certified = sum((day.days for day in standing if day.certified_on), Decimal(0))
    checks = [
        (
            contracted > granted,
            _("Les missions prévoient plus de journées que le comité n’en a accordé."),
        ),
        (
            delivered > granted,
            _("Les journées saisies dépassent celles que le comité a accordées."),
        ),
    ]
    warnings = [sentence for wrong, sentence in checks if wrong]
    for mission in missions:
        warnings += [f"{mission.subject} – {sentence}" for sentence in mission.warnings()]
    return DaysOfApplication(granted, contracted, delivered, certified, warnings)
