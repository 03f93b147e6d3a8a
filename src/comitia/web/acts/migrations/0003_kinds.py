"""Indexes by kind: of the organisation and its rule book, and of entries of rare kinds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0002_proposals"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="aggregate",
            index=models.Index(fields=["kind"], name="acts_aggreg_kind_f7cea7_idx"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["kind", "number"], name="acts_entry_kind_8448dc_idx"),
        ),
    ]
