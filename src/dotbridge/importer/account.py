"""The right to send to an account at all."""

from __future__ import annotations

from dotbridge.errors import ConfigError
from dotbridge.importer.codes import ACCOUNT_NOT_SURVEYED, ACCOUNT_PAUSED
from dotbridge.ledger.models import DotdigitalAccount


def assert_sendable(account: DotdigitalAccount) -> None:
    """Raises ConfigError where nothing may be sent: an account that was not surveyed, or that a person paused."""
    if account.state == DotdigitalAccount.State.PAUSED:
        raise ConfigError(ACCOUNT_PAUSED, account.paused_for)
    if not may_send(account):
        raise ConfigError(ACCOUNT_NOT_SURVEYED, f"The account is {account.key}.")


def may_send(account: DotdigitalAccount) -> bool:
    """Whether the account was surveyed and is not paused."""
    return account.state == DotdigitalAccount.State.SURVEYED and bool(account.endpoint)
