-- Supervisor Reviews.
create view contract.review as
select v.id, r.trainee_id, v.held_on, v.state, v.submitted_at
from training_supervisorreview v
join training_trainingrecord r on r.id = v.record_id;
