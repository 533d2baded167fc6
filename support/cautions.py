"""What to know before money leaves: sentences beside the form, which forbid nothing."""

from django.utils import timezone
from django.utils.translation import gettext as _

from conventions.money import in_euros, total
from support.models import Aid, Disbursement


def unmet(decision):
    """A sentence when conditions of the committee still wait."""
    labels = [condition.label for condition in decision.unmet_conditions]
    if not labels:
        return ""
    return _("Conditions du comité encore à lever : %(list)s.") % {"list": " ; ".join(labels)}


def before_payment(aid, user):
    """Conditions still to meet, and what `user` may see that the company is late with."""
    return " ".join(filter(None, [unmet(aid.decision), _late(aid.application.company, user)]))


def _late(company, user):
    aids = Aid.objects.visible_to(user).filter(decision__application__company=company)
    late = total(aids.late_on(timezone.localdate()), "arrears")
    if not late:
        return ""
    return _("Cette entreprise a %(late)s de remboursements en retard.") % {"late": in_euros(late)}


def paid_on(aid, day):
    """What the company of `aid` got that day already, of this convention, in euros."""
    application = aid.application
    lines = Disbursement.objects.standing().filter(
        paid_on=day,
        aid__decision__application__company=application.company,
        aid__decision__application__convention=application.convention,
    )
    return total(lines)
