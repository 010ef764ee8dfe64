from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0046_signed_by_no_supervisor_called_off'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='threadmessage',
            index=models.Index(condition=models.Q(('asks', True)), fields=['thread'], name='training_message_asks'),
        ),
    ]
