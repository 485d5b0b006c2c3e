"""Which handler answers which call: a tree over path segments, literals before parameters.

Segments are matched after they were split and decoded, so that a record key may hold an encoded slash; trailing
slashes do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .exchange import Answer, Call

Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the contract; ``tier`` is its rate class, ``counted`` whether the flat scheme counts it (5.1)."""

    method: str
    pattern: tuple[str, ...]
    handler: Handler
    tier: str
    counted: bool

    def params(self, segments: tuple[str, ...]) -> dict[str, str]:
        pairs = zip(self.pattern, segments, strict=True)
        return {part[1:-1]: segment for part, segment in pairs if part.startswith("{")}


class Routes(list[Operation]):
    """The operations of one module, collected by decoration."""

    def on(
        self, method: str, pattern: str, *, tier: str = "medium", counted: bool = True
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.append(Operation(method, split(pattern), handler, tier, counted))
            return handler

        return register


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    operations: dict[str, Operation] = field(default_factory=dict)

    def reach(self, segments: tuple[str, ...]) -> Iterator[_Node]:
        """Nodes at the end of the path, the most literal first."""
        if not segments:
            yield self
            return
        literal = self.literals.get(segments[0])
        if literal is not None:
            yield from literal.reach(segments[1:])
        if self.parameter is not None:
            yield from self.parameter.reach(segments[1:])


class Router:
    """All operations; finding one costs a walk down the tree."""

    def __init__(self, *modules: Routes) -> None:
        self._root = _Node()
        for routes in modules:
            for operation in routes:
                self._add(operation)

    def _add(self, operation: Operation) -> None:
        node = self._root
        for part in operation.pattern:
            if part.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(part, _Node())
        if operation.method in node.operations:
            raise ValueError(f"{operation.method} /{'/'.join(operation.pattern)} is declared twice")
        node.operations[operation.method] = operation

    def find(self, method: str, segments: tuple[str, ...]) -> Operation | None:
        """The operation of this method and path, or nothing."""
        for node in self._root.reach(segments):
            if method in node.operations:
                return node.operations[method]
        return None

    def knows(self, segments: tuple[str, ...]) -> bool:
        """Whether the path exists under some other method."""
        return any(node.operations for node in self._root.reach(segments))


def split(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)
