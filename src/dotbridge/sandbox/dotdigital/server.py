"""The sandbox on a socket: HTTP/1.1 with keep-alive, a thread per connection, and the means to spoil an answer.

Loopback only. It knows how bytes travel; what they mean is the application's business.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from .accounts import Seed
from .application import LARGEST_BODY, Application, Reply
from .exchange import Incoming

_NO_LINGER = struct.pack("ii", 1, 0)


class Server(ThreadingHTTPServer):
    """The listening socket with its application."""

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, port: int, application: Application) -> None:
        self.application = application
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no event."""

    def close(self) -> None:
        self.server_close()
        self.application.store.close()


class Handler(BaseHTTPRequestHandler):
    """One connection: reads requests, writes answers, or breaks off where a fault says so."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 300
    server: Server

    def version_string(self) -> str:
        return "DotdigitalSandbox"

    def handle_one_request(self) -> None:
        """Read and answer one request; the verb needs no method of its own."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self._read_body()
        if body is None:
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        incoming = Incoming(
            self.command,
            self.path,
            tuple(unquote(part) for part in parts.path.split("/") if part),
            parse_qs(parts.query, keep_blank_values=True),
            {name.lower(): value for name, value in self.headers.items()},
            body,
        )
        self._send(self.server.application.reply(incoming))

    def _read_body(self) -> bytes | None:
        """The whole body, plain or chunked; nothing if the client broke off."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks()
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        return body if len(body) == length else None

    def _read_chunks(self) -> bytes | None:
        body = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(100).split(b";")[0], 16)
            except ValueError:
                return None
            if size == 0:
                while self.rfile.readline(65537) not in (b"\r\n", b"\n", b""):
                    pass
                return bytes(body)
            body += self.rfile.read(size)
            self.rfile.readline(10)
            if len(body) > 2 * LARGEST_BODY:
                return None

    def _send(self, reply: Reply) -> None:
        if reply.spoilt in ("reset", "accept_then_cut"):
            self._break_off()
            return
        answer = reply.answer
        self.send_response_only(answer.status)
        self.send_header("Server", self.version_string())
        self.send_header("Date", self.date_time_string(reply.at))
        if answer.content_type:
            self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        cut = reply.spoilt == "truncate"
        if self.command != "HEAD":
            self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)
        self.wfile.flush()
        if cut:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_WR)

    def _break_off(self) -> None:
        """Close at once, so that the other side sees a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """The journal keeps the requests; nothing is printed."""


def serve(port: int, database: Path | str, accounts: Sequence[Seed]) -> Server:
    """A server that is bound but not yet running: call ``serve_forever``, and ``close`` at the end.

    ``port`` 0 takes a free one; accounts that exist already keep their state.
    """
    return Server(port, Application(database, accounts))
