"""The first tables of the organisation."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import comitia.law.values
import comitia.record.kinds.organisation


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Branch",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            (
                                comitia.record.kinds.organisation.Level["WHOLE"],
                                comitia.record.kinds.organisation.Level["WHOLE"],
                            ),
                            (
                                comitia.record.kinds.organisation.Level["REGION"],
                                comitia.record.kinds.organisation.Level["REGION"],
                            ),
                            (
                                comitia.record.kinds.organisation.Level["DISTRICT"],
                                comitia.record.kinds.organisation.Level["DISTRICT"],
                            ),
                            (
                                comitia.record.kinds.organisation.Level["LOCAL"],
                                comitia.record.kinds.organisation.Level["LOCAL"],
                            ),
                            (
                                comitia.record.kinds.organisation.Level["GROUP"],
                                comitia.record.kinds.organisation.Level["GROUP"],
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                ("path", models.CharField(max_length=396, unique=True)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField(null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="organisation.branch",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="organisation.branch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("holder", models.CharField(db_index=True, max_length=32)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "organ_kind",
                    models.CharField(
                        choices=[
                            (
                                comitia.law.values.OrganKind["BODY"],
                                comitia.law.values.OrganKind["BODY"],
                            ),
                            (
                                comitia.law.values.OrganKind["OFFICE"],
                                comitia.law.values.OrganKind["OFFICE"],
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                ("organ_name", models.CharField(max_length=40)),
                ("as_deputy", models.BooleanField(default=False)),
                (
                    "entry",
                    models.OneToOneField(
                        db_column="entry",
                        on_delete=django.db.models.deletion.PROTECT,
                        to="acts.entry",
                        to_field="hash",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="organisation.branch",
                    ),
                ),
            ],
            options={
                "ordering": ["branch", "since", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Administration",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("holder", models.CharField(db_index=True, max_length=32)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "entry",
                    models.OneToOneField(
                        db_column="entry",
                        on_delete=django.db.models.deletion.PROTECT,
                        to="acts.entry",
                        to_field="hash",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="organisation.branch",
                    ),
                ),
            ],
            options={
                "ordering": ["branch", "since", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("holder", models.CharField(db_index=True, max_length=32)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "organ_kind",
                    models.CharField(
                        choices=[
                            (
                                comitia.law.values.OrganKind["BODY"],
                                comitia.law.values.OrganKind["BODY"],
                            ),
                            (
                                comitia.law.values.OrganKind["OFFICE"],
                                comitia.law.values.OrganKind["OFFICE"],
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                ("organ_name", models.CharField(max_length=40)),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
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
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["branch", "since", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("language", models.CharField(max_length=10)),
                ("time_zone", models.CharField(max_length=60)),
                (
                    "terms",
                    models.CharField(
                        choices=[
                            (
                                comitia.record.kinds.organisation.Terms["BRANCH"],
                                comitia.record.kinds.organisation.Terms["BRANCH"],
                            ),
                            (
                                comitia.record.kinds.organisation.Terms["LOCAL"],
                                comitia.record.kinds.organisation.Terms["LOCAL"],
                            ),
                            (
                                comitia.record.kinds.organisation.Terms["SECTION"],
                                comitia.record.kinds.organisation.Terms["SECTION"],
                            ),
                            (
                                comitia.record.kinds.organisation.Terms["CELL"],
                                comitia.record.kinds.organisation.Terms["CELL"],
                            ),
                            (
                                comitia.record.kinds.organisation.Terms["CHAPTER"],
                                comitia.record.kinds.organisation.Terms["CHAPTER"],
                            ),
                        ],
                        default=comitia.record.kinds.organisation.Terms["BRANCH"],
                        max_length=10,
                    ),
                ),
                ("founded_at", models.DateTimeField()),
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
        ),
    ]
