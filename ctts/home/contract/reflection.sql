-- Reflective pieces; no words of them.
create view contract.reflection as
select p.id, r.trainee_id, p.state, p.submitted_at
from training_reflection p
join training_trainingrecord r on r.id = p.record_id;
