"""The accounts of this sandbox: who may sign in, in which region, under which settings (contract 2.1, 2.2, 9)."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import orjson

REGIONS = ("r1", "r2", "r3")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an account's contract or its owner decides; every member can be changed by a control call."""

    limit_scheme: str = "off"  # off | tiered | flat
    tier_limits: dict[str, int] = field(default_factory=lambda: {"low": 150, "medium": 300, "high": 600})
    flat_limit: int = 2000
    reset_unit: str = "epoch"  # epoch | seconds: what X-RateLimit-Reset counts
    double_opt_in: bool = False
    hide_suppressed: bool = False  # the stricter reading: v2 answers 404 for unsubscribed and suppressed contacts
    mobile_subscription: str = "subscribed"
    import_polls: int = 1  # status calls answered as unfinished before an import finishes
    import_seconds: float | None = 5.0  # or so long after it was accepted, asked for or not
    contact_import_limit: int = 25
    insight_import_limit: int = 5
    delete_limit: int = 5
    fault_wording: str = "documentation"  # documentation | magento
    name: str = "Sandbox"
    email: str = "owner@example.com"
    locale: str = "en-GB"
    currency: str = "GBP"
    time_zone: str = "Europe/London"


@dataclass(frozen=True, slots=True)
class Account:
    """One Dotdigital account with its one API user."""

    id: int
    user: str
    region: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class Seed:
    """An account to create at start: ``user:password:region``."""

    user: str
    password: str
    region: str = "r1"

    @classmethod
    def parse(cls, text: str) -> Seed:
        """Read ``user:password[:region]``; ValueError says what is missing."""
        user, _, rest = text.partition(":")
        password, colon, region = rest.rpartition(":")
        if not colon or region not in REGIONS:
            password, region = rest, "r1"
        if not user or not password:
            raise ValueError("an account is written as user:password:region")
        return cls(user, password, region)


DEMO = Seed("apiuser-demo@apiconnector.com", "sandbox-1")


def digest(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def _account(row: tuple[int, str, str, str]) -> Account:
    return Account(row[0], row[1], row[2], Settings(**orjson.loads(row[3])))


def create(db: sqlite3.Connection, seed: Seed, number: int | None = None) -> None:
    """Create the account, or give the known user this password and region."""
    db.execute(
        "INSERT INTO account (id, user, password, region) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (user) DO UPDATE SET password = excluded.password, region = excluded.region",
        (number, seed.user, digest(seed.password), seed.region),
    )


def every(db: sqlite3.Connection) -> list[Account]:
    return [_account(row) for row in db.execute("SELECT id, user, region, settings FROM account ORDER BY id")]


def by_user(db: sqlite3.Connection, user: str) -> Account | None:
    row = db.execute("SELECT id, user, region, settings FROM account WHERE user = ?", (user,)).fetchone()
    return _account(row) if row else None


def change_settings(db: sqlite3.Connection, account: Account, changes: dict[str, Any]) -> Settings:
    """Change some settings of an account; ValueError names a setting that does not exist."""
    known = {item.name for item in fields(Settings)}
    if unknown := sorted(set(changes) - known):
        raise ValueError(f"no such setting: {', '.join(unknown)}")
    merged = {**asdict(account.settings), **changes}
    db.execute("UPDATE account SET settings = ? WHERE id = ?", (orjson.dumps(merged).decode(), account.id))
    return Settings(**merged)
