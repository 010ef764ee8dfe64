"""When evidence was withdrawn from view last: what it said until then stays unread, also when it is replaced (T3)."""

from django.db import migrations, models

# What was withdrawn before this column was there: the audit knows when.
FROM_THE_AUDIT = """
    update training_evidence e set quarantined_at = a.last
    from (select object_id, max(at) as last from audit_auditevent
          where object = 'training.evidence' and action = 'training.evidence.quarantine' group by object_id) a
    where a.object_id = e.id
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial"), ("audit", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="quarantined_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(FROM_THE_AUDIT, migrations.RunSQL.noop),
    ]
