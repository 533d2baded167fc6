"""Where and who decides: antennas, territories, closures, committees, demonstration accounts."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Role, User
from alize.demo.world import made
from committee.models import Committee, Seat
from territories.models import Antenna, Closure, Commune, Territory

PASSWORD = "demonstration"


def make_antennas(world, rows):
    for row in rows:
        antenna = made(
            Antenna(
                name=row["name"],
                host=row["host"],
                status=row["status"],
                opened_on=world.day(row.get("opened")),
                contact_name=row["contact"],
                contact_email=row["email"],
                contact_phone=row["phone"],
            )
        )
        world.antennas[antenna.name] = antenna


def make_territories(world, rows):
    for row in rows:
        territory = made(Territory(antenna=world.antennas[row["antenna"]], name=row["name"]))
        for kind in ("epci", "department"):
            territory.communes.add(*Commune.objects.filter(**{f"{kind}__in": row.get(kind, [])}))
        world.territories[territory.name] = territory


def make_closures(world, rows):
    for row in rows:
        made(
            Closure(
                antenna=world.antennas[row["antenna"]],
                site=row["site"],
                company_name=row["company"],
                commune_id=row["commune"],
                closed_on=world.day(row.get("closed")),
                jobs_cut=row["jobs_cut"],
                recreation_target=row.get("target"),
                recreated_by=row.get("recreated_by", ""),
                jobs_recreated=row.get("jobs_recreated", 0),
                recreated_on=world.day(row.get("counted")),
            )
        )


def make_committees(world, rows):
    for row in rows:
        committee = made(
            Committee(
                antenna=world.antennas[row["antenna"]],
                name=row["name"],
                since=world.day(row["since"]),
                until=world.day(row.get("until")),
            )
        )
        for number, seat in enumerate(row["seats"]):
            made(
                Seat(
                    committee=committee,
                    college=seat["college"],
                    holder=seat["holder"],
                    deputy=seat.get("deputy", ""),
                    employer=world.sponsors.get(seat["employer"]),
                    employer_name="" if seat["employer"] in world.sponsors else seat["employer"],
                    employer_group=seat.get("group", ""),
                    is_chair=number == 0,
                    user=world.users.get(seat.get("account")),
                    mandate_from=world.day(seat.get("since")) or committee.since,
                    mandate_until=world.day(seat.get("until")) or committee.until,
                )
            )
        world.committees[committee.name] = committee


def make_accounts(world, rows):
    """One person per role. All have the same password, hashed once: hashing is slow by design."""
    password = make_password(PASSWORD)
    for row in rows:
        create = User.objects.create_superuser if row.get("admin") else User.objects.create_user
        user = create(row["email"], first_name=row["first_name"], last_name=row["last_name"])
        user.password = password
        user.save(update_fields=["password"])
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        for role in row.get("roles", []):
            antenna = world.antennas.get(row.get("antenna"))
            made(Membership(user=user, role=role, antenna=antenna))
            if role == Role.COORDINATOR:
                world.users[f"coordinator {antenna.name}"] = user
        world.users[row["email"]] = user


def let_funders_read(world, rows):
    for row in rows:
        readable = [world.conventions[reference] for reference in row.get("reads", [])]
        world.users[row["email"]].readable_conventions.set(readable)
