"""What assessments tell of a record that is taken away (quality rule 18), of who has its milestones (M) and of its next
gate (screens 2, 23), and what they ask of the people around a trainee (N), found by training; and their help."""

from assessments.help import HELP
from assessments.queries import own_duties
from assessments.queries.held import HELD
from assessments.queries.next_gate import gate_to_come
from assessments.queries.taken import assessed
from ctts.common.helping import explains
from training.queries import adds_duties, holds_milestones, shows_gate, tells_of_record

explains(HELP)
tells_of_record(50)(assessed)
for held in HELD:
    holds_milestones(held)
adds_duties(own_duties)
shows_gate(gate_to_come)
