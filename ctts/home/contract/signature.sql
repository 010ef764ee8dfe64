-- Every signature: what it stands under, who signed, meaning what, over which content, when; withdrawn_by is the id
-- of the signature row that withdrew it. Ids are unique within an object, not across objects. A decision about a first
-- year means only that it was decided, until the outcome that it made is released.
create view contract.signature as
select s.id, 'application'::text as object, s.application_id as object_id, s.signer_id, s.meaning, s.content_sha256,
       s.signed_at, null::bigint as withdrawn_by
from applications_supervisoranswer s
union all
select s.id, 'competency', s.item_id, s.signer_id, s.meaning, s.content_sha256, s.signed_at,
       (select w.id from training_signoff w where w.withdraws_id = s.id)
from training_signoff s
union all
select s.id, 'review', s.review_id, s.signer_id, s.meaning, s.content_sha256, s.signed_at,
       (select w.id from training_reviewsignature w where w.withdraws_id = s.id)
from training_reviewsignature s
union all
select s.id, 'progress_report', s.report_id, s.signer_id, s.meaning, s.content_sha256, s.signed_at, null
from training_reportsignature s
union all
select s.id, 'dops', s.dops_id, s.signer_id, s.meaning, s.content_sha256, s.signed_at, null
from training_dopssignature s
union all
select s.id, 'plan', s.record_id, s.signer_id, s.meaning, s.content_sha256, s.signed_at, null
from training_planagreement s
union all
select s.id, 'first_year', s.first_year_id, s.signer_id, s.meaning, s.content_sha256, s.signed_at,
       case when not s.withdrawn then
         (select min(w.id) from assessments_safetyconfirmation w
          where w.first_year_id = s.first_year_id and w.withdrawn and w.id > s.id)
       end
from assessments_safetyconfirmation s
union all
select s.id, 'first_year_decision', s.first_year_id, s.signer_id,
       case when exists(
         select from assessments_outcome o
         where o.stage = 'first_year' and o.state = 'released' and o.content ->> 'decision' = s.id::text
       ) then s.meaning else 'decided' end,
       s.content_sha256, s.signed_at, null
from assessments_firstyeardecision s
union all
select s.id, 'practical', s.attempt_id, s.signer_id, s.meaning, s.content_sha256, s.signed_at, null
from assessments_practicalseal s
union all
select s.id, 'portfolio', s.portfolio_id, s.signer_id, s.meaning, s.content_sha256, s.signed_at, null
from assessments_portfolioreceipt s
union all
select s.id, 'mark_sheet', s.sheet_id, s.signer_id, s.meaning, s.content_sha256, s.signed_at, null
from assessments_marksheetsignature s
union all
select s.id, 'adjudication', s.disagreement_id, s.signer_id, s.meaning, s.content_sha256, s.signed_at, null
from moderation_adjudication s
union all
select s.id, 'declaration', s.moderator_id, s.signer_id, s.meaning, s.content_sha256, s.signed_at, null
from moderation_declaration s;
