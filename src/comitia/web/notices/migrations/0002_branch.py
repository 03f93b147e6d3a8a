"""Whose officers see a row: those of its branch."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="branch",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="decided_by",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(fields=["branch", "state"], name="notices_branch"),
        ),
    ]
