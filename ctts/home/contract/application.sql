-- Applications; received_at is the time that counts for the intake, london_date its day in Europe/London,
-- intake the year and month of enrolment as YYYY-MM.
create view contract.application as
select a.id,
       a.applicant_id as person_id,
       a.counts_from as received_at,
       (a.counts_from at time zone 'Europe/London')::date as london_date,
       to_char(make_date(i.year, i.month, 1), 'YYYY-MM') as intake,
       a.state,
       a.received_at as first_received_at
from applications_application a
join scheme_intake i on i.id = a.intake_id;
