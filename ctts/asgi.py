"""The web application for an ASGI server; the product itself is served by `ctts.wsgi`."""

import os

from django.core.asgi import get_asgi_application

from ctts.startup import require_server, require_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctts.settings")

require_settings("web")
application = get_asgi_application()
require_server("web")
