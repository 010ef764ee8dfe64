-- Every diploma that was ever issued. status: issued, revoked, superseded; pdf_sha256 is that of the sealed file, empty
-- until it is made.
create view contract.diploma as
select d.number, r.trainee_id, d.state as status, d.issued_at, f.pdf_sha256
from moderation_diploma d
join moderation_award a on a.record_id = d.award_id
join training_trainingrecord r on r.id = a.record_id
left join moderation_diplomafile f on f.diploma_id = d.id;
