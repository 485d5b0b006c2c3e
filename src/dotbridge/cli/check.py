"""`dotbridge check`: named findings of each connection."""

from __future__ import annotations

import sys

import click

from dotbridge.cli.output import as_json, put_json, put_table
from dotbridge.setup.start import start

MARKS = {"ok": "✓ ok", "missing": "- missing", "failed": "✗ failed"}


@click.command()
@as_json
def command(json_: bool) -> None:
    """Test the connections to the shops: reachable, rights, version, what is missing."""
    start()
    from dotbridge.ledger.models import Connection
    from dotbridge.ledger.settings import resolve
    from dotbridge.ledger.shops import open_source

    rows = []
    for connection in Connection.objects.order_by("key"):
        source = open_source(connection, resolve())
        try:
            rows += [(connection.key, one) for one in source.check()]
        finally:
            source.close()
    if json_:
        put_json(
            [
                {"connection": key, "check": one.name, "state": one.state, "text": one.text, "todo": one.todo}
                for key, one in rows
            ]
        )
    else:
        put_table(
            "Connections",
            ("Connection", "Check", "", "Finding"),
            [(k, c.name, MARKS[c.state], f"{c.text} {c.todo}".strip()) for k, c in rows],
        )
    if any(one.state == "failed" for _, one in rows):
        sys.exit(4)
