"""Pages that strike out a payment, a day or a job recorded by mistake."""

from django.utils.translation import gettext as _

from conventions.money import in_euros
from conventions.views.strikes import strike
from support.models import (
    Credit,
    Disbursement,
    Job,
    Release,
    Repayment,
    Rescheduling,
    SkillDay,
    WriteOff,
)
from support.views.hardship import order_for, order_settled
from territories.dates import in_figures
from territories.roles import editable


def disbursement_strike(request, pk):
    line = editable(request.user, Disbursement.objects, pk=pk)
    what = _("Déblocage de %(amount)s du %(day)s") % _money(line, line.paid_on)
    return strike(request, line, what, line.aid.get_absolute_url())


def repayment_strike(request, pk):
    line = editable(request.user, Repayment.objects, pk=pk)
    what = _("Remboursement de %(amount)s du %(day)s") % _money(line, line.received_on)
    if excess := line.kept:
        what = _("%(what)s, et le trop-perçu de %(amount)s venu avec lui") % {
            "what": what,
            "amount": in_euros(excess.amount),
        }
    return strike(request, line, what, line.aid.get_absolute_url())


def order_strike(request, pk):
    line = order_for(request.user, pk)
    if not line.is_waiting:
        return order_settled(request, line)
    what = _("Déblocage de %(amount)s, pas encore approuvé") % {"amount": in_euros(line.amount)}
    return strike(request, line, what, line.get_absolute_url())


def release_strike(request, pk):
    line = editable(request.user, Release.objects, pk=pk)
    what = _("Désengagement de %(amount)s du %(day)s") % _money(line, line.released_on)
    return strike(request, line, what, line.get_absolute_url())


def write_off_strike(request, pk):
    line = editable(request.user, WriteOff.objects, pk=pk)
    what = _("Perte de %(amount)s du %(day)s") % _money(line, line.written_off_on)
    return strike(request, line, what, line.get_absolute_url())


def credit_strike(request, pk):
    line = editable(request.user, Credit.objects, pk=pk)
    what = _("Trop-perçu de %(amount)s du %(day)s") % _money(line, line.received_on)
    if not line.used_on or line.struck_at:
        return strike(request, line, what, line.get_absolute_url())
    used = _("Trop-perçu de %(amount)s rendu le %(day)s")
    if line.repayment_id:
        used = _("Trop-perçu de %(amount)s devenu un remboursement le %(day)s")
    return strike(
        request,
        line,
        used % _money(line, line.used_on),
        line.get_absolute_url(),
        warning=_(
            "Le trop-perçu est de nouveau gardé pour l’entreprise ; s’il était devenu un"
            " remboursement, celui-ci est rayé aussi. Ce qui est rayé reste visible avec son motif."
        ),
    )


def rescheduling_strike(request, pk):
    line = editable(request.user, Rescheduling.objects, pk=pk)
    texts = {}
    if letter := line.letters.unprinted().first():
        sent = {"day": in_figures(letter.sent_on), "who": letter.recipient}
        texts["warning"] = (
            _(
                "La réponse est partie le %(day)s à %(who)s. Une fois la ligne rayée, l’échéancier"
                " redevient ce qu’il était : écrivez de nouveau à l’entreprise pour le lui dire."
            )
            % sent
        )
        texts["done"] = _("La ligne est rayée : écrivez-le maintenant à l’entreprise.")
    return strike(request, line, line.in_words, line.get_absolute_url(), **texts)


def skill_day_strike(request, pk):
    line = editable(request.user, SkillDay.objects, pk=pk)
    return strike(request, line, str(line), line.mission.get_absolute_url())


def job_strike(request, pk):
    line = editable(request.user, Job.objects, pk=pk)
    return strike(request, line, f"{line} – {line.application}", line.get_absolute_url())


def _money(line, on):
    return {"amount": in_euros(line.amount), "day": in_figures(on)}
