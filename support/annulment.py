"""Undoing a decision recorded by mistake, as long as nothing rests on it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from committee.models import Application
from support.models import Aid


def what_rests_on(application):
    """Why the decision can no longer be annulled: sentences, none when it can."""
    checks = [
        (
            Aid.objects.filter(decision__application=application, decision__annulled_on=None),
            _("Une aide est sous contrat."),
        ),
        (application.missions, _("Une mission est ouverte.")),
        (application.jobs.standing(), _("Des emplois sont constatés.")),
    ]
    return [sentence for rows, sentence in checks if rows.exists()]


@transaction.atomic
def annul_decision(application, *, on, reason, by=None):
    """Annul the decision: its money is released and the file waits for the committee again."""
    application = Application.objects.select_for_update().get(pk=application.pk)
    if reasons := what_rests_on(application):
        raise ValidationError(reasons, code="under_contract")
    decision = application.decisions.filter(annulled_on=None).exclude(outcome="adjourned").last()
    if decision and on < decision.decided_on:
        raise ValidationError(
            {"on": _("L’annulation ne peut pas précéder la décision.")}, code="dates"
        )
    application.annul(on=on, reason=reason, by=by)
