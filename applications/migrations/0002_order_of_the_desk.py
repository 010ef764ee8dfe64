"""The order of the office's desk: its first page is read from the index, however many applications there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]
    operations = [
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["counts_from", "started_at", "id"], name="application_counts__602dbd_idx"),
        ),
    ]
