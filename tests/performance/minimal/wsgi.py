"""The minimal site for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.performance.minimal.settings"
application = get_wsgi_application()
