"""The network in early 2011: about thirty territories around the founding case, from national.toml.

Conventions, promises and what was received are told by their own verbs, day by day. The files and
what came of them are written in bulk (`national_files.py`), as rows that those verbs could have
left: some 1 200 projects by their verbs would take many minutes.
"""

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

from django.db import connection

from alize.demo.funding import plan_convention
from alize.demo.load import load
from alize.demo.national_files import Project, plan_projects, write_projects
from alize.demo.partners import make_experts, make_sponsors
from alize.demo.places import make_accounts, make_antennas, make_closures, make_territories
from alize.demo.world import World
from committee.models import Decision
from companies.models import Sponsor
from conventions.schedule import add_months
from territories.search import fold

DATA = Path(__file__).with_name("national.toml")
YEARS = 3
THOUSAND = 1_000
SKILLS = ["Méthodes de production", "Développement commercial", "Organisation"]


def read_national() -> dict:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def load_national(world: World, founding: dict, data: dict) -> int:
    """The founding case by its verbs, then the rest of the network; the number of events told."""
    events = load(world, founding)
    world.national = data["names"]
    make_places(world, data)
    make_accounts(world, data["accounts"])
    antennas = [row for row in data["antennas"] if "opened" in row]
    businesses = make_businesses(world, data, antennas)
    conventions = [convention for row in antennas for convention in conventions_of(row, data["on"])]
    projects = plan_projects(world, data, conventions, told_already(data["on"]))
    for convention in conventions:
        mine = [project for project in projects if project.convention is convention]
        promise(convention, mine, businesses[convention["antenna"]], data["on"])
        plan_convention(world, convention)
    events += world.story.replay(lambda day, done: None)
    write_projects(world, projects, data["on"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # so many rows at once: else the first pages are planned blindly
    return events


def make_places(world, data):
    contact = {"contact": "", "email": "", "phone": ""}
    make_antennas(world, [{"status": "active"} | row | contact for row in data["antennas"]])
    areas = [row | {"antenna": row["name"]} for row in data["antennas"] if "opened" in row]
    make_territories(world, areas)
    closures = []
    for row in data["closures"]:
        territory = world.territories[row["antenna"]]
        largest = territory.communes.order_by("-population", "pk").first()
        closures.append(row | {"commune": largest.pk})
    make_closures(world, closures)


def make_businesses(world, data, antennas) -> dict[str, list[str]]:
    """As many companies and groups as the network published, some for each antenna."""
    funders = {name for row in antennas for name in row["funders"]} - set(world.sponsors)
    make_sponsors(
        world,
        [
            {"name": name, "kind": "public_body", "notes": "Montants choisis."}
            for name in sorted(funders)
        ],
    )
    known = Sponsor.objects.filter(kind__in=["large_group", "company"]).count()
    names = [
        f"{name} {activity}"
        for activity in data["names"]["activities"]
        for name in data["names"]["sponsors"]
    ][: data["published"]["businesses"] - known]
    kinds = ["large_group", "large_group", "company"]
    make_sponsors(
        world,
        [
            {"name": name, "kind": kinds[rank % 3], "notes": "Apporteur fictif."}
            for rank, name in enumerate(names)
        ],
    )
    found = {row["name"]: names[rank :: len(antennas)] for rank, row in enumerate(antennas)}
    make_experts(
        world,
        [
            {
                "name": f"{_turn(data, 'first', rank)} {_turn(data, 'last', 3 * rank)}-{rank + 1}",
                "sponsor": name,
                "antennas": [antenna],
                "skills": [SKILLS[rank % len(SKILLS)]],
            }
            for rank, (antenna, name) in enumerate(
                (antenna, name) for antenna, own in found.items() for name in own
            )
        ],
    )
    return found


def _turn(data, kind, rank):
    return data["names"][kind][rank % len(data["names"][kind])]


def conventions_of(row, on: date) -> list[dict]:
    """The conventions of an antenna, one after the other; the last one runs on the day."""
    found, starts = [], row["opened"]
    code = re.sub(r"[^A-Z]", "", fold(row["name"]).upper())
    while starts <= on:
        rank, ends = len(found) + 1, add_months(starts, 12 * YEARS)
        convention = {
            "reference": f"{code[:12]}-{rank}",
            "antenna": row["name"],
            "name": f"Convention {row['name']} {{first}}-{{last}}",
            "starts": starts,
            "years": YEARS,
            "prepared": starts - timedelta(days=40),
            "signed": starts - timedelta(days=14),
            "territories": [row["name"]],
            "funders": row["funders"],
        }
        if found:
            convention["renews"] = found[-1]["reference"]
        if ends <= on:
            convention["close"] = {"on": ends, "reason": "Convention arrivée à son terme."}
        found.append(convention)
        starts = ends
    return found


def told_already(on: date) -> tuple[int, int]:
    """Projects approved and jobs validated on the day by the founding case."""
    decisions = Decision.objects.approved().standing_on(on)
    jobs = sum(each.jobs_created + each.jobs_maintained for each in decisions)
    return len(decisions), jobs


def promise(convention: dict, projects: list[Project], businesses: list[str], on: date):
    """What funders promise covers every euro granted; companies and groups bring days.

    Half of it comes after a year; a convention that is closed got the rest before its end.
    """
    granted = sum(project.advance + project.grant for project in projects)
    private = 5 * THOUSAND * len(businesses)
    public = max(granted + 20 * THOUSAND - private, 10 * THOUSAND)
    first, second = convention["funders"]
    half = -(-public // (2 * THOUSAND)) * THOUSAND
    later = min(add_months(convention["starts"], 12), on)
    close = convention.get("close")
    last = close and close["on"] - timedelta(days=30)
    rest = [[last, int(half) - int(half) // 2]] if close else []
    pledges = [
        {"sponsor": name, "amount": int(half), "received": [[later, int(half) // 2], *rest]}
        for name in (first, second)
    ]
    days = sum(project.days for project in projects)
    each = max(-(-days // len(businesses)), 5)
    pledges += [
        {
            "sponsor": name,
            "origin": "private",
            "amount": 5 * THOUSAND,
            "days": each,
            "received": [[last, 5 * THOUSAND]] if close else [],
        }
        for name in businesses
    ]
    convention["pledges"] = pledges
    convention["terms"] = targets(convention, projects, int(half) * 2, on)
    del convention["funders"]


def targets(convention: dict, projects: list[Project], aid: int, on: date) -> dict:
    """The term is whole, what is granted in it may not be yet."""
    gone = min((on - convention["starts"]).days / (365 * YEARS), 1)
    days = sum(project.days for project in projects)
    return {
        "target_aid": aid,
        "target_days": int(days / gone * 1.1) + 5,
        "target_jobs": int(sum(project.created for project in projects) / gone * 0.7) + 3,
        "target_companies": int(len(projects) / gone) + 1,
        "day_value": 800,
    }
