"""The separator of searched fields sorts before a space: « Toul » comes before « Toul-sur-Meuse »."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace


def separate_by(old, new):
    def change(apps, schema_editor):
        for name in ["NafCode", "Company", "Sponsor", "Expert"]:
            rows = apps.get_model("companies", name).objects
            rows.update(search=Replace(F("search"), Value(old), Value(new)))

    return change


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial")]

    operations = [migrations.RunPython(separate_by("|", "\t"), separate_by("\t", "|"))]
