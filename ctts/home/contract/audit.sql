-- The audit, chained by hash; seq is global, prev is the hash before it within the chain.
create view contract.audit as
select seq, chain, at, actor_id as actor, action, object, object_id, prev, hash
from audit_auditevent;
