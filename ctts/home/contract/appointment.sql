-- Who is appointed to whose training, from a day to a day, both included; not what was called off before it began.
create view contract.appointment as
select a.id, r.trainee_id, a.person_id, a.kind, a.starts_on, a.ends_on
from training_appointment a
join training_trainingrecord r on r.id = a.record_id
where a.called_off_at is null;
