"""Answers to HEAD: the headers of a GET, and nothing behind them.

WSGI leaves that to the application; a body would be read as the beginning of the next answer on the same connection.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase


class HeadWithoutBody:
    """Middleware, the outermost: ``Content-Length`` stays that of the body which a GET would get."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "HEAD":
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = ()
            else:
                response.content = b""  # type: ignore[attr-defined]  # every answer that is not streamed has it
        return response
