"""Calendar files are among what the system makes: they go out with the mails about dated events."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='document',
            name='documents_document_known_media_type',
        ),
        migrations.AlterField(
            model_name='document',
            name='media_type',
            field=models.CharField(choices=[('application/pdf', 'PDF'), ('image/jpeg', 'JPEG picture'), ('image/png', 'PNG picture'), ('image/webp', 'WebP picture'), ('application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'Word document'), ('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'Excel workbook'), ('application/vnd.openxmlformats-officedocument.presentationml.presentation', 'PowerPoint presentation'), ('application/zip', 'ZIP archive'), ('text/calendar', 'Calendar file')], max_length=80),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('media_type__in', ['application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'application/zip', 'text/calendar'])), name='documents_document_known_media_type'),
        ),
    ]
