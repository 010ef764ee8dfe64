"""Exit code 0 when the web process of this container serves /healthz; asked by Docker."""

import http.client
import os
import sys
from urllib.parse import urlsplit

public = urlsplit(os.environ["BASE_URL"])
connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
connection.request("GET", "/healthz", headers={"Host": public.netloc, "X-Forwarded-Proto": public.scheme})
sys.exit(0 if connection.getresponse().status == 200 else 1)
