"""What assessments tell of a record that is taken away; found by training (quality rule 18)."""

from assessments.queries.taken import assessed
from training.queries import tells_of_record

tells_of_record(50)(assessed)
