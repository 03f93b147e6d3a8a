"""The first tables of the register."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import comitia.law.standings
import comitia.record.kinds.register
import comitia.web.database.prefixes


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acts", "0002_proposals"),
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
                ("confirmed_on", models.DateField(blank=True, null=True)),
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
        ),
        migrations.CreateModel(
            name="Copy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("people", models.PositiveIntegerField()),
                ("purpose", models.CharField(max_length=200)),
                ("taken_at", models.DateTimeField()),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="organisation.branch",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-taken_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Traits",
            fields=[
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="traits",
                        serialize=False,
                        to="register.membership",
                    ),
                ),
                ("letters", models.CharField(db_index=True, max_length=200)),
                ("place", models.CharField(blank=True, db_index=True, max_length=200)),
                ("birth_date", models.DateField(db_index=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="NameWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", comitia.web.database.prefixes.FoldedField(db_index=True, max_length=60)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="register.membership",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entry", models.CharField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (
                                comitia.law.standings.ChangeKind["FOUND"],
                                comitia.law.standings.ChangeKind["FOUND"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["APPLY"],
                                comitia.law.standings.ChangeKind["APPLY"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["ADMIT"],
                                comitia.law.standings.ChangeKind["ADMIT"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["REFUSE"],
                                comitia.law.standings.ChangeKind["REFUSE"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["WITHDRAW"],
                                comitia.law.standings.ChangeKind["WITHDRAW"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["TRANSFER"],
                                comitia.law.standings.ChangeKind["TRANSFER"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["LEAVE"],
                                comitia.law.standings.ChangeKind["LEAVE"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["READMIT"],
                                comitia.law.standings.ChangeKind["READMIT"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["SUSPEND"],
                                comitia.law.standings.ChangeKind["SUSPEND"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["STRIKE_OFF"],
                                comitia.law.standings.ChangeKind["STRIKE_OFF"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["EXPEL"],
                                comitia.law.standings.ChangeKind["EXPEL"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["REINSTATE"],
                                comitia.law.standings.ChangeKind["REINSTATE"],
                            ),
                            (
                                comitia.law.standings.ChangeKind["DIE"],
                                comitia.law.standings.ChangeKind["DIE"],
                            ),
                        ],
                        max_length=12,
                    ),
                ),
                ("day", models.DateField()),
                ("until", models.DateField(null=True)),
                ("branch_before", models.CharField(blank=True, max_length=32)),
                ("standing_before", models.CharField(blank=True, max_length=12)),
                ("branch", models.CharField(blank=True, max_length=32)),
                ("standing", models.CharField(blank=True, max_length=12)),
                ("known_from", models.DateTimeField()),
                ("known_until", models.DateTimeField(null=True)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="register.membership",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                fields=["branch", "standing"], name="register_me_branch__ee6607_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="nameword",
            constraint=models.UniqueConstraint(
                fields=("membership", "word"), name="register_word_once"
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["branch", "day"], name="register_step_to"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["branch_before", "day"], name="register_step_from"),
        ),
        migrations.CreateModel(
            name="CorrectionRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("wrong", models.TextField(max_length=2000)),
                ("asked_at", models.DateTimeField()),
                ("last_day", models.DateField()),
                ("extended_because", models.TextField(blank=True, max_length=2000)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=2000)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="correction_requests",
                        to="register.membership",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "pk"],
            },
        ),
    ]
