"""The packet of a session: its agenda and what its reader may see of each file, to be printed."""

from datetime import datetime, timedelta

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committee.aid_account import standings
from committee.findings import Level, frozen
from committee.models import Application, Document
from committee.models.financing import Plan
from committee.past_aid import past_aids
from committee.screening import findings_of
from conventions.money import in_days, in_euros, plain
from territories.dates import in_figures, in_words


def packet_of(session, user):
    """What `typeset.pdf("packet", …)` prints for `user`: texts alone, euros and days included.

    Files from which the reader steps aside are counted, never named; hours are those of the whole
    agenda. As many queries for one file as for many.
    """
    items = list(session.items.values_list("application", "minutes"))
    slots = _slots(session, items)
    files = _files(session, user, [key for key, _minutes in items])
    made_at = timezone.now()
    return {
        "title": _("Séance du %(day)s") % {"day": in_words(session.on)},
        "made_at": made_at,
        "header": _("Réseau Alizé – antenne %(antenna)s") % {"antenna": session.antenna},
        "header_right": f"{session.committee}, {in_figures(session.on)}",
        "footer": _("Confidentiel – remis à %(reader)s le %(at)s")
        % {
            "reader": user,
            "at": date_format(timezone.localtime(made_at), "SHORT_DATETIME_FORMAT"),
        },
        "facts": _place(session),
        "cancelled": _("Cette séance est annulée.")
        if session.status == session.Status.CANCELLED
        else "",
        "aside": _aside(len(items) - len(files)),
        "agenda": _agenda(files, slots),
        "files": _summaries(session, files, slots),
    }


def _slots(session, items):
    """(number, hour, minutes) of each item, by the key of its file."""
    at, slots = datetime.combine(session.on, session.at), {}
    for number, (key, minutes) in enumerate(items, start=1):
        slots[key] = (number, time_format(at.time(), "H:i"), minutes)
        at += timedelta(minutes=minutes)
    return slots


def _files(session, user, keys):
    rows = (
        Application.objects.visible_to(user)
        .filter(pk__in=keys)
        .select_related("company__antenna", "company__commune", "company__naf", "expert")
        .prefetch_related(
            "financing_lines",
            "requested_skills",
            "decisions",
            "waivers__by",
            "recusals",
            "company__figures",
            Prefetch(
                "documents",
                Document.objects.visible_to(user).standing().select_related("kind"),
                to_attr="papers",
            ),
        )
    )
    files = sorted(rows, key=lambda file: keys.index(file.pk))
    for file in files:
        file.convention = session.convention  # one row: its terms are read once
    return files


def _place(session):
    pairs = [
        (_("Comité"), session.committee),
        (_("Date"), in_words(session.on, "l j F Y")),
        (_("Heure"), time_format(session.at, "H:i")),
        (_("Lieu"), session.place),
        (_("À distance"), session.link),
        (_("Convention"), session.convention),
    ]
    return [(label, value) for label, value in pairs if value]


def _aside(count):
    sentence = ngettext(
        "%(total)s dossier dont vous vous déportez n’est pas montré.",
        "%(total)s dossiers dont vous vous déportez ne sont pas montrés.",
        count,
    )
    return sentence % {"total": count} if count else ""


def _agenda(files, slots):
    if not files:
        return None
    return {
        "heading": _("Ordre du jour"),
        "headings": [_("Heure"), _("N°"), _("Dossier"), _("Durée")],
        "lines": [
            [hour, f"{number}", f"{file.company} – {file.title}", f"{minutes}\u00a0min"]
            for file in files
            for number, hour, minutes in [slots[file.pk]]
        ],
    }


def _summaries(session, files, slots):
    today = timezone.localdate()
    accounts = standings(files, today)
    found = findings_of(files, today, accounts)
    past = past_aids([file.company for file in files], session.on) if files else []
    summaries = []
    for file, findings, standing, aid in zip(files, found, accounts, past, strict=True):
        taken = [each for each in file.decisions.all() if each.decided_on == session.on]
        sections = [
            {"heading": _("Projet"), "facts": _project(file), "text": file.project},
            {"heading": _("Demande"), "table": _request(file)},
            {"heading": _("Plan de financement"), **_plan(Plan.of(file))},
            {
                "heading": _("Constats"),
                "list": _findings(taken[-1].findings if taken else frozen(findings)),
            },
            {
                "heading": _("Aides déjà reçues"),
                "facts": _past_aid(standing, aid, file),
                "text": _unknown_rate(standing, file),
            },
            {"heading": _("Documents"), "list": [_paper(each) for each in file.papers]},
        ]
        summaries.append(
            {
                "heading": f"{slots[file.pk][0]}. {file.company}",
                "subtitle": f"{file.reference} – {file.title}",
                "sections": [_filled(section) for section in sections],
            }
        )
    return summaries


def _filled(section):
    """The same section; one that holds nothing says so."""
    empty = not any(value for name, value in section.items() if name != "heading")
    return {**section, "text": _("Néant.")} if empty else section


def _project(file):
    company = file.company
    pairs = [
        (_("SIRET"), company.siret_display),
        (_("Commune"), company.commune),
        (_("Activité"), company.naf and company.naf.label),
        (_("Effectif de référence"), plain(file.baseline_headcount)),
        (_("Objet"), file.get_purpose_display()),
        (_("Début du projet"), file.project_starts_on and in_figures(file.project_starts_on)),
        (_("Sans cette aide"), file.get_without_aid_display()),
        (_("Enveloppe"), file.get_envelope_display()),
        (_("Compétences recherchées"), ", ".join(map(str, file.requested_skills.all()))),
    ]
    return [(label, value) for label, value in pairs if value]


def _request(file):
    """What is asked for, beside what the antenna proposes once it said so."""
    asked, proposal = file.asked, file.proposal
    labels = [_("Avance"), _("Subvention"), _("Journées"), _("Emplois à créer")]
    written = [in_euros, in_euros, in_days, str]
    lines = [
        [label, *(write(value) for value in values)]
        for label, write, *values in zip(
            labels, written, *([asked, proposal] if proposal else [asked]), strict=True
        )
    ]
    kept = [_("Emplois à maintenir"), str(file.planned_jobs_maintained)]
    return {
        "headings": [_("Aide"), _("Demandé"), *([_("Proposé par l’antenne")] if proposal else [])],
        "lines": [*lines, [*kept, "–"] if proposal else kept],
    }


def _plan(plan):
    if plan.is_empty:
        return {}
    needs = [(line.label, in_euros(line.amount)) for line in plan.needs]
    resources = [(line.label, in_euros(line.amount)) for line in plan.resources]
    if plan.aid:
        resources.insert(0, (_("Aide demandée dans ce dossier"), in_euros(plan.aid)))
    return {
        "text": plan.balance_sentence,
        "pair": [
            {
                "headings": [title, _("Montant")],
                "lines": lines,
                "total": [_("Total"), in_euros(total)],
            }
            for title, lines, total in [
                (_("Besoins"), needs, plan.total_needs),
                (_("Ressources"), resources, plan.total_resources),
            ]
        ],
    }


def _findings(kept):
    """Each finding as a sentence, with its level, its source and why it was lifted."""
    told = []
    for finding in kept:
        words = f"{Level(finding['level']).label} – {finding['sentence']} ({finding['source']})"
        if finding["waived"]:
            lifted = {"by": finding["waived_by"] or "–", "reason": finding["waived"]}
            words += " " + _("Levé par %(by)s : %(reason)s") % lifted
        told.append(words)
    return told or [_("Rien à signaler : le dossier respecte les règles.")]


def _past_aid(standing, past, file):
    """The account of its undertaking in sums alone: other antennas' companies have no name here."""
    pairs = [(_("Accords précédents du réseau"), f"{past.awards} ({in_euros(past.granted)})")]
    if past.paid_out:
        pairs += [
            (_("Avances débloquées"), in_euros(past.paid_out)),
            (_("Reste à rembourser"), in_euros(past.outstanding)),
            *([(_("Passé en perte"), in_euros(past.lost))] if past.lost else []),
        ]
    account = [(_("De minimis reçu en trois ans"), in_euros(standing.total))]
    if standing.ceiling:
        account.append((_("Plafond"), in_euros(standing.ceiling.amount)))
        if file.status == Application.Status.SUBMITTED:
            account += [
                (_("Cette demande"), in_euros(standing.equivalent)),
                (_("Reste après la demande"), in_euros(standing.left)),
            ]
        else:
            account.append((_("Reste"), in_euros(standing.room)))
    return pairs + account


def _unknown_rate(standing, file):
    waits = file.status == Application.Status.SUBMITTED
    if waits and file.requested_advance and not standing.is_rate_known:
        return _("Faute de taux de référence à cette date, l’avance compte en entier.")
    return ""


def _paper(document):
    return f"{document} ({document.kind})" if document.kind else str(document)
