"""What assessments tell of a record that is taken away, found by training (quality rule 18); and their help."""

from assessments.help import HELP
from assessments.queries.taken import assessed
from ctts.common.helping import explains
from training.queries import tells_of_record

explains(HELP)
tells_of_record(50)(assessed)
