"""A text column that is sealed in the database and shows itself to nobody by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.fernet import InvalidToken
from django.db import models

from dotbridge.errors import ConfigError
from dotbridge.ledger.codes import SECRET_UNREADABLE
from dotbridge.ledger.keys import keyring

if TYPE_CHECKING:
    Text = models.TextField[str, str]
else:
    Text = models.TextField


class SealedField(Text):
    """Text encrypted at rest with the keyring; queries by value are not possible."""

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else keyring().secrets.encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        if value is None:
            return None
        try:
            return keyring().secrets.decrypt(value.encode()).decode()
        except InvalidToken:
            raise ConfigError(SECRET_UNREADABLE, f"The column is {self.model.__name__}.{self.name}.") from None
