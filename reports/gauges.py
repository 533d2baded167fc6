"""The gauges of an evaluation as a page draws them, and where their pace leads in a sentence."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conventions.money import as_counted, in_days, plain
from reports.display import DAYS, EUROS, NUMBER
from reports.evaluation import Evaluation
from reports.gauge_parts import Part, parts_of
from reports.indicators import Gauge
from reports.pace import WHY_NOT, Forecast
from territories.dates import in_figures


class GaugeLine(NamedTuple):
    """One gauge: its words, its figures, and the percents of the drawing, none above 100."""

    title: str
    kind: str
    committed_label: str
    realised_label: str
    gauge: Gauge
    committed: int
    realised: int
    time: int
    forecast: str  # a sentence: where the pace leads, or why that cannot be told
    foreseen: Forecast  # the same, in figures
    key: str
    parts: list[Part]  # what is told under the drawing


def gauge_lines(evaluation: Evaluation) -> list[GaugeLine]:
    """Euros, days and jobs, beside the share of the term gone."""
    kept = evaluation.terms.maintained_jobs_count
    jobs = (_("Validés"), _("Constatés")) if kept else (_("Créations validées"), _("Créés"))
    words = {
        "euros": (_("Euros"), EUROS, _("Engagés"), _("Débloqués")),
        "days": (_("Journées"), DAYS, _("Accordées"), _("Faites")),
        "jobs": (_("Emplois"), NUMBER, *jobs),
    }
    verified = {"euros": "", "days": _("Certifiées"), "jobs": _("Vérifiés")}
    time, forecasts = round(100 * evaluation.time_elapsed), evaluation.forecasts
    lines = []
    for name, gauge in evaluation.gauges.items():
        shares = gauge.shares or (0, 0, 0)
        committed, realised = (min(share, 100) for share in shares[:2])
        foreseen = forecasts[name]
        told = forecast_sentence(name, gauge.target, foreseen)
        drawing = (committed, realised, time)
        title, kind, *labels = words[name]
        words_of_parts = {"committed": labels[0], "realised": labels[1]}
        if verified[name]:
            words_of_parts["verified"] = verified[name]
        parts = parts_of(name, kind, words_of_parts, evaluation)
        about = (told, foreseen, name, parts)
        lines.append(GaugeLine(title, kind, *labels, gauge, *drawing, *about))
    return lines


def forecast_sentence(name: str, target, forecast: Forecast) -> str:
    """« À ce rythme : 71 emplois sur 90 au 30/11/2027. », or why that cannot be told."""
    if forecast.value is None:
        return str(WHY_NOT[forecast.why_not])
    write = {"euros": _in_whole_euros, "days": in_days, "jobs": _in_jobs}[name]
    told = {"value": write(forecast.value), "day": in_figures(forecast.on)}
    if not target:
        return _("À ce rythme : %(value)s au %(day)s.") % told
    told["target"] = plain(target) if name == "jobs" else write(target)
    return _("À ce rythme : %(value)s sur %(target)s au %(day)s.") % told


def _in_whole_euros(amount):
    """A forecast has no cents."""
    return f"{plain(amount)} €"


def _in_jobs(number):
    told = ngettext("%(jobs)s emploi", "%(jobs)s emplois", as_counted(number))
    return told % {"jobs": plain(number)}
