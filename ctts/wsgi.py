"""The web application for a WSGI server (gunicorn)."""

import os

from django.core.wsgi import get_wsgi_application

from ctts.startup import require_server, require_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctts.settings")

require_settings("web")
application = get_wsgi_application()
require_server("web")
