"""Whatever happened to a convention, each figure of its evaluation is the sum of its rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.breakdowns import BREAKDOWNS, tables
from reports.evaluation import Evaluation
from reports.rows import FIGURES
from tests.factories import day
from tests.histories import History


def counted(rows):
    return sum(rows.values_list("counts", flat=True))


def figures_with_rows(evaluation):
    """Checks that the rows of each figure sum to it; tells which figures have some."""
    seen = set()
    for key, figure in FIGURES.items():
        rows = figure.rows(evaluation)
        assert counted(rows) == getattr(evaluation, key), (key, evaluation.at)
        seen |= {key} if rows.exists() else set()
    return seen


def breakdowns_with_lines(evaluation):
    """Checks that the rows of each cell sum to it, and the lines to the figure."""
    found = tables(evaluation)
    for breakdown, lines in found:
        for position, key in enumerate(breakdown.figures):
            told = (breakdown.slug, key, evaluation.at)
            cells = {line.value: line.sums[position] for line in lines}
            for value, cell in cells.items():
                rows, _group, total = breakdown.part(key, evaluation, value)
                assert counted(rows) == total == cell, (*told, value)
            if breakdown.is_partition:
                assert sum(cells.values()) == getattr(evaluation, key), told
            else:
                assert sum(cells.values()) >= getattr(evaluation, key), told
    return {breakdown.slug for breakdown, lines in found if len(lines) > 1}


def files_add_up(found):
    """Each file received is approved, refused, waiting or withdrawn, and only one of these."""
    ends = ("approved", "refused", "waiting", "withdrawn")
    told = [getattr(found, f"applications_{end}") for end in ends]
    assert sum(told) == found.applications_received, (told, found.at)


def calls_add_up(found):
    """What was called has come on a call, or has not; late and lost are parts of what has not."""
    assert found.called == found.received_on_call + found.calls_unreceived
    assert found.received_on_call <= found.received
    assert found.calls_late + found.calls_given_up <= found.calls_unreceived


ADDED = {"pledged", "carried_over", "refilled"}
TAKEN_OFF = {"pledges_lost", "aid_committed", "fees"}


def envelopes_add_up(found):
    """The columns of each envelope, added or taken off, make its balance."""
    table = next(table for table in tables(found) if table.breakdown.slug == "enveloppe")
    for line in table.lines:
        sums = dict(zip(table.breakdown.figures, line.sums, strict=True))
        balance = sums.pop("balance")
        assert set(sums) == ADDED | TAKEN_OFF
        made = sum(-value if key in TAKEN_OFF else value for key, value in sums.items())
        assert made == balance, (line.name, found.at)
    return {line.value for line in table.lines}


@pytest.mark.parametrize("seed", [1, 2])
def test_rows_sum_to_every_figure_and_to_every_cell_at_three_dates(db, seed):
    convention = History(seed).convention
    seen, split = set(), set()
    for offset in (-250, -60, 0):
        evaluation = Evaluation(convention, day(offset))
        seen |= figures_with_rows(evaluation)
        split |= breakdowns_with_lines(evaluation)
        assert envelopes_add_up(evaluation) == {"general", "difficulty"}
    for offset in range(-690, 1, 30):
        found = Evaluation(convention, day(offset))
        files_add_up(found)
        calls_add_up(found)
    assert seen == set(FIGURES)
    assert split == set(BREAKDOWNS)


def test_the_breakdowns_cost_the_same_for_few_files_and_for_many(db):
    costs = []
    for files in (2, 8):
        convention = History(4, files=files).convention
        with CaptureQueriesContext(connection) as queries:
            assert tables(Evaluation(convention, day(0)))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 40
