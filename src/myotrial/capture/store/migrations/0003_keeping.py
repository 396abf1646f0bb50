"""Releases of the forms; values that can be withheld; no index that another one holds."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from myotrial.capture.store import allowing

TABLES = ("item", "sheet", "entry", "act")


def _drop(_: Any, editor: Any) -> None:
    """By its own statement: Django would make the tables anew, and lose their guards."""
    connection = editor.connection
    for table in TABLES:
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, f"capture_{table}")
        for name, item in found.items():
            if item["columns"] == ["chain_id"] and item["index"] and not item["unique"]:
                editor.execute(f'DROP INDEX "{name}"')


def _allow(_: Any, editor: Any) -> None:
    allowing.allow(editor.connection)


def _without_index(table: str) -> migrations.AlterField:
    field = models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="capture.chain"
    )
    return migrations.AlterField(table, "chain", field)


class Migration(migrations.Migration):
    dependencies = [("capture", "0002_guards")]
    operations = [
        migrations.CreateModel(
            name="Release",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("version", models.CharField(max_length=12)),
                ("protocol", models.TextField()),
                ("catalogue", models.TextField()),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(_drop)], [_without_index(name) for name in TABLES]
        ),
        migrations.RunPython(_allow),
    ]
