"""What is needed to keep the de minimis rule: ceilings, declared aid, what each award is worth.

Awards of the past take their whole money as their grant equivalent: prudence, no rate was kept then.
"""

import conventions.money
import django.db.models.deletion
import django.db.models.expressions
import territories.dates
from django.conf import settings
from django.db import migrations, models

CEILINGS = [  # since, euros, regulation
    ("2001-02-02", 100_000, "Règlement (CE) 69/2001"),
    ("2007-01-01", 200_000, "Règlement (CE) 1998/2006"),
    ("2014-01-01", 200_000, "Règlement (UE) 1407/2013"),
    ("2024-01-01", 300_000, "Règlement (UE) 2023/2831"),
]


def enter(apps, schema_editor):
    ceilings = apps.get_model("committee", "DeMinimisCeiling").objects
    for since, amount, regulation in CEILINGS:
        ceilings.create(since=since, amount=amount, regulation=regulation)
    apps.get_model("committee", "Decision").objects.filter(outcome="approved").update(
        grant_equivalent=models.ExpressionWrapper(
            models.F("advance") + models.F("grant"), output_field=conventions.money.EuroField()
        )
    )


class Migration(migrations.Migration):

    dependencies = [
        ('committee', '0006_refusals_beside_their_field'),
        ('companies', '0003_indexes_of_long_lists'),
        ('conventions', '0011_reference_rates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DeclaredAid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='saisi le')),
                ('struck_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='rayé le')),
                ('struck_reason', models.CharField(blank=True, editable=False, max_length=200, verbose_name='motif')),
                ('granted_on', models.DateField(help_text='Le jour où l’aide est acquise, même si elle est versée plus tard.', validators=[territories.dates.validate_not_future], verbose_name='accordée le')),
                ('amount', conventions.money.EuroField(help_text='Celui que le financeur a notifié\xa0; pour une subvention, son montant.', verbose_name='équivalent-subvention brut (€)')),
                ('grantor', models.CharField(max_length=150, verbose_name='financeur')),
                ('regulation', models.CharField(max_length=100, verbose_name='règlement')),
                ('note', models.CharField(blank=True, help_text='Par exemple le numéro de l’aide.', max_length=200, verbose_name='note')),
            ],
            options={
                'verbose_name': 'aide déclarée',
                'verbose_name_plural': 'aides déclarées',
                'ordering': ['granted_on', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DeMinimisCeiling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(unique=True, verbose_name='à compter du')),
                ('amount', conventions.money.EuroField(verbose_name='plafond (€)')),
                ('regulation', models.CharField(max_length=100, verbose_name='règlement')),
            ],
            options={
                'verbose_name': 'plafond de minimis',
                'verbose_name_plural': 'plafonds de minimis',
                'ordering': ['-since'],
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='grant_equivalent',
            field=conventions.money.EuroField(default=0, editable=False, help_text='Calculé au jour de l’accord, puis figé.', verbose_name='équivalent-subvention brut (€)'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('grant_equivalent__gte', 0), ('grant_equivalent__lte', models.ExpressionWrapper(django.db.models.expressions.CombinedExpression(models.F('advance'), '+', models.F('grant')), output_field=conventions.money.EuroField()))), name='decision_grant_equivalent_within_its_money'),
        ),
        migrations.AddField(
            model_name='declaredaid',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declared_aids', to='companies.company', verbose_name='entreprise'),
        ),
        migrations.AddField(
            model_name='declaredaid',
            name='created_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='saisi par'),
        ),
        migrations.AddField(
            model_name='declaredaid',
            name='struck_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='rayé par'),
        ),
        migrations.AddConstraint(
            model_name='deminimisceiling',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='de_minimis_ceiling_positive', violation_error_message='Un plafond est positif.'),
        ),
        migrations.AddConstraint(
            model_name='declaredaid',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('struck_at', None), ('struck_reason', '')), models.Q(('struck_at__isnull', False), models.Q(('struck_reason', ''), _negated=True)), _connector='OR'), name='declaredaid_struck_out_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='declaredaid',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='declared_aid_amount_positive', violation_error_code='amount', violation_error_message='Le montant d’une aide est positif.'),
        ),
        migrations.RunPython(enter, migrations.RunPython.noop),
    ]
