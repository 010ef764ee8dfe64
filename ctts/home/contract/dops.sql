-- DOPS; percent is 100 x sum of scored items / (4 x their number), not applicable items left out, unrounded;
-- empty until the assessor has signed.
create view contract.dops as
select d.id, r.trainee_id, d.observed_on, d.assessor_kind, d.state,
       case when d.state in ('awaiting_countersigning', 'awaiting_acknowledgement', 'complete') then
         (select 100::numeric * sum(s.score) / nullif(4 * count(s.score), 0)
          from training_dopsscore s where s.dops_id = d.id)
       end as percent
from training_dops d
join training_trainingrecord r on r.id = d.record_id;
