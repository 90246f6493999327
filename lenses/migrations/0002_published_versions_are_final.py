"""Let the database itself refuse to change or delete a lens version that was published.

Its status goes on (superseded, deprecated, deleted), though never back to draft; it forgets the
account of a person who is deleted (``published_by``), and its notes may be corrected. A lens is
deleted by a date (``Lens.deleted_at``), so nothing deletes its versions. Deleting an organisation
with all its rows is for the owner of the tables, who lifts this trigger as that of the audit log.

SQLite drops the triggers of a table that it rebuilds: a later migration that alters
``lenses_lensversion`` there must run these statements again (a test fails otherwise).
"""

from django.db import migrations

TABLE = "lenses_lensversion"
FINAL = (
    "id",
    "organization_id",
    "lens_id",
    "version",
    "kind",
    "predecessor_id",
    "renames",
    "document",
    "sha256",
    "description",
    "question_count",
    "choice_count",
    "published_at",
)
MESSAGE = "published lens versions are never changed"
IS_FINAL = "OLD.status <> 'draft'"


def changes(sign):
    # What is written again as it was is no change: Django saves all fields of a row.
    return " OR ".join(f"OLD.{column} {sign} NEW.{column}" for column in FINAL)


SQLITE_FORWARDS = [
    f"""
    CREATE TRIGGER {TABLE}_final BEFORE UPDATE ON {TABLE}
    WHEN {IS_FINAL} AND ({changes("IS NOT")} OR NEW.status = 'draft')
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """,
    f"""
    CREATE TRIGGER {TABLE}_kept BEFORE DELETE ON {TABLE} WHEN {IS_FINAL}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """,
]
SQLITE_BACKWARDS = [f"DROP TRIGGER IF EXISTS {TABLE}_{name}" for name in ("final", "kept")]
POSTGRESQL_FORWARDS = [
    f"""
    CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    f"""
    CREATE TRIGGER {TABLE}_final BEFORE UPDATE ON {TABLE} FOR EACH ROW
    WHEN ({IS_FINAL} AND ({changes("IS DISTINCT FROM")} OR NEW.status = 'draft'))
    EXECUTE FUNCTION {TABLE}_refuse()
    """,
    f"""
    CREATE TRIGGER {TABLE}_kept BEFORE DELETE ON {TABLE} FOR EACH ROW
    WHEN ({IS_FINAL}) EXECUTE FUNCTION {TABLE}_refuse()
    """,
]
POSTGRESQL_BACKWARDS = [
    f"DROP TRIGGER IF EXISTS {TABLE}_final ON {TABLE}",
    f"DROP TRIGGER IF EXISTS {TABLE}_kept ON {TABLE}",
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
    dependencies = [("lenses", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
