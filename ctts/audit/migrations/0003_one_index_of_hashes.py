"""A unique text column gets a second index for LIKE; nobody asks for hashes by their first letters, and it is written at
random with each entry. Where texts are sorted by code point, as here, the unique index would answer that as well."""

from django.db import migrations

SECOND = "audit_auditevent_hash_d0c402da_like"


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_heads_name_their_chains")]

    operations = [
        migrations.RunSQL(
            f"drop index if exists {SECOND}",
            f"create index {SECOND} on audit_auditevent (hash varchar_pattern_ops)",
        ),
    ]
