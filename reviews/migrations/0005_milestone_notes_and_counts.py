"""Milestones get a note, and their counts by lens and pillar: read from the stored snapshots.

Both are as final as the rest (0002): the trigger that refuses changes is made anew with them.
"""

import json
import zlib

from django.db import migrations, models

TABLE = "reviews_milestone"
FINAL_BEFORE = "id, organization_id, workload_id, number, name, name_key, at, by_name, snapshot, sha256, counts"
FINAL = f"{FINAL_BEFORE}, note, lens_counts"


def _open(schema_editor):
    # SQLite drops the trigger with the table that it copies; PostgreSQL keeps the function.
    on_table = "" if schema_editor.connection.vendor == "sqlite" else f" ON {TABLE}"
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_final{on_table}")


def _close(schema_editor, columns):
    what = (
        "BEGIN SELECT RAISE(ABORT, 'milestones are never changed'); END"
        if schema_editor.connection.vendor == "sqlite"
        else f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {TABLE}_final BEFORE UPDATE OF {columns} ON {TABLE} {what}"
    )


def open_for_writing(apps, schema_editor):
    _open(schema_editor)


def close_as_before(apps, schema_editor):
    _close(schema_editor, FINAL_BEFORE)


def close(apps, schema_editor):
    _close(schema_editor, FINAL)


def fill(apps, schema_editor):
    """Take the counts from the snapshots; `manage.py verify_milestones` names those that are broken."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    if is_postgresql:
        # No organisation is bound here: the owner of the table steps past its policy, and back.
        schema_editor.execute(f"ALTER TABLE {TABLE} NO FORCE ROW LEVEL SECURITY")
    milestones = apps.get_model("reviews", "Milestone")._base_manager.all()
    for pk in list(milestones.values_list("pk", flat=True)):
        milestone = milestones.only("snapshot").get(pk=pk)
        milestones.filter(pk=pk).update(lens_counts=_counts(bytes(milestone.snapshot)))
    if is_postgresql:
        schema_editor.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")


def _counts(snapshot):
    names = ("lens_id", "lens_name", "version_id", "version", "document_sha256")
    try:
        reviews = json.loads(zlib.decompress(snapshot))["reviews"]
        return [
            {**{name: review[name] for name in names}, "pillars": review["counts"]}
            for review in reviews
        ]
    except (zlib.error, ValueError, KeyError, TypeError):
        return []


class Migration(migrations.Migration):
    dependencies = [("reviews", "0004_conversation_and_evidence")]

    operations = [
        migrations.RunPython(open_for_writing, close_as_before),
        migrations.AddField(
            model_name="milestone",
            name="note",
            field=models.TextField(blank=True, default="", verbose_name="note"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="milestone", name="lens_counts", field=models.JSONField(default=list)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(close, open_for_writing),
    ]
