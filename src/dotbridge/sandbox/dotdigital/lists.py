"""Lists (address books) and who is on them (contract, section 10).

Every contact is on ``All Contacts`` without a row; a membership says ``subscribed``, ``suppressed`` (left this list)
or ``pending`` (asked whether it wants back).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from .exchange import Answer, Call
from .reading import fold, number_v2, page_v2, read_v2
from .refusals import refuse
from .routing import Routes

routes = Routes()

TEST, EVERYONE = "test", "all"
_COUNTS = (
    "SELECT l.id, l.name, l.visibility, l.system, CASE l.system WHEN 'all'"
    " THEN (SELECT count(*) FROM contact c WHERE c.account = l.account AND c.binned IS NULL)"
    " ELSE (SELECT count(*) FROM membership m WHERE m.list = l.id AND m.status = 'subscribed') END"
    " FROM list l WHERE l.account = ?"
)


@dataclass(frozen=True, slots=True)
class List:
    id: int
    name: str
    visibility: str
    system: str
    contacts: int

    def answer(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "visibility": self.visibility, "contacts": self.contacts}


def seed(db: sqlite3.Connection, account_id: int) -> None:
    for name, system in (("Test", TEST), ("All Contacts", EVERYONE)):
        db.execute(
            "INSERT OR IGNORE INTO list (account, name, visibility, system) VALUES (?, ?, 'Private', ?)",
            (account_id, name, system),
        )


def every(db: sqlite3.Connection, account_id: int) -> list[List]:
    return [List(*row) for row in db.execute(f"{_COUNTS} ORDER BY l.id", (account_id,))]


def find(db: sqlite3.Connection, account_id: int, list_id: int) -> List | None:
    row = db.execute(f"{_COUNTS} AND l.id = ?", (account_id, list_id)).fetchone()
    return List(*row) if row else None


def named(call: Call, parameter: str = "list") -> List:
    """The list of the path, or 404."""
    number = number_v2(call.params[parameter], "ERROR_ADDRESSBOOK_NOT_FOUND")
    found = find(call.db, call.account.id, number)
    if found is None:
        refuse("ERROR_ADDRESSBOOK_NOT_FOUND")
    return found


def writable(call: Call, parameter: str = "list") -> List:
    """The list of the path, unless it is ``Test``, which the API may not write."""
    found = named(call, parameter)
    if found.system == TEST:
        refuse("ERROR_ADDRESSBOOK_NOTWRITABLE")
    return found


def known_ids(db: sqlite3.Connection, account_id: int) -> dict[int, str]:
    """Which system list, if any, each list id of the account is."""
    return dict(db.execute("SELECT id, system FROM list WHERE account = ?", (account_id,)))


def status_on(db: sqlite3.Connection, list_id: int, contact_id: int) -> str | None:
    row = db.execute("SELECT status FROM membership WHERE list = ? AND contact = ?", (list_id, contact_id)).fetchone()
    return row[0] if row else None


def put_on(db: sqlite3.Connection, list_id: int, contact_id: int, status: str) -> None:
    db.execute("INSERT OR REPLACE INTO membership VALUES (?, ?, ?)", (list_id, contact_id, status))


def of_contact(db: sqlite3.Connection, contact_id: int) -> list[tuple[int, str, str]]:
    """The lists that a contact is or was on: id, name and its status there, by id."""
    query = (
        "SELECT l.id, l.name, m.status FROM membership m JOIN list l ON l.id = m.list WHERE m.contact = ? ORDER BY l.id"
    )
    return db.execute(query, (contact_id,)).fetchall()


def _name_and_visibility(call: Call, current: List | None) -> tuple[str, str]:
    given = fold(read_v2(call))
    name = str(given.get("name") or "").strip()
    visibility = str(given.get("visibility") or "Private").title()
    if not name or len(name) > 128 or visibility not in ("Private", "Public"):
        refuse("ERROR_ADDRESSBOOK_INVALID")
    query = "SELECT id FROM list WHERE account = ? AND name = ?"
    taken = call.db.execute(query, (call.account.id, name)).fetchone()
    if taken and (current is None or taken[0] != current.id):
        refuse("ERROR_ADDRESSBOOK_DUPLICATE")
    return name, visibility


@routes.on("GET", "/v2/address-books")
def list_all(call: Call) -> Answer:
    return _page(call, every(call.db, call.account.id))


@routes.on("GET", "/v2/address-books/private")
def list_private(call: Call) -> Answer:
    return _page(call, [item for item in every(call.db, call.account.id) if item.visibility == "Private"])


@routes.on("GET", "/v2/address-books/public")
def list_public(call: Call) -> Answer:
    return _page(call, [item for item in every(call.db, call.account.id) if item.visibility == "Public"])


def _page(call: Call, items: list[List]) -> Answer:
    select, skip = page_v2(call)
    return Answer.of([item.answer() for item in items[skip : skip + select]])


@routes.on("POST", "/v2/address-books")
def create(call: Call) -> Answer:
    name, visibility = _name_and_visibility(call, None)
    cursor = call.db.execute(
        "INSERT INTO list (account, name, visibility) VALUES (?, ?, ?)", (call.account.id, name, visibility)
    )
    return Answer.of({"id": cursor.lastrowid, "name": name, "visibility": visibility, "contacts": 0}, 201)


@routes.on("GET", "/v2/address-books/{list}", tier="high")
def read(call: Call) -> Answer:
    return Answer.of(named(call).answer())


@routes.on("PUT", "/v2/address-books/{list}")
def update(call: Call) -> Answer:
    current = named(call)
    if current.system:
        refuse("ERROR_ADDRESSBOOK_NOTWRITABLE")
    name, visibility = _name_and_visibility(call, current)
    call.db.execute("UPDATE list SET name = ?, visibility = ? WHERE id = ?", (name, visibility, current.id))
    return Answer.of({**current.answer(), "name": name, "visibility": visibility})


@routes.on("DELETE", "/v2/address-books/{list}")
def delete(call: Call) -> Answer:
    """The list goes, its contacts stay in the account; there is no recycle bin for lists."""
    current = named(call)
    if current.system:
        refuse("ERROR_ADDRESSBOOK_NOTWRITABLE")
    for statement in (
        "DELETE FROM membership WHERE list = ?",
        "DELETE FROM suppression WHERE list = ?",
        "DELETE FROM list WHERE id = ?",
    ):
        call.db.execute(statement, (current.id,))
    return Answer.nothing()
