"""What is kept of reports. The database itself refuses to change a frozen copy or a delivery.

A later migration that makes SQLite rebuild one of these tables drops its trigger with the old
table: it must run these statements again (a test tells when it has not).
"""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import territories.dates
from django.conf import settings
from django.db import migrations, models


TABLES = ("reports_frozenreport", "reports_delivery")
CREATE = {
    # DELETE stays free on SQLite: emptying the test database deletes rows, where PostgreSQL
    # truncates tables, which fires no trigger on a row.
    "sqlite": [
        """
        CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}
        BEGIN
            SELECT RAISE(ABORT, 'report_append_only');
        END
        """
    ],
    "postgresql": [
        """
        CREATE OR REPLACE FUNCTION report_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'report_append_only' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION report_append_only()
        """,
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER {table}_append_only"],
    "postgresql": [
        "DROP TRIGGER {table}_append_only ON {table}",
        "DROP FUNCTION IF EXISTS report_append_only() CASCADE",
    ],
}


def create(apps, schema_editor):
    for table in TABLES:
        for statement in CREATE[schema_editor.connection.vendor]:
            schema_editor.execute(statement.format(table=table))


def drop(apps, schema_editor):
    for table in TABLES:
        for statement in DROP[schema_editor.connection.vendor]:
            schema_editor.execute(statement.format(table=table))


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('conventions', '0017_due_within_ten_years'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FrozenReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('at', models.DateField(verbose_name='bilan au')),
                ('frozen_at', models.DateTimeField(verbose_name='figé le')),
                ('figures', models.TextField(verbose_name='chiffres')),
                ('figures_sha256', models.CharField(max_length=64, verbose_name='empreinte des chiffres')),
                ('pdf', models.BinaryField(verbose_name='document')),
                ('pdf_sha256', models.CharField(max_length=64, verbose_name='empreinte du document')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='frozen_reports', to='conventions.convention', verbose_name='convention')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='figé par')),
            ],
            options={
                'verbose_name': 'exemplaire figé',
                'verbose_name_plural': 'exemplaires figés',
                'ordering': ['convention', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.CharField(max_length=150, verbose_name='destinataire')),
                ('email', models.EmailField(max_length=254, verbose_name='adresse électronique')),
                ('sent_at', models.DateTimeField(verbose_name='envoyé le')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='envoyé par')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='reports.frozenreport', verbose_name='exemplaire')),
            ],
            options={
                'verbose_name': 'envoi d’un exemplaire',
                'verbose_name_plural': 'envois d’exemplaires',
                'ordering': ['sent_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='saisi le')),
                ('struck_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='rayé le')),
                ('struck_reason', models.CharField(blank=True, editable=False, max_length=200, verbose_name='motif')),
                ('outcome', models.CharField(choices=[('renewed', 'Reconduite'), ('extended', 'Reconduite et étendue'), ('prolonged', 'Prolongée'), ('suspended', 'Suspendue'), ('stopped', 'Arrêtée')], max_length=10, verbose_name='ce que devient la convention')),
                ('met_on', models.DateField(validators=[territories.dates.validate_not_future], verbose_name='réunion du')),
                ('text', models.TextField(help_text='Ce que les financeurs ont décidé, et pourquoi.', max_length=5000, verbose_name='texte du verdict')),
                ('conditions', models.TextField(blank=True, help_text='Ce qu’ils demandent en retour, s’ils demandent quelque chose.', max_length=5000, verbose_name='conditions')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='conventions.convention', verbose_name='convention')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='saisi par')),
                ('report', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='reports.frozenreport', verbose_name='exemplaire lu par les financeurs')),
                ('struck_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='rayé par')),
            ],
            options={
                'verbose_name': 'verdict des financeurs',
                'verbose_name_plural': 'verdicts des financeurs',
                'ordering': ['-met_on', '-pk'],
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='frozenreport',
            constraint=models.UniqueConstraint(fields=('convention', 'number'), name='frozen_report_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='frozenreport',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='frozen_report_number_from_one'),
        ),
        migrations.AddConstraint(
            model_name='frozenreport',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('figures_sha256'), 64), name='frozen_report_figures_have_a_print'),
        ),
        migrations.AddConstraint(
            model_name='frozenreport',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('pdf_sha256'), 64), name='frozen_report_pdf_has_a_print'),
        ),
        migrations.AddConstraint(
            model_name='frozenreport',
            constraint=models.CheckConstraint(condition=models.Q(('figures', ''), _negated=True), name='frozen_report_has_figures'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('recipient', ''), _negated=True), models.Q(('email', ''), _negated=True)), name='delivery_says_to_whom'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('struck_at', None), ('struck_reason', '')), models.Q(('struck_at__isnull', False), models.Q(('struck_reason', ''), _negated=True)), _connector='OR'), name='verdict_struck_out_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['renewed', 'extended', 'prolonged', 'suspended', 'stopped'])), name='verdict_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='verdict_says_why'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.UniqueConstraint(condition=models.Q(('struck_at', None)), fields=('convention', 'met_on'), name='verdict_once_in_a_meeting', violation_error_code='met_on', violation_error_message='Un verdict de cette réunion est déjà enregistré\xa0: rayez-le d’abord.'),
        ),
        migrations.RunPython(create, drop),
    ]
