"""Faults on demand: slow answers, error pages, resets, cut bodies, work done without an answer (contract 29.16).

Rules belong to the running process, not to the stored state. Chance is seeded, so that a run can be repeated.
"""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass, field
from typing import Any

KINDS = ("latency", "status", "reset", "truncate", "accept_then_cut")
_MEMBERS = frozenset(
    (
        "match",
        "contains",
        "kind",
        "times",
        "probability",
        "seed",
        "seconds",
        "status",
        "body",
        "content_type",
        "retry_after",
    )
)


@dataclass(slots=True)
class Rule:
    """Which requests it meets, how often, and what it does.

    ``match`` is searched in ``METHOD /path?query``; ``contains`` is a text that the body must hold as well.
    """

    match: re.Pattern[str]
    kind: str
    contains: str = ""
    times: int | None = None
    probability: float = 1.0
    seconds: float = 0.0
    status: int = 503
    body: str = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
    content_type: str = "text/html"
    retry_after: float | None = None
    chance: random.Random = field(default_factory=random.Random)

    @classmethod
    def read(cls, given: dict[str, Any]) -> Rule:
        """A rule from the JSON of the control call; ValueError says what is wrong."""
        if unknown := sorted(set(given) - _MEMBERS):
            raise ValueError(f"no such member: {', '.join(unknown)}")
        if given.get("kind") not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        options = {name: value for name, value in given.items() if name not in ("match", "seed")}
        try:
            match = re.compile(str(given.get("match", "")))
        except re.error as fault:
            raise ValueError(f"match is not a regular expression: {fault}") from fault
        return cls(match, chance=random.Random(given.get("seed")), **options)

    def meets(self, line: str, body: bytes) -> bool:
        """Whether this request is met now; uses up one of ``times``."""
        if self.times == 0 or not self.match.search(line) or self.contains.encode() not in body:
            return False
        if self.chance.random() >= self.probability:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to one request: wait first, then perhaps one fault."""

    seconds: float = 0.0
    rule: Rule | None = None

    @property
    def kind(self) -> str:
        return self.rule.kind if self.rule else ""


class Faults:
    """The rules in force; latencies add up, of the others the first that meets wins."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def add(self, rules: list[Rule]) -> None:
        with self._lock:
            self._rules += rules

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def judge(self, line: str, body: bytes = b"") -> Verdict:
        with self._lock:
            seconds, chosen = 0.0, None
            for rule in self._rules:
                if rule.kind == "latency":
                    seconds += rule.seconds if rule.meets(line, body) else 0.0
                elif chosen is None and rule.meets(line, body):
                    chosen = rule
            return Verdict(seconds, chosen)
