"""Whom and with whom: sponsors, experts, and companies with dated figures and contacts."""

from datetime import date

from alize.demo.world import made
from committee.models import DeclaredAid
from companies.models import (
    Absence,
    Company,
    CompanyFigures,
    Contact,
    Expert,
    SkillLevel,
    Sponsor,
)
from territories.search import fold

STREETS = [
    "rue de l’Industrie",
    "rue des Forges",
    "rue du Moulin",
    "avenue de la Gare",
    "zone d’activités des Trois-Chênes",
    "rue de la République",
    "chemin du Haut-Fourneau",
    "route de Metz",
    "allée des Tilleuls",
    "impasse du Canal",
]


def make_sponsors(world, rows):
    for row in rows:
        contact = row.get("contact", "")
        world.sponsors[row["name"]] = made(
            Sponsor(
                name=row["name"],
                kind=row["kind"],
                excluded_sectors=row.get("excluded_sectors", ""),
                notes=row.get("notes", ""),
                contact_name=contact,
                email=_email(contact, row["name"]) if contact else "",
            )
        )


def make_experts(world, rows):
    for row in rows:
        first_name, last_name = row["name"].split(" ", 1)
        expert = made(
            Expert(
                sponsor=world.sponsors[row["sponsor"]],
                first_name=first_name,
                last_name=last_name,
                email=_email(row["name"], row["sponsor"]),
                phone=_mobile(world),
                home_id=row["home"].split()[0] if "home" in row else None,
                reach=row.get("reach", Expert.Reach.ANTENNAS),
                days_a_year=row.get("days_a_year"),
                languages=row.get("languages", ""),
                is_available=row.get("available", True),
            )
        )
        levels = row.get("levels", {})
        expert.offer(
            {
                world.skills[name].pk: levels.get(name, SkillLevel.CONFIRMED)
                for name in row["skills"]
            }
        )
        expert.antennas.set(world.antennas[name] for name in row["antennas"])
        for first, last in row.get("absences", []):
            made(Absence(expert=expert, starts_on=world.day(first), ends_on=world.day(last)))
        world.experts[row["name"]] = expert


def make_companies(world, rows, *, notes):
    for row in rows:
        company = made(
            Company(
                antenna=world.antennas[row["antenna"]],
                name=row["name"],
                siren=row["siret"][:9],
                siret=row["siret"],
                naf_id=row["naf"],
                commune_id=row["commune"].split()[0],
                address=f"{world.random.randint(1, 60)} {world.random.choice(STREETS)}",
                founded_on=date(row["founded"], world.random.randint(1, 12), 1),
                group_name=row.get("group", ""),
                notes=notes,
            )
        )
        made(
            Contact(
                company=company,
                name=row["contact"],
                position=row["position"],
                email=_email(row["contact"], row["name"]),
                phone=_landline(world),
                is_main=True,
            )
        )
        make_figures(world, company, row)
        world.companies[company.name] = company


def make_figures(world, company, row):
    """Three closings, the last one as the file says; the earlier ones were a little smaller."""
    last_year = row.get("year", world.today.year - 1)
    for age in range(3):
        if last_year - age < row["founded"]:
            return
        share = 1 - age * world.random.uniform(0.03, 0.09)
        made(
            CompanyFigures(
                company=company,
                closed_on=date(last_year - age, 12, 31),
                headcount=round(row["staff"] * share * 2) / 2 if age else row["staff"],
                turnover=round(row["turnover"] * share) * 1000,
                balance_sheet=round(row["balance"] * share) * 1000,
                subscribed_capital=row.get("capital", 20) * 1000,
                own_funds=row.get("own_funds", round(row["balance"] * share / 3)) * 1000,
                is_insolvent=row.get("insolvent", False),
                linked_headcount=row.get("linked", 0),
            )
        )


def plan_declared_aid(world, row):
    """An aid that a company received elsewhere is typed on its day."""
    company, day = world.companies[row["company"]], world.day(row["on"])
    fields = {name: row[name] for name in ("amount", "grantor", "regulation", "note")}
    by = world.coordinator_of(company.antenna)
    aid = DeclaredAid(company=company, granted_on=day, created_by=by, **fields)
    world.on(day, made, aid)


def _email(person, organisation):
    """An address that reaches nobody: `.example` is reserved (RFC 2606)."""
    name, domain = (fold(text).replace(" ", "-") for text in (person, organisation))
    return f"{name}@{domain[:40].strip('-')}.example"


def _landline(world):
    """A number of the block that ARCEP keeps for fiction."""
    return f"03 53 01 {world.random.randint(0, 99):02d} {world.random.randint(0, 99):02d}"


def _mobile(world):
    return f"06 39 98 {world.random.randint(0, 99):02d} {world.random.randint(0, 99):02d}"
