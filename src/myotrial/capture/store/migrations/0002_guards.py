"""Triggers that keep the trail append-only."""

from typing import Any

from django.db import migrations

from myotrial.capture.store import guards


def _make(_: Any, editor: Any) -> None:
    guards.make(editor.connection)


class Migration(migrations.Migration):
    """The guards of the trail."""

    dependencies = [("capture", "0001_tables")]
    operations = [migrations.RunPython(_make)]
