"""What officers did about the ways in to accounts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_login"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessUse",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("membership", models.CharField(db_index=True, max_length=32)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("issued", "Issued"),
                            ("started", "Started"),
                            ("confirmed", "Confirmed"),
                            ("stopped", "Stopped"),
                        ],
                        max_length=10,
                    ),
                ),
                ("by", models.CharField(blank=True, max_length=32)),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("letter", "Letter"),
                            ("mail", "Mail"),
                            ("in person", "In Person"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
    ]
