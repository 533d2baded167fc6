"""Asking an expert for a file: an e-mail proposed, sent and kept as it left, or a word of mouth."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from committee.models import Application
from companies.models import Expert
from support.candidates import need_of, verdicts_on
from support.models import Solicitation
from territories.correspondence import answers_to, post

OVER = [Application.Status.REFUSED, Application.Status.WITHDRAWN]


def proposal(application: Application, expert: Expert, by) -> tuple[str, str]:
    """(subject, text) of the e-mail, in French, to be read again before it leaves."""
    with override("fr"):
        approval = application.approval
        context = {
            "application": application,
            "expert": expert,
            "skills": [skill.name for skill in application.requested_skills.all()],
            "days": approval.days if approval else application.requested_days,
            "by": by,
            "answers_to": answers_to(application.antenna, by),
        }
        subject = _("Une mission chez %(company)s ?") % {"company": application.company}
        return subject, render_to_string("support/solicitation.txt", context).strip()


@transaction.atomic
def solicit(application, expert, *, needed_on: date, by, subject="", text="") -> Solicitation:
    """Ask `expert` for the file: by e-mail when there is a `text`, else it was said aloud.

    ValidationError when the file is over, when something sets the expert apart on `needed_on`
    (skills aside: a person may know better than the list), or when the message does not leave;
    nothing is kept then.
    """
    if application.status in OVER:
        raise ValidationError(_("Ce dossier est clos : il ne cherche personne."), code="over")
    _refuse_whom_we_never_propose(application, expert, needed_on)
    solicitation = Solicitation(
        application=application,
        expert=expert,
        asked_on=timezone.localdate(),
        asked_by=by,
        needed_on=needed_on,
        sent_to=expert.email if text else "",
        subject=subject,
        text=text,
    )
    solicitation.full_clean()
    solicitation.save()
    if text:
        post(subject, text, to=expert.email, by=by)
    return solicitation


def _refuse_whom_we_never_propose(application, expert, on):
    """Their row is locked: of two people who ask at once, the second learns it."""
    rows = Expert.objects.serving(application.antenna)
    Expert.objects.select_for_update().get(pk=expert.pk)
    need = need_of(application, on, skills=[])
    [verdict] = verdicts_on(application, need, rows.filter(pk=expert.pk)) or [None]
    if verdict is None:
        raise ValidationError(
            _("Cet intervenant ne sert pas l’antenne du dossier."), code="antenna"
        )
    if verdict.against:
        raise ValidationError(list(verdict.against), code="set_apart")
