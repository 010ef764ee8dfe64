import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from ctts.common.triggers import AddTrigger


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0027_interruption_called_off'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='supervisorreview',
            name='review_moves',
        ),
        migrations.RemoveConstraint(
            model_name='supervisorreview',
            name='training_supervisorreview_known_state',
        ),
        migrations.AlterField(
            model_name='supervisorreview',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('signed', 'Signed by the supervisor'), ('acknowledged', 'Acknowledged by the trainee'), ('submitted', 'Submitted to the office'), ('discarded', 'Discarded')], default='draft', max_length=14),
        ),
        migrations.AddField(
            model_name='supervisorreview',
            name='discarded_because',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddConstraint(
            model_name='supervisorreview',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'signed', 'acknowledged', 'submitted', 'discarded'])), name='training_supervisorreview_known_state'),
        ),
        migrations.AddConstraint(
            model_name='supervisorreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'discarded'), models.Q(('discarded_because', ''), _negated=True)), models.Q(models.Q(('state', 'discarded'), _negated=True), ('discarded_because', '')), _connector='OR'), name='training_review_discarded_because'),
        ),
        AddTrigger(
            model_name='supervisorreview',
            trigger=pgtrigger.compiler.Trigger(name='review_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{acknowledged:submitted,draft:discarded,draft:signed,signed:acknowledged,signed:draft}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='35a65ab24678fdd47891d9525012795572f4d1b0', operation='UPDATE', pgid='pgtrigger_review_moves_14aec', table='training_supervisorreview', when='BEFORE')),
        ),
    ]
