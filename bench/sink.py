"""The least Dotdigital that takes what the product sends: every import is accepted and finished at the first look.

Runs in a process of its own, so that its CPU is nobody's. It keeps nothing but how many records each import had.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time

_LENGTH = re.compile(rb"content-length: *(\d+)")
_EMAIL = re.compile(rb'"identifiers":\{"email":"([^"]+)"')
_FIXED = {
    b"/v2/account-info": b'{"id":1,"properties":[{"name":"Name","type":"String","value":"Bench"}]}',
    b"/v2/server-time": b'"2026-01-01T00:00:00Z"',
    b"/v2/contacts/count": b"0",
}


class Sink(asyncio.Protocol):
    """One kept connection. Bodies are read whole before they are answered."""

    imports: dict[bytes, bytes] = {}
    made: dict[bytes, list[bytes]] = {}
    #: Key of each document that came by a single call -> when, in epoch seconds.
    single: dict[str, float] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.head = b""
        self.parts: list[bytes] = []
        self.missing = -1

    def data_received(self, data: bytes) -> None:
        if self.missing < 0:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            data, self.head = self.head[end + 4 :], self.head[:end]
            length = _LENGTH.search(self.head.lower())
            self.missing = int(length[1]) if length else 0
        self.parts.append(data)
        self.missing -= len(data)
        if self.missing <= 0:
            self._answer(*self.head.split(b" ", 2)[:2], b"".join(self.parts))
            self.head, self.parts, self.missing = b"", [], -1

    def _answer(self, method: bytes, path: bytes, body: bytes) -> None:
        path = path.partition(b"?")[0]
        if method == b"PUT" and path.endswith(b"/import"):
            number = b"import-%d" % (len(self.imports) + 1)
            self.imports[number] = self._contacts(body) if path.startswith(b"/contacts") else self._records(body)
            self._send(b"202 Accepted", b'{"importId":"%s"}' % number)
        elif path.startswith((b"/insightData/v3/import/", b"/contacts/v3/import/")):
            number = path.rpartition(b"/")[2]
            self._send(b"200 OK", b'{"importId":"%s","status":"Finished",%s}' % (number, self.imports[number]))
        elif path.startswith(b"/insightData/v3/contacts/") and method == b"PUT":
            self.single[path.rpartition(b"/")[2].decode()] = time.time()
            self._send(b"201 Created", b"")
        elif method == b"PATCH":
            self._send(b"200 OK", b'{"contactId":%d}' % (hash(path) & 0xFFFFFFFF))
        elif path == b"/single":
            self._send(b"200 OK", json.dumps(self.single).encode())
        elif method == b"POST":
            self._make(path, body)
        else:
            self._send(b"200 OK", _FIXED.get(path, b"[%s]" % b",".join(self.made.get(path, []))))

    def _make(self, path: bytes, body: bytes) -> None:
        """Data fields and lists, with the members that both have when they are read."""
        held = self.made.setdefault(path, [])
        held.append(b'{"id":%d,%s' % (len(held) + 1, body[1:]))
        self._send(b"201 Created", held[-1])

    @staticmethod
    def _records(body: bytes) -> bytes:
        count = body.count(b'{"key":"')
        summary = b'"summary":{"totalRecords":%d,"totalImported":%d,"totalRejected":0}' % (count, count)
        return b'"collectionName":"Orders",%s,"failures":[]' % summary

    @staticmethod
    def _contacts(body: bytes) -> bytes:
        found = _EMAIL.findall(body)
        updated = [b'{"contactId":%d,"identifiers":{"email":"%s"}}' % (hash(one) & 0xFFFFFFFF, one) for one in found]
        summary = b'"summary":{"newContacts":0,"updatedContacts":%d}' % len(found)
        return b'%s,"created":[],"updated":[%s],"failures":[]' % (summary, b",".join(updated))

    def _send(self, status: bytes, body: bytes) -> None:
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
        self.transport.write(head + body)  # type: ignore[attr-defined] # it is a transport that writes


async def serve() -> None:
    """Listens on a free port of the loopback interface and prints it."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(serve())
    except KeyboardInterrupt:
        sys.exit(0)
