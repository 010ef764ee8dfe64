-- What a person found for an entry rule (A3); of several for one rule of an application the newest holds. No words.
create view contract.finding as
select id,
       application_id,
       rule,
       outcome as verdict,
       override_reason <> '' as overridden,
       computed,
       found_by_id as found_by,
       found_at
from applications_finding;
