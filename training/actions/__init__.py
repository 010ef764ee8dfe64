"""What can be done in training, by thing."""

from training.actions.appointing import add_appointment, end_appointment
from training.actions.enrolling import enrol

__all__ = ["add_appointment", "end_appointment", "enrol"]
