"""Antennas that need help on a day, and why, in a sentence each. Read-only.

The thresholds are settings (docs/deployment.md): a network decides what worries it.
"""

from collections import defaultdict
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from committee.models import Decision, Session
from conventions.money import in_euros
from conventions.schedule import add_months
from reports.network.picture import RUNNING, Network
from support.models import Survey
from territories.dates import in_figures
from territories.models import Antenna

SILENT = Q(answered_on=None)


class Reason(NamedTuple):
    """Why an antenna needs help, and the page where it is settled."""

    sentence: str
    url: str


class Worry(NamedTuple):
    antenna: Antenna
    reasons: list[Reason]


def worries(network: Network) -> list[Worry]:
    """The open antennas that need help, the most reasons first; four queries for all."""
    reasons = defaultdict(list)
    for find in (_without_convention, _behind, _late, _without_session, _unanswered, _ending):
        for antenna, reason in find(network):
            reasons[antenna].append(reason)
    found = [Worry(each, reasons[each.pk]) for each in network.open if each.pk in reasons]
    return sorted(found, key=lambda worry: -len(worry.reasons))


def _running_antennas(network):
    return {each.convention.antenna_id for each in network.running}


def _page(name, **asked):
    return f"{reverse(name)}?{urlencode(asked)}"


def _without_convention(network):
    """Nothing may be granted."""
    for antenna in network.open:
        if antenna.pk not in _running_antennas(network):
            url = _page("conventions:convention_list", antenna=antenna.pk)
            yield antenna.pk, Reason(_("Aucune convention en cours."), url)


def _behind(network):
    """Much less is real than time has gone, once the convention is under way."""
    sentences = {
        "jobs": _(
            "%(share)s de l’objectif d’emplois atteint alors que %(time)s du temps est écoulé"
            " (%(convention)s)."
        ),
        "euros": _(
            "%(share)s de l’objectif d’aide débloqué alors que %(time)s du temps est écoulé"
            " (%(convention)s)."
        ),
        "days": _(
            "%(share)s des journées prévues faites alors que %(time)s du temps est écoulé"
            " (%(convention)s)."
        ),
    }
    for each in network.running:
        if 100 * each.time < settings.HELP_PACE_FROM_PERCENT:
            continue
        for kind, sentence in sentences.items():
            share = each.share(kind)
            if share is None or 100 * (each.time - share) < settings.HELP_PACE_POINTS:
                continue
            told = {
                "share": _percent(share),
                "time": _percent(each.time),
                "convention": each.convention.reference,
            }
            url = reverse("reports:evaluation", args=[each.convention.pk])
            asked = urlencode({"au": network.at})
            yield each.convention.antenna_id, Reason(sentence % told, f"{url}?{asked}")


def _percent(share):
    return f"{round(100 * share)}\u00a0%"


def _late(network):
    """A large part of what companies still owe is late."""
    for antenna in network.open:
        figures = network.now.figures(antenna.pk)
        share = figures.late_share
        if share and 100 * share >= settings.HELP_LATE_PERCENT:
            sentence = _("%(late)s d’avances en retard, soit %(share)s de ce qui reste dû.")
            told = {"late": in_euros(figures.arrears), "share": _percent(share)}
            url = _page("support:late_list", antenna=antenna.pk, au=network.at)
            yield antenna.pk, Reason(sentence % told, url)


def _without_session(network):
    """The committee of a running convention has neither met nor decided for long."""
    limit = add_months(network.at, -settings.HELP_SESSION_MONTHS)
    since = {}
    for each in network.running:
        start, key = each.convention.starts_on, each.convention.antenna_id
        since[key] = min(since.get(key, start), start)
    latest = _latest_meetings(network.at)
    for antenna, start in since.items():
        met = latest.get(antenna)
        if max(met or start, start) >= limit:
            continue
        sentence = (
            _("Aucune séance depuis le %(day)s.")
            if met
            else _("Aucune séance depuis le début de la convention, le %(day)s.")
        )
        url = _page("committee:session_list", antenna=antenna)
        yield antenna, Reason(sentence % {"day": in_figures(met or start)}, url)


def _latest_meetings(day: date) -> dict[int, date]:
    """The last day on which each committee met; a decision tells of a session that nobody typed."""
    held = Session.objects.filter(status=Session.Status.CLOSED, on__lte=day).order_by()
    sat = held.values_list("committee__antenna").annotate(last=Max("on"))
    decided = Decision.objects.filter(decided_on__lte=day).order_by()
    found = dict(sat)
    antenna = "application__convention__antenna"
    for key, last in decided.values_list(antenna).annotate(last=Max("decided_on")):
        found[key] = max(found.get(key, last), last)
    return found


def _unanswered(network):
    """Most companies of a campaign that should be over said nothing."""
    at = network.at
    asked = Survey.objects.filter(
        Q(campaign__closed_on=None) | Q(campaign__closed_on__gt=at),
        asked_on__lte=at,
        campaign__answer_by__lt=at,
    )
    lines = (
        asked.order_by("campaign__opened_on", "campaign")
        .values("campaign", months=F("campaign__months"), antenna=F("campaign__antenna"))
        .annotate(
            until=Max("campaign__answer_by"),
            asked=Count("pk"),
            silent=Count("pk", filter=SILENT | Q(answered_on__gt=at)),
        )
    )
    for line in lines:
        if 100 * line["silent"] < settings.HELP_SILENT_PERCENT * line["asked"]:
            continue
        sentence = _(
            "%(silent)d entreprises sur %(asked)d n’ont pas répondu à la campagne M+%(months)d,"
            " attendue pour le %(day)s."
        )
        url = reverse("support:campaign", args=[line["campaign"]])
        told = line | {"day": in_figures(line["until"])}
        yield line["antenna"], Reason(sentence % told, url)


def _ending(network):
    """A convention ends soon and nothing signed goes on after it."""
    limit = add_months(network.at, settings.HELP_END_MONTHS)
    ends = {each.convention.pk: _end(each.convention, network.at) for each in network.running}
    signed = [
        (each.antenna_id, _end(each, network.at))
        for each in network.conventions
        if each.status_on(network.at) in RUNNING
    ]
    for each in network.running:
        antenna, end = each.convention.antenna_id, ends[each.convention.pk]
        goes_on = any(key == antenna and later > end for key, later in signed)
        if end <= limit and not goes_on:
            sentence = _(
                "La convention %(convention)s finit le %(day)s, et aucune suite n’est signée."
            )
            told = {"convention": each.convention.reference, "day": in_figures(end)}
            yield antenna, Reason(sentence % told, each.convention.get_absolute_url())


def _end(convention, day):
    return convention.terms_on(day).ends_on
