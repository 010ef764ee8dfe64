"""What the Final Assessment needs beside its tables: runs that compile, receipts, readings; sheets that were left."""

import ctts.common.migrating
import ctts.common.triggers
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0002_office_queries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        ctts.common.migrating.CreateModel(
            name='PortfolioRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('contents', models.JSONField(default=dict)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('portfolio', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='assessments.portfolio')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('cancelled_at__isnull', True), ('finished_at__isnull', True)), fields=('portfolio',), name='assessments_one_open_run_a_portfolio')],
            },
        ),
        ctts.common.migrating.CreateModel(
            name='PortfolioPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('open', 'Waiting'), ('done', 'Done'), ('failed', 'Not done'), ('cancelled', 'Cancelled')], default='open', max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, default='', max_length=500)),
                ('ended_at', models.DateTimeField(null=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('plan', 'Training plan'), ('competencies', 'Competencies with their evidence'), ('reviews', 'Supervisor Reviews'), ('dops', 'DOPS log'), ('reflections', 'Reflective pieces'), ('cases', 'Long case studies')], max_length=14)),
                ('about', models.JSONField(default=list)),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
                ('size', models.PositiveIntegerField(null=True)),
                ('pages', models.PositiveIntegerField(null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='assessments.portfoliorun')),
            ],
            options={
                'ordering': ['run', 'position'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'done', 'failed', 'cancelled'])), name='assessments_portfoliopart_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='assessments_portfoliopart_ended_unless_open'), models.CheckConstraint(condition=models.Q(('kind__in', ['plan', 'competencies', 'reviews', 'dops', 'reflections', 'cases'])), name='assessments_portfoliopart_known_kind'), models.CheckConstraint(condition=models.Q(('size__gte', 1), ('size__isnull', True), _connector='OR'), name='assessments_portfoliopart_size_at_least'), models.CheckConstraint(condition=models.Q(('pages__gte', 1), ('pages__isnull', True), _connector='OR'), name='assessments_portfoliopart_pages_at_least'), models.UniqueConstraint(fields=('run', 'position'), name='assessments_part_once'), models.CheckConstraint(condition=models.Q(models.Q(('pages__isnull', True), ('sha256', ''), ('size__isnull', True)), models.Q(('pages__isnull', False), ('sha256__regex', '^[0-9a-f]{64}$'), ('size__isnull', False)), _connector='OR'), name='assessments_part_kept_whole')],
            },
        ),
        ctts.common.migrating.CreateModel(
            name='PortfolioReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField()),
                ('portfolio', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='assessments.portfolio')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-read_at', '-pk'],
                'abstract': False,
            },
        ),
        ctts.common.migrating.CreateModel(
            name='PortfolioReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('printed_name', models.CharField(max_length=160)),
                ('role', models.CharField(max_length=40)),
                ('meaning', models.CharField(max_length=40)),
                ('statement', models.TextField()),
                ('content_sha256', models.CharField(max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('authenticated_at', models.DateTimeField()),
                ('authenticated_with', models.CharField(max_length=20)),
                ('content', models.JSONField()),
                ('portfolio', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='assessments.portfolio')),
                ('signer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('content_sha256__regex', '^[0-9a-f]{64}$')), name='assessments_portfolioreceipt_sha256'), models.CheckConstraint(condition=models.Q(('authenticated_at__lte', models.F('signed_at'))), name='assessments_portfolioreceipt_proved_before')],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='marksheet',
            name='sheet_moves',
        ),
        migrations.RemoveConstraint(
            model_name='marksheet',
            name='assessments_marksheet_known_state',
        ),
        migrations.RemoveConstraint(
            model_name='marksheet',
            name='assessments_sheet_one_a_marker',
        ),
        migrations.RemoveConstraint(
            model_name='marksheet',
            name='assessments_sheet_one_a_role',
        ),
        migrations.RemoveConstraint(
            model_name='marksheet',
            name='assessments_sheet_submitted_is_whole',
        ),
        migrations.AlterField(
            model_name='marksheet',
            name='state',
            field=models.CharField(choices=[('open', 'Open'), ('submitted', 'Submitted'), ('left', 'Left unfinished')], default='open', max_length=10),
        ),
        ctts.common.triggers.AddTrigger(
            model_name='marksheet',
            trigger=pgtrigger.compiler.Trigger(name='sheet_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{open:left,open:submitted}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='8991d57776d5aacd6289b20947fd74ba5fbdf00e', operation='UPDATE', pgid='pgtrigger_sheet_moves_308b1', table='assessments_marksheet', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='marksheet',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'submitted', 'left'])), name='assessments_marksheet_known_state'),
        ),
        migrations.AddConstraint(
            model_name='marksheet',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'left'), _negated=True), fields=('attempt', 'marker'), name='assessments_sheet_one_a_marker'),
        ),
        migrations.AddConstraint(
            model_name='marksheet',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'left'), _negated=True), fields=('attempt', 'role'), name='assessments_sheet_one_a_role'),
        ),
        migrations.AddConstraint(
            model_name='marksheet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['open', 'left']), ('submitted_at__isnull', True)), models.Q(('state', 'submitted'), ('submitted_at__isnull', False), models.Q(('result', ''), _negated=True), models.Q(('words', ''), _negated=True)), _connector='OR'), name='assessments_sheet_submitted_is_whole'),
        ),
        ctts.common.triggers.AddTrigger(
            model_name='portfolioreading',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b8eb784e2390fb29fa639384797df08969b9b03e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a34b1', table='assessments_portfolioreading', when='BEFORE')),
        ),
        ctts.common.triggers.AddTrigger(
            model_name='portfolioreceipt',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='271f72410673eba9598961a27ac8912584f7034d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8b201', table='assessments_portfolioreceipt', when='BEFORE')),
        ),
        ctts.common.triggers.AddTrigger(
            model_name='portfoliopart',
            trigger=pgtrigger.compiler.Trigger(name='item_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{cancelled:open,failed:open,open:cancelled,open:done,open:failed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='6bcaa32f6c02562b100c0787ad21804c8d0a410d', operation='UPDATE', pgid='pgtrigger_item_moves_85e79', table='assessments_portfoliopart', when='BEFORE')),
        ),
    ]
