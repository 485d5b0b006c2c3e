"""Coupon generation with its refusals (3.8). Rule 3 generates codes; rules 1 and 2 have one code each."""

from __future__ import annotations

import string

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.rest.call import Call
from dotbridge.sandbox.northwind.rest.errors import RestError, required, wrong_type
from dotbridge.sandbox.northwind.shop import Session

GENERATING_RULE = 3
_FIXED_RULES = frozenset({1, 2})
_ALPHABETS = {
    "alphanum": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "alpha": string.ascii_uppercase,
    "num": string.digits,
}


def generate(call: Call) -> list[str]:
    """New codes, kept in the shop."""
    sent = call.body().get("couponSpec")
    if not isinstance(sent, dict):
        raise required("couponSpec")
    rule_id, quantity = _number(sent, "rule_id"), _number(sent, "quantity")
    length = _number(sent, "length") if "length" in sent else 0
    if length <= 0 or quantity <= 0:
        raise RestError(400, "One or more input exceptions have occurred.")
    if rule_id in _FIXED_RULES:
        raise _refused("Specified rule does not allow automatic coupon generation")
    if rule_id != GENERATING_RULE:
        raise _refused(f"No such entity with rule_id = {rule_id}")
    with call.shop.change() as session:
        codes = [_code(session, sent, length) for _ in range(quantity)]
        rows = [(code, rule_id, session.at) for code in codes]
        session.connection.executemany("INSERT INTO coupon VALUES (?, ?, ?)", rows)
        return codes


def delete_by_codes(call: Call) -> Document:
    """Codes that go, and those that were not there; with these the shop refuses all unless it is told to ignore them."""
    sent = call.body().get("codes")
    if not isinstance(sent, list):
        raise required("codes")
    with call.shop.change() as session:
        marks = ",".join("?" * len(sent))
        held = {row[0] for row in session.connection.execute(f"SELECT code FROM coupon WHERE code IN ({marks})", sent)}
        missing = [code for code in sent if code not in held]
        if missing and not call.body().get("ignoreInvalidCoupons"):
            raise RestError(400, "Some coupons are invalid.")
        session.connection.execute(f"DELETE FROM coupon WHERE code IN ({marks})", sent)
    return {"failed_items": [], "missing_items": missing}


def _refused(reason: str) -> RestError:
    return RestError(400, "Error occurred when generating coupons: %1", [reason])


def _number(sent: Document, name: str) -> int:
    value = sent.get(name, 0)
    if not str(value).isdigit():
        raise wrong_type(name, value, "int")
    return int(value)


def _code(session: Session, sent: Document, length: int) -> str:
    """One code; the delimiter counts over the random part alone."""
    alphabet = _ALPHABETS.get(sent.get("format", "alphanum"), _ALPHABETS["alphanum"])
    letters = "".join(session.chance.choice(alphabet) for _ in range(length))
    every = int(sent.get("delimiter_at_every") or 0)
    if every:
        delimiter = str(sent.get("delimiter") or "-")
        letters = delimiter.join(letters[start : start + every] for start in range(0, length, every))
    return f"{sent.get('prefix') or ''}{letters}{sent.get('suffix') or ''}"
