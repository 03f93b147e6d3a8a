"""Make the table of sealed files."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("person", models.UUIDField(db_index=True)),
                (
                    "sort",
                    models.CharField(
                        choices=[("pdf", "pdf"), ("png", "png"), ("jpg", "jpg"), ("txt", "txt")],
                        max_length=4,
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
    ]
