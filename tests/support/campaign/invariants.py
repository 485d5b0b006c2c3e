"""What must hold when a round has come to rest: the shop, Dotdigital and the ledger are compared from outside."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from support.campaign.fleet import Fleet
from support.campaign.premises import Premises
from support.campaign.shop import Wanted

#: What is said of a person: in no log may it stand.
_PERSONAL = re.compile(r"zenobia[\w-]*(@|%40)|Zenobia\d|Lovelace")
#: Calls that reach a person: each may be made once. What a fault answered in the call's stead was not done.
_SENDS = re.compile(r"/(contacts/resubscribe|programs/enrolments|campaigns/send|campaigns/send-time-optimised|email)$")
_NOT_DONE = ("status", "reset")
_LIMITS = {"low": 150, "medium": 300, "high": 600}


def unrest(premises: Premises, fleet: Fleet, left: set[str]) -> list[str]:
    """What does not yet agree; empty when all has arrived. ``left``: who unsubscribed in Dotdigital in this round."""
    wanted, held = premises.shop.wanted(), premises.sandbox.state()
    return [
        *_orders(wanted, held),
        *_people(wanted, held),
        *_consent(wanted, held, left),
        *_ledger(fleet, wanted),
        *passed_over(premises, fleet),
    ]


def breaches(premises: Premises, fleet: Fleet, before: int | None) -> list[str]:
    """What must never have happened, whatever was killed.

    ``before``: the last request before the round; ``None`` where the sandbox's clock moved, so that a minute of it is
    none.
    """
    calls = [] if before is None else _calls(premises, before)
    return [*calls, *_sends(premises), *_logs(fleet), *fleet.ended, *_audit(fleet)]


def passed_over(premises: Premises, fleet: Fleet) -> list[str]:
    """Orders that the stream's checkpoint has passed and the ledger does not hold as they are; also amid a storm.

    The checkpoint is read first and the ledger last: what a change was that it covers must stand there by then.
    """
    marks = fleet.sql("SELECT cursor FROM checkpoint WHERE stream = 'orders'")
    cursor = json.loads(marks[0][0]) if marks else {}
    if cursor.get("phase") != "changed":
        return []
    moved = premises.shop.moved()
    held = dict(fleet.sql("SELECT source_id, source_updated FROM email_order"))
    return [
        f"order {number} changed at {at}, the checkpoint is at {cursor['since']} and the ledger has {held.get(number)}"
        for number, at in moved.items()
        if at < cursor["since"] and held.get(number, "") < at
    ]


def _sends(premises: Premises) -> list[str]:
    made = Counter(
        (one["path"], json.dumps(one["body"], sort_keys=True))
        for one in premises.sandbox.requests(bodies=True)
        if one["method"] == "POST" and _SENDS.search(one["path"]) and one["fault"] not in _NOT_DONE
    )
    return [f"{number} times the call {path} with {body}" for (path, body), number in made.items() if number > 1]


def _sums(fleet: Fleet) -> list[str]:
    """No batch has more outcomes than records, and every order that was accepted was so by some batch.

    A batch may have fewer: of what was replaced on its way the newer batch has the outcome.
    """
    found = [
        f"batch {batch} of {records} records carried {sent} and settled {accepted} + {rejected}"
        for batch, records, sent, accepted, rejected in fleet.sql(
            "SELECT id, records, sent, accepted, rejected FROM email_importer"
            " WHERE sent > records OR accepted + rejected > records"
        )
    ]
    rows, outcomes = fleet.sql(
        "SELECT (SELECT COUNT(*) FROM email_order WHERE state = 'accepted'), (SELECT COALESCE(SUM(accepted), 0)"
        " FROM email_importer WHERE record_table = 'email_order' AND state IN ('settled', 'split'))"
    )[0]
    return found + ([f"{rows} orders are accepted by {outcomes} outcomes of batches"] if rows > outcomes else [])


def _orders(wanted: Wanted, held: dict[str, Any]) -> list[str]:
    there = {
        number: (order["orderStatus"], order["orderTotal"])
        for number, order in held["insight"].get("Orders", {}).items()
    }
    return _different("order", wanted.orders, there)


def _people(wanted: Wanted, held: dict[str, Any]) -> list[str]:
    found = []
    contacts = held["contacts"]
    for address, name in wanted.people.items():
        contact = contacts.get(address)
        if contact is None:
            found.append(f"{address} is not there")
            continue
        fields = contact["fields"]
        if name and fields.get("FIRSTNAME") != name:
            found.append(f"{address} is called {fields.get('FIRSTNAME')}, not {name}")
        bought = tuple(fields.get(name) or 0 for name in ("NUMBER_OF_ORDERS", "TOTAL_SPEND", "TOTAL_REFUND"))
        if bought != wanted.bought.get(address, (0, 0, 0)):
            found.append(f"{address} has bought {bought}, not {wanted.bought.get(address)}")
    return found


def _consent(wanted: Wanted, held: dict[str, Any], left: set[str]) -> list[str]:
    """An unsubscribe always wins, on whichever side; who leaves in a round does not come back in it."""
    contacts = held["contacts"]
    found = [
        f"{address} left the newsletter and is {contacts[address]['status']} in Dotdigital"
        for address in wanted.unsubscribed | left
        if address in contacts and contacts[address]["status"] == "Subscribed"
    ]
    return found + [f"{address} left in Dotdigital and not in the shop" for address in left - wanted.unsubscribed]


def _ledger(fleet: Fleet, wanted: Wanted) -> list[str]:
    """Its own rules; no batch without an outcome; every record of the shop accepted, and none twice."""
    found = [*fleet.broken_rules(), *_sums(fleet)]
    found += [
        f"batch {batch} of {kind} is {state}"
        for batch, kind, state in fleet.sql(
            "SELECT id, kind, state FROM email_importer WHERE state IN ('queued', 'submitting', 'submitted', 'unknown')"
        )
    ]
    states = Counter(dict(fleet.sql("SELECT state, COUNT(*) FROM email_order GROUP BY state")))
    states.pop("removed", None)
    if states != {"accepted": len(wanted.orders)}:
        found.append(f"the ledger's orders are {dict(states)}, the shop has {len(wanted.orders)}")
    facts = fleet.sql("SELECT COUNT(*), COUNT(DISTINCT source_id) FROM order_fact")[0]
    if facts != (len(wanted.orders), len(wanted.orders)):
        found.append(f"there are facts of {facts} orders, the shop has {len(wanted.orders)}")
    if fleet.sql("SELECT 1 FROM website WHERE state <> 'live'"):
        found.append("the history is not read to its end")
    found += [f"{kind} of {target} ends in {code}" for kind, target, code in fleet.sql(_FAILING)]
    return found


_FAILING = "SELECT kind, target, code FROM job WHERE code <> ''"


def _calls(premises: Premises, before: int) -> list[str]:
    """Calls of a minute by tier, as the sandbox's journal has them."""
    calls = Counter(
        (one["at"][:16], one["tier"]) for one in premises.sandbox.requests(before) if one["tier"] in _LIMITS
    )
    return [
        f"{number} calls of the tier {tier} at {at}, {_LIMITS[tier]} are allowed"
        for (at, tier), number in calls.items()
        if number > _LIMITS[tier]
    ]


def _logs(fleet: Fleet) -> list[str]:
    found = []
    for name in fleet.names():
        text = (fleet.logs / name).read_text(errors="replace")
        if (personal := _PERSONAL.search(text)) is not None:
            found.append(f"the log of {name} names a person: {text[max(0, personal.start() - 200) : personal.end()]}")
    return found


def _audit(fleet: Fleet) -> list[str]:
    rows = fleet.audit()
    return [
        f"the audit leaves {row['unexplained']} {row['collection']} unexplained" for row in rows if row["unexplained"]
    ]


def _different(what: str, wanted: dict[str, Any], there: dict[str, Any]) -> list[str]:
    found = [
        f"{what} {key} is {there.get(key)}, not {value}" for key, value in wanted.items() if there.get(key) != value
    ]
    return found + [f"{what} {key} is in Dotdigital and not in the shop" for key in there.keys() - wanted.keys()]
