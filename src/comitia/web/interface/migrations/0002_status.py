"""With which status a call was answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("interface", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="status",
            field=models.PositiveSmallIntegerField(default=200),
        ),
    ]
