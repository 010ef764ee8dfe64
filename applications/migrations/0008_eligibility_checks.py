
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0007_objections'),
    ]

    operations = [
        migrations.CreateModel(
            name='EligibilityCheck',
            fields=[
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='eligibility_check', serialize=False, to='applications.application')),
                ('results', models.JSONField()),
                ('kept_at', models.DateTimeField()),
            ],
        ),
    ]
