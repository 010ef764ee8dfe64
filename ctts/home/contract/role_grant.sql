-- Who holds which role where, from a day to a day, both included; not what was called off before it began.
-- organisation_id is empty for roles of the scheme.
create view contract.role_grant as
select id, person_id, role, organisation_id, starts_on, ends_on
from organisations_affiliation
where called_off_at is null;
