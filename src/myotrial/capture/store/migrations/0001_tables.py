# The first form of the tables.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("username", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("organisation", models.CharField(blank=True, max_length=200)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("trained", models.DateField(null=True)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("status", models.CharField(default="", max_length=20)),
                ("seq", models.BigIntegerField(default=0)),
                ("hash", models.CharField(max_length=64)),
                ("at", models.CharField(default="", max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("code", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("zone", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("problems", models.TextField(default="[]")),
                (
                    "chain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="capture.chain"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="chain",
            name="site",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="capture.site"
            ),
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("at", models.CharField(max_length=32)),
                ("zone", models.CharField(max_length=64)),
                ("user", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("role", models.CharField(max_length=20)),
                ("organisation", models.CharField(max_length=200)),
                ("site", models.CharField(max_length=20)),
                ("action", models.CharField(max_length=40)),
                ("entity", models.CharField(max_length=80)),
                ("field", models.CharField(max_length=60)),
                ("old", models.TextField(null=True)),
                ("old_absent", models.CharField(max_length=3)),
                ("new", models.TextField(null=True)),
                ("new_absent", models.CharField(max_length=3)),
                ("reason", models.TextField()),
                ("noted", models.BooleanField()),
                ("version", models.CharField(max_length=12)),
                ("act", models.CharField(max_length=32)),
                ("entered", models.CharField(max_length=40)),
                ("withheld", models.CharField(max_length=100)),
                ("hash", models.CharField(max_length=64)),
                (
                    "chain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="capture.chain"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["chain", "entity", "field"], name="entry_field")],
                "constraints": [models.UniqueConstraint(fields=("chain", "seq"), name="one_entry")],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entity", models.CharField(max_length=80)),
                ("field", models.CharField(max_length=60)),
                ("value", models.TextField(null=True)),
                ("absent", models.CharField(default="", max_length=3)),
                ("seq", models.BigIntegerField()),
                (
                    "chain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="capture.chain"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "entity", "field"), name="one_item")
                ],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entity", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=60)),
                ("number", models.IntegerField()),
                ("on", models.CharField(default="", max_length=80)),
                ("status", models.CharField(max_length=20)),
                (
                    "chain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="capture.chain"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["chain", "on"], name="sheet_on"),
                    models.Index(fields=["kind", "status"], name="sheet_status"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "entity"), name="one_sheet")
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=20)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="capture.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "role", "site"), name="one_grant", nulls_distinct=False
                    )
                ],
            },
        ),
    ]
