"""One round: a shop at work and a nemesis for a few seconds, then rest, then the question whether all is as it must be.

A round is told by its seed: what happens and in which order. How far the processes are at each moment is the machine's.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg
import pymysql

from support.campaign.fleet import Fleet
from support.campaign.invariants import breaches, passed_over, unrest
from support.campaign.nemesis import Nemesis
from support.campaign.premises import Premises
from support.campaign.shop import address
from support.event_sender import tell_over_http

#: Records of the shop at most; seconds of faults; seconds after them in which everything must have arrived.
RECORDS, STORM, PATIENCE = 300, 6.0, 40.0


@dataclass
class Outcome:
    """What a round did and found."""

    seed: str
    start: str
    faults: list[str]
    records: int = 0
    seconds: float = 0.0
    rest: float = 0.0
    breaches: list[str] = field(default_factory=list)


def play(premises: Premises, seed: str, start: str = "") -> Outcome:
    """Plays the round of this seed, from a start of its choice or the one that is given."""
    chance = random.Random(f"{seed} start")
    began, chosen = time.monotonic(), chance.choice(("history", "standing", "standing"))
    start = start or chosen
    fleet = premises.begin(start)
    before = max((one["number"] for one in premises.sandbox.requests()), default=0)
    nemesis = Nemesis(premises, fleet, random.Random(f"{seed} nemesis"))
    people = Shopping(premises, fleet, random.Random(f"{seed} shop"))
    outcome = Outcome(seed, start, nemesis.said)
    try:
        fleet.launch()
        time.sleep(chance.uniform(0.5, 2.5))
        with people:
            until = time.monotonic() + STORM
            while time.monotonic() < until:
                nemesis.strike()
                pause = time.monotonic() + chance.uniform(0.05, 0.8)
                while time.monotonic() < pause:
                    nemesis.tend()
                    time.sleep(0.05)
        nemesis.heal()
        with suppress(pymysql.Error, psycopg.Error, sqlite3.Error):  # who is not up again is asked at rest
            outcome.breaches = passed_over(premises, fleet)
        rested = time.monotonic()
        outcome.breaches += _rest(premises, fleet, people.left)
        outcome.rest = time.monotonic() - rested
        outcome.records = premises.shop.count()
        outcome.breaches += breaches(premises, fleet, before if nemesis.skews == 0 else None)
        if outcome.breaches:
            outcome.breaches += [f"{name} said: {fleet.tail(name)}" for name in fleet.names()]
    finally:
        nemesis.heal()
        premises.end(fleet)
    outcome.seconds = time.monotonic() - began
    return outcome


def _rest(premises: Premises, fleet: Fleet, left: set[str]) -> list[str]:
    """Waits until nothing is at odds any more, twice in a row; gives what still is after a while."""
    until, calm = time.monotonic() + PATIENCE, 0
    while True:
        fleet.tend()
        found = ["it could not be looked at"]
        with suppress(pymysql.Error):
            found = unrest(premises, fleet, left)
        calm = 0 if found else calm + 1
        if calm == 2 or time.monotonic() > until:
            return found
        fleet.hurry()
        time.sleep(0.5)


class Shopping:
    """What people do in the shop and in Dotdigital as long as the context lasts; the shop tells of some of it."""

    def __init__(self, premises: Premises, fleet: Fleet, chance: random.Random) -> None:
        self._premises, self._fleet, self._chance = premises, fleet, chance
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="shopping")
        #: Who unsubscribed in Dotdigital.
        self.left: set[str] = set()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(60)

    def _go_on(self) -> None:
        while not self._stop.wait(self._chance.uniform(0.05, 0.35)) and self._premises.shop.count_safely() < RECORDS:
            if self._chance.random() < 0.06:
                self._leave()
                continue
            with suppress(pymysql.Error, OSError):  # while MariaDB is away nobody buys
                stream, number = self._premises.shop.move(self._chance)
                # A shop's message may be lost, and may come twice.
                for _ in range(self._chance.choice((0, 1, 1, 2))):
                    tell_over_http(
                        f"http://127.0.0.1:{self._fleet.web_port}/events/shop/", stream, number, patience=0.5
                    )

    def _leave(self) -> None:
        who = address(3 * self._chance.randint(1, 9) + 1)
        with suppress(OSError, AssertionError):
            self._premises.sandbox.post_control(f"contacts/{who}/unsubscribe", {})
            self.left.add(who)
