"""One place that decides when two spellings of an e-mail address are the same person.

Addresses are compared by the normalised form (``email_key``) and sent as they were typed. Plus-addresses stay distinct;
case never distinguishes, as Dotdigital compares it (contract dotdigital-api §29.7).
"""

from __future__ import annotations

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from dotbridge.commerce.codes import EMAIL_INVALID
from dotbridge.errors import RecordError

# Most of a shop's addresses are of this plain form; email-validator takes about 40 µs for each, this takes under one.
_PLAIN = re.compile(
    r"[a-z0-9_'+-]+(?:\.[a-z0-9_'+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.ASCII
).fullmatch


@lru_cache(8192)
def email_key(typed: str) -> str:
    """The normalised address of what was typed; raises RecordError where Dotdigital could not take it."""
    key = typed.strip().lower()
    if len(key) <= 254 and _PLAIN(key) and key.index("@") <= 64 and "xn--" not in key:
        return key
    return _normalise(typed)


@lru_cache(4096)
def _normalise(typed: str) -> str:
    try:
        address = validate_email(typed.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise RecordError(EMAIL_INVALID, f"The address is {typed!r}. {error}", field="email") from None
    return address.normalized.lower()
