"""Contact data fields: their names, types and values (contract, section 14)."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from .clock import iso, parse_instant
from .exchange import Answer, Call
from .reading import fold, read_v2
from .refusals import refuse
from .routing import Routes

routes = Routes()

SYSTEM_FIELDS = {
    "FIRSTNAME": "String",
    "LASTNAME": "String",
    "FULLNAME": "String",
    "GENDER": "String",
    "POSTCODE": "String",
    "LASTSUBSCRIBED": "Date",
}
RESTRICTED = frozenset(
    (
        "account", "campaign", "campaignid", "contact", "contact_api_id", "contactid", "email", "hcontactid", "hemail",
        "hemail256", "id", "messagecontent", "mobilenumberid", "notes", "unsubscribed", "uniquecontactid",
    )
)  # fmt: skip
TYPES = {name.lower(): name for name in ("String", "Numeric", "Date", "Boolean")}
VISIBILITIES = {"private": "Private", "public": "Public"}
LONGEST_TEXT = 1000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,20}\Z")


class FieldValueError(ValueError):
    """A value that a data field does not take; ``code`` is the v2 code for it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class DataField:
    """One field of an account; ``default`` is what a contact without a value reads."""

    name: str
    type: str
    visibility: str
    default: Any

    def answer(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "type": self.type,
            "visibility": self.visibility,
            "defaultValue": self.default,
        }


def load(db: sqlite3.Connection, account_id: int) -> dict[str, DataField]:
    """All fields of an account by name, in the order of their names."""
    rows = db.execute(
        "SELECT name, type, visibility, default_value FROM data_field WHERE account = ? ORDER BY name", (account_id,)
    )
    return {row[0]: DataField(row[0], row[1], row[2], orjson.loads(row[3] or "null")) for row in rows}


def seed(db: sqlite3.Connection, account_id: int) -> None:
    rows = [(account_id, name, kind) for name, kind in SYSTEM_FIELDS.items()]
    db.executemany("INSERT OR IGNORE INTO data_field VALUES (?, ?, ?, 'Private', NULL)", rows)


def stored(value: Any, kind: str) -> Any:
    """The value as the platform keeps it for a field of this type; FieldValueError if it does not fit."""
    if kind == "String":
        return _text(value)
    if kind == "Numeric":
        return _number(value)
    if kind == "Boolean":
        if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        raise FieldValueError("ERROR_DATAFIELD_INVALID", f"'{value}' is not true or false")
    return _date(value)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise FieldValueError("ERROR_DATAFIELD_INVALID", "a data field takes no object or array")
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    if len(text) > LONGEST_TEXT:
        raise FieldValueError("ERROR_DATAFIELD_VALUE_OVERFLOW", f"longer than {LONGEST_TEXT} characters")
    return text


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FieldValueError("ERROR_DATAFIELD_INVALID", f"'{value}' is not a number")
    if isinstance(value, int):
        number = Decimal(value)
    else:
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            raise FieldValueError("ERROR_DATAFIELD_INVALID", f"'{value}' is not a number") from None
    if not number.is_finite():
        raise FieldValueError("ERROR_DATAFIELD_INVALID", f"'{value}' is not a number")
    exponent = number.as_tuple().exponent
    if abs(number) >= 10**18 or (isinstance(exponent, int) and exponent < -9):
        raise FieldValueError(
            "ERROR_DATAFIELD_VALUE_OVERFLOW", "more than 18 digits before or 9 after the decimal mark"
        )
    return int(number) if number == number.to_integral_value() else float(number)


def _date(value: Any) -> str:
    try:
        return iso(parse_instant(value)).replace(".000Z", "Z")
    except (TypeError, ValueError, AttributeError):
        raise FieldValueError("ERROR_DATAFIELD_INVALID", f"'{value}' is not a date") from None


@routes.on("GET", "/v2/data-fields", tier="high")
def list_fields(call: Call) -> Answer:
    return Answer.of([field.answer() for field in load(call.db, call.account.id).values()])


@routes.on("POST", "/v2/data-fields")
def create_field(call: Call) -> Answer:
    """201 with the field echoed; there is no way to change a field later (14.1)."""
    given = fold(read_v2(call))
    name, kind = str(given.get("name") or ""), TYPES.get(str(given.get("type") or "").lower())
    visibility = VISIBILITIES.get(str(given.get("visibility") or "private").lower())
    if not _NAME.match(name) or name.lower() in RESTRICTED or kind is None or visibility is None:
        refuse("ERROR_DATAFIELD_INVALID")
    default = given.get("defaultvalue")
    if default is not None:
        try:
            default = stored(default, kind)
        except FieldValueError:
            refuse("ERROR_DATAFIELD_INVALID")
    if name.upper() in load(call.db, call.account.id):
        refuse("ERROR_NON_UNIQUE_DATAFIELD")
    field = DataField(name.upper(), kind, visibility, default)
    row = (call.account.id, field.name, kind, visibility, orjson.dumps(default).decode())
    call.db.execute("INSERT INTO data_field VALUES (?, ?, ?, ?, ?)", row)
    return Answer.of(field.answer(), 201)


@routes.on("DELETE", "/v2/data-fields/{name}")
def delete_field(call: Call) -> Answer:
    """200 with the result; the values that contacts held go with the field. A system field stays in use."""
    name = call.params["name"].upper()
    if name not in load(call.db, call.account.id):
        refuse("ERROR_DATAFIELD_NOTFOUND", 404)
    if name in SYSTEM_FIELDS:
        return Answer.of({"dependencies": ["Used by the platform"], "result": False})
    call.db.execute("DELETE FROM data_field WHERE account = ? AND name = ?", (call.account.id, name))
    call.db.execute(
        "UPDATE contact SET fields = json_remove(fields, ?) WHERE account = ? AND json_type(fields, ?) IS NOT NULL",
        (f'$."{name}"', call.account.id, f'$."{name}"'),
    )
    return Answer.of({"dependencies": None, "result": True})
