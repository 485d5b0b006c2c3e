"""Who owns an insight record: the account, or a contact found by any of its identifiers (contract 15.1, 17.2)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

import orjson

from .contacts import clean_email, clean_mobile
from .insight import ACCOUNT, CONTACT
from .insight_schema import MisfitError

MISSING = {
    "email": "ContactEmailDoesNotExist",
    "contactId": "ContactIdDoesNotExist",
    "mobileNumber": "ContactPhoneNumberDoesNotExist",
}
_COLUMNS = {"email": "email", "contactId": "id", "mobileNumber": "mobile"}
Identity = tuple[str, Any]


def read_v2(given: Any) -> Identity | None:
    """The identity in a v2 ``contactIdentifier``: an id, an address, or nothing for ``account``; else MisfitError."""
    text = str(given or "").strip()
    if text.lower() == ACCOUNT or text == "-1":
        return None
    if text.isdigit():
        return "contactId", int(text)
    email = clean_email(text)
    if email is None:
        raise MisfitError("InvalidContactIdentifier", f"'{text}' is neither a contact id nor an e-mail address")
    return "email", email


def read_v3(given: Any) -> Identity:
    """The identity in a v3 ``contactIdentity``; else MisfitError."""
    if not isinstance(given, dict):
        raise MisfitError("InvalidContactIdentifier", "contactIdentity is required in a contact collection")
    name, value = given.get("identifier"), given.get("value")
    cleaned: Any
    if name == "email":
        cleaned = clean_email(value)
    elif name == "mobileNumber":
        cleaned = clean_mobile(value)
    elif name == "contactId":
        cleaned = int(str(value)) if str(value).isdigit() else None
    else:
        raise MisfitError("InvalidContactIdentifierType", f"'{name}' is not an identifier of this account")
    if cleaned is None:
        raise MisfitError("InvalidContactIdentifier", f"The value '{value}' is invalid for the identifier '{name}'")
    return str(name), cleaned


class Owners:
    """The contacts of many identities, looked up in sets."""

    def __init__(self, db: sqlite3.Connection, account_id: int, identities: Iterable[Identity]) -> None:
        named: dict[str, set[Any]] = {}
        for name, value in identities:
            named.setdefault(name, set()).add(value)
        self._ids: dict[Identity, int] = {}
        for name, values in named.items():
            column = _COLUMNS[name]
            rows = db.execute(
                f"SELECT {column}, id FROM contact WHERE account = ? AND binned IS NULL"
                f" AND {column} IN (SELECT value FROM json_each(?))",
                (account_id, orjson.dumps(list(values)).decode()),
            )
            self._ids.update({(name, row[0]): row[1] for row in rows})

    def find(self, identity: Identity) -> int:
        """The contact's id; MisfitError if nobody has this identity."""
        number = self._ids.get(identity)
        if number is None:
            raise MisfitError(MISSING[identity[0]], f"no contact has the {identity[0]} '{identity[1]}'")
        return number


def check_scope(identity: Identity | None, scope: str) -> None:
    """A record of the account does not go into a contact collection, nor the other way round."""
    if (identity is None) != (scope == ACCOUNT):
        wanted = "a contact" if scope == CONTACT else "the account"
        raise MisfitError("InvalidContactIdentifier", f"the records of this collection belong to {wanted}")
