import django.db.models.functions.text
from django.db import migrations, models

# Two of one name: the later one is told apart by its code, so that nobody chooses the wrong one.
TOLD_APART = """
UPDATE organisations_organisation o SET name = left(o.name, 140) || ' (' || o.code || ')'
WHERE EXISTS (
  SELECT 1 FROM organisations_organisation first WHERE lower(first.name) = lower(o.name) AND first.id < o.id
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0005_sites_once_by_name"),
    ]

    operations = [
        migrations.RunSQL(TOLD_APART, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"), name="organisations_organisation_once_by_its_name"
            ),
        ),
    ]
