-- One marker's sheet of an attempt at a final stage. percent (of a Viva: 100 x sum of the five domains / 20, unrounded) is
-- empty until External and Supporting Moderator have both submitted theirs; a Portfolio has none.
create view contract.mark_sheet as
select s.id, r.trainee_id, a.stage, s.marker_id, a.attempt, s.state, s.submitted_at,
       case when a.stage = 'viva' and s.state = 'submitted' and (
              select count(*) from assessments_marksheet o
              where o.attempt_id = a.id and o.state = 'submitted' and o.role in ('external', 'supporting')) = 2 then
         (select 100::numeric * sum(m.score) / 20 from assessments_mark m where m.sheet_id = s.id)
       end as percent
from assessments_marksheet s
join assessments_stageattempt a on a.id = s.attempt_id
join training_trainingrecord r on r.id = a.record_id;
