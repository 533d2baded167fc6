"""Yearly statements of sponsors: listed, typeset, sent a few at a time, kept as they left.

Always in French: sponsors have no account. Of taxes nothing is said.
"""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from companies.models import Sponsor
from conventions.money import in_days, in_euros, plain
from reports.sponsor_days import SponsorDays
from support.models import SkillDay, StatementLine, StatementSending, YearlyStatement
from territories.correspondence import answers_to, post, sender_of
from territories.dates import in_figures
from territories.models import Antenna
from territories.typeset import pdf

AT_ONCE = 5  # statements that one page sends: more would keep it waiting too long


@dataclass
class SponsorRow:
    """A sponsor who gave days to an antenna in a year, and the statements that it got of them."""

    sponsor: Sponsor
    days: Decimal
    sent: list[YearlyStatement]

    @property
    def key(self):
        """What a form chooses: it no longer fits once another statement left."""
        return f"{self.sponsor.pk} {self.rank}"

    @property
    def rank(self):
        """Which one the next would be."""
        return len(self.sent) + 1


@dataclass(frozen=True)
class StatementsOfYear:
    """The sponsors of an antenna in a year. Costs four queries."""

    antenna: Antenna
    year: int

    @property
    def is_over(self):
        return self.year < timezone.localdate().year

    @cached_property
    def rows(self) -> list[SponsorRow]:
        """Every sponsor whose people gave days, by name."""
        days = SkillDay.objects.standing().filter(
            mission__application__convention__antenna=self.antenna,
            done_on__year=self.year,
            done_on__lte=timezone.localdate(),
        )
        sums = dict(days.order_by().values_list("expert__sponsor").annotate(Sum("days")))
        sent = {}
        for statement in YearlyStatement.objects.unprinted().filter(
            antenna=self.antenna, year=self.year
        ):
            sent.setdefault(statement.sponsor_id, []).append(statement)
        sponsors = Sponsor.objects.filter(pk__in=sums).order_by("search")
        return [SponsorRow(each, sums[each.pk], sent.get(each.pk, [])) for each in sponsors]

    @property
    def reachable(self):
        return [row for row in self.rows if row.sponsor.email]

    @property
    def without_address(self):
        return [row for row in self.rows if not row.sponsor.email]

    @cached_property
    def unfinished(self):
        """What was begun and still has something to send."""
        waiting = StatementLine.objects.waiting().values("sending")
        sendings = StatementSending.objects.filter(antenna=self.antenna, year=self.year)
        return list(sendings.filter(pk__in=waiting).select_related("created_by"))


def statement_of(sponsor, year, antenna=None, antennas=None):
    """The figures of a statement: those of one antenna, else of several, else of all."""
    return SponsorDays.of_year(sponsor, year, frozenset([antenna.pk]) if antenna else antennas)


def statement_pdf(days, *, antenna, at):
    """The statement as PDF bytes, dated of the moment `at`."""
    with override("fr"):
        year = days.at.year
        return pdf(
            "days",
            {
                "title": _("Journées de compétences données en %(year)d") % {"year": year},
                "made_at": at,
                "header": _("Réseau Alizé – antenne %(antenna)s") % {"antenna": antenna}
                if antenna
                else _("Réseau Alizé"),
                "header_right": str(year),
                "thanks": _thanks(days),
                "facts": _facts(days, antenna),
                "tables": [_conventions(days), _missions(days)],
                "companies": {
                    "heading": _("Entreprises aidées"),
                    "names": [line.name for line in days.companies],
                },
                "note": _note(days),
                "sender": [line for line in sender_of(antenna) if line] if antenna else [],
            },
        )


def _thanks(days):
    helped = days.companies_helped
    if not helped:
        return _("Aucune journée n’a été donnée cette année-là.")
    sentence = ngettext(
        "Vos équipes ont donné %(days)s à une petite entreprise. Merci à elles, et à vous.",
        "Vos équipes ont donné %(days)s à %(helped)d petites entreprises. Merci à elles, et à"
        " vous.",
        helped,
    )
    return sentence % {"days": _given(days), "helped": helped}


def _given(days):
    """The days in words: French counts below two in the singular."""
    words = ngettext("%(days)s journée", "%(days)s journées", 1 if days.delivered < 2 else 2)
    return words % {"days": plain(days.delivered)}


def _facts(days, antenna):
    facts = [
        (_("Apporteur"), days.sponsor.name),
        (_("Antenne"), str(antenna) if antenna else ""),
        (_("Année"), f"{days.at.year}"),
        (_("Journées données"), in_days(days.delivered)),
        (_("Journées certifiées"), in_days(days.certified)),
        (_("Entreprises aidées"), str(days.companies_helped)),
        (_("Valeur indicative"), in_euros(days.value) if days.value else ""),
    ]
    return [fact for fact in facts if fact[1]]


def _conventions(days):
    lines = [
        (str(line.convention), *map(plain, line[1:5]), in_euros(line.value))
        for line in days.conventions
    ]
    totals = map(plain, (days.pledged, days.contracted, days.delivered, days.certified))
    return {
        "heading": _("Par convention"),
        "headings": [
            _("Convention"),
            _("Promises"),
            _("Prévues"),
            _("Données"),
            _("Certifiées"),
            _("Valeur"),
        ],
        "lines": lines,
        "total": [_("En tout"), *totals, in_euros(days.value)],
        "words": 1,
    }


def _missions(days):
    return {
        "heading": _("Par mission"),
        "headings": [
            _("Entreprise"),
            _("Mission"),
            _("Intervenants"),
            _("Données"),
            _("Certifiées"),
        ],
        "lines": [
            (line.company, line.subject, line.experts, plain(line.delivered), plain(line.certified))
            for line in days.mission_lines
        ],
        "total": None,
        "words": 3,
    }


def _note(days):
    return _(
        "En journées. Données : du %(first)s au %(last)s ; certifiées : celles d’entre elles que"
        " l’entreprise a reconnues au %(by)s. Promises et prévues par les missions signées :"
        " celles de toute la convention, au %(last)s. La valeur est indicative : les journées"
        " sont gratuites pour les entreprises, et personne ne les paie."
    ) % {
        "first": in_figures(days.since),
        "last": in_figures(days.at),
        "by": in_figures(days.certified_by),
    }


def send_next(sending, *, by):
    """Send the next few statements that wait; returns how many are settled.

    One that is refused says why and does not keep the others; ValidationError, `not_sent`, when the
    mail server fails: what waits still waits.
    """
    lines = list(sending.lines.waiting()[:AT_ONCE])
    for line in lines:
        try:
            send_line(line, by=by)
        except ValidationError as error:
            if getattr(error, "code", None) == "not_sent":
                raise
            waiting = StatementLine.objects.waiting().filter(pk=line.pk)
            waiting.update(refusal=" ".join(error.messages)[:300])
    return len(lines)


@transaction.atomic
def send_line(line, *, by):
    """Send one statement and keep it; nothing when it was settled meanwhile.

    ValidationError: `left` when this one left in another go, `no_address`, `no_days`, `not_sent`.
    """
    found = StatementLine.objects.select_for_update(of=["self"]).waiting().filter(pk=line.pk)
    line = found.select_related("sponsor", "sending__antenna").first()
    if line is None:
        return None
    sending = line.sending
    statement = drafted(line.sponsor, sending.antenna, sending.year, rank=line.rank, by=by)
    _refuse_unless_due(statement)
    statement.full_clean(exclude=["pdf"])
    statement.save()
    line.statement = statement
    line.save(update_fields=["statement"])
    file = f"journees-{statement.year}.pdf", statement.pdf, "application/pdf"
    post(statement.subject, statement.body, to=statement.sent_to, by=by, attachments=[file])
    return statement


def drafted(sponsor, antenna, year, *, by, rank=1, on=None):
    """The statement as it leaves today, or left on the day `on`; not saved."""
    days = statement_of(sponsor, year, antenna)
    on = on or timezone.localdate()
    noon = timezone.make_aware(datetime.combine(on, time(12)))
    with override("fr"):
        subject = _("Journées de compétences données en %(year)d") % {"year": year}
        context = {"days": days, "given": _given(days), "antenna": antenna, "year": year}
        context["answers_to"] = answers_to(antenna, by)
        body = render_to_string("reports/email/statement.txt", context).strip()
    return YearlyStatement(
        antenna=antenna,
        sponsor=sponsor,
        year=year,
        rank=rank,
        days=days.delivered,
        sent_on=on,
        recipient=(sponsor.contact_name or sponsor.name)[:100],
        sent_to=sponsor.email,
        subject=subject,
        body=body,
        pdf=statement_pdf(days, antenna=antenna, at=noon),
        sent_by=by,
    )


def _refuse_unless_due(statement):
    same = {name: getattr(statement, name) for name in ("antenna", "sponsor", "year", "rank")}
    if YearlyStatement.objects.filter(**same).exists():
        raise ValidationError(_("Ce relevé est déjà parti, dans un autre envoi."), code="left")
    if not statement.sent_to:
        raise ValidationError(_("L’apporteur n’a plus d’adresse électronique."), code="no_address")
    if not statement.days:
        raise ValidationError(
            _("L’apporteur n’a plus aucune journée cette année-là."), code="no_days"
        )
