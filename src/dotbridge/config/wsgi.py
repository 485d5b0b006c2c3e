"""The console as a WSGI application, for waitress or any other server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dotbridge.config.settings")

application = get_wsgi_application()

from dotbridge.web.figures import counted  # noqa: E402 - the models exist from here on

counted.warm()
