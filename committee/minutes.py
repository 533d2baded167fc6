"""What the minutes of a session say, in plain data, and how they are printed.

The record holds codes, texts and numbers as texts, nothing that the reader's language changes: its
print is the SHA-256 of its JSON with sorted keys. Figures are computed from its files.
"""

import json
from decimal import Decimal
from hashlib import sha256

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from committee.models.committee import Seat
from committee.models.decision import Decision
from committee.models.motion import Motion
from committee.recusal import Ground, ground
from conventions.money import in_days, in_euros
from territories.dates import in_words

GIVEN = ["advance", "grant", "days", "jobs_created", "jobs_maintained"]


def digest(record):
    """The SHA-256 of a record, in hexadecimal."""
    return sha256(json.dumps(record, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def presider(session):
    """Who chaired: the holder of the chair, or their deputy; empty when neither came."""
    stays = session.attendances.filter(seat__is_chair=True).select_related("seat")
    return next((stay.attendee for stay in stays), "")


def record_of(minutes):
    """The facts that `minutes` sets down, as they are known now."""
    session = minutes.session
    head = {
        "antenna": session.antenna.name,
        "committee": session.committee.name,
        "convention": session.convention.reference,
        "on": session.on.isoformat(),
        "number": minutes.number,
        "remarks": minutes.remarks,
        "chair": presider(session),
    }
    if minutes.number:
        [first, *_others] = session.minutes.all()
        return head | {"rectifies": first.sha256}
    return head | {
        "place": session.place or session.link,
        "opened_at": _moment(session.opened_at),
        "closed_at": _moment(session.closed_at),
        "quorum_percent": session.quorum_percent,
        "majority": session.majority,
        "members": _members(session),
        "files": _files(session),
        "changes": [
            {
                "application": change.application_id,
                "company": change.application.company.name,
                "added": change.added,
                "reason": change.reason,
            }
            for change in session.changes.select_related("application__company")
        ],
    }


def figures(files):
    """What a session did: files seen, approved, their share, euros, days, jobs."""
    seen = [file for file in files if file["votes"]]
    approved = [file["decision"] for file in seen if _outcome(file) == "approved"]
    return {
        "files": len(files),
        "seen": len(seen),
        "approved": len(approved),
        "share": len(approved) / len(seen) if seen else None,
        **{name: sum(Decimal(each[name]) for each in approved) for name in GIVEN},
    }


def _outcome(file):
    return file["decision"] and file["decision"]["outcome"]


def _moment(value):
    return value.astimezone(timezone.get_default_timezone()).isoformat(timespec="minutes")


def _members(session):
    stays = {}
    for stay in session.attendances.select_related("seat"):
        stays.setdefault(stay.seat_id, []).append(
            {
                "from": _moment(stay.arrived_at),
                "to": _moment(stay.left_at or session.closed_at),
                "remote": stay.is_remote,
                "deputy": stay.seat.deputy if stay.by_deputy else "",
            }
        )
    return [
        {
            "name": invitation.seat.holder,
            "college": invitation.seat.college,
            "is_chair": invitation.seat.is_chair,
            "stays": stays.get(invitation.seat_id, []),
            "proxy_to": invitation.proxy_to.holder if invitation.proxy_to else "",
        }
        for invitation in session.invitations.select_related("seat", "proxy_to")
    ]


def _files(session):
    seats = session.seats()
    items = session.items.select_related(
        "application__company", "application__convention", "application__expert"
    ).prefetch_related("motions__decisions", "application__recusals")
    return [
        {
            "application": item.application_id,
            "reference": item.application.reference,
            "company": item.application.company.name,
            "title": item.application.title,
            "recused": [
                {"name": seat.holder, "ground": why.value}
                for seat in seats
                if (why := ground(seat, item.application))
            ],
            "votes": [_vote(motion) for motion in item.motions.all()],
            "decision": _decision(item.decision),
        }
        for item in items
    ]


def _vote(motion):
    return _given(motion) | {
        "at": _moment(motion.closed_at),
        "outcome": motion.outcome,
        "conditions": motion.conditions,
        "reason": motion.reason,
        "secret": motion.is_secret,
        "counts": [motion.in_favour, motion.against, motion.abstained],
        "seats": [motion.seats_counted, motion.seats_needed, motion.seats_voting],
        "carried": motion.is_carried,
        "verdict": motion.verdict,
    }


def _decision(decision):
    if decision is None:
        return None
    return _given(decision) | {"outcome": decision.outcome, "reason": decision.reason}


def _given(row):
    return {name: str(getattr(row, name)) for name in GIVEN}


# In words


def award_in_words(row):
    """« avance de 8 000 €, 3 j, 3 emplois à créer », of a motion or a decision of a record."""
    created, kept = int(row["jobs_created"]), int(row["jobs_maintained"])
    parts = [
        Decimal(row["advance"]) and _("avance de %s") % in_euros(Decimal(row["advance"])),
        Decimal(row["grant"]) and _("subvention de %s") % in_euros(Decimal(row["grant"])),
        Decimal(row["days"]) and in_days(Decimal(row["days"])),
        created and ngettext("%d emploi à créer", "%d emplois à créer", created) % created,
        kept and ngettext("%d emploi à maintenir", "%d emplois à maintenir", kept) % kept,
    ]
    return ", ".join(part for part in parts if part)


def decision_in_words(file):
    """What the committee decided of a file of a record, in one sentence."""
    decision = file["decision"]
    if decision is None:
        return _("Sans décision : le dossier attend une autre séance.")
    told = award_in_words(decision) if decision["outcome"] == "approved" else decision["reason"]
    return _("%(outcome)s : %(told)s") % {
        "outcome": Decision.Outcome(decision["outcome"]).label,
        "told": told,
    }


def vote_in_words(vote):
    """How a vote went, in sentences."""
    in_favour, against, abstained = vote["counts"]
    counted, needed, voting = vote["seats"]
    asked = Decision.Outcome(vote["outcome"]).label
    told = award_in_words(vote) if vote["outcome"] == "approved" else vote["reason"].rstrip(".")
    result = _("adopté") if vote["carried"] else _("non adopté")
    votes = [
        _("%d pour") % in_favour,
        _("%d contre") % against,
        ngettext("%d abstention", "%d abstentions", abstained) % abstained,
        *([_("%d sans vote") % silent] if (silent := voting - sum(vote["counts"])) else []),
        *([_("vote secret")] if vote["secret"] else []),
    ]
    return _(
        "À %(at)s, mis aux voix : %(asked)s (%(told)s). %(voting)d présents ou représentés sur"
        " %(counted)d, quorum %(needed)d. %(votes)s : %(result)s."
    ) % {
        "at": _hour(vote["at"]),
        "asked": asked,
        "told": told,
        "voting": voting,
        "counted": counted,
        "needed": needed,
        "votes": ", ".join(votes),
        "result": f"{result}, {Motion.Verdict(vote['verdict']).label}",
    }


def member_in_words(member):
    """When somebody was there, or who voted for them."""
    stays = []
    for stay in member["stays"]:
        hours = {"from": _hour(stay["from"]), "to": _hour(stay["to"])}
        stays.append(_("de %(from)s à %(to)s") % hours)
        if stay["remote"]:
            stays[-1] += ", " + _("à distance")
        if stay["deputy"]:
            stays[-1] += ", " + _("suppléé par %(deputy)s") % {"deputy": stay["deputy"]}
    proxy = [_("pouvoir à %s") % member["proxy_to"]] if member["proxy_to"] else []
    return " ; ".join(stays + proxy) or _("absent")


def _hour(moment):
    return time_format(parse_datetime(moment).time(), "H:i")


def printed(minutes, record, left_out=0):
    """What `typeset.pdf("minutes", …)` prints, in French whoever asks.

    `left_out` says how many files this reader must not know of: it is then an extract.
    """
    with override("fr"):
        on = in_words(parse_date(record["on"]))
        title = _("Procès-verbal")
        if record["number"]:
            title = _("Rectification n° %d du procès-verbal") % record["number"]
        signed = minutes.signed_at and date_format(timezone.localtime(minutes.signed_at), "d/m/Y")
        return {
            "title": _("%(what)s de la séance du %(day)s") % {"what": title, "day": on},
            "made_at": minutes.signed_at or timezone.now(),
            "header": _("Réseau Alizé – antenne %(antenna)s") % {"antenna": record["antenna"]},
            "header_right": record["committee"],
            "footer": _print(minutes, left_out),
            "notice": _notice(minutes, left_out),
            "facts": _facts(record),
            "members": _member_rows(record),
            "changes": [change_in_words(each) for each in record.get("changes", [])],
            "files": _file_rows(record),
            "totals": _totals(record),
            "remarks": {"heading": _("Observations"), "text": record["remarks"]},
            "signature": _("Signé par %(name)s le %(day)s")
            % {"name": minutes.signed_name, "day": signed}
            if minutes.signed_at
            else "",
        }


def _print(minutes, left_out):
    if not minutes.signed_at or left_out:
        return ""
    return _("Empreinte SHA-256 : %s") % digest(minutes.record)


def _notice(minutes, left_out):
    if left_out:
        return (
            ngettext(
                "Extrait : %d dossier dont vous vous déportez n’est pas montré.",
                "Extrait : %d dossiers dont vous vous déportez ne sont pas montrés.",
                left_out,
            )
            % left_out
        )
    return "" if minutes.signed_at else _("Projet, non signé.")


def _facts(record):
    pairs = [
        (_("Comité"), record["committee"]),
        (_("Convention"), record["convention"]),
        (_("Président"), record["chair"]),
    ]
    if "opened_at" in record:
        hours = {"opened": _hour(record["opened_at"]), "closed": _hour(record["closed_at"])}
        pairs += [
            (_("Lieu"), record["place"]),
            (
                _("Horaires"),
                _("ouverte à %(opened)s, close à %(closed)s") % hours,
            ),
            (_("Quorum"), _("%(percent)d %% des sièges") % {"percent": record["quorum_percent"]}),
        ]
    else:
        pairs.append((_("Procès-verbal rectifié"), record["rectifies"]))
    return [(label, value) for label, value in pairs if value]


def _member_rows(record):
    return {
        "heading": _("Membres"),
        "headings": [_("Membre"), _("Collège"), _("Présence")],
        "lines": [
            [each["name"], Seat.College(each["college"]).label, member_in_words(each)]
            for each in record.get("members", [])
        ],
    }


def _file_rows(record):
    return [
        {
            "heading": f"{number}. {file['company']}",
            "subtitle": f"{file['reference']} – {file['title']}",
            "recused": [
                _("Déport de %(name)s : %(why)s.")
                % {"name": each["name"], "why": Ground(each["ground"]).label}
                for each in file["recused"]
            ],
            "votes": [vote_in_words(vote) for vote in file["votes"]],
            "conditions": conditions_of(file),
            "decision": decision_in_words(file),
        }
        for number, file in enumerate(record.get("files", []), start=1)
    ]


def change_in_words(change):
    """What was added to the agenda, or taken out of it, once members had received it."""
    what = _("Ajouté à l’ordre du jour") if change["added"] else _("Retiré de l’ordre du jour")
    return _("%(what)s : %(company)s (%(reason)s).") % {"what": what, **change}


def conditions_of(file):
    carried = [vote for vote in file["votes"] if vote["carried"]]
    return carried[-1]["conditions"] if carried else []


def _totals(record):
    if "opened_at" not in record:
        return ""
    done = figures(record["files"])
    return ngettext(
        "%(seen)d dossier examiné. Accords : %(approved)d (%(money)s, %(days)s, emplois à créer :"
        " %(jobs)d).",
        "%(seen)d dossiers examinés. Accords : %(approved)d (%(money)s, %(days)s, emplois à créer :"
        " %(jobs)d).",
        done["seen"],
    ) % {
        "seen": done["seen"],
        "approved": done["approved"],
        "money": in_euros(done["advance"] + done["grant"]),
        "days": in_days(done["days"]),
        "jobs": int(done["jobs_created"]),
    }
