"""When the clock was last seen to run on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0005_entries_of_a_day"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClockSeen",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("leapt_to", models.DateTimeField(null=True)),
            ],
        ),
    ]
