"""Pages that strike out a line recorded by mistake: it stays visible, with the reason."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from conventions.money import in_euros
from support.forms import StrikeForm
from support.models import Disbursement, Job, Repayment, SkillDay
from territories.forms import refuse
from territories.roles import editable


def disbursement_strike(request, pk):
    line = editable(request.user, Disbursement.objects, pk=pk)
    what = _("Versement de %(amount)s du %(day)s") % _money(line, line.paid_on)
    return _strike(request, line, what, line.aid)


def repayment_strike(request, pk):
    line = editable(request.user, Repayment.objects, pk=pk)
    what = _("Remboursement de %(amount)s du %(day)s") % _money(line, line.received_on)
    return _strike(request, line, what, line.aid)


def skill_day_strike(request, pk):
    line = editable(request.user, SkillDay.objects, pk=pk)
    return _strike(request, line, str(line), line.mission)


def job_strike(request, pk):
    line = editable(request.user, Job.objects, pk=pk)
    return _strike(request, line, f"{line} – {line.application}", line)


def _money(line, on):
    return {"amount": in_euros(line.amount), "day": on.strftime("%d/%m/%Y")}


def _strike(request, line, what, owner):
    form = StrikeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            line.strike(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("La ligne est rayée."))
            return redirect(owner)
    context = {
        "form": form,
        "title": _("Rayer une ligne"),
        "intro": what,
        "warning": _(
            "Une ligne rayée ne compte plus, à aucune date. Elle reste visible avec son motif et ne"
            " se rétablit pas."
        ),
        "submit": _("Rayer la ligne"),
        "back": owner.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)
