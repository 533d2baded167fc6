"""Pages that strike out a payment, a day or a job recorded by mistake."""

from django.utils.translation import gettext as _

from conventions.money import in_euros
from conventions.views.strikes import strike
from support.models import Disbursement, Job, Repayment, SkillDay
from territories.dates import in_figures
from territories.roles import editable


def disbursement_strike(request, pk):
    line = editable(request.user, Disbursement.objects, pk=pk)
    what = _("Déblocage de %(amount)s du %(day)s") % _money(line, line.paid_on)
    return strike(request, line, what, line.aid.get_absolute_url())


def repayment_strike(request, pk):
    line = editable(request.user, Repayment.objects, pk=pk)
    what = _("Remboursement de %(amount)s du %(day)s") % _money(line, line.received_on)
    return strike(request, line, what, line.aid.get_absolute_url())


def skill_day_strike(request, pk):
    line = editable(request.user, SkillDay.objects, pk=pk)
    return strike(request, line, str(line), line.mission.get_absolute_url())


def job_strike(request, pk):
    line = editable(request.user, Job.objects, pk=pk)
    return strike(request, line, f"{line} – {line.application}", line.get_absolute_url())


def _money(line, on):
    return {"amount": in_euros(line.amount), "day": in_figures(on)}
