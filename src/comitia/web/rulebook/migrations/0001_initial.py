"""The first tables of the rule book."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Version",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("in_force_from", models.DateField()),
                ("preset", models.CharField(max_length=60)),
                ("rules", models.TextField()),
                ("adopted_at", models.DateTimeField()),
                (
                    "entry",
                    models.OneToOneField(
                        db_column="entry",
                        on_delete=django.db.models.deletion.PROTECT,
                        to="acts.entry",
                        to_field="hash",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("announced_on", models.DateField()),
                ("in_force_from", models.DateField()),
                ("preset", models.CharField(max_length=60)),
                ("rules", models.TextField()),
            ],
            options={
                "ordering": ["announced_on", "pk"],
            },
        ),
    ]
