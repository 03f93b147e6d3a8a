"""Entries of a kind, by their times: what an officer did in a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0004_joining"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["kind", "at"], name="acts_entry_of_a_day"),
        ),
    ]
