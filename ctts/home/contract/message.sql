-- Every message to a person and what became of it; no words.
create view contract.message as
select key, kind, to_id as person_id, state, attempts, message_id, sent_at
from notifications_message;
