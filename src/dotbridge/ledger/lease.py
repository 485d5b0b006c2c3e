"""A job in hand: the token that proves it is still ours, and the wish to stop."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Protocol

from dotbridge.ledger import hot

#: A claim works about this long, commits its checkpoint and gives its place up.
TURN_SECONDS = 60.0
#: The shortest turn that gives way to a job of another website for which no worker is free.
SHORT_TURN = 3.0


class Stop(Protocol):
    """Tells whether someone wants the workers to stop."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float) -> bool: ...


@dataclass(slots=True)
class Lease:
    """Held by one worker for one turn; the heartbeat prolongs it from another thread."""

    job_id: int
    token: str
    started: float = field(default_factory=time.monotonic)
    stop: Stop = field(default_factory=threading.Event)
    turn: float = TURN_SECONDS
    others_wait: bool = False
    #: Whether the worker may stay where it is while nothing else is to do; by hand a turn ends when there is no more.
    patient: bool = False

    def assert_held(self) -> None:
        """Inside a transaction: raises RetryableError(LEASE_LOST) when another worker has taken the job."""
        hot.hold(self.job_id, self.token)

    def lasted(self) -> float:
        """Seconds since the claim."""
        return time.monotonic() - self.started

    def over(self) -> bool:
        """Whether the turn should end at the next safe point: its time is up, others wait, or someone wants to stop."""
        lasted = self.lasted()
        return self.stop.is_set() or lasted > self.turn or (self.others_wait and lasted > SHORT_TURN)
