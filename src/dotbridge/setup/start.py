"""Brings the installation up: Django, logging, the schema, the key file."""

from __future__ import annotations

import django
from django.apps import apps
from django.core.management import call_command

from dotbridge.observe.logging import configure
from dotbridge.observe.private import set_hash_key


def start(*, json_logs: bool = False, level: str = "warning", migrate: bool = True) -> None:
    """Makes the ledger usable: migrated, with a key file. Safe to call twice and from several processes.

    Raises ConfigError when the key file is missing although something sealed is there.
    """
    configure(json=json_logs, level=level)
    if not apps.ready:
        django.setup()
    from django.conf import settings

    set_hash_key(settings.SECRET_KEY.encode())
    if migrate:
        call_command("migrate", verbosity=0, interactive=False)
    _keys()


def _keys() -> None:
    from dotbridge.ledger.keys import create_keyring, keyring
    from dotbridge.ledger.models import DotdigitalAccount

    if not DotdigitalAccount.objects.exists():
        create_keyring()
    keyring()
