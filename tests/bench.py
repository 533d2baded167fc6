"""`./dev bench`: the time of every list, export and report on a database full of rows."""

import argparse
import logging
import multiprocessing
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from io import StringIO
from typing import NamedTuple

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import Role, User  # noqa: E402
from companies.models import Expert, Sponsor  # noqa: E402
from conventions.models import Convention  # noqa: E402
from reports.rows import KEYS  # noqa: E402
from support.models import Mission  # noqa: E402
from tests.bench_network import measure_network  # noqa: E402
from tests.bench_rows import fill  # noqa: E402
from tests.factories import UserFactory, day  # noqa: E402

RUNS = 5
PATIENCE = 10_000  # milliseconds; a page is not asked for again after that long
SLOW = 300  # milliseconds
LINE = "{:<12} {:<76} {:>7} {:>7} {:>6}"


# What is asked, and by whom


def people(convention):
    """By the name of each role, the client of somebody who has it."""
    roles = {
        "coordinator": (Role.COORDINATOR, convention.antenna),
        "network": (Role.NETWORK, None),
        "reader": (Role.READER, convention.antenna),
        "member": (Role.MEMBER, convention.antenna),
        "funder": (Role.FUNDER, None),
    }
    found = {}
    for name, role in roles.items():
        user = UserFactory(email=f"{name}@example.org", roles=[role])
        found[name] = Client(SERVER_NAME="localhost")
        found[name].force_login(user)
    convention.readers.add(User.objects.get(email="funder@example.org"))
    return found


def lists(convention):
    """The address of every list, with what one filters it by."""
    since, until, antenna = day(-500), day(-300), f"antenna={convention.antenna_id}"
    offered = f"skill=1&level=expert&on={day(0)}"
    signed = f"contract_from={since}&contract_to={until}"
    filters = {
        ("companies:company_list",): [antenna, "department=54"],
        ("companies:sponsor_list",): ["kind=bank"],
        ("companies:expert_list",): [antenna, "sponsor=1", "available=true", offered],
        ("committee:application_list",): [
            "status=submitted",
            f"convention={convention.pk}",
            "purpose=hr",
            f"received_from={since}&received_to={until}",
            "awaiting=on",
            f"company={convention.applications.first().company_id}",
        ],
        ("committee:committee_list",): [antenna],
        ("support:aid_list",): [antenna, "instrument=advance", signed, "late=on"],
        ("support:late_list",): [antenna, "age=beyond", f"au={until}"],
        ("support:mission_list",): [antenna, f"running_on={since}", "to_certify=on"],
        ("conventions:convention_list",): [antenna, "status=closed", f"running={day(0)}"],
        ("conventions:entry_list", convention.pk): [
            "envelope=general",
            "kind=repayment",
            f"since={since}&au={until}",
        ],
        ("conventions:pledge_list", convention.pk): ["origin=private"],
        ("reports:frozen_list", convention.pk): [],
        ("reports:evaluation_rows", convention.pk): [f"chiffre={slug}" for slug in KEYS],
        ("territories:antenna_list",): ["status=active"],
        ("reports:network",): [f"au={until}", "vue=aide", "vue=rythme"],
        ("reports:network_rows",): ["chiffre=emplois-crees", f"antenne={convention.antenna_id}"],
        ("accounts:user_list",): ["role=network"],
    }
    return {reverse(name, args=args): each for (name, *args), each in filters.items()}


def pages_of_a_list(client, url, filters):
    """The list as it opens, searched, filtered, in each order, at its end, and as files."""
    opened = client.get(url)
    if opened.status_code != 200:
        return
    yield url
    yield f"{url}?q=marchal"
    yield f"{url}?q=introuvable"
    yield from (f"{url}?{query}" for query in filters)
    for order in sorted(set(re.findall(r"[?;]o=([a-z_]+)", opened.content.decode()))):
        yield from (f"{url}?o={order}", f"{url}?o=-{order}")
    yield f"{url}?page=999999"
    yield from (f"{url}?format={kind}" for kind in ("csv", "xlsx"))


def other_pages(convention):
    """Figures, look-ups, one page about a row of each kind, and the forms of a visit."""
    approved = convention.applications.approved()[0]
    waiting = convention.applications.awaiting_committee()[0]
    for name, row in (
        ("reports:dashboard", convention.antenna),
        ("reports:convention", convention),
        ("reports:evaluation", convention),
        ("territories:antenna", convention.antenna),
        ("companies:company", approved.company),
        ("companies:sponsor", Sponsor.objects.first()),
        ("reports:sponsor_days", Sponsor.objects.first()),
        ("reports:statement_preview", Sponsor.objects.first()),
        ("reports:statement_list", convention.antenna),
        ("companies:expert", Expert.objects.first()),
        ("committee:application", waiting),
        ("committee:application_history", approved),
        ("support:aid_list_of_application", approved),
        ("support:mission_list_of_application", approved),
        ("support:job_list_of_application", approved),
        ("support:mission", Mission.objects.filter(application=approved).first()),
        ("committee:decision_add", waiting),
        ("support:mission_add", approved),
        ("support:expert_find", approved),
        ("support:visit", approved),
        ("conventions:pledge_add", convention),
    ):
        yield reverse(name, args=[row.pk])
    yield from report_of(convention)
    yield from map(
        reverse, ("reports:evaluation_list", "committee:application_add", "support:day_grid")
    )
    for name, text in (
        ("companies:company_options", "marchal 1"),
        ("companies:company_options", "introuvable"),
        ("companies:naf_options", "usinage"),
        ("territories:commune_options", "nancy"),
    ):
        yield reverse(name) + f"?field=q&q={text}"


def report_of(convention):
    """A report in each of its forms."""
    url = reverse("reports:evaluation", args=[convention.pk])
    queries = [f"au={day(-200)}", *(f"format={kind}" for kind in ("pdf", "xlsx", "csv", "json"))]
    yield from (f"{url}?{query}" for query in queries)


class Task(NamedTuple):
    who: str
    title: str
    run: Callable

    @property
    def is_export(self):
        """A list as a file; a PDF is a page: its compiler has threads, which no fork has."""
        return self.title.endswith(("format=csv", "format=xlsx"))


def tasks(convention):
    """What the coordinator and the network open, and the home page of each other role."""
    for who, client in people(convention).items():
        urls = [reverse("home")]
        if who in ("coordinator", "network"):
            for url, filters in lists(convention).items():
                urls += pages_of_a_list(client, url, filters)
            # Some pages are not for the network.
            urls += [url for url in other_pages(convention) if client.get(url).status_code == 200]
        yield from (Task(who, url, partial(read, client, url)) for url in urls)
    command = partial(call_command, "evaluate", convention.reference, stdout=StringIO())
    yield Task("manage.py", f"evaluate {convention.reference}", command)


def read(client, url):
    for _part in client.get(url):
        pass


# Measures


class Measure(NamedTuple):
    queries: int
    milliseconds: float
    megabytes: float | None = None  # what an export adds to the process at its peak


def measure(task):
    """The time of a page; of an export also the memory, in a process of its own."""
    if task.is_export:
        return in_a_child(lambda: once(task.run))
    runs = []
    while len(runs) < RUNS and sum(run.milliseconds for run in runs) < PATIENCE:
        runs.append(once(task.run))
    median = statistics.median(run.milliseconds for run in runs)
    return Measure(runs[-1].queries, median)


def once(run):
    queries = 0

    def count(execute, *arguments):
        nonlocal queries
        queries += 1
        return execute(*arguments)

    before, start = peak(), time.perf_counter()
    with connection.execute_wrapper(count):
        run()
    return Measure(queries, 1000 * (time.perf_counter() - start), peak() - before)


def peak():
    """The most memory that this process has held, in megabytes."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return memory / 2 ** (20 if sys.platform == "darwin" else 10)


def in_a_child(function):
    """What `function` answers in a fork of this process; EOFError when it fails."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=lambda: sender.send(function()))
    child.start()
    sender.close()
    answer = receiver.recv()
    child.join()
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    call_command("migrate", verbosity=0)
    settings.DEBUG = False  # else Django keeps every query in memory
    measure_network()
    start = time.monotonic()
    fill(parser.parse_args().rows)
    print(f"Filled in {time.monotonic() - start:.0f} s ({connection.vendor}).", flush=True)
    logging.disable()  # refusals, of pages that are not for everybody
    slow = 0
    print(LINE.format("Who", "Page", "Queries", "ms", "MB"))
    for task in tasks(Convention.objects.get(reference="A0-3")):
        queries, milliseconds, megabytes = measure(task)
        is_slow = milliseconds > SLOW and megabytes is None
        slow += is_slow
        memory = "" if megabytes is None else f"{megabytes:.0f}"
        line = LINE.format(task.who, task.title, queries, f"{milliseconds:.0f}", memory)
        print(line + "  slow" * is_slow, flush=True)
    print(f"{slow} pages above {SLOW} ms.")


if __name__ == "__main__":
    main()
