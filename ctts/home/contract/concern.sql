-- Concerns about a training; no words of them. `safety`: about patient safety.
create view contract.concern as
select c.id, r.trainee_id, c.level, c.patient_safety as safety, c.state
from training_concern c
join training_trainingrecord r on r.id = c.record_id;
