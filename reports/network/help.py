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
from conventions.models import ConventionStatus
from conventions.money import in_euros
from conventions.schedule import add_months
from reports.network.columns import RowsPages
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
    """An antenna that needs help, and its dashboard of the day."""

    antenna: Antenna
    reasons: list[Reason]
    url: str


def worries(network: Network) -> list[Worry]:
    """The open antennas that need help, the most reasons first; four queries for all."""
    reasons = defaultdict(list)
    for find in FINDERS:
        for antenna, reason in find(network):
            reasons[antenna].append(reason)
    pages = RowsPages(network)
    found = [
        Worry(each, reasons[each.pk], pages.dashboard(each.pk))
        for each in network.open
        if each.pk in reasons
    ]
    return sorted(found, key=lambda worry: -len(worry.reasons))


def _running_antennas(network):
    return {each.convention.antenna_id for each in network.running}


def _page(name, **asked):
    return f"{reverse(name)}?{urlencode(asked)}"


def _without_convention(network):
    """Nothing may be granted."""
    for antenna in network.open:
        if antenna.pk not in _running_antennas(network):
            asked = {"antenna": antenna.pk, **network.past_asked}
            url = _page("conventions:convention_list", **asked)
            yield antenna.pk, Reason(_("Aucune convention en cours."), url)


def _suspended(network):
    """Nothing is decided under it for now: its pace is no fault of the antenna."""
    for each in network.running:
        if since := _suspended_since(each.convention, network.at):
            sentence = _("La convention %(convention)s est suspendue depuis le %(day)s.")
            told = {"convention": each.convention.reference, "day": in_figures(since)}
            url = each.convention.get_absolute_url()
            yield each.convention.antenna_id, Reason(sentence % told, url)


def _suspended_since(convention, day):
    """The day on which it was last suspended; None when it is not."""
    steps = [step for step in convention.steps.all() if step.on <= day]
    return steps[-1].on if steps and steps[-1].status == ConventionStatus.SUSPENDED else None


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
        is_early = 100 * each.time < settings.HELP_PACE_FROM_PERCENT
        if is_early or _suspended_since(each.convention, network.at):
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
    oldest = {}
    for each in network.running:
        convention, key = each.convention, each.convention.antenna_id
        oldest[key] = min(oldest.get(key, convention), convention, key=lambda it: it.starts_on)
    latest = _latest_meetings(network)
    for antenna, convention in oldest.items():
        start = convention.starts_on
        met, url = latest.get(antenna, (None, convention.get_absolute_url()))
        if max(met or start, start) >= limit:
            continue
        sentence = (
            _("Ni séance ni décision depuis le %(day)s.")
            if met
            else _("Ni séance ni décision depuis le début de la convention, le %(day)s.")
        )
        yield antenna, Reason(sentence % {"day": in_figures(met or start)}, url)


def _latest_meetings(network) -> dict[int, tuple[date, str]]:
    """The last day on which each committee met, and the page that shows it.

    A decision tells of a session that nobody typed: the files are then what there is to read.
    """
    day, found = network.at, {}
    held = Session.objects.filter(status=Session.Status.CLOSED, on__lte=day).order_by()
    for key, last in held.values_list("committee__antenna").annotate(last=Max("on")):
        found[key] = (last, _page("committee:session_list", antenna=key))
    decided = Decision.objects.filter(decided_on__lte=day).order_by()
    antenna = "application__convention__antenna"
    for key, last in decided.values_list(antenna).annotate(last=Max("decided_on")):
        if key not in found or last > found[key][0]:
            asked = {"antenna": key, **network.past_asked}
            found[key] = (last, _page("committee:application_list", **asked))
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
    prepared = {each.predecessor_id: each for each in network.prepared}
    for each in network.running:
        antenna, end = each.convention.antenna_id, ends[each.convention.pk]
        goes_on = any(key == antenna and later > end for key, later in signed)
        if end <= limit and not goes_on:
            yield antenna, _ends(each.convention, end, prepared.get(each.convention.pk))


def _ends(convention, end, successor):
    """The reason; it leads to the successor when one is prepared, to be signed."""
    told = {"convention": convention.reference, "day": in_figures(end)}
    if successor is None:
        sentence = _("La convention %(convention)s finit le %(day)s, et aucune suite n’est signée.")
        return Reason(sentence % told, convention.get_absolute_url())
    sentence = _(
        "La convention %(convention)s finit le %(day)s, et sa suite %(successor)s est en"
        " préparation."
    )
    told["successor"] = successor.reference
    return Reason(sentence % told, successor.get_absolute_url())


def _end(convention, day):
    return convention.terms_on(day).ends_on


FINDERS = [
    _without_convention,
    _suspended,
    _behind,
    _late,
    _without_session,
    _unanswered,
    _ending,
]
