"""An empty ledger, a folder of keys and bodies, and a sandbox: lent to one installation at a time, and looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.test import override_settings

from dotbridge.ledger import hot, keys
from dotbridge.reconcile.audit import Balance
from support.dotdigital_sandbox import PASSWORD, USER, Sandbox
from support.installation import Installation
from support.moves import Moves, last_request, moves
from support.real_store import RealStore
from support.standstill import LedgerCopy, Standstill

#: The user of the sandbox's second account.
SECOND = "apiuser-second@apiconnector.com"
TABLES = ("email_order", "email_quote", "email_catalog", "email_review", "email_wishlist")


class Row(NamedTuple):
    """What the ledger says of one record; ``warnings`` as JSON, "" for none."""

    state: str
    waits_for: str
    code: str
    detail: str
    warnings: str
    key: str


class Seen(NamedTuple):
    """What a sync led to: what it moved, what Dotdigital then holds, what the audit and the ledger say.

    ``records`` are by (table, website code, scope, source id), ``people`` by normalised address.
    """

    moves: Moves
    state: dict[str, Any]
    balances: dict[tuple[str, str], Balance]
    records: dict[tuple[str, str, str, str], Row]
    people: dict[str, Row]


class Synced(NamedTuple):
    """The store after its first sync, and the moment to go back to."""

    seen: Seen
    moment: Standstill


class Premises:
    """``lent`` gives them out; what the borrower left behind is cleared away."""

    def __init__(self, sandbox: Sandbox, folder: Path, blocker: Any) -> None:
        self.sandbox, self.folder, self._blocker = sandbox, folder, blocker
        with blocker.unblock():
            self._empty = LedgerCopy()

    @contextmanager
    def lent(self, moment: Standstill | None = None) -> Iterator[None]:
        """Everything as it was at that moment, or empty."""
        bodies = {
            "BACKEND": "dotbridge.ledger.bodies.DurableFolder",
            "OPTIONS": {"location": str(self.folder / "bodies")},
        }
        storages = {**settings.STORAGES, "bodies": bodies}
        with self._blocker.unblock(), override_settings(KEY_FILE=str(self.folder / "keys"), STORAGES=storages):
            keys.keyring.cache_clear()
            keys.create_keyring()
            if moment is None:
                self.sandbox.post_control("reset")
            else:
                moment.put_back(self.sandbox)
            try:
                yield
            finally:
                self._empty.put_back()
                keys.keyring.cache_clear()

    def installation(self, **connections: RealStore) -> Installation:
        """Not yet configured: one account, and a connection to each of these stores."""
        account = {"username": USER, "password": PASSWORD, "hosts": {"r1": self.sandbox.url}, "currency": "GBP"}
        shops = {
            name: {"platform": store.platform, "account": "main", "settings": store.settings}
            for name, store in connections.items()
        }
        return Installation(
            {"accounts": {"main": account}, "connections": shops, "settings": {"importer.poll_seconds": 0}}
        )

    def sync(self, installation: Installation, *, full: bool = False, user: str | None = None) -> Seen:
        """Syncs until quiet, and looks."""
        since = last_request(self.sandbox)
        installation.sync(full=full)
        moved = moves(self.sandbox.requests(since, bodies=True))
        return Seen(moved, self.sandbox.state(user), installation.audit(), records(), people())


def records() -> dict[tuple[str, str, str, str], Row]:
    """What the ledger says of all insight records."""
    return {
        (table, website, scope, source_id): Row(*row)
        for table in TABLES
        for website, scope, source_id, *row in hot.rows(
            "SELECT w.code, r.scope, r.source_id, r.state, r.waits_for, r.code, r.detail, r.warnings, r.key"
            f" FROM {table} r JOIN website w ON w.id = r.website_id"
        )
    }


def people() -> dict[str, Row]:
    """What the ledger says of all people; of one account, where there are several, the last."""
    found = hot.rows("SELECT email_key, state, waits_for, code, detail, warnings, email FROM email_contact")
    return {address: Row(*row) for address, *row in found}
