"""The keyring: one file of versioned keys outside the database. The highest version writes, all of them read.

Each line is ``<version>:<base64 of 32 bytes>``. Two keys are derived from each: one for secrets in the database, one
for batch bodies. Without the file nothing sealed can be opened, so its absence is an error at start that says what
would be lost; it is made only for an installation that has nothing sealed yet.
"""

from __future__ import annotations

import base64
import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from dotbridge.errors import ConfigError
from dotbridge.ledger.codes import KEY_FILE_BROKEN, KEY_FILE_MISSING, KEY_FILE_UNWRITABLE


class Keyring:
    """Keys by version."""

    def __init__(self, keys: dict[int, bytes]) -> None:
        self.newest = max(keys)
        order = sorted(keys, reverse=True)
        self.secrets = MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(keys[v], b"secrets"))) for v in order])
        self.bodies = {version: AESGCM(_derive(key, b"bodies")) for version, key in keys.items()}


@cache
def keyring() -> Keyring:
    """The installation's keys; raises ConfigError when the file is missing or broken."""
    path = Path(settings.KEY_FILE)
    try:
        lines = path.read_text().split()
    except FileNotFoundError:
        raise ConfigError(KEY_FILE_MISSING, f"It should be at {path}.") from None
    except OSError as error:
        raise ConfigError(KEY_FILE_BROKEN, f"{path}: {error.strerror}.") from None
    keys: dict[int, bytes] = {}
    for line in lines:
        version, _, encoded = line.partition(":")
        try:
            keys[int(version)] = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise ConfigError(KEY_FILE_BROKEN, f"{path}: a line is not `version:key`.") from None
    if not keys or any(len(key) != 32 for key in keys.values()):
        raise ConfigError(KEY_FILE_BROKEN, f"{path}: it needs keys of 32 bytes.")
    return Keyring(keys)


def create_keyring() -> None:
    """Writes a first key, readable by its owner alone. Leaves an existing file as it is."""
    _append(Path(settings.KEY_FILE), 1, new_file=True)


def add_key() -> int:
    """Adds a newest version and gives its number; what is sealed with older ones can still be opened."""
    version = keyring().newest + 1
    _append(Path(settings.KEY_FILE), version, new_file=False)
    keyring.cache_clear()
    return version


def _append(path: Path, version: int, *, new_file: bool) -> None:
    mode = os.O_WRONLY | (os.O_CREAT | os.O_EXCL if new_file else os.O_APPEND)
    try:
        handle = os.open(path, mode, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise ConfigError(KEY_FILE_UNWRITABLE, f"{path}: {error.strerror}.") from None
    try:
        with os.fdopen(handle, "w") as file:
            file.write(f"{version}:{base64.b64encode(secrets.token_bytes(32)).decode()}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if new_file:
            path.unlink()  # half a key would be taken for a broken one
        raise ConfigError(KEY_FILE_UNWRITABLE, f"{path}: {error.strerror}.") from None


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"dotbridge " + purpose).derive(key)
