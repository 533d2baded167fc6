"""Conditions of the committee, once money may have left because they were met."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from support.models import Disbursement


@transaction.atomic
def settle(condition, *, on, proof="", by=None):
    """Meet the condition on a day with its proof, or reopen it (`on` is None).

    Neither once money left while it was met: ValidationError, keyed `met_on`.
    """
    paid = Disbursement.objects.standing().filter(aid__decision=condition.decision)
    before = type(condition).objects.values_list("met_on", flat=True).get(pk=condition.pk)
    if before and before != on and paid.exists():
        raise ValidationError(
            {"met_on": _("De l’argent est parti depuis : cette condition reste levée ce jour-là.")},
            code="paid",
        )
    if on is None:
        condition.reopen()
    else:
        condition.meet(on=on, proof=proof, by=by)
