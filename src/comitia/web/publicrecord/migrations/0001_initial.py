"""The first tables of the public record."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Log",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=200)),
                ("size", models.PositiveBigIntegerField()),
                ("roots", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="SignedCheckpoint",
            fields=[
                ("size", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("root", models.CharField(max_length=64)),
                ("note", models.TextField()),
                ("signed_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("size", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("note", models.TextField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.PositiveBigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("level", "index"), name="one_node_at_a_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("index", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="place",
                        to="acts.entry",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WitnessCosignature",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=1024)),
                ("line", models.CharField(max_length=1024)),
                ("received_at", models.DateTimeField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="publicrecord.signedcheckpoint",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checkpoint", "key"), name="one_word_of_a_witness"
                    )
                ],
            },
        ),
    ]
