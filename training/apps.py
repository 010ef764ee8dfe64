"""Two years of training: the record, its people, competencies, evidence, DOPS, reviews and writing."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    label = "training"
