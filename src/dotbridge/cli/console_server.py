"""The console's web server, the same for ``dotbridge up`` and ``dotbridge web``."""

from __future__ import annotations

from typing import Any

from dotbridge.cli.codes import PORT_TAKEN
from dotbridge.errors import ConfigError

#: Bytes of a request: refused while it is read. A little more than the event doors take, whose refusal says what to do.
LARGEST_BODY = 1_100_000


def console() -> Any:
    """The console as the settings name it; it begins to count what its first visitor sees."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    return import_string(settings.WSGI_APPLICATION)


def console_server(application: Any, host: str, port: int, threads: int) -> Any:
    """A waitress server of this WSGI application that listens and waits for ``run``; raises ConfigError when the port is
    taken."""
    from waitress.server import create_server

    try:
        return create_server(
            application,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            max_request_body_size=LARGEST_BODY,
        )
    except OSError as error:
        raise ConfigError(PORT_TAKEN, f"It is {port}: {error.strerror}.") from None
