import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0013_mission_life'),
    ]

    operations = [
        migrations.AlterField(
            model_name='skillday',
            name='expert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='skill_days', to='companies.expert', verbose_name='intervenant'),
        ),
    ]
