"""Indexes for the balance as it is known now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("known_until", None)),
                fields=["branch", "standing", "day", "until", "known_until"],
                name="register_step_now",
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("known_until", None)),
                fields=[
                    *("day", "kind", "branch_before", "standing_before", "branch", "standing"),
                    "known_until",
                ],
                name="register_step_day",
            ),
        ),
    ]
