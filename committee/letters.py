"""The letter of a decision: drafted from a template, printed, sent to the company, kept.

A company has no account: the letter is how it is told. Always in French, interest never being due.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from committee.correspondence import reachable
from committee.de_minimis import ceiling_on
from committee.models import Decision, DeMinimisCeiling, Letter, LetterTemplate
from committee.placeholders import fill
from conventions.money import in_euros, plain
from territories.correspondence import answers_to, letter_pdf, post, sender_of
from territories.dates import in_words

# What the preview of a template is filled with: nobody's file.
EXAMPLE = {
    "entreprise": "Menuiserie Exemple",
    "contact": "Camille Martin",
    "antenne": "Exempleville",
    "coordonnees": "antenne@example.org, 03 00 00 00 00",
    "dossier": "EXEMPLE-1-001",
    "projet": "Un deuxième atelier",
    "convention": "Convention d’exemple",
    "decision_du": "3 mars 2026",
    "avance": "15\u00a0000,00\u00a0€",
    "subvention": "2\u00a0500,00\u00a0€",
    "journees": "5 journées",
    "emplois": "3 à créer, 1 à maintenir",
    "equivalent": "1\u00a0234,56\u00a0€",
    "reglement": "Règlement (UE) 2023/2831",
    "conditions": "- Accord de la banque\n- Bail signé",
    "motif": "Le carnet de commandes ne couvre pas encore l’investissement.",
    "manque": "- Joignez les derniers comptes annuels.",
}


def values_of(decision, *, contact, by):
    """What each field of a template says of `decision`, in French; empty when there is nothing."""
    application, antenna = decision.application, decision.antenna
    ceiling = ceiling_on(DeMinimisCeiling.objects.all(), decision.decided_on)
    with override("fr"):
        jobs = [
            (decision.jobs_created, _("%(jobs)d à créer")),
            (decision.jobs_maintained, _("%(jobs)d à maintenir")),
        ]
        days = ngettext("%(days)s journée", "%(days)s journées", int(decision.days))
        adjourned = decision.outcome == Decision.Outcome.ADJOURNED
        return {
            "entreprise": application.company.name,
            "contact": contact.name if contact else "",
            "antenne": antenna.name,
            "coordonnees": answers_to(antenna, by),
            "dossier": application.reference,
            "projet": application.title,
            "convention": application.convention.name or application.convention.reference,
            "decision_du": in_words(decision.decided_on),
            "avance": in_euros(decision.advance) if decision.advance else "",
            "subvention": in_euros(decision.grant) if decision.grant else "",
            "journees": days % {"days": plain(decision.days)} if decision.days else "",
            "emplois": ", ".join(text % {"jobs": number} for number, text in jobs if number),
            "equivalent": in_euros(decision.grant_equivalent) if decision.grant_equivalent else "",
            "reglement": ceiling.regulation if ceiling and decision.grant_equivalent else "",
            "conditions": _listed(decision.conditions.all()) or _("- aucune"),
            "motif": decision.reason,
            "manque": _listed(application.missing()) if adjourned else "",
        }


def _listed(rows):
    return "\n".join(f"- {row}" for row in rows)


@transaction.atomic
def draft_letter(application, *, by):
    """The letter in preparation of the latest decision that stands; made when there is none.

    After one that left, a copy of it; else what the template of the antenna, or of the network,
    says. ValidationError without a decision, or without a template.
    """
    decision = application.latest_decision
    if decision is None:
        raise ValidationError(_("Ce dossier n’a pas de décision."), code="no_decision")
    Decision.objects.select_for_update().get(pk=decision.pk)
    latest = decision.letters.unprinted().last()
    if latest and not latest.sent_at:
        return latest
    contact = reachable(application.company).first()
    if latest:
        texts = {"subject": latest.subject, "body": latest.body}
        contact = latest.contact or contact
    elif template := LetterTemplate.objects.suiting(decision):
        values = values_of(decision, contact=contact, by=by)
        subject = fill(template.subject, values).replace("\n", " ")
        texts = {"subject": subject[:400], "body": fill(template.body, values)}
    else:
        raise ValidationError(
            _("Aucun modèle de courrier pour cette décision : l’administrateur en écrit un."),
            code="no_template",
        )
    return Letter.objects.create(decision=decision, contact=contact, **texts)


def printed(letter, *, at):
    """The letter as a PDF, dated of the moment `at`; the very bytes that left, once it did."""
    if letter.sent_at:
        return bytes(letter.pdf)
    application = letter.application
    return typeset(application, letter.contact, letter.subject, letter.body, at=at)


def typeset(application, contact, subject, body, *, at):
    """A letter of the antenna to the company of `application` as a PDF, in French."""
    company, antenna = application.company, application.antenna
    with override("fr"):
        return letter_pdf(
            at,
            reference=application.reference,
            antenna=antenna,
            sender=sender_of(antenna),
            addressee=[
                company.name,
                _("À l’attention de %(name)s") % {"name": contact.name} if contact else "",
                company.address,
                f"{company.commune.postal_code} {company.commune.name}",
            ],
            subject=subject,
            body=body,
        )


def example(template, values=EXAMPLE):
    """The PDF of a template, saved or not, filled with what is nobody's."""
    with override("fr"):
        return letter_pdf(
            timezone.now(),
            reference=values["dossier"],
            antenna=values["antenne"],
            sender=[values["coordonnees"]],
            addressee=[values["entreprise"], values["contact"]],
            subject=fill(template.subject, values),
            body=fill(template.body, values),
        )


def post_letter(letter, *, by):
    """Freeze a letter that is printed and goes by post: ValidationError unless it is a draft."""
    letter.refuse_unless_draft()
    at = timezone.now()
    letter.keep_as_sent(printed(letter, at=at), at=at, by=by, email="")


def send_letter(letter, *, by):
    """Send the letter, its PDF attached, to its contact; then freeze it. Answers go to `by`.

    ValidationError when it left already, its decision is annulled, nobody can be written to, or the
    mail server does not take it: then nothing is marked as sent.
    """
    letter.refuse_unless_draft()
    if not (letter.contact and letter.contact.email):
        raise ValidationError(
            _("Choisissez un destinataire qui a une adresse électronique."), code="nobody"
        )
    at = timezone.now()
    content = printed(letter, at=at)
    name = f"{slugify(letter.application.reference)}.pdf"
    post(
        letter.subject,
        letter.body,
        to=letter.contact.email,
        by=by,
        attachments=[(name, content, "application/pdf")],
    )
    letter.keep_as_sent(content, at=at, by=by, email=letter.contact.email)
