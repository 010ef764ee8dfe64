-- Long case studies; `words` without references.
create view contract.case_study as
select c.id, r.trainee_id, c.state, c.words
from training_casestudy c
join training_trainingrecord r on r.id = c.record_id;
