"""Craft groups, scopes of practice (S1) and the first version of the scheme rules."""

from __future__ import annotations

from datetime import date, datetime, timezone

from django.db import migrations

GROUPS = {"MP": "Medical Physics", "CE": "Clinical Engineering"}
# (code, name, group, offered): the guidance's preface names the groups and the offered scopes; which scope belongs to
# which group, and the scopes not offered, are defaults that staff may change.
SCOPES = [
    ("NM", "Nuclear Medicine", "MP", True),
    ("RT", "Radiotherapy Physics", "MP", True),
    ("RP", "Radiation Physics", "MP", True),
    ("ME", "Medical Engineering", "CE", True),
    ("RE", "Radiation Engineering", "CE", True),
    ("RH", "Rehabilitation Engineering", "CE", True),
    ("MP", "Medical Physics", "MP", False),
    ("CE", "Clinical Engineering", "CE", False),
    ("BD", "Bone Densitometry", "MP", False),
    ("SO", "Sonography", "MP", False),
    ("RN", "Renal Technology", "CE", False),
    ("CC", "Clinical Computing", "CE", False),
]
NUMBERS = {'accreditation_years': 5,
 'accreditation_reminder_months': [12, 6, 3],
 'intake_months': [4, 10],
 'cutoff_months_before': 1,
 'enrolment_day': 1,
 'induction_months_after': 1,
 'induction_day': 15,
 'information_reply_days': 14,
 'cutoff_reminder_days': [28, 7, 1],
 'a_levels_needed': 2,
 'a_levels_preferred': 3,
 'science_a_levels_needed': 1,
 'fheq_level_needed': 4,
 'fheq_level_at_end': 6,
 'english_level_needed': 2,
 'gcse_grade_needed': 4,
 'ielts_overall': '7.0',
 'ielts_element': '6.5',
 'toefl_overall': 100,
 'toefl_element': 22,
 'oet_overall': 350,
 'oet_element': 300,
 'pte_overall': 65,
 'pte_element': 58,
 'english_test_years': 2,
 'duration_months': 24,
 'declaration_months': 12,
 'max_months': 48,
 'reviews_each_month': 1,
 'review_month_days': 14,
 'review_chase_supervisor_days': 7,
 'review_chase_coordinator_days': 14,
 'dops_items': 10,
 'dops_item_most': 4,
 'dops_not_applicable_most': 3,
 'progress_report_months': 6,
 'concern_working_days': 5,
 'moderator_dops_each_year': 1,
 'sampling_percent': 10,
 'forecast_points': 5,
 'first_meeting_month': 3,
 'first_year_evidence_month': 11,
 'first_year_decision_month': 12,
 'workshop_first_month': 13,
 'workshop_last_month': 15,
 'portfolio_month': 20,
 'practical_month': 21,
 'viva_month': 23,
 'milestone_notice_days': 28,
 'first_year_moderator_dops': 1,
 'first_year_percent': 30,
 'first_year_reviews': 6,
 'first_year_dops': 6,
 'first_year_case_studies': 1,
 'first_year_case_study_words': 1500,
 'first_year_reflections': 10,
 'first_year_attempts': 2,
 'first_year_reattempt_months': 3,
 'practical_log_weight': 5000,
 'practical_counts': 'all',
 'practical_pass_percent': 50,
 'portfolio_pages': 500,
 'viva_minutes': 60,
 'viva_domains': 5,
 'viva_domain_most': 4,
 'viva_pass_percent': 50,
 'viva_disagreement_points': 10,
 'attempts': 3,
 'appeal_days': 20}


def enter(apps, schema_editor):
    using = schema_editor.connection.alias
    group_model, scope_model = apps.get_model("scheme", "CraftGroup"), apps.get_model("scheme", "Scope")
    groups = {
        code: group_model.objects.using(using).create(code=code, name=name) for code, name in GROUPS.items()
    }
    for code, name, group, offered in SCOPES:
        scope_model.objects.using(using).create(code=code, name=name, group=groups[group], offered=offered)
    apps.get_model("scheme", "RuleSet").objects.using(using).create(
        version=1,
        effective_on=date(2020, 1, 1),
        numbers=NUMBERS,
        reason="The guidance, and defaults where it is silent.",
        made_at=datetime(2020, 1, 1, tzinfo=timezone.utc),
    )


class Migration(migrations.Migration):
    dependencies = [("scheme", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop, elidable=False)]
