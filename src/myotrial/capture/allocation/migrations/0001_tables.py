# Lists, slots and kits.

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ConcealedKit",
            fields=[
                ("kit", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("list", models.IntegerField()),
                ("sealed", models.TextField()),
            ],
            options={"db_table": "concealed_kit"},
        ),
        migrations.CreateModel(
            name="ConcealedList",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                ("head", models.TextField()),
            ],
            options={"db_table": "concealed_list"},
        ),
        migrations.CreateModel(
            name="ConcealedSlot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("list", models.IntegerField()),
                ("stratum", models.CharField(max_length=200)),
                ("number", models.IntegerField()),
                ("sealed", models.TextField()),
                ("chain", models.CharField(max_length=32, null=True, unique=True)),
            ],
            options={
                "db_table": "concealed_slot",
                "constraints": [
                    models.UniqueConstraint(fields=("list", "stratum", "number"), name="one_slot")
                ],
            },
        ),
    ]
