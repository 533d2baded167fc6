"""Where a convention stands among those it renews and that renew it, and what amended it."""

from datetime import date
from itertools import pairwise
from typing import NamedTuple

from conventions.models import Convention
from conventions.models.terms import Amendment, Change
from reports.evaluation import Evaluation


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


def at_the_same_age(evaluation: Evaluation) -> Evaluation | None:
    """The evaluation of the convention before, as many days after its first one; None without.

    Both are counted from their first day, whatever the length of their terms.
    """
    convention = evaluation.convention
    age = evaluation.at - convention.starts_on
    before = convention.predecessor
    if before is None or age.days < 0:
        return None
    return Evaluation(before, before.starts_on + age)
