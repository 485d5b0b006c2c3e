"""A gateway before the shop that fails as gateways, caches and shops under load do."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

JSON = "application/json"
HTML = "text/html; charset=UTF-8"


class Answer(NamedTuple):
    """What goes back; ``cut`` leaves the body shorter than announced."""

    status: int
    body: bytes
    kind: str = JSON
    headers: Mapping[str, str] = {}
    cut: bool = False


class Asked(NamedTuple):
    """A call that came in."""

    method: str
    path: str
    query: Mapping[str, str]

    @property
    def size(self) -> int:
        return int(self.query.get("searchCriteria[pageSize]", "0"))


Trouble = Callable[[Asked, Answer], Answer]


class Gateway:
    """Forwards to ``target``. ``trouble`` may put another answer in the place of the shop's."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.asked: list[Asked] = []
        self.trouble: Trouble = lambda _, answer: answer
        self.skew = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def sizes(self, path: str) -> list[int]:
        """Page sizes that were asked of a list, in turn."""
        return [call.size for call in self.asked if call.path.endswith(path)]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def times(count: int, path: str, instead: Callable[[Answer], Answer]) -> Trouble:
    """The first ``count`` answers below a path are replaced."""
    left = [count]

    def trouble(asked: Asked, answer: Answer) -> Answer:
        if left[0] and asked.path.endswith(path):
            left[0] -= 1
            return instead(answer)
        return answer

    return trouble


def rewritten(answer: Answer, change: Callable[[Any], Any]) -> Answer:
    """The shop's JSON, changed."""
    return answer._replace(body=json.dumps(change(json.loads(answer.body))).encode())


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            asked = Asked(self.command, parts.path, query)
            gateway.asked.append(asked)
            self._send(gateway.trouble(asked, self._forward()))

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - as the base names them

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string((timestamp or time.time()) + gateway.skew)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base names it
            """Quiet."""

        def _forward(self) -> Answer:
            headers = {"Authorization": self.headers["Authorization"], "Accept": self.headers["Accept"]}
            body = self.rfile.read(int(self.headers["Content-Length"])) if self.headers["Content-Length"] else None
            if body:
                headers["Content-Type"] = self.headers["Content-Type"]
            request = urllib.request.Request(gateway.target + self.path, body, headers=headers, method=self.command)
            try:
                with urllib.request.urlopen(request, timeout=60) as response:
                    return Answer(response.status, response.read())
            except urllib.error.HTTPError as error:
                with error:
                    return Answer(error.code, error.read())

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) // 2] if answer.cut else answer.body)
            if answer.cut:
                self.close_connection = True

    return Handler
