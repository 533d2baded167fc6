"""What a coordinator brings back from a visit: days, jobs and a payment, recorded together."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from committee.models import Application
from support.models import Aid, Job, Mission


class VisitRefused(ValidationError):
    """`refusals` tells each refused line by (block, position): « days », « jobs », « payment »."""

    def __init__(self, refusals):
        super().__init__(_("Rien n’est enregistré : corrigez les lignes signalées."), "refused")
        self.refusals = refusals


@transaction.atomic
def record_visit(application, *, on, days=(), jobs=(), payment=None, by=None):
    """Record all that was seen or done on the day `on` of the visit, or nothing.

    Each line is a dict of the fields of its model; a line without a date gets the visit's. A line
    of `jobs` also has `number`, of identical jobs; `payment` has `instrument`, `amount`, `paid_on`
    and, for an aid not under contract, `contract_on`. VisitRefused names each line that breaks a
    rule; ValidationError when the file is not, or no longer, approved. The answer is what was
    written of the payment, as `Aid.pay` says, or None.
    """
    application = Application.objects.select_for_update().get(pk=application.pk)
    if application.approval is None:
        raise ValidationError(_("Ce dossier n’est pas accordé."), code="not_approved")
    blocks = {
        "days": (days, _record_days),
        "jobs": (jobs, _record_jobs),
        "payment": ([payment] if payment else [], _record_payment),
    }
    refusals, written = {}, {}
    for block, (lines, record) in blocks.items():
        for position, line in enumerate(lines):
            try:
                written[block] = record(application, line, on, by)
            except ValidationError as error:
                refusals[block, position] = error
    if refusals:
        raise VisitRefused(refusals)
    return written.get("payment")


def _record_days(application, line, on, by):
    mission = Mission.objects.get(pk=line["mission"].pk, application=application)
    mission.log(
        line["days"],
        on=line["done_on"] or on,
        expert=line.get("expert"),
        note=line.get("note", ""),
        by=by,
    )


def _record_jobs(application, line, on, by):
    fields = line | {"starts_on": line["starts_on"] or on, "observed_on": on}
    for _number in range(fields.pop("number")):
        job = Job(application=application, **fields, created_by=by)
        job.full_clean()
        job.save()


def _record_payment(application, line, on, by):
    aid = Aid.objects.filter(
        decision=application.approval, instrument=line["instrument"]
    ).first() or _sign(application, line)
    return aid.pay(line["amount"], on=line["paid_on"] or on, label=line.get("label", ""), by=by)


def _sign(application, line):
    """Put the aid under contract, on the terms of its convention that day."""
    if not line.get("contract_on"):
        raise ValidationError(
            {"contract_on": _("Cette aide n’a pas encore de contrat : donnez sa date.")},
            code="no_contract",
        )
    return Aid.sign(
        application.approval,
        instrument=line["instrument"],
        on=line["contract_on"],
        **schedule_terms(application, line["instrument"], line["contract_on"]),
    )


def schedule_terms(application, instrument, on):
    """When the convention wants an advance of a day paid back; a grant never is."""
    if instrument == Aid.Instrument.GRANT:
        return {"deferral_months": 0, "instalments": 1, "frequency": 1}
    terms = application.convention.terms_on(on)
    return {name: getattr(terms, name) for name in ("deferral_months", "instalments", "frequency")}
