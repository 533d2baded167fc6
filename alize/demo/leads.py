"""Requests for help that came from the public page, and what became of some."""

from datetime import datetime, time

from django.utils import timezone

from alize.demo.world import made
from companies.leads import antenna_of
from companies.models import Lead
from territories.models import Commune


def plan_lead(world, row):
    world.on(world.day(row["on"]), ask, world, row)


def ask(world, row):
    commune = Commune.objects.get(pk=row["commune"])
    lead = made(
        Lead(
            company_name=row["company"],
            contact_name=row["contact"],
            email=row["email"],
            phone=row.get("phone", ""),
            need=row["need"],
            commune=commune,
            antenna=antenna_of(commune),
            received_at=timezone.make_aware(datetime.combine(world.day(row["on"]), time(9, 40))),
        )
    )
    if "dismissed" in row:
        lead.dismiss(reason=row["dismissed"], by=world.coordinator_of(lead.antenna))
