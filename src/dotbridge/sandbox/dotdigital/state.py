"""The whole state as plain JSON without ids and instants, so that two sandboxes can be compared; and its figures."""

from __future__ import annotations

import sqlite3
from typing import Any

import orjson

from . import accounts, data_fields, insight, jobs, lists
from .accounts import Account
from .contacts import COLUMNS, Contact, read_contact
from .exchange import Answer, Call
from .routing import Routes
from .words import V2_STATUS

routes = Routes()

# Values that the sandbox stamps itself.
_STAMPED = frozenset({"LASTSUBSCRIBED"})


def contact_name(contact: Contact) -> str:
    """What a contact is called in the state: its address, else its number."""
    return contact.email or f"mobile:{contact.mobile}"


def _contacts(db: sqlite3.Connection, account: Account) -> dict[int, Contact]:
    query = f"SELECT {COLUMNS} FROM contact WHERE account = ? AND binned IS NULL ORDER BY email, mobile"
    return {row[0]: read_contact(row) for row in db.execute(query, (account.id,))}


def _memberships(db: sqlite3.Connection, account: Account) -> dict[int, dict[str, str]]:
    rows = db.execute(
        "SELECT m.contact, l.name, m.status FROM membership m JOIN list l ON l.id = m.list WHERE l.account = ?"
        " ORDER BY l.name",
        (account.id,),
    )
    found: dict[int, dict[str, str]] = {}
    for contact, name, status in rows:
        found.setdefault(contact, {})[name] = status
    return found


def _consents(db: sqlite3.Connection, account: Account) -> dict[int, list[list[Any]]]:
    rows = db.execute(
        "SELECT n.contact, n.text, n.consented, n.url, n.ip, n.agent FROM consent n JOIN contact c ON c.id = n.contact"
        " WHERE c.account = ? ORDER BY n.id",
        (account.id,),
    )
    found: dict[int, list[list[Any]]] = {}
    for contact, *record in rows:
        found.setdefault(contact, []).append(record)
    return found


def account_state(db: sqlite3.Connection, account: Account) -> dict[str, Any]:
    """Contacts by address, insight by collection and key, and who owns each record."""
    contacts, memberships, consents = _contacts(db, account), _memberships(db, account), _consents(db, account)
    shown = {}
    for contact in contacts.values():
        standing = memberships.get(contact.id, {})
        shown[contact_name(contact)] = {
            "status": V2_STATUS[contact.subscription.status],
            "opt_in": contact.subscription.opt_in.value,
            "email_type": contact.email_type,
            "mobile": contact.mobile,
            "sms_status": contact.sms_status,
            "fields": {name: value for name, value in sorted(contact.fields.items()) if name not in _STAMPED},
            "lists": [name for name, status in standing.items() if status == "subscribed"],
            "left_lists": [name for name, status in standing.items() if status == "suppressed"],
            "consents": consents.get(contact.id, []),
        }
    documents: dict[str, dict[str, Any]] = {}
    owners: dict[str, dict[str, str]] = {}
    for collection, _ in insight.every(db, account.id):
        rows = db.execute("SELECT key, json, contact FROM record WHERE collection = ? ORDER BY key", (collection.id,))
        held = documents.setdefault(collection.name, {})
        belongs = owners.setdefault(collection.name, {})
        for key, text, contact_id in rows:
            held[key] = orjson.Fragment(text)
            owner = contacts.get(contact_id)
            belongs[key] = contact_name(owner) if owner else "account"
    return {
        "contacts": shown,
        "lists": sorted(item.name for item in lists.every(db, account.id)),
        "data_fields": {field.name: field.type for field in data_fields.load(db, account.id).values()},
        "insight": documents,
        "owners": owners,
    }


def counts(db: sqlite3.Connection, account: Account) -> dict[str, Any]:
    """Figures of one account: cheap, whatever it holds."""
    query = "SELECT status, count(*) FROM contact WHERE account = ? AND binned IS NULL GROUP BY status"
    statuses = dict(db.execute(query, (account.id,)).fetchall())
    return {
        "contacts": sum(statuses.values()),
        "statuses": statuses,
        "lists": {item.name: item.contacts for item in lists.every(db, account.id)},
        "collections": {collection.name: records for collection, records in insight.every(db, account.id)},
        "unfinished": sum(job.account == account.id for job in jobs.unfinished(db)),
    }


@routes.on("GET", "/sandbox/state")
def read_state(call: Call) -> Answer:
    """With ``account`` the state of that one, else ``{"accounts": {user: state}}``."""
    if call.query("account"):
        return Answer.of(account_state(call.db, call.account))
    every = accounts.every(call.db)
    return Answer.of({"accounts": {account.user: account_state(call.db, account) for account in every}})


@routes.on("GET", "/sandbox/counts")
def read_counts(call: Call) -> Answer:
    """With ``account`` the figures of that one, else ``{"accounts": {user: figures}}``."""
    if call.query("account"):
        return Answer.of(counts(call.db, call.account))
    return Answer.of({"accounts": {account.user: counts(call.db, account) for account in accounts.every(call.db)}})
