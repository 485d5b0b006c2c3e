"""Who kills, cuts, fills, holds up and skews, by chance. Every fault says what it did, so that a round can be read."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import amqp

from support.campaign.fleet import Fleet
from support.campaign.premises import Premises
from support.toy_cluster import LANES

Fault = Callable[["Nemesis"], str]
#: Calls that faults on demand are put before: all of them, or those that carry data.
_CALLS = ("", "import", "contacts", "insightData", "GET ")
_HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>"


class Nemesis:
    """Does one fault after the other; ``heal`` takes back whatever still lasts."""

    def __init__(self, premises: Premises, fleet: Fleet, chance: random.Random) -> None:
        self.premises, self.fleet, self.chance = premises, fleet, chance
        self.said: list[str] = []
        #: How often the sandbox's clock was moved.
        self.skews = 0
        self._until: list[tuple[float, Callable[[], None]]] = []
        self._restarting: dict[str, threading.Thread] = {}
        self._faults = [*_ANYWHERE, *(_DISTRIBUTED if fleet.mode == "distributed" else ())]

    def strike(self) -> None:
        """One fault."""
        fault = self.chance.choice(self._faults)
        try:
            self.said.append(fault(self))
        except (OSError, http.client.HTTPException) as error:  # the sandbox is down and cannot be told
            self.said.append(f"{fault.__name__.strip('_')} could not be done: {type(error).__name__}")

    def tend(self) -> None:
        """Takes back what has lasted long enough, and starts who is to come back."""
        now = time.monotonic()
        due = [undo for until, undo in self._until if until <= now]
        self._until = [one for one in self._until if one[0] > now]
        for undo in due:
            with suppress(OSError, http.client.HTTPException):  # what the sandbox holds is released at the end
                undo()
        self.fleet.tend()

    def heal(self) -> None:
        """Everything is as it should be from now on."""
        for thread in self._restarting.values():
            thread.join(120)
        for _, undo in self._until:
            undo()
        self._until.clear()
        for proxy in self.premises.proxies.values():
            proxy.heal()
        self.premises.disk.free()
        self.premises.sandbox.delete_control("faults")
        self.premises.sandbox.post_control("imports/release", {})
        self.fleet.tend(all_at_once=True)

    def later(self, seconds: float, undo: Callable[[], None]) -> None:
        """``undo`` is done after so long, or at the end."""
        self._until.append((time.monotonic() + seconds, undo))

    def seconds(self, most: float) -> float:
        """So long, at most."""
        return round(self.chance.uniform(0.1, most), 1)

    def _kill_part(self) -> str:
        name, down = self.chance.choice(self.fleet.names()), self.seconds(1.5)
        self.fleet.kill(name, down)
        return f"kill {name} for {down} s"

    def _kill_child(self) -> str:
        name = self.chance.choice(self.fleet.names())
        return f"kill a process of {name}" if self.fleet.kill_child(name) else self._kill_part()

    def _hang(self) -> str:
        name, seconds = self.chance.choice(self.fleet.names()), self.seconds(4)
        self.fleet.pause(name, on=True)
        self.later(seconds, lambda: self.fleet.pause(name, on=False))
        return f"hang {name} for {seconds} s"

    def _kill_sandbox(self) -> str:
        return self._kill_server("the sandbox", self.premises.sandbox.kill, self.premises.sandbox.start)

    def _kill_mariadb(self) -> str:
        return self._kill_server("MariaDB", self.premises.mariadb.stop, self.premises.mariadb.start)

    def _kill_postgresql(self) -> str:
        return self._kill_server("PostgreSQL", self.premises.postgresql.kill, self.premises.postgresql.start)

    def _kill_rabbitmq(self) -> str:
        return self._kill_server("RabbitMQ", self.premises.rabbitmq.kill, self.premises.rabbitmq.start)

    def _kill_server(self, name: str, kill: Callable[[], None], start: Callable[[], None]) -> str:
        """It comes back by itself, while other things happen."""
        held, seconds = self._restarting.get(name), self.seconds(1)
        if held is not None and held.is_alive():
            return f"{name} is down already"

        def restart() -> None:
            kill()
            time.sleep(seconds)
            start()

        self._restarting[name] = threading.Thread(target=restart, name=f"restart {name}")
        self._restarting[name].start()
        return f"kill {name} for {seconds} s"

    def _cut(self) -> str:
        name = self._some_proxy()
        self.premises.proxies[name].cut()
        return f"cut {name}"

    def _refuse(self) -> str:
        name, seconds = self._some_proxy(), self.seconds(2)
        self.premises.proxies[name].refuse()
        self.later(seconds, self.premises.proxies[name].heal)
        return f"refuse {name} for {seconds} s"

    def _delay(self) -> str:
        name, seconds, by = self._some_proxy(), self.seconds(2), self.seconds(0.4)
        self.premises.proxies[name].delay(by)
        self.later(seconds, self.premises.proxies[name].heal)
        return f"delay {name} by {by} s for {seconds} s"

    def _some_proxy(self) -> str:
        return self.chance.choice(sorted(self.premises.proxies))

    def _answers(self) -> str:
        rule = self.chance.choice(
            (
                {"kind": "status", "status": 500},
                {"kind": "status", "status": 503, "retry_after": 1},
                {"kind": "status", "status": 429, "retry_after": 1},
                {"kind": "status", "status": 502, "body": _HTML, "content_type": "text/html"},
                {"kind": "status", "status": 200, "body": _HTML, "content_type": "text/html"},
                {"kind": "reset"},
                {"kind": "truncate"},
                {"kind": "accept_then_cut"},
                {"kind": "latency", "seconds": self.seconds(2)},
            )
        )
        match, times = self.chance.choice(_CALLS), self.chance.randint(1, 4)
        self.premises.sandbox.post_control("faults", {**rule, "match": match, "times": times})
        shown = {name: value for name, value in rule.items() if name != "body"}
        return f"answer {times} times {shown} to {match or 'anything'}"

    def _late_imports(self) -> str:
        kind, count, seconds = self.chance.choice(("contacts", "insight")), self.chance.randint(1, 3), self.seconds(5)
        self.premises.sandbox.post_control("imports/hold", {"kind": kind, "count": count})
        reverse = self.chance.random() < 0.5
        self.later(seconds, lambda: self.premises.sandbox.post_control("imports/release", {"reverse": reverse}))
        return f"hold {count} imports of {kind} for {seconds} s, then release them {'backwards' if reverse else 'in order'}"

    def _fill_disk(self) -> str:
        seconds = self.seconds(1.5)
        self.premises.disk.fill(self.fleet.processes())
        self.later(seconds, self.premises.disk.free)
        return f"fill the disk ({self.premises.disk.kind}) for {seconds} s"

    def _skew(self) -> str:
        seconds = self.chance.choice((-3600, -300, -5, 5, 300, 3600))
        self.premises.sandbox.post_control("clock", {"advance": seconds})
        self.skews += 1
        return f"move the sandbox's clock by {seconds} s"

    def _lose_messages(self) -> str:
        lane = self.chance.choice(LANES)
        with suppress(OSError, amqp.AMQPError):
            return f"lose {self.premises.rabbitmq.purge(lane)} messages of {lane}"
        return f"there is no queue {lane} yet"

    def _double_messages(self) -> str:
        lane = self.chance.choice(LANES)
        with suppress(OSError, amqp.AMQPError):
            return f"double {self.premises.rabbitmq.double(lane)} messages of {lane}"
        return f"there is no queue {lane} yet"


_ANYWHERE: tuple[Fault, ...] = (
    Nemesis._kill_part,
    Nemesis._kill_part,
    Nemesis._kill_child,
    Nemesis._hang,
    Nemesis._kill_sandbox,
    Nemesis._kill_mariadb,
    Nemesis._cut,
    Nemesis._cut,
    Nemesis._refuse,
    Nemesis._delay,
    Nemesis._answers,
    Nemesis._answers,
    Nemesis._answers,
    Nemesis._late_imports,
    Nemesis._fill_disk,
    Nemesis._skew,
)
_DISTRIBUTED: tuple[Fault, ...] = (
    Nemesis._kill_postgresql,
    Nemesis._kill_rabbitmq,
    Nemesis._lose_messages,
    Nemesis._double_messages,
)
