"""Official lists, from the CSV files of `data/`: read, then inserted or brought up to date."""

import csv
from pathlib import Path

from django.db import transaction

from territories.models import Commune, Department, Epci

DATA = Path(__file__).parent / "data"
BATCH = 2_000


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@transaction.atomic
def upsert(rows, *, report=lambda done, total: None):
    """Insert `rows` of one model, or update those whose key is known; tells its progress."""
    model = type(rows[0])
    key = model._meta.pk.name
    fields = [field.name for field in model._meta.fields if field.name != key]
    for start in range(0, len(rows), BATCH):
        model.objects.bulk_create(
            rows[start : start + BATCH],
            update_conflicts=True,
            unique_fields=[key],
            update_fields=fields,
        )
        report(min(start + BATCH, len(rows)), len(rows))


def departments():
    return [
        Department(
            code=row["code"],
            name=row["nom"],
            region_code=row["region"],
            region_name=row["region_nom"],
        )
        for row in read(DATA / "departements_2026.csv")
    ]


def epcis():
    return [
        Epci(siren=row["siren"], name=row["nom"], kind=row["type"])
        for row in read(DATA / "epci_2026.csv")
    ]


def communes():
    return [
        Commune(
            code=row["code"],
            name=row["nom"],
            department_id=row["departement"],
            epci_id=row["epci_siren"] or None,
            postal_codes=row["codes_postaux"],
            population=row["population"] or None,
        )
        for row in read(DATA / "communes_2026.csv")
    ]
