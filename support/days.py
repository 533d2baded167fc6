"""The skill-days of a file: granted by the committee, contracted, delivered, certified."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from support.models import Mission


class DaysOfApplication(NamedTuple):
    """In days, quarters included; `warnings` are sentences, none when all is well."""

    granted: Decimal
    contracted: Decimal
    delivered: Decimal
    certified: Decimal
    warnings: list[str]


def contracted_on(day):
    """Missions under contract at the end of `day`: those begun by then."""
    return Mission.objects.filter(starts_on__lte=day)


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
