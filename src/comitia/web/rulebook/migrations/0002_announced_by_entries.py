"""Announcements are entries: each row follows from one, and is kept when it has ended."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0001_initial"),
        ("rulebook", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="version",
            name="preset",
            field=models.CharField(max_length=200),
        ),
        migrations.DeleteModel(name="Announcement"),
        migrations.CreateModel(
            name="Announcement",
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
                ("announced_on", models.DateField()),
                ("in_force_from", models.DateField()),
                ("preset", models.CharField(max_length=200)),
                ("rules", models.TextField()),
                (
                    "ended_by",
                    models.OneToOneField(
                        db_column="ended_by",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="acts.entry",
                        to_field="hash",
                    ),
                ),
            ],
            options={
                "ordering": ["announced_on", "pk"],
            },
        ),
    ]
