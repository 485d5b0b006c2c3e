"""Programs, as far as they can be listed (contract, section 20): tests and demos put them there by a control."""

from __future__ import annotations

from .clock import iso
from .control import body, chosen_account
from .exchange import Answer, Call
from .reading import page_v2
from .refusals import refuse
from .routing import Routes

routes = Routes()
controls = Routes()

STATUSES = ("Draft", "Active", "Deactivated", "ReadOnly")


@routes.on("GET", "/v2/programs", tier="medium")
def every(call: Call) -> Answer:
    select, skip = page_v2(call)
    rows = call.db.execute(
        "SELECT id, name, status, created FROM program WHERE account = ? ORDER BY id LIMIT ? OFFSET ?",
        (call.account.id, select, skip),
    )
    names = ("id", "name", "status", "dateCreated")
    return Answer.of([dict(zip(names, row, strict=True)) for row in rows])


@controls.on("POST", "/sandbox/programs")
def add(call: Call) -> Answer:
    """``{"name": …, "status": "Active"}``: a program of an account, as if someone had built it."""
    wanted = body(call.incoming)
    name, status = str(wanted.get("name", "")), str(wanted.get("status", "Draft"))
    if not name or status not in STATUSES:
        refuse("", 400, text=f"A program needs a name, and a status of {', '.join(STATUSES)}")
    account = chosen_account(call.db, call.incoming)
    cursor = call.db.execute(
        "INSERT INTO program (account, name, status, created) VALUES (?, ?, ?, ?)",
        (account.id, name, status, iso(call.now)),
    )
    return Answer.of({"id": cursor.lastrowid}, 201)
