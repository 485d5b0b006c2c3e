"""Batch bodies: one encrypted file per batch, written and synced before the transaction that names it.

A body holds the records of a batch in order, each with its document key, so that a record can be left out at submit and
a batch can be split. Layout: version of the key (2 bytes), nonce (12), AES-GCM of the frames as a zlib stream, with the
name authenticated. The first line of the frames is a JSON array of all keys, then comes one document a line, so that a
body is read without touching its records one by one.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages
from isal import isal_zlib

from dotbridge.errors import RetryableError
from dotbridge.ledger.codes import BODIES_AWAY, BODY_LOST
from dotbridge.ledger.keys import keyring


class Stored(NamedTuple):
    """Where a body is, its sha256 and its size in bytes before sealing."""

    name: str
    sha256: str
    size: int


class DurableFolder(FileSystemStorage):
    """A folder whose files survive a power cut from the moment that ``save`` returns."""

    def reach(self) -> None:
        """Raises RetryableError(BODIES_AWAY) unless the folder can be written, or made."""
        folder = Path(self.location)
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise RetryableError(BODIES_AWAY, f"{folder} cannot be written.")

    def _save(self, name: str, content: ContentFile[bytes]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.read())
                file.flush()
                os.fsync(handle)
        except OSError:
            path.unlink(missing_ok=True)  # the disk is full: half a body helps nobody
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name


def storage() -> Storage:
    """Where bodies live."""
    return storages["bodies"]


def reach() -> None:
    """Raises RetryableError(BODIES_AWAY) while the place of bodies cannot be used at all; how full it is, is not asked."""
    storage().reach()  # type: ignore[attr-defined] # both places of ours have it


def body_name(batch: int) -> str:
    """The name of a batch's body."""
    return f"{batch:016x}"


def store(batch: int, frames: Sequence[tuple[str, bytes]]) -> Stored:
    """Seals and stores the (document key, document) of a batch; durable when it returns."""
    name, ring = body_name(batch), keyring()
    plain = b"\n".join([orjson.dumps([key for key, _ in frames]), *[document for _, document in frames]])
    head, nonce = ring.newest.to_bytes(2, "big"), os.urandom(12)
    sealed = ring.bodies[ring.newest].encrypt(nonce, isal_zlib.compress(plain, 1), head + name.encode())
    whole = head + nonce + sealed
    try:
        storage().save(name, ContentFile(whole))
    except OSError as error:
        raise RetryableError(BODIES_AWAY, f"{error.strerror}.") from error
    return Stored(name, hashlib.sha256(whole).hexdigest(), len(plain))


def load(name: str, sha256: str) -> bytes:
    """A body in clear, for ``frames``; raises RetryableError: BODY_LOST when it is gone or was altered, BODIES_AWAY while
    their place cannot be read."""
    try:
        with storage().open(name, "rb") as file:
            whole = file.read()
    except FileNotFoundError:
        raise RetryableError(BODY_LOST, f"{name} is not there.") from None
    except OSError as error:
        raise RetryableError(BODIES_AWAY, f"{error.strerror}.") from error
    if hashlib.sha256(whole).hexdigest() != sha256:
        raise RetryableError(BODY_LOST, f"{name} was altered.")
    key = keyring().bodies.get(int.from_bytes(whole[:2], "big"))
    if key is None:
        raise RetryableError(BODY_LOST, f"{name} was sealed with a key that is gone.")
    try:
        return isal_zlib.decompress(key.decrypt(whole[2:14], whole[14:], whole[:2] + name.encode()))
    except InvalidTag:
        raise RetryableError(BODY_LOST, f"{name} was altered.") from None


def documents(plain: bytes) -> list[bytes]:
    """The records alone."""
    return plain.split(b"\n")[1:]


def joined(plain: bytes) -> bytes:
    """The records alone, with commas between them: a document that is JSON holds no line break."""
    return plain[plain.index(b"\n") + 1 :].replace(b"\n", b",")


def frames(plain: bytes) -> Iterator[tuple[str, bytes]]:
    """(document key, document) of each record."""
    keys, *documents = plain.split(b"\n")
    return zip(orjson.loads(keys), documents, strict=True)


def drop(names: Iterable[str]) -> None:
    """Removes bodies; one that is gone already is fine."""
    for name in names:
        storage().delete(name)


def stored_names() -> set[str]:
    """The names of all bodies there are, for sweeping those without a batch."""
    try:
        return set(storage().listdir("")[1])
    except FileNotFoundError:
        return set()


def stored_at(name: str) -> float:
    """When a body was written, in epoch seconds; now for one that has gone meanwhile."""
    try:
        return storage().get_modified_time(name).timestamp()
    except FileNotFoundError:
        return time.time()
