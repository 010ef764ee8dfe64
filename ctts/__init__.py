"""The Clinical Technologist Training Scheme. Importing it loads the Celery app, so that jobs find their queue."""

from ctts.celery import app as celery_app

__all__ = ["celery_app"]
