"""Insight data in v2: single records and reads (contract, section 15). ``json`` is text both ways."""

from __future__ import annotations

from typing import Any

import orjson

from . import insight
from .contacts_v2 import named
from .exchange import Answer, Call
from .insight import CONTACT, RECORD_COLUMNS, Collection, Entry, Writer
from .insight_owners import Identity, Owners, check_scope, read_v2
from .insight_schema import MisfitError
from .reading import fold, page_v2
from .reading import read_v2 as read_body
from .refusals import refuse
from .routing import Routes

routes = Routes()

_MOST = 100


def show(row: tuple[Any, ...]) -> dict[str, Any]:
    """A record as v2 answers it: the owner's id as text, ``-1`` for the account."""
    return {"key": row[0], "contactIdentifier": str(row[4] or -1), "json": row[1]}


def document(given: Any) -> Any:
    """The document in a ``json`` member, which is text, though some callers send the object itself."""
    if not isinstance(given, str):
        return given
    try:
        return orjson.loads(given)
    except orjson.JSONDecodeError:
        raise MisfitError("InvalidJson", "the json member is not valid JSON") from None


def check_name(call: Call) -> str:
    name = call.params["collection"]
    if not insight.valid_name(name):
        refuse("ERROR_TRANSACTIONAL_DATA_INVALID_COLLECTION_NAME")
    return name


def _refuse_misfit(misfit: MisfitError) -> None:
    text = f"{misfit.reason}. {misfit.detail.rstrip('.')}. ERROR_TRANSACTIONAL_DATA_VALIDATION_FAILED"
    refuse("ERROR_TRANSACTIONAL_DATA_VALIDATION_FAILED", 400, text=text)


def _find_owner(call: Call, identity: Identity | None) -> int:
    """The owner's id; an unknown contact is 404 for a single record (29.11)."""
    if identity is None:
        return 0
    try:
        return Owners(call.db, call.account.id, [identity]).find(identity)
    except MisfitError:
        refuse("ERROR_CONTACT_NOT_FOUND")


def _write(call: Call, key: str, identifier: Any, given: Any) -> Answer:
    name = check_name(call)
    try:
        identity = read_v2(identifier)
        owner = _find_owner(call, identity)
        scope = insight.ACCOUNT if identity is None else CONTACT
        kind = insight.guess_type(name)
        collection = insight.find_or_create(call.db, call.account.id, name, scope, kind)
        check_scope(identity, collection.scope)
        entry = Entry(key, owner, document(given))
        Writer(call.db, collection, call.now).write([entry])
        if entry.misfit is not None:
            raise entry.misfit
    except MisfitError as misfit:
        _refuse_misfit(misfit)
    row = insight.read_record(call.db, collection, key)
    return Answer.of(show(row or ()))


@routes.on("POST", "/v2/contacts/transactional-data/{collection}")
def create(call: Call) -> Answer:
    """Adds a record, or replaces the one under this key (open question 4)."""
    body = fold(read_body(call))
    answer = _write(call, str(body.get("key") or ""), body.get("contactidentifier"), body.get("json"))
    return Answer(201, answer.body, answer.content_type)


@routes.on("POST", "/v2/contacts/transactional-data/{collection}/{key}")
def replace(call: Call) -> Answer:
    """Replaces the record; the owner stays when the body names none."""
    body, key = fold(read_body(call)), call.params["key"]
    identifier = body.get("contactidentifier")
    if identifier is None:
        collection = insight.find(call.db, call.account.id, check_name(call))
        row = insight.read_record(call.db, collection, key) if collection else None
        if row is None:
            refuse("ERROR_TRANSACTIONAL_DATA_DOES_NOT_EXIST")
        identifier = str(row[4] or -1)
    return _write(call, key, identifier, body.get("json"))


def _existing(call: Call, code: str = "ERROR_TRANSACTIONAL_DATA_COLLECTION_DOES_NOT_EXIST") -> Collection:
    found = insight.find(call.db, call.account.id, check_name(call))
    if found is None:
        refuse(code)
    return found


@routes.on("GET", "/v2/contacts/transactional-data/{collection}/{key}", tier="high")
def read(call: Call) -> Answer:
    missing = "ERROR_TRANSACTIONAL_DATA_DOES_NOT_EXIST"
    row = insight.read_record(call.db, _existing(call, missing), call.params["key"])
    if row is None:
        refuse(missing)
    return Answer.of(show(row))


@routes.on("DELETE", "/v2/contacts/transactional-data/{collection}/{key}")
def delete(call: Call) -> Answer:
    missing = "ERROR_TRANSACTIONAL_DATA_DOES_NOT_EXIST"
    if not insight.delete_records(call.db, _existing(call, missing), [call.params["key"]], None):
        refuse(missing)
    return Answer.nothing()


@routes.on("PUT", "/v2/contacts/transactional-data/{collection}/empty", tier="low")
def empty(call: Call) -> Answer:
    insight.empty(call.db, _existing(call))
    return Answer.nothing()


def _rows(call: Call, condition: str, values: tuple[Any, ...]) -> Answer:
    rows = call.db.execute(
        f"SELECT {RECORD_COLUMNS} FROM record WHERE collection = ? AND {condition}",
        (_existing(call).id, *values),
    )
    return Answer.of([show(row) for row in rows])


@routes.on("GET", "/v2/contacts/transactional-data/{collection}", tier="low")
def list_contact_records(call: Call) -> Answer:
    """Records of contacts after ``fromId``, by key, ``take`` of them."""
    take = call.query("take", str(_MOST))
    if not take.isdigit() or not 1 <= int(take) <= 1000:
        refuse("ERROR_PARAMETER_INVALID")
    return _rows(call, "contact > 0 AND key > ? ORDER BY key LIMIT ?", (call.query("fromId"), int(take)))


@routes.on("GET", "/v2/transactional-data/{collection}", tier="low")
def list_account_records(call: Call) -> Answer:
    select, skip = page_v2(call, default=_MOST, maximum=_MOST)
    return _rows(call, "contact = 0 ORDER BY key LIMIT ? OFFSET ?", (select, skip))


@routes.on("GET", "/v2/contacts/{contact}/transactional-data/{collection}")
def list_of_contact(call: Call) -> Answer:
    """At most 100, by key."""
    return _rows(call, "contact = ? ORDER BY key LIMIT ?", (named(call).id, _MOST))


@routes.on("DELETE", "/v2/contacts/{contact}/transactional-data/{collection}")
def delete_of_contact(call: Call) -> Answer:
    insight.empty(call.db, _existing(call), named(call).id)
    return Answer.nothing()


@routes.on("GET", "/v2/contacts/transactional-data-collections")
def list_collections(call: Call) -> Answer:
    """Documented in PascalCase, the id as text (2.4)."""
    select, skip = page_v2(call)
    found = insight.every(call.db, call.account.id)[skip : skip + select]
    return Answer.of([{"Id": str(collection.id), "Name": collection.name} for collection, _ in found])
