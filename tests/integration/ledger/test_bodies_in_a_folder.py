"""Batch bodies in a folder whose disk is full: work waits and says why, and nothing half written stays."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import override_settings

from dotbridge.config import environment
from dotbridge.errors import RetryableError
from dotbridge.ledger import bodies
from dotbridge.ledger.codes import BODIES_AWAY
from dotbridge.ledger.keys import create_keyring, keyring


def test_a_full_disk_leaves_no_half_body_and_work_goes_on_when_there_is_room(settings: Any, tmp_path: Path) -> None:
    settings.KEY_FILE = str(tmp_path / "keys")
    keyring.cache_clear()
    create_keyring()
    with override_settings(STORAGES={**settings.STORAGES, "bodies": environment.bodies("DOTBRIDGE_BODIES", tmp_path)}):
        storages.__dict__.pop("backends", None)
        storages._storages.clear()
        held = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, held[1]))  # a file may not grow beyond it, as on a full disk
        try:
            with pytest.raises(RetryableError) as raised:
                bodies.store(7, [("a", b"{}")])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, held)
        assert raised.value.code is BODIES_AWAY
        assert bodies.stored_names() == set()
        stored = bodies.store(7, [("a", b"{}")])
        assert list(bodies.frames(bodies.load(stored.name, stored.sha256))) == [("a", b"{}")]
    storages.__dict__.pop("backends", None)
    storages._storages.clear()
    keyring.cache_clear()
