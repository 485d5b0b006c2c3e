"""The sandbox's own controls: clock, accounts, settings, faults, journal, reset. None of them exists at Dotdigital.

A control concerns the account named by ``account`` in the query or the body, else the first one.
"""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from typing import Any

import orjson

from . import accounts, clock, data_fields, jobs, journal, lists, store
from .accounts import Account, Seed
from .exchange import Answer, Call, Incoming
from .faults import Faults, Rule
from .refusals import refuse
from .routing import Routes

routes = Routes()


def furnish(db: sqlite3.Connection) -> None:
    """Give every account the data fields and lists that each account has."""
    for account in accounts.every(db):
        data_fields.seed(db, account.id)
        lists.seed(db, account.id)


def body(incoming: Incoming) -> dict[str, Any]:
    """The JSON object of a control call; an absent body is an empty one."""
    try:
        given = orjson.loads(incoming.body or b"{}")
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        refuse("", 400, text="The body of a control is a JSON object")
    return given


def chosen_account(db: sqlite3.Connection, incoming: Incoming) -> Account:
    named = incoming.query.get("account", [""])[-1]
    if not named and incoming.body[:1] == b"{":
        named = str(body(incoming).get("account") or "")
    if not named:
        return accounts.every(db)[0]
    found = accounts.by_user(db, named)
    if found is None:
        refuse("", 404, text=f"No account has the user {named}")
    return found


@routes.on("GET", "/sandbox/clock")
def read_clock(call: Call) -> Answer:
    return Answer.of({"now": clock.iso(clock.now(call.db))})


@routes.on("POST", "/sandbox/clock")
def set_clock(call: Call) -> Answer:
    """``{"advance": seconds}``, ``{"set": instant}`` stops it there, ``{"run": true}`` lets it run on."""
    given = body(call.incoming)
    try:
        if "set" in given:
            clock.stand(call.db, clock.parse_instant(str(given["set"])))
        if "advance" in given:
            clock.advance(call.db, float(given["advance"]))
        if given.get("run") is True:
            clock.run(call.db)
        elif given.get("run") is False:
            clock.stand(call.db, clock.now(call.db))
    except (TypeError, ValueError) as fault:
        refuse("", 400, text=f"The clock cannot be set so: {fault}")
    jobs.finish_due(call.db, clock.now(call.db))
    return read_clock(call)


@routes.on("POST", "/sandbox/reset")
def reset(call: Call) -> Answer:
    """Everything but the accounts and how they sign in is forgotten; settings return to their defaults."""
    store.empty(call.db)
    furnish(call.db)
    return Answer.of({"reset": True})


@routes.on("GET", "/sandbox/accounts")
def list_accounts(call: Call) -> Answer:
    found = accounts.every(call.db)
    return Answer.of([{"user": item.user, "region": item.region, "settings": asdict(item.settings)} for item in found])


@routes.on("POST", "/sandbox/accounts")
def add_account(call: Call) -> Answer:
    given = body(call.incoming)
    region = str(given.get("region") or "r1")
    if not given.get("user") or not given.get("password") or region not in accounts.REGIONS:
        refuse("", 400, text="An account has user, password and a region of r1, r2, r3")
    accounts.create(call.db, Seed(str(given["user"]), str(given["password"]), region))
    furnish(call.db)
    return Answer.of({"user": given["user"], "region": region}, 201)


@routes.on("POST", "/sandbox/settings")
def change_settings(call: Call) -> Answer:
    changes = {name: value for name, value in body(call.incoming).items() if name != "account"}
    try:
        return Answer.of(asdict(accounts.change_settings(call.db, call.account, changes)))
    except ValueError as fault:
        refuse("", 400, text=str(fault))


@routes.on("GET", "/sandbox/requests")
def read_requests(call: Call) -> Answer:
    """Requests after ``since``, at most ``limit``; with ``bodies=1`` what each of them sent."""
    since, limit = call.query("since", "0"), call.query("limit", "10000")
    if not since.isdigit() or not limit.isdigit():
        refuse("", 400, text="since and limit are numbers")
    found = journal.read(call.db, int(since), int(limit), bodies=call.flag("bodies"))
    return Answer.of({"requests": found, "last": found[-1]["number"] if found else int(since)})


def fault_routes(faults: Faults) -> Routes:
    """The controls over the rules of this process."""
    own = Routes()

    @own.on("POST", "/sandbox/faults")
    def add(call: Call) -> Answer:
        """A list of rules, or one."""
        try:
            given = orjson.loads(call.body)
            rules = [Rule.read(item) for item in (given if isinstance(given, list) else [given])]
        except (TypeError, ValueError, AttributeError) as fault:
            refuse("", 400, text=f"These rules cannot be read: {fault}")
        faults.add(rules)
        return Answer.of({"added": len(rules)}, 201)

    @own.on("DELETE", "/sandbox/faults")
    def clear(_call: Call) -> Answer:
        faults.clear()
        return Answer.nothing()

    return own
