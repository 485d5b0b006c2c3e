"""One Dotdigital account as the ledger knows it: its client, with the budget that all workers share."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from dotbridge.dotdigital.client import Dotdigital
from dotbridge.http.retry import Retries
from dotbridge.ledger.budget import SharedBudget
from dotbridge.ledger.models import DotdigitalAccount
from dotbridge.observe.private import Secret


def open_account(account: DotdigitalAccount, *, patience: float | None = None) -> Dotdigital:
    """A client of the account; its calls count in the budget that all workers share.

    ``patience``: seconds that one call may wait for its turn or for another try, where the caller has better to do.
    """
    return Dotdigital(
        account.endpoint,
        account.username,
        Secret(account.password),
        SharedBudget(account.pk),
        allow_private=on_this_machine(account.endpoint),
        retries=None if patience is None else Retries(total=patience),
    ).on("bulk")


def on_this_machine(endpoint: str) -> bool:
    """Whether a person pointed the account at a sandbox on this machine; only then are private addresses allowed."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
