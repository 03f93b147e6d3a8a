"""The first tables of the register."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import comitia.law.standings
import comitia.record.kinds.register


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acts", "0001_initial"),
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                (
                    "standing",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                comitia.law.standings.Standing["APPLICANT"],
                                comitia.law.standings.Standing["APPLICANT"],
                            ),
                            (
                                comitia.law.standings.Standing["MEMBER"],
                                comitia.law.standings.Standing["MEMBER"],
                            ),
                            (
                                comitia.law.standings.Standing["SUSPENDED"],
                                comitia.law.standings.Standing["SUSPENDED"],
                            ),
                            (
                                comitia.law.standings.Standing["LEFT"],
                                comitia.law.standings.Standing["LEFT"],
                            ),
                            (
                                comitia.law.standings.Standing["STRUCK_OFF"],
                                comitia.law.standings.Standing["STRUCK_OFF"],
                            ),
                            (
                                comitia.law.standings.Standing["EXPELLED"],
                                comitia.law.standings.Standing["EXPELLED"],
                            ),
                            (
                                comitia.law.standings.Standing["DECEASED"],
                                comitia.law.standings.Standing["DECEASED"],
                            ),
                        ],
                        max_length=12,
                    ),
                ),
                ("since", models.DateField()),
                (
                    "category",
                    models.CharField(
                        choices=[
                            (
                                comitia.record.kinds.register.Category["FULL"],
                                comitia.record.kinds.register.Category["FULL"],
                            ),
                            (
                                comitia.record.kinds.register.Category["REDUCED"],
                                comitia.record.kinds.register.Category["REDUCED"],
                            ),
                            (
                                comitia.record.kinds.register.Category["HONORARY"],
                                comitia.record.kinds.register.Category["HONORARY"],
                            ),
                            (
                                comitia.record.kinds.register.Category["SUPPORTING"],
                                comitia.record.kinds.register.Category["SUPPORTING"],
                            ),
                        ],
                        max_length=12,
                    ),
                ),
                ("paid_up_to", models.DateField(blank=True, null=True)),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="membership",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["branch", "standing"], name="register_me_branch__ee6607_idx"
                    )
                ],
            },
        ),
    ]
