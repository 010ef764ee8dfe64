-- Purchase orders of employers (A3 f), earlier ones of an application too: those are superseded.
create view contract.purchase_order as
select id, application_id, gross_pence, state
from applications_purchaseorder;
