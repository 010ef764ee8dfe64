import django.contrib.postgres.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0044_evidence_version_closing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='appointment',
            name='training_appointment_no_overlap',
        ),
        migrations.RemoveConstraint(
            model_name='appointment',
            name='training_only_trainers_are_called_off',
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('called_off_at__isnull', True), ('kind__in', ['supervisor', 'coordinator', 'external_moderator', 'supporting_moderator'])), expressions=[(models.Func(models.F('record_id'), models.F('record_id'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.Case(models.When(kind='supervisor', then=models.Value(1)), models.When(kind='coordinator', then=models.Value(2)), models.When(kind='external_moderator', then=models.Value(3)), models.When(kind='supporting_moderator', then=models.Value(4))), models.Case(models.When(kind='supervisor', then=models.Value(1)), models.When(kind='coordinator', then=models.Value(2)), models.When(kind='external_moderator', then=models.Value(3)), models.When(kind='supporting_moderator', then=models.Value(4))), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('starts_on'), models.F('ends_on'), models.Value('[]'), function='daterange'), '&&')], name='training_appointment_no_overlap'),
        ),
    ]
