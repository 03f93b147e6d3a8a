"""Proposals of acts that two do together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                ("act", models.TextField(blank=True)),
                ("aggregate", models.CharField(max_length=32)),
                ("branch", models.CharField(blank=True, max_length=32)),
                ("person", models.UUIDField(db_index=True, null=True)),
                ("seen", models.CharField(blank=True, max_length=64)),
                ("proposed_by", models.UUIDField(db_index=True)),
                ("proposed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("entry", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "indexes": [models.Index(fields=["aggregate", "kind"], name="acts_proposal_of")],
            },
        ),
    ]
