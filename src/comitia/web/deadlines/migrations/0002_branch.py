"""Whose officers see a row: those of its branch."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deadlines", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="deadline",
            name="branch",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(fields=["branch", "ends_at"], name="deadlines_branch"),
        ),
    ]
