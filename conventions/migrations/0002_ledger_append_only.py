"""The database itself refuses to change a line of the ledger.

A later migration that makes SQLite rebuild this table drops the trigger with the old table: it
must run these statements again (a test tells when it has not).
"""

from django.db import migrations

CREATE = {
    # DELETE stays free on SQLite: emptying the test database deletes rows, where PostgreSQL
    # truncates tables, which fires no trigger on a row.
    "sqlite": """
        CREATE TRIGGER ledger_append_only BEFORE UPDATE ON conventions_entry
        BEGIN
            SELECT RAISE(ABORT, 'ledger_append_only');
        END
    """,
    "postgresql": """
        CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'ledger_append_only' USING ERRCODE = 'integrity_constraint_violation';
        END $$;
        CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON conventions_entry
        FOR EACH ROW EXECUTE FUNCTION ledger_append_only()
    """,
}
DROP = {
    "sqlite": "DROP TRIGGER ledger_append_only",
    "postgresql": """
        DROP TRIGGER ledger_append_only ON conventions_entry;
        DROP FUNCTION ledger_append_only()
    """,
}


def create(apps, schema_editor):
    schema_editor.execute(CREATE[schema_editor.connection.vendor])


def drop(apps, schema_editor):
    schema_editor.execute(DROP[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("conventions", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
