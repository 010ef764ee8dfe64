-- Decisions of the scheme office about applications (A4); the reasons are in the letter.
create view contract.decision as
select id, application_id, kind, decided_by_id as decided_by, decided_at
from applications_decision;
