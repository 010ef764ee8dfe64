-- Everybody with an account. kind: "trainee" for whoever ever had a training record, else "applicant" or "other".
create view contract.person as
select u.id,
       case
         when exists (select from training_trainingrecord r where r.trainee_id = u.id) then 'trainee'
         when exists (select from applications_application a where a.applicant_id = u.id) then 'applicant'
         else 'other'
       end as kind,
       u.is_active as active
from accounts_user u;
