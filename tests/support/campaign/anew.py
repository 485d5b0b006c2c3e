"""The shop sent anew: what Dotdigital would hold had nothing ever gone wrong, to compare whole documents with."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from support.dotdigital_sandbox import Sandbox
from support.toy_machine import Machine


class Anew:
    """A second sandbox and an installation that has never sent anything, as long as the context lasts."""

    def __init__(
        self, folder: Path, connection: Mapping[str, Any], settings: Mapping[str, Any], sandbox: Mapping[str, Any]
    ) -> None:
        self._folder, self._connection, self._settings = folder, dict(connection), dict(settings)
        self._controls = sandbox
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._sandbox = self._stack.enter_context(Sandbox())
        self._sandbox.post_control("settings", self._controls)
        self._machine = Machine(self._folder / "anew", Path())
        self._machine.configure(self._sandbox, connection=self._connection, **self._settings)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def differs_from(self, held: Mapping[str, Any]) -> list[str]:
        """What of orders and people is another in this state of a sandbox; the shop must be at rest. May be asked
        once."""
        self._machine.sync()
        wanted = self._sandbox.state()
        orders, sent = (one["insight"].get("Orders", {}) for one in (held, wanted))
        found = [
            f"order {number} is {orders.get(number)}, sent anew it is {sent.get(number)}"
            for number in sorted(orders.keys() | sent.keys())
            if orders.get(number) != sent.get(number)
        ]
        for address in wanted["contacts"]:
            there, anew = (_filled(one["contacts"].get(address)) for one in (held, wanted))
            found += [
                f"{name} of {address} is {there.get(name)}, sent anew it is {anew.get(name)}"
                for name in sorted(there.keys() | anew.keys())
                if there.get(name) != anew.get(name)
            ]
        return found


def _filled(contact: Mapping[str, Any] | None) -> dict[str, Any]:
    """Its data fields without those that are empty: one that was emptied is as good as one that was never filled."""
    fields = (contact or {}).get("fields", {})
    return {name: value for name, value in fields.items() if value not in (None, "", 0)}
