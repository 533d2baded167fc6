"""The separator of searched fields sorts before a space: « Toul » comes before « Toul-sur-Meuse »."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace


def separate_by(old, new):
    def change(apps, schema_editor):
        for name in ["Convention"]:
            rows = apps.get_model("conventions", name).objects
            rows.update(search=Replace(F("search"), Value(old), Value(new)))

    return change


class Migration(migrations.Migration):
    dependencies = [("conventions", "0003_receipt_struck_out")]

    operations = [migrations.RunPython(separate_by("|", "\t"), separate_by("\t", "|"))]
