-- Intakes. opens_at and cutoff_at are instants: an application counts for an intake when it is received from opens_at on
-- and before cutoff_at, which is the end of the cut-off day in Europe/London (I1).
create view contract.intake as
select id,
       opens_on::timestamp at time zone 'Europe/London' as opens_at,
       (cutoff_on + 1)::timestamp at time zone 'Europe/London' as cutoff_at,
       enrolment_on as enrols_on,
       induction_on,
       state,
       to_char(make_date(year, month, 1), 'YYYY-MM') as intake
from scheme_intake;
