"""Who calls, and through which region's host (contract 2.1, 2.2).

A region is told by the Host header (``r2-api...``) or by a path prefix (``/r2/v2/...``); a bare address is r1.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import sqlite3
from collections.abc import Mapping

from .accounts import REGIONS, Account, by_user, digest
from .refusals import refuse, refuse_v3

_REGION_HOST = re.compile(r"^(r[123])-")


def region_of(host: str, segments: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The region that was called, and the path without its prefix."""
    if segments and segments[0] in REGIONS:
        return segments[0], segments[1:]
    match = _REGION_HOST.match(host)
    return (match[1] if match else "r1"), segments


def endpoint(host: str, region: str) -> str:
    """The address under which an account of ``region`` is reached, in the style of the host that was called."""
    match = _REGION_HOST.match(host)
    if match:
        return f"http://{region}-{host[match.end() :]}/"
    return f"http://{host}/" if region == "r1" else f"http://{host}/{region}/"


def _credentials(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None


def sign_in(db: sqlite3.Connection, headers: Mapping[str, str]) -> Account:
    """The account of the Basic credentials, or 401 with the known text."""
    given = _credentials(headers.get("authorization", ""))
    account = by_user(db, given[0]) if given else None
    if account is None or given is None:
        refuse("UNAUTHORISED", 401)
    (stored,) = db.execute("SELECT password FROM account WHERE id = ?", (account.id,)).fetchone()
    if not secrets.compare_digest(stored, digest(given[1])):
        refuse("UNAUTHORISED", 401)
    return account


def check_region(account: Account, region: str, segments: tuple[str, ...]) -> None:
    """403 on another region's host, except account-info on r1, which tells the right one."""
    if account.region == region or (region == "r1" and segments == ("v2", "account-info")):
        return
    if segments[:1] == ("v2",):
        refuse("WRONG_REGION", 403)
    refuse_v3(403, "forbidden", "Forbidden: Access is denied")
