"""What assessments tell of a record that is taken away (quality rule 18) and of its next gate (screens 2), found by
training; and their help."""

from assessments.help import HELP
from assessments.queries.next_gate import gate_to_come
from assessments.queries.taken import assessed
from ctts.common.helping import explains
from training.queries import shows_gate, tells_of_record

explains(HELP)
tells_of_record(50)(assessed)
shows_gate(gate_to_come)
