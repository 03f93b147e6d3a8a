"""Make deadlines, and the addresses of calendars."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.UUIDField(unique=True)),
                ("language", models.CharField(max_length=10)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Deadline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=32)),
                ("person", models.UUIDField(null=True)),
                ("starts_at", models.DateTimeField()),
                ("last_day", models.DateField()),
                ("ends_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("met", "Met"),
                            ("missed", "Missed"),
                            ("extended", "Extended"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("met_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("entry", models.CharField(blank=True, max_length=64)),
                (
                    "extends",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="deadlines.deadline",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "ends_at"], name="deadlines_person"),
                    models.Index(fields=["state", "ends_at"], name="deadlines_state"),
                    models.Index(fields=["subject"], name="deadlines_subject"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="deadlines_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("kind", "subject", "person"),
                        name="deadlines_open_once",
                    ),
                ],
            },
        ),
    ]
