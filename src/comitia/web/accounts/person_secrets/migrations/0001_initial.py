"""The first tables."""

from __future__ import annotations

import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PersonSecret",
            fields=[
                ("person_id", models.UUIDField(primary_key=True, serialize=False)),
                ("secret", models.BinaryField(max_length=32)),
                ("made_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("secret"), 32
                        ),
                        name="person_secret_length",
                    )
                ],
            },
        ),
    ]
