"""Where a convention stands among those it renews and that renew it, and what amended it."""

from datetime import date
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from conventions.models import Convention
from conventions.models.terms import Amendment, Change
from reports.evaluation import Evaluation
from territories.dates import in_figures


class Link(NamedTuple):
    """One convention of the chain, as it was on the day of the evaluation."""

    pk: int
    reference: str
    name: str
    starts_on: date
    ends_on: date
    status: str  # in words
    is_here: bool


class Amended(NamedTuple):
    """An amendment in force on the day of the evaluation, and the settings it changed."""

    amendment: Amendment
    effective_on: date
    changes: list[Change]


def chain(evaluation: Evaluation) -> list[Link]:
    """The conventions before it, itself, and those after it that were signed by the day.

    The earliest first. Costs two queries, however long it is.
    """
    here, at = evaluation.convention, evaluation.at
    rows = Convention.objects.filter(antenna=here.antenna_id).with_end(at).prefetch_related("steps")
    found = {row.pk: row for row in rows}
    after = {row.predecessor_id: row for row in found.values() if _is_signed(row, at)}
    links = [found[here.pk]]
    while before := found.get(links[0].predecessor_id):
        links.insert(0, before)
    while then := after.get(links[-1].pk):
        links.append(then)
    return [
        Link(
            row.pk,
            row.reference,
            row.name,
            row.starts_on,
            row.ends_on,
            Convention.Status(row.status_on(at)).label,
            row.pk == here.pk,
        )
        for row in links
    ]


def _is_signed(convention, at):
    return convention.status_on(at) != Convention.Status.DRAFT


def amendments(evaluation: Evaluation) -> list[Amended]:
    """What was amended by the day, the earliest first; an amendment counts from its day of effect.

    Costs two queries.
    """
    terms = evaluation.convention.terms.filter(effective_on__lte=evaluation.at)
    texts = terms.select_related("amendment").prefetch_related("territories")
    return [
        Amended(after.amendment, after.effective_on, after.changes_from(before))
        for before, after in pairwise(texts)
    ]


def at_the_same_age(evaluation: Evaluation) -> tuple[Evaluation, Evaluation] | None:
    """A convention and the one before, as many days after the first one of each; None without.

    Neither is read after the last day of its term, in the text in force on the day of the
    evaluation: what comes back for years after it is of no age.
    """
    convention, at = evaluation.convention, evaluation.at
    before = convention.predecessor
    if before is None or at < convention.starts_on:
        return None
    last = min(at, evaluation.terms.ends_on)
    then = before.starts_on + (last - convention.starts_on)
    here = evaluation if last == at else Evaluation(convention, last)
    return here, Evaluation(before, min(then, before.terms_on(at).ends_on))


def amended_when(each: Amended) -> str:
    """« Avenant 1, en vigueur le 01/03/2026 »."""
    told = {"amendment": each.amendment, "day": in_figures(each.effective_on)}
    return _("%(amendment)s, en vigueur le %(day)s") % told
