"""Insight data in v3: single records, pages, deletes by key (contract, section 17). ``json`` is an object."""

from __future__ import annotations

from typing import Any

import orjson

from . import contacts_v3, insight
from .exchange import Answer, Call
from .insight import ACCOUNT, CONTACT, RECORD_COLUMNS, Collection, Entry, Writer
from .paging_v3 import page, read_limit, read_marker, read_since
from .reading import read_v3
from .refusals import refuse_v3
from .routing import Routes

routes = Routes()

_SERVICE = "insightData"
_OF_CONTACT = "/insightData/v3/contacts/{identifier}/{value}"


def show(row: tuple[Any, ...]) -> dict[str, Any]:
    """A record as v3 answers it; account records have no owner."""
    return {
        "key": row[0],
        "json": orjson.Fragment(row[1]),
        "created": row[2],
        "updated": row[3],
        "ownerContactId": row[4] or None,
    }


def check_name(call: Call) -> str:
    name = call.params["collection"]
    if not insight.valid_name(name):
        refuse_v3(400, "insightData:invalidId", f"The collectionName value '{name}' is invalid")
    return name


def existing(call: Call, scope: str | None = None) -> Collection:
    """The collection of the path, of this scope if one is asked for; else 404."""
    name = check_name(call)
    found = insight.find(call.db, call.account.id, name)
    if found is None or (scope is not None and found.scope != scope):
        details = [(name, "Not found")]
        refuse_v3(404, "insightData:collectionNotFound", "The collection could not be found", details)
    return found


def _owner(call: Call) -> int:
    return contacts_v3.named(call, _SERVICE).id


def _read(call: Call, collection: Collection, owner: int) -> tuple[Any, ...]:
    key = call.params["key"]
    row = insight.read_record(call.db, collection, key)
    if row is None or row[4] != owner:
        scope = "contacts" if collection.scope == CONTACT else "account"
        details = [(key, f"Not found in the {scope} collection '{collection.name}'")]
        refuse_v3(404, "insightData:recordNotFound", "The Insight data record could not be found", details)
    return row


def _put(call: Call, collection: Collection, owner: int) -> Answer:
    """The bare document: 201 if the key is new, 204 if it was replaced."""
    entry = Entry(call.params["key"], owner, read_v3(call, _SERVICE))
    writer = Writer(call.db, collection, call.now)
    writer.write([entry])
    if entry.misfit is not None:
        details = [(entry.misfit.reason, entry.misfit.detail)]
        refuse_v3(400, "insightData:badJson", "The record does not fit the collection", details)
    return Answer.nothing(204 if writer.replaced else 201)


def _page(call: Call, path: str, collection: Collection, owner: int | None) -> Answer:
    """Records by key."""
    limit, marker = read_limit(call, _SERVICE), read_marker(call, _SERVICE)
    since = read_since(call, "~modified", _SERVICE)
    after = marker[1:] if marker.startswith("k") else ""
    rows = call.db.execute(
        f"SELECT {RECORD_COLUMNS} FROM record WHERE collection = ? AND key > ? AND updated >= ?"
        " AND (? IS NULL OR contact = ?) ORDER BY key LIMIT ?",
        (collection.id, after, since, owner, owner, limit + 1),
    ).fetchall()
    return page(call, path, rows, limit, lambda row: f"k{row[0]}", [show(row) for row in rows[:limit]])


def _delete_many(call: Call, collection: Collection, owner: int) -> Answer:
    """A DELETE with a body of 1 to 5000 keys (quirk 30.13)."""
    given = read_v3(call, _SERVICE).get("keys")
    keys = [str(key) for key in given] if isinstance(given, list) else []
    if not keys:
        text = "You must speify the keys for the records to be deleted from the collection."
        refuse_v3(400, "insightData:noRecordsSpecified", text)
    if len(keys) > 5000:
        refuse_v3(400, "insightData:badRequest", "At most 5000 records can be deleted at once")
    deleted = set(insight.delete_records(call.db, collection, keys, owner))
    missing = [key for key in keys if key not in deleted]
    summary = {"totalRecords": len(keys), "totalDeleted": len(deleted), "totalNotFound": len(missing)}
    return Answer.of({"summary": summary, "notFound": missing})


@routes.on("GET", "/insightData/v3/account/{collection}", tier="low")
def page_of_account(call: Call) -> Answer:
    collection = existing(call, ACCOUNT)
    return _page(call, f"/insightData/v3/account/{collection.name}", collection, 0)


@routes.on("GET", "/insightData/v3/account/{collection}/{key}", tier="high")
def read_of_account(call: Call) -> Answer:
    return Answer.of(show(_read(call, existing(call, ACCOUNT), 0)))


@routes.on("PUT", "/insightData/v3/account/{collection}/{key}")
def put_of_account(call: Call) -> Answer:
    return _put(call, existing(call, ACCOUNT), 0)


@routes.on("DELETE", "/insightData/v3/account/{collection}/{key}")
def delete_of_account(call: Call) -> Answer:
    collection = existing(call, ACCOUNT)
    _read(call, collection, 0)
    insight.delete_records(call.db, collection, [call.params["key"]], 0)
    return Answer.nothing()


@routes.on("DELETE", "/insightData/v3/accounts/{collection}/deleteRecords", tier="low")
def delete_many_of_account(call: Call) -> Answer:
    """The path says ``accounts``, unlike its neighbours (quirk 30.13)."""
    return _delete_many(call, existing(call, ACCOUNT), 0)


@routes.on("GET", "/insightData/v3/contacts/{collection}", tier="low")
def page_of_all_contacts(call: Call) -> Answer:
    collection = existing(call, CONTACT)
    return _page(call, f"/insightData/v3/contacts/{collection.name}", collection, None)


@routes.on("GET", _OF_CONTACT + "/{collection}")
def page_of_contact(call: Call) -> Answer:
    owner, collection = _owner(call), existing(call, CONTACT)
    path = "/insightData/v3/contacts/{identifier}/{value}".format(**call.params)
    return _page(call, f"{path}/{collection.name}", collection, owner)


@routes.on("GET", _OF_CONTACT + "/{collection}/{key}", tier="high")
def read_of_contact(call: Call) -> Answer:
    owner = _owner(call)
    return Answer.of(show(_read(call, existing(call, CONTACT), owner)))


@routes.on("PUT", _OF_CONTACT + "/{collection}/{key}")
def put_of_contact(call: Call) -> Answer:
    owner = _owner(call)
    return _put(call, existing(call, CONTACT), owner)


@routes.on("DELETE", _OF_CONTACT + "/{collection}/{key}")
def delete_of_contact(call: Call) -> Answer:
    owner, collection = _owner(call), existing(call, CONTACT)
    _read(call, collection, owner)
    insight.delete_records(call.db, collection, [call.params["key"]], owner)
    return Answer.nothing()


@routes.on("DELETE", _OF_CONTACT + "/{collection}/deleteRecords", tier="low")
def delete_many_of_contact(call: Call) -> Answer:
    owner = _owner(call)
    return _delete_many(call, existing(call, CONTACT), owner)
