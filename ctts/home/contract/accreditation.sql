-- Accreditation of a centre for a scope (C1), from a day to a day, both included; scope is the code of the scope.
create view contract.accreditation as
select a.id, a.organisation_id, s.code as scope, a.state as status, a.starts_on, a.ends_on
from scheme_accreditation a
join scheme_scope s on s.id = a.scope_id;
