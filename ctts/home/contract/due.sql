-- Steps of reminders that were taken, each once: with a message, or in silence.
create view contract.due as
select s.key, s.kind, coalesce(s.person_id, m.to_id) as person_id,
    coalesce(s.due_on::timestamp at time zone 'Europe/London', s.at) as due_at,
    coalesce(m.state, 'passed_over') as state,
    coalesce(nullif(m.problem, ''), s.reason) as reason
from notifications_reminderstep s
left join notifications_message m on m.id = s.message_id;
