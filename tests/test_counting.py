"""Which jobs count: tables of cases for the rules, then what holds of any jobs (docs/jobs.md)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.counting import Approval, Row, Text, Why, judged

ALL = frozenset(["permanent", "fixed_term", "apprentice", "temporary", "manager"])
ANY = Text(ALL, Decimal(0), 36)
STRICT = Text(frozenset(["permanent", "apprentice"]), Decimal("0.5"), 24)
RECEIVED, DECIDED = date(2020, 1, 10), date(2020, 2, 29)
AT = date(2024, 1, 1)


def approval(file=1, company="A", text=ANY, **fields):
    usual = {"received_on": RECEIVED, "decided_on": DECIDED, "annulled_on": None}
    return Approval(file=file, company=company, text=text, **usual | fields)


def row(key=1, file=1, **fields):
    usual = {
        "kind": "created",
        "contract": "permanent",
        "fte": Decimal(1),
        "starts_on": date(2020, 6, 1),
        "ends_on": None,
        "observed_on": date(2020, 9, 1),
    }
    return Row(key=key, file=file, **usual | fields)


def why(job, *approvals, at=AT, among=()):
    return judged([job, *among], approvals or [approval()], at)[job.key]


@pytest.mark.parametrize(
    ("fields", "at", "expected"),
    [
        ({}, AT, None),
        ({"struck": True}, AT, Why.STRUCK),
        ({}, date(2020, 8, 31), Why.NOT_SEEN),
        ({}, date(2020, 9, 1), None),
        ({"starts_on": date(2020, 9, 2), "observed_on": date(2020, 9, 1)}, AT, None),
        ({"starts_on": date(2020, 9, 2)}, date(2020, 9, 1), Why.NOT_SEEN),
        ({"ends_on": date(2021, 5, 31)}, date(2021, 5, 30), None),
        ({"ends_on": date(2021, 5, 31)}, date(2021, 5, 31), Why.ENDED),
        # What stood when the head-count was frozen is part of it.
        ({"starts_on": date(2020, 1, 9)}, AT, Why.BASELINE),
        ({"starts_on": RECEIVED}, AT, None),
        # Three years after a 29 February end on 28 February.
        ({"starts_on": date(2023, 2, 28), "observed_on": date(2023, 3, 1)}, AT, None),
        ({"starts_on": date(2023, 3, 1), "observed_on": date(2023, 3, 1)}, AT, Why.TOO_LATE),
        # Within the horizon when it began, it counts as long as it lasts.
        ({}, date(2031, 1, 1), None),
        # Maintained: there before, and after the horizon.
        ({"kind": "maintained", "starts_on": date(2001, 1, 1)}, AT, None),
        ({"kind": "maintained", "observed_on": date(2023, 12, 1)}, AT, None),
        ({"kind": "maintained", "ends_on": date(2023, 12, 1)}, AT, Why.ENDED),
    ],
)
def test_a_job_counts_when_seen_additional_begun_in_time_and_still_there(fields, at, expected):
    assert why(row(**fields), at=at) == expected


@pytest.mark.parametrize("kind", ["created", "maintained"])
@pytest.mark.parametrize(
    ("contract", "fte", "expected"),
    [
        ("permanent", "1", None),
        ("permanent", "0.5", None),
        ("permanent", "0.49", Why.WORKING_TIME),
        ("apprentice", "1", None),
        ("fixed_term", "1", Why.CONTRACT),
        ("temporary", "1", Why.CONTRACT),
        ("manager", "0.2", Why.CONTRACT),
    ],
)
def test_the_convention_says_which_contracts_and_working_times_count(kind, contract, fte, expected):
    job = row(kind=kind, contract=contract, fte=Decimal(fte))
    assert why(job, approval(text=STRICT)) == expected
    assert why(job, approval(text=ANY)) is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (date(2021, 1, 31), None),
        (date(2021, 2, 1), Why.NOT_APPROVED),  # annulled that day
        (date(2021, 2, 28), Why.NOT_APPROVED),
        (date(2021, 3, 1), None),  # approved again
    ],
)
def test_a_job_counts_under_a_standing_approval_only(at, expected):
    first = approval(annulled_on=date(2021, 2, 1))
    assert why(row(), first, approval(decided_on=date(2021, 3, 1)), at=at) == expected


LATER = {"received_on": date(2021, 1, 5), "decided_on": date(2021, 2, 2)}


@pytest.mark.parametrize(
    ("starts_on", "later", "at", "expected"),
    [
        # Begun before the later file's head-count was frozen: it is in it, and counts here.
        (date(2021, 1, 4), {}, AT, None),
        # Begun since: additional to the later head-count, it counts there.
        (date(2021, 1, 5), {}, AT, Why.LATER_FILE),
        # Nothing changes before the later file is approved, nor when it is not.
        (date(2021, 1, 5), {}, date(2021, 2, 1), None),
        (date(2021, 1, 5), {"annulled_on": date(2021, 6, 1)}, date(2021, 5, 31), Why.LATER_FILE),
        (date(2021, 1, 5), {"annulled_on": date(2021, 6, 1)}, AT, None),
        # Another company's file changes nothing.
        (date(2021, 1, 5), {"company": "B"}, AT, None),
        # Two files received on one day: the later of them.
        (date(2021, 1, 5), {"received_on": RECEIVED}, AT, Why.LATER_FILE),
    ],
)
def test_a_job_created_counts_in_the_file_whose_headcount_was_frozen_last(
    starts_on, later, at, expected
):
    job = row(starts_on=starts_on, observed_on=starts_on)
    assert why(job, approval(), approval(2, **LATER | later), at=at) == expected
    if starts_on >= LATER["received_on"] and expected:
        twin = row(key=2, file=2, starts_on=starts_on, observed_on=starts_on)
        assert why(twin, approval(), approval(2, **LATER | later), at=at, among=[job]) is None


@pytest.mark.parametrize(
    ("again", "at", "expected"),
    [
        ({}, AT, Why.LATER_FILE),
        ({}, date(2021, 5, 31), None),  # not seen under the later file yet
        # That the job ended since does not give it back to the older file.
        ({"ends_on": date(2022, 1, 1)}, AT, Why.LATER_FILE),
        ({"kind": "created"}, AT, None),
        ({"struck": True}, AT, None),
    ],
)
def test_jobs_maintained_count_in_the_last_file_under_which_some_were_seen(again, at, expected):
    seen_again = {"kind": "maintained", "observed_on": date(2021, 6, 1)} | again
    files = [approval(), approval(2, **LATER)]
    others = [row(key=2, file=2, **seen_again)]
    assert why(row(kind="maintained"), *files, at=at, among=others) == expected


# Whatever the jobs

DAYS = st.dates(date(2018, 1, 1), date(2026, 12, 31))
FTES = st.integers(1, 100).map(lambda each: Decimal(each) / 100)
FILES = st.integers(1, 4)


@st.composite
def rows(draw, *, since=None):
    starts_on = draw(DAYS)
    observed_on = draw(st.dates(max(starts_on, since or starts_on), date(2028, 1, 1)))
    lasts = draw(st.none() | st.integers(0, 2_000))
    return Row(
        key=0,
        file=draw(FILES),
        kind=draw(st.sampled_from(["created", "maintained"])),
        contract=draw(st.sampled_from(sorted(ALL))),
        fte=draw(FTES),
        starts_on=starts_on,
        ends_on=None if lasts is None else starts_on + timedelta(lasts),
        observed_on=observed_on,
        struck=draw(st.booleans()) if since is None else False,
    )


@st.composite
def approvals(draw):
    """Four files of two companies, each approved or not."""
    return [
        approval(
            file,
            company="AABA"[file - 1],
            text=draw(st.sampled_from([ANY, STRICT])),
            received_on=(received_on := draw(DAYS)),
            decided_on=(decided_on := received_on + timedelta(draw(st.integers(0, 400)))),
            annulled_on=draw(st.none() | st.dates(decided_on, date(2028, 1, 1))),
        )
        for file in range(1, 5)
        if draw(st.booleans())
    ]


def keyed(jobs):
    return [job._replace(key=key) for key, job in enumerate(jobs)]


def counting(jobs, files, at):
    return {key for key, why in judged(jobs, files, at).items() if why is None}


@given(st.lists(rows(), max_size=12), approvals(), DAYS)
def test_jobs_counted_are_rows_and_no_job_counts_in_two_files(jobs, files, at):
    """One job typed in every file of its company is counted in one of them at most."""
    jobs = keyed(jobs)
    counted = [job for job in jobs if job.key in counting(jobs, files, at)]
    assert len(counted) <= len(jobs)
    company = {each.file: each.company for each in files}
    for job in counted:
        files_of_company = [file for file in company if company[file] == company[job.file]]
        twins = keyed(job._replace(file=file) for file in files_of_company)
        assert len(counting(twins, files, at)) <= 1


@given(st.lists(rows(), max_size=8), approvals(), DAYS, st.data())
def test_a_figure_of_the_past_stays_when_rows_are_added(jobs, files, at, data):
    """Jobs seen later, and files received and approved later, change no earlier day."""
    tomorrow = at + timedelta(1)
    later = data.draw(st.lists(rows(since=tomorrow), max_size=5))
    before = counting(keyed(jobs), files, at)
    new_file = approval(
        9, received_on=data.draw(st.dates(date(2018, 1, 1), tomorrow)), decided_on=tomorrow
    )
    assert counting(keyed([*jobs, *later]), [*files, new_file], at) == before


@given(st.lists(rows(), max_size=12), approvals(), DAYS)
def test_a_stricter_text_never_counts_more_created_jobs(jobs, files, at):
    jobs = [job for job in keyed(jobs) if job.kind == "created"]
    strict = [each._replace(text=STRICT) for each in files]
    free = [each._replace(text=ANY) for each in files]
    assert counting(jobs, strict, at) <= counting(jobs, free, at)
