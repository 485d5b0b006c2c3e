"""A way to a server that can be shut in the middle of what it carries: connections break, new ones are refused."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class Doorway:
    """Forwards a loopback port to another; ``shut_after`` bytes of answers it shuts by itself."""

    def __init__(self, port: int, shut_after: int) -> None:
        self._target = port
        self._left = shut_after
        self._guard = threading.Lock()
        self._open: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._welcome, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shut()

    def shut(self) -> None:
        """Breaks every connection and takes no more."""
        with self._guard:
            ends, self._open = [self._door, *self._open], []
        for each in ends:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _welcome(self) -> None:
        while True:
            try:
                guest, _ = self._door.accept()
                host = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            with self._guard:
                self._open += [guest, host]
            threading.Thread(target=self._carry, args=(guest, host, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(host, guest, True), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(65_536):
                target.sendall(part)
                if counted:
                    self._left -= len(part)
                if self._left < 0:
                    self.shut()
                    return
