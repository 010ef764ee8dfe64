-- Evidence of trainees; no words of it.
create view contract.evidence as
select e.id, r.trainee_id, e.kind, e.state, e.content_sha256 as sha256
from training_evidence e
join training_trainingrecord r on r.id = e.record_id;
