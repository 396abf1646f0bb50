"""The table of drafts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Drafts of what is being entered."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user", models.CharField(max_length=60)),
                ("chain", models.CharField(max_length=32)),
                ("entity", models.CharField(max_length=80)),
                ("seen", models.BigIntegerField()),
                ("values", models.JSONField()),
                ("at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "chain", "entity"), name="one_draft")
                ],
            },
        ),
    ]
