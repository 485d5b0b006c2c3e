"""One Dotdigital account at work: its client with the shared budget, and the right to send at all."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from dotbridge.dotdigital.client import Dotdigital
from dotbridge.errors import ConfigError
from dotbridge.importer.codes import ACCOUNT_NOT_SURVEYED, ACCOUNT_PAUSED
from dotbridge.ledger.budget import SharedBudget
from dotbridge.ledger.models import DotdigitalAccount
from dotbridge.observe.private import Secret


def open_account(account: DotdigitalAccount) -> Dotdigital:
    """A client of the account; its calls count in the budget that all workers share."""
    return Dotdigital(
        account.endpoint,
        account.username,
        Secret(account.password),
        SharedBudget(account.pk),
        allow_private=on_this_machine(account.endpoint),
    ).on("bulk")


def assert_sendable(account: DotdigitalAccount) -> None:
    """Raises ConfigError where nothing may be sent: an account that was not surveyed, or that a person paused."""
    if account.state == DotdigitalAccount.State.PAUSED:
        raise ConfigError(ACCOUNT_PAUSED, account.paused_for)
    if not may_send(account):
        raise ConfigError(ACCOUNT_NOT_SURVEYED, f"The account is {account.key}.")


def may_send(account: DotdigitalAccount) -> bool:
    """Whether the account was surveyed and is not paused."""
    return account.state == DotdigitalAccount.State.SURVEYED and bool(account.endpoint)


def on_this_machine(endpoint: str) -> bool:
    """Whether a person pointed the account at a sandbox on this machine; only then are private addresses allowed."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
