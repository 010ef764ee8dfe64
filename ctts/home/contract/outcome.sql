-- Outcomes of all stages as the trainee has them: only those that are released stand here. rules_version is the version of
-- the scheme rules by which the trainee is assessed.
create view contract.outcome as
select o.id, r.trainee_id, o.stage, o.attempt, o.result, v.version as rules_version, o.released_at
from assessments_outcome o
join training_trainingrecord r on r.id = o.record_id
join scheme_ruleset v on v.id = o.rules_id
where o.state = 'released';
