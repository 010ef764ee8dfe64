import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0018_another_supervisor_confirms'),
    ]

    operations = [
        migrations.AlterField(
            model_name='latecode',
            name='application',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='late_codes', to='applications.application'),
        ),
    ]
