"""What members are to be told of, and how far that has got."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0005_entries_of_a_day"),
        ("rulebook", "0002_announced_by_entries"),
    ]

    operations = [
        migrations.CreateModel(
            name="Telling",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_column="entry",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="acts.entry",
                        to_field="hash",
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("last", models.UUIDField(null=True)),
                ("up_to", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["ended_at"], name="rulebook_telling_open")],
            },
        ),
    ]
