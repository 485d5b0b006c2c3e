"""The unified contact: one row that v2 and v3 share, read, changed and saved in sets.

A ``ContactBook`` holds the contacts that one call or one import touches. Its caller decides; the book keeps what every
write owes: the ``updated`` instant, LASTSUBSCRIBED, the suppression feed, memberships and consent records.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from . import subscription
from .clock import iso
from .subscription import OptIn, Status, Subscription

COLUMNS = (
    "id, email, mobile, status, opt_in, challenged, email_type, sms_status, whatsapp_status, fields, created, updated,"
    " binned"
)
RECYCLE_BIN = dt.timedelta(days=30)
_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\"\\]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]\Z")


@dataclass(slots=True)
class Contact:
    """One person of one account; ``email`` is kept in lower case, ``mobile`` as digits, ``binned`` since when."""

    id: int
    email: str | None
    mobile: str | None
    subscription: Subscription
    email_type: str
    sms_status: str
    whatsapp_status: str
    fields: dict[str, Any]
    created: str
    updated: str
    binned: str | None = None

    @property
    def identifiers(self) -> dict[str, str]:
        given = (("email", self.email), ("mobileNumber", self.mobile))
        return {name: value for name, value in given if value}


def read_contact(row: tuple[Any, ...]) -> Contact:
    """A contact from a row of ``COLUMNS``."""
    state = Subscription(Status(row[3]), OptIn(row[4]), bool(row[5]))
    return Contact(row[0], row[1], row[2], state, row[6], row[7], row[8], orjson.loads(row[9]), *row[10:13])


def clean_email(value: Any) -> str | None:
    """The address as it is kept, or nothing if it is none."""
    text = value.strip().lower() if isinstance(value, str) else ""
    return text if len(text) <= 254 and _EMAIL.match(text) else None


def clean_mobile(value: Any) -> str | None:
    """The number as digits without plus sign, or nothing if it is none."""
    text = re.sub(r"[\s().-]", "", str(value)).removeprefix("+")
    return text if text.isdigit() and 7 <= len(text) <= 15 else None


@dataclass(slots=True)
class ContactBook:
    """Unit of work over the contacts of one account."""

    db: sqlite3.Connection
    account_id: int
    now: dt.datetime
    _by_id: dict[int, Contact] = field(default_factory=dict)
    _by_email: dict[str, Contact] = field(default_factory=dict)
    _by_mobile: dict[str, Contact] = field(default_factory=dict)
    _changed: dict[int, Contact] = field(default_factory=dict)
    _feed: list[tuple[int, int | None, str]] = field(default_factory=list)
    _joined: list[tuple[int, int]] = field(default_factory=list)
    _consents: list[tuple[Any, ...]] = field(default_factory=list)
    _next_id: int = 0

    @property
    def stamp(self) -> str:
        return iso(self.now)

    def load(self, emails: Iterable[str] = (), mobiles: Iterable[str] = (), ids: Iterable[int] = ()) -> ContactBook:
        """Read the contacts that any of the identifiers names, binned ones included."""
        for column, values in (("email", list(emails)), ("mobile", list(mobiles)), ("id", list(ids))):
            if values:
                query = (
                    f"SELECT {COLUMNS} FROM contact WHERE account = ? AND {column} IN (SELECT value FROM json_each(?))"
                )
                for row in self.db.execute(query, (self.account_id, orjson.dumps(values).decode())):
                    if row[0] not in self._by_id:
                        self._index(read_contact(row))
        return self

    def _index(self, contact: Contact) -> None:
        self._by_id[contact.id] = contact
        if contact.email:
            self._by_email[contact.email] = contact
        if contact.mobile:
            self._by_mobile[contact.mobile] = contact

    def by_id(self, number: int) -> Contact | None:
        return self._by_id.get(number)

    def by_email(self, email: str) -> Contact | None:
        return self._by_email.get(email)

    def by_mobile(self, mobile: str) -> Contact | None:
        return self._by_mobile.get(mobile)

    def create(self, email: str | None, mobile: str | None, begun: Subscription) -> Contact:
        """A new contact, in the state that ``subscription.begin`` gave."""
        if not self._next_id:
            row = self.db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'contact'").fetchone()
            self._next_id = row[0] if row else 0
        self._next_id += 1
        contact = Contact(
            self._next_id, email, mobile, Subscription(), "Html", "noSubscription", "noSubscription", {}, self.stamp, ""
        )
        self._index(contact)
        self.move(contact, begun, new=True)
        return contact

    def touch(self, contact: Contact) -> None:
        """Mark as written; a contact in the recycle bin comes back out of it."""
        contact.updated = self.stamp
        contact.binned = None
        self._changed[contact.id] = contact

    def move(self, contact: Contact, after: Subscription, *, new: bool = False) -> None:
        """Put the contact's e-mail channel into another state and keep what follows from it."""
        before = None if new else contact.subscription
        if subscription.newly_subscribed(before, after):
            contact.fields["LASTSUBSCRIBED"] = self.stamp
        if subscription.newly_removed(before, after):
            self._feed.append((contact.id, None, after.status.value))
        contact.subscription = after
        self.touch(contact)

    def rename(self, contact: Contact, email: str | None, mobile: str | None) -> None:
        """Give the contact other identifiers; the caller has made sure that they are free."""
        for index, old, new in (
            (self._by_email, contact.email, email),
            (self._by_mobile, contact.mobile, mobile),
        ):
            if old and old != new:
                index.pop(old, None)
        contact.email, contact.mobile = email, mobile
        self._index(contact)
        self.touch(contact)

    def join(self, contact: Contact, list_id: int) -> None:
        """Add to a list; one who left that list stays out of it."""
        self._joined.append((list_id, contact.id))

    def consent(self, contact: Contact, record: tuple[Any, ...]) -> None:
        """Keep a consent record: text, instant, URL, address, browser."""
        self._consents.append((contact.id, *record, self.stamp))

    def save(self) -> None:
        """Write everything, in sets."""
        rows = [
            (
                c.id, self.account_id, c.email, c.mobile, c.subscription.status.value, c.subscription.opt_in.value,
                c.subscription.challenged, c.email_type, c.sms_status, c.whatsapp_status,
                orjson.dumps(c.fields).decode(), c.created, c.updated, c.binned,
            )
            for c in self._changed.values()
        ]  # fmt: skip
        self.db.executemany(_SAVE, rows)
        feed = [(self.account_id, contact, on_list, reason, self.stamp) for contact, on_list, reason in self._feed]
        self.db.executemany(
            "INSERT INTO suppression (account, contact, list, reason, removed) VALUES (?, ?, ?, ?, ?)", feed
        )
        self.db.executemany("INSERT OR IGNORE INTO membership VALUES (?, ?, 'subscribed')", self._joined)
        self.db.executemany(
            "INSERT INTO consent (contact, text, consented, url, ip, agent, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
            self._consents,
        )
        for pending in (self._changed, self._feed, self._joined, self._consents):
            pending.clear()


_SAVE = (
    "INSERT INTO contact (id, account, email, mobile, status, opt_in, challenged, email_type, sms_status,"
    " whatsapp_status, fields, created, updated, binned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET email = excluded.email, mobile = excluded.mobile, status = excluded.status,"
    " opt_in = excluded.opt_in, challenged = excluded.challenged, email_type = excluded.email_type,"
    " sms_status = excluded.sms_status, whatsapp_status = excluded.whatsapp_status, fields = excluded.fields,"
    " updated = excluded.updated, binned = excluded.binned"
)


def put_into_bin(db: sqlite3.Connection, ids: Iterable[int], stamp: str) -> None:
    """Delete contacts: 30 days in the recycle bin, without memberships, insight records and consent."""
    chosen = orjson.dumps(list(ids)).decode()
    these = "(SELECT value FROM json_each(?))"
    for table in ("membership", "record", "consent"):
        db.execute(f"DELETE FROM {table} WHERE contact IN {these}", (chosen,))
    db.execute(f"UPDATE contact SET binned = ?, updated = ? WHERE id IN {these}", (stamp, stamp, chosen))


def purge(db: sqlite3.Connection, *, before: str, account_id: int | None = None) -> None:
    """Forget for good who was binned before an instant."""
    condition = "binned IS NOT NULL AND binned < ? AND (? IS NULL OR account = ?)"
    values = (before, account_id, account_id)
    db.execute(
        f"DELETE FROM suppression WHERE contact IN (SELECT id FROM contact WHERE {condition})",
        values,
    )
    db.execute(f"DELETE FROM contact WHERE {condition}", values)
