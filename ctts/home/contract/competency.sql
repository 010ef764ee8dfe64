-- The competencies of each trainee's agreed list.
create view contract.competency as
select i.id, r.trainee_id, i.state
from training_planitem i
join training_trainingrecord r on r.id = i.record_id;
