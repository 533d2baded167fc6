"""Reminders of what is late: proposed from the step of the day, typeset, sent by a person, kept.

No interest nor penalty is ever due. Always in French: companies have no account.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from committee.letters import typeset
from committee.placeholders import fill, validate_filled
from companies.models import Contact
from conventions.money import in_euros
from support.late import Lateness, lateness_of
from support.models import Aid, Reminder, ReminderKind, ReminderStep
from territories.correspondence import post
from territories.dates import in_figures, in_words

# What the preview of a step is filled with: nobody's file.
EXAMPLE = {
    "entreprise": "Menuiserie Exemple",
    "contact": "Camille Martin",
    "antenne": "Exempleville",
    "coordonnees": "antenne@example.org, 03 00 00 00 00",
    "dossier": "EXEMPLE-1-001",
    "aide": "EXEMPLE-2026-001",
    "convention": "Convention d’exemple",
    "montant": "1\u00a0000,00\u00a0€",
    "depuis": "10 mars 2026",
    "jours": "31 jours",
    "nombre": "2 échéances",
    "echeances": "- 10/03/2026\u00a0: 500,00\u00a0€\n- 10/04/2026\u00a0: 500,00\u00a0€",
    "relances": "courriel du 18/03/2026",
    "reste": "12\u00a0500,00\u00a0€",
    "delai": "26 avril 2026",
}


@dataclass
class Proposal:
    """A reminder that may leave: every text of it can be changed before."""

    late: Lateness
    step: ReminderStep
    contact: Contact | None
    subject: str
    body: str


def contact_of(aid):
    """To whom a reminder goes by e-mail: the first contact who has an address, or None."""
    contacts = aid.application.company.contacts.all()
    return next((contact for contact in contacts if contact.email), None)


def propose(late, *, by):
    """The reminder of the step that is due; ValidationError, `not_due`, when none is."""
    step = late.step
    if step is None:
        raise ValidationError(
            _("Aucune relance n’est à envoyer : elle est déjà partie, ou rien n’est en retard."),
            code="not_due",
        )
    contact = contact_of(late.aid)
    values = values_of(late, contact=contact, by=by)
    subject = fill(step.subject, values).replace("\n", " ")[:400]
    return Proposal(late, step, contact, subject, fill(step.body, values))


def values_of(late, *, contact, by):
    """What each field of a step says of what is late, in French; empty when there is nothing."""
    aid, application, antenna = late.aid, late.aid.application, late.aid.antenna
    number, notice = len(late.instalments), late.step.kind == ReminderKind.NOTICE
    with override("fr"):
        count = ngettext("%(count)d échéance", "%(count)d échéances", number)
        days = ngettext("%(days)d jour", "%(days)d jours", late.days)
        return {
            "entreprise": application.company.name,
            "contact": contact.name if contact else "",
            "antenne": antenna.name,
            "coordonnees": ", ".join(
                filter(None, [antenna.contact_email or by.email, antenna.contact_phone])
            ),
            "dossier": application.reference,
            "aide": aid.number,
            "convention": application.convention.name or application.convention.reference,
            "montant": in_euros(late.late),
            "depuis": in_words(late.since),
            "jours": days % {"days": late.days},
            "nombre": count % {"count": number},
            "echeances": "\n".join(f"- {_told(line)}" for line in late.instalments),
            "relances": ", ".join(_in_a_sentence(each) for each in late.already_sent),
            "reste": in_euros(aid.outstanding_on(late.on)),
            "delai": in_words(_answer_by(late)) if notice else "",
        }


def _in_a_sentence(reminder):
    return f"{reminder}"[:1].lower() + f"{reminder}"[1:]


def _told(line):
    values = {
        "day": in_figures(line.due_on),
        "left": in_euros(line.left),
        "amount": in_euros(line.amount),
    }
    if line.left == line.amount:
        return _("%(day)s : %(amount)s") % values
    return _("%(day)s : %(left)s, sur une échéance de %(amount)s") % values


def _answer_by(late):
    return late.on + timedelta(days=late.step.notice_days)


def reason_of(late):
    """Why a reminder leaves, in one sentence: which instalment, how much, for how long."""
    oldest = late.instalments[0]
    with override("fr"):
        since = ngettext("depuis %(days)d jour", "depuis %(days)d jours", late.days)
        sentence = _("échéance du %(day)s de %(amount)s impayée %(since)s")
        if oldest.left != oldest.amount:
            sentence = _(
                "échéance du %(day)s de %(amount)s, dont %(left)s restent impayés %(since)s"
            )
        return sentence % {
            "day": in_figures(oldest.due_on),
            "amount": in_euros(oldest.amount),
            "left": in_euros(oldest.left),
            "since": since % {"days": late.days},
        }


def printed(late, *, contact, subject, body):
    """The reminder as a PDF, as it leaves on the day of `late`."""
    noon = timezone.make_aware(datetime.combine(late.on, time(12)))
    return typeset(late.aid.application, contact, subject, body, at=noon)


def send(late, *, contact, subject, body, by, by_post=False, tracking=""):
    """Send, or take to the post, the reminder that is due on the day of `late`; keep it.

    One leaves at a time for an advance: what is due is looked at again under its lock, so that two
    people do not send the same one. ValidationError: `not_due` when it left already or nothing is
    late any more, `changed` when other euros are late than `late` says, keyed `contact` when nobody
    has an address, `not_sent` when the mail server does not take it: then nothing is kept.
    """
    for text in (subject, body):
        validate_filled(text)
    if not by_post and not (contact and contact.email):
        raise ValidationError(
            {"contact": _("Choisissez un destinataire qui a une adresse électronique.")}
        )
    aid = late.aid
    content = printed(late, contact=contact, subject=subject, body=body)
    with transaction.atomic():
        Aid.objects.select_for_update().get(pk=aid.pk)
        _refuse_unless_due(late)
        reminder = Reminder(
            aid=aid,
            **_facts(late),
            recipient=(contact.name if contact else aid.application.company.name)[:100],
            sent_to="" if by_post else contact.email,
            tracking=tracking,
            subject=subject,
            body=body,
            pdf=content,
            sent_by=by,
        )
        reminder.full_clean(exclude=["pdf"])
        reminder.save()
        if not by_post:
            file = f"{slugify(aid.application.reference)}.pdf", content, "application/pdf"
            post(subject, body, to=contact.email, by=by, attachments=[file])
    return reminder


def _facts(late):
    """What the log says of the day, of the step and of why."""
    return {
        "kind": late.step.kind,
        "step_days": late.step.days,
        "sent_on": late.on,
        "reason": reason_of(late),
        "late": late.late,
        "oldest_due_on": late.since,
        "answer_by": _answer_by(late) if late.step.kind == ReminderKind.NOTICE else None,
    }


def _refuse_unless_due(late):
    """What was read is what is still true, now that the advance is locked."""
    rows = Aid.objects.filter(pk=late.aid.pk).with_money()
    [latest] = lateness_of(list(rows), late.on)
    if late.step is None or latest.step is None:
        raise ValidationError(
            _("Cette relance n’est plus à envoyer : elle est partie, ou l’argent est arrivé."),
            code="not_due",
        )
    if latest.summary != late.summary:
        raise ValidationError(
            _("Ce qui est en retard a changé : relisez la relance avant de l’envoyer."),
            code="changed",
        )


@dataclass
class Outcome:
    """What became of the e-mails that left together; `failed` are (lateness, sentence)."""

    sent: list[Reminder]
    failed: list[tuple[Lateness, str]]


def send_all(found, *, by):
    """Send the e-mail that each of these advances is due, to its first contact who has an address.

    One that is refused does not keep the others; a mail server that fails stops there.
    """
    outcome = Outcome([], [])
    for late in found:
        try:
            proposal = propose(late, by=by)
            texts = {"subject": proposal.subject, "body": proposal.body}
            outcome.sent.append(send(late, contact=proposal.contact, **texts, by=by))
        except ValidationError as error:
            outcome.failed.append((late, " ".join(error.messages)))
            if getattr(error, "code", None) == "not_sent":
                break
    return outcome
