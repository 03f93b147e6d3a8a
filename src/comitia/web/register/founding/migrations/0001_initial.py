"""The first tables of the founding."""

import django.db.models.deletion
from django.db import migrations, models

import comitia.record.kinds.cases


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acts", "0001_initial"),
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedDraft",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("content", models.TextField()),
                ("before", models.TextField(blank=True)),
                ("hash", models.CharField(max_length=64)),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Signer",
            fields=[
                ("number", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("identity", models.CharField(max_length=64)),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("invited_at", models.DateTimeField()),
                ("signed_hash", models.CharField(blank=True, max_length=64)),
                ("signed_at", models.DateTimeField(null=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DeclaredCase",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            (
                                comitia.record.kinds.cases.Stage["CHARGE"],
                                comitia.record.kinds.cases.Stage["CHARGE"],
                            ),
                            (
                                comitia.record.kinds.cases.Stage["HEARING"],
                                comitia.record.kinds.cases.Stage["HEARING"],
                            ),
                            (
                                comitia.record.kinds.cases.Stage["RULING"],
                                comitia.record.kinds.cases.Stage["RULING"],
                            ),
                            (
                                comitia.record.kinds.cases.Stage["APPEAL"],
                                comitia.record.kinds.cases.Stage["APPEAL"],
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                ("since", models.DateField()),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declared_cases",
                        to="organisation.branch",
                    ),
                ),
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
                "default_permissions": (),
            },
        ),
    ]
