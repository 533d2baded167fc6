"""`./dev bench`, the network: thirty antennas, and the same aggregates written as SQL.

1 200 files, more than 10 000 jobs. What SQL alone takes says how much of the page is arithmetic
that no program can spare; that both find the same says that the SQL does the same work.
"""

import gc
import statistics
import time

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from reports.network.picture import Network
from tests.bench_rows import CONVENTIONS, fill
from tests.factories import UserFactory, day

ANTENNAS, FILES, JOBS_OF_A_KIND = 30, 1_200, 7
RUNS = 7
TARGET = 300  # milliseconds

STANDING = "d.outcome = 'approved' AND d.decided_on <= %s"
STANDING += " AND (d.annulled_on IS NULL OR d.annulled_on > %s)"
# Jobs of companies with one file, as every company here: none takes another's.
JOBS = f"""
SELECT c.antenna_id,
       SUM(CASE WHEN j.kind = 'created' THEN 1 ELSE 0 END),
       SUM(CASE WHEN j.kind = 'maintained' THEN 1 ELSE 0 END)
FROM support_job j
JOIN committee_application a ON a.id = j.application_id
JOIN committee_decision d ON d.application_id = a.id AND {STANDING}
JOIN conventions_convention c ON c.id = a.convention_id
WHERE j.struck_at IS NULL AND j.starts_on <= %s AND j.observed_on <= %s
  AND (j.ends_on IS NULL OR j.ends_on > %s)
  AND (j.kind = 'maintained' OR j.starts_on >= a.received_on)
GROUP BY c.antenna_id"""
FILE = "JOIN committee_application a ON a.id = {} JOIN conventions_convention c"
FILE += " ON c.id = a.convention_id"
OF_AN_AID = (
    "JOIN support_aid i ON i.id = x.aid_id JOIN committee_decision d ON d.id = i.decision_id "
)
OF_AN_AID += FILE.format("d.application_id")
BY = "GROUP BY c.antenna_id"
# (query, number of days it is asked about)
QUERIES = {
    "files": (
        f"SELECT c.antenna_id, COUNT(*), COUNT(DISTINCT a.company_id), SUM(d.jobs_created),"
        f" SUM(d.jobs_maintained) FROM committee_decision d {FILE.format('d.application_id')}"
        f" WHERE {STANDING} {BY}",
        2,
    ),
    "promised": (
        "SELECT c.antenna_id, SUM(a.planned_jobs_created + a.planned_jobs_maintained)"
        " FROM committee_application a JOIN conventions_convention c ON c.id = a.convention_id"
        f" WHERE a.received_on <= %s {BY}",
        1,
    ),
    "committed": (
        "SELECT c.antenna_id, -SUM(e.amount) FROM conventions_entry e"
        " JOIN conventions_convention c ON c.id = e.convention_id"
        f" WHERE e.kind IN ('commitment', 'release') AND e.on <= %s {BY}",
        1,
    ),
    "disbursed": (
        f"SELECT c.antenna_id, SUM(x.amount) FROM support_disbursement x {OF_AN_AID}"
        f" WHERE x.struck_at IS NULL AND x.paid_on <= %s {BY}",
        1,
    ),
    "repaid": (
        f"SELECT c.antenna_id, SUM(x.amount) FROM support_repayment x {OF_AN_AID}"
        f" WHERE x.struck_at IS NULL AND x.received_on <= %s"
        f" AND (x.rejected_on IS NULL OR x.rejected_on > %s) {BY}",
        2,
    ),
    "days": (
        "SELECT c.antenna_id, SUM(s.days), SUM(CASE WHEN s.certified_on <= %s THEN s.days END)"
        " FROM support_skillday s JOIN support_mission m ON m.id = s.mission_id "
        + FILE.format("m.application_id")
        + f" WHERE s.struck_at IS NULL AND s.done_on <= %s {BY}",
        2,
    ),
    "jobs": (JOBS, 5),
}


def place(number):
    """(antenna, convention of it, number within the convention) of a file: as many everywhere."""
    rank = number // ANTENNAS
    return number % ANTENNAS, rank % CONVENTIONS, rank // CONVENTIONS + 1


def aggregates(cursor, on):
    """The sums of each antenna on a day, by the name of the query."""
    found = {}
    for name, (query, days) in QUERIES.items():
        cursor.execute(query.replace("e.on ", 'e."on" '), [on] * days)
        found[name] = {antenna: sums for antenna, *sums in cursor.fetchall()}
    return found


def check(network, found):
    """SQL and the application find the same; AssertionError otherwise."""
    for antenna, figures in network.now.antennas.items():
        created, maintained = found["jobs"].get(antenna, (0, 0))
        assert (created, maintained) == (figures.jobs_created, figures.jobs_maintained)
        assert found["disbursed"].get(antenna, [0])[0] == 100 * figures.aid_disbursed
        assert found["committed"].get(antenna, [0])[0] == 100 * figures.aid_committed
        assert found["files"].get(antenna, [0])[0] == figures.applications_approved


def median_of(run):
    """The milliseconds that something takes, after a first time."""
    run()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def measure_network():
    """Prints the time of the page and what its aggregates take as SQL; leaves no row behind."""
    with transaction.atomic():
        fill(FILES, antennas=ANTENNAS, place=place, jobs=JOBS_OF_A_KIND)
        client = Client(SERVER_NAME="localhost")
        client.force_login(UserFactory(email="reseau@example.org", roles=[(Role.NETWORK, None)]))
        gc.collect()
        gc.freeze()  # what filling left in memory: no server would carry it
        today, year_before = day(0), Network(day(0)).year_before
        page = median_of(lambda: client.get(reverse("reports:network")).content)
        with connection.cursor() as cursor:
            check(Network(today), aggregates(cursor, today))
            sql = median_of(lambda: [aggregates(cursor, on) for on in (today, year_before)])
        transaction.set_rollback(True)
    slow = "" if page <= TARGET else f", above {TARGET}: slow"
    print(
        f"Network of {ANTENNAS} antennas and {FILES} files: {page:.0f} ms{slow}; its aggregates of"
        f" two days as SQL: {sql:.0f} ms, {page / sql:.1f} times less.",
        flush=True,
    )
