"""A TCP proxy before a server: its connections can be cut, held up, and refused."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Self


class Proxy:
    """Passes bytes on to ``target`` (a loopback port); ``port`` is where it listens."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, 0
        self._delay, self._refuses = 0.0, False
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"proxy-{target}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._listening.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def cut(self) -> None:
        """Resets every connection, in the midst of whatever goes over it."""
        self._loop.call_soon_threadsafe(self._cut)

    def refuse(self) -> None:
        """Cuts, and takes no new connection until ``heal``."""
        self._refuses = True
        self.cut()

    def delay(self, seconds: float) -> None:
        """Holds up each piece of what goes over it by so long, until ``heal``."""
        self._delay = seconds

    def heal(self) -> None:
        """As if nothing had been."""
        self._delay, self._refuses = 0.0, False

    def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        self._loop.run_forever()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, far_writer}
        self._open |= pair
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        self._open -= pair
        for one in pair:
            one.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(65536):
                if self._delay:
                    await asyncio.sleep(self._delay)
                writer.write(piece)
                await writer.drain()
            writer.write_eof()
        except OSError:
            writer.transport.abort()
