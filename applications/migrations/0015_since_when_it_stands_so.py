from django.db import migrations, models

# What moved before this was kept: the last step of each on the audit, else its receipt.
FROM_THE_AUDIT = """
UPDATE applications_application a SET moved_at = COALESCE((
  SELECT max(e.at) FROM audit_auditevent e
  WHERE e.object = 'applications.application' AND e.object_id = a.id AND e.after ->> 'state' = a.state
), a.counts_from) WHERE a.state <> 'draft'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0014_orders_that_do_not_stand"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="moved_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(FROM_THE_AUDIT, migrations.RunSQL.noop),
    ]
