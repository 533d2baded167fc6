"""A dated table of base rates, with those that the Official Journal gave when it was written.

Rates are set anew every 1 January, and can change on the first day of any month. A row ends where
its proof does; the other days wait for an administrator.
"""

from django.db import migrations, models

NOTICE = "Avis de la Commission, JO C %s"
RATES = [  # since, until, percent, source
    ("2008-07-01", "2008-09-30", "4.59", NOTICE % "216 du 23 août 2008, p. 16"),
    ("2010-01-01", "2010-04-30", "1.24", NOTICE % "85 du 31 mars 2010, p. 11"),
]


def enter(apps, schema_editor):
    rates = apps.get_model("conventions", "ReferenceRate").objects
    for since, until, base_rate, source in RATES:
        rates.create(since=since, until=until, base_rate=base_rate, source=source)


class Migration(migrations.Migration):

    dependencies = [
        ('conventions', '0010_refusals_beside_their_field'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReferenceRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(unique=True, verbose_name='à compter du')),
                ('until', models.DateField(blank=True, help_text='Vide : jusqu’au taux suivant. Un jour sans taux, l’avance compte en entier.', null=True, verbose_name='jusqu’au')),
                ('base_rate', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='taux de base (%)')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
            ],
            options={
                'verbose_name': 'taux de référence',
                'verbose_name_plural': 'taux de référence',
                'ordering': ['-since'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='reference_rate_ends_after_it_starts', violation_error_code='until', violation_error_message='Un taux ne peut pas finir avant d’avoir commencé.'), models.CheckConstraint(condition=models.Q(('base_rate__gte', -1), ('base_rate__lte', 30)), name='reference_rate_sensible', violation_error_code='base_rate', violation_error_message='Un taux de base va de −1 %% à 30 %%.')],
            },
        ),
        migrations.RunPython(enter, migrations.RunPython.noop),
    ]
