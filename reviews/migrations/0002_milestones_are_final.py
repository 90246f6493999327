"""Let the database itself refuse to change a milestone.

It may be deleted with its workload, and it forgets the account of a person who is deleted (``by``);
everything that it says is final.
"""

from django.db import migrations

TABLE = "reviews_milestone"
FINAL = (
    "id, organization_id, workload_id, number, name, name_key, note, at, by_name,"
    " snapshot, sha256, counts, lens_counts"
)

SQLITE_FORWARDS = [
    f"""
    CREATE TRIGGER {TABLE}_final BEFORE UPDATE OF {FINAL} ON {TABLE}
    BEGIN SELECT RAISE(ABORT, 'milestones are never changed'); END
    """
]
SQLITE_BACKWARDS = [f"DROP TRIGGER IF EXISTS {TABLE}_final"]
POSTGRESQL_FORWARDS = [
    f"""
    CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'milestones are never changed' USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    f"""
    CREATE TRIGGER {TABLE}_final BEFORE UPDATE OF {FINAL} ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()
    """,
]
POSTGRESQL_BACKWARDS = [
    f"DROP TRIGGER IF EXISTS {TABLE}_final ON {TABLE}",
    f"DROP FUNCTION IF EXISTS {TABLE}_refuse()",
]


def forwards(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE_FORWARDS if is_sqlite else POSTGRESQL_FORWARDS:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE_BACKWARDS if is_sqlite else POSTGRESQL_BACKWARDS:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
