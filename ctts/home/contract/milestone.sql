-- The dated steps of each training.
create view contract.milestone as
select m.id, r.trainee_id, m.kind, m.due_on, m.done_on
from training_milestone m
join training_trainingrecord r on r.id = m.record_id;
