"""`dotbridge connect`: what has to be set up on a platform's side, so that it tells of changes."""

from __future__ import annotations

import os
import sys

import click

from dotbridge.cli.check import MARKS
from dotbridge.cli.codes import CONNECTION_UNCLEAR, DESTINATION_UNCLEAR
from dotbridge.cli.output import as_json, put_json, put_table
from dotbridge.errors import ConfigError
from dotbridge.setup.start import start

_ENV = "env:"


@click.command()
@click.argument("platform")
@click.option("--connection", "key", default="", help="Which connection, where the platform has several.")
@click.option("--create-subscription", is_flag=True, help="Let the platform send its changes to a queue or topic.")
@click.option(
    "--destination",
    multiple=True,
    metavar="NAME=VALUE",
    help="A member of the destination, as the platform names it; `env:NAME` takes the value from the environment.",
)
@as_json
def command(platform: str, key: str, create_subscription: bool, destination: tuple[str, ...], json_: bool) -> None:
    """Test the connection to PLATFORM and, if asked to, set up on its side that it tells of changes."""
    start()
    from dotbridge.accounts.audit import note
    from dotbridge.cli.person import actor
    from dotbridge.ledger.models import Connection
    from dotbridge.ledger.settings import resolve
    from dotbridge.ledger.shops import open_source

    found = list(Connection.objects.filter(platform=platform, **({"key": key} if key else {})).order_by("key"))
    if len(found) != 1:
        names = ", ".join([row.key for row in found]) or "none"
        raise ConfigError(CONNECTION_UNCLEAR, f"Connections to {platform}: {names}.")
    source = open_source(found[0], resolve())
    try:
        rows = [source.create_subscription(_members(destination))] if create_subscription else source.check()
    finally:
        source.close()
    ok = all(one.state == "ok" for one in rows)
    if create_subscription:
        note(actor(), "subscription.asked", f"connection {found[0].key}", after={"result": rows[0].text})
    address = f"/events/{found[0].key}/?token=<event_secret>"
    if json_:
        checks = [{"check": one.name, "state": one.state, "text": one.text, "todo": one.todo} for one in rows]
        put_json({"connection": found[0].key, "address": address, "checks": checks})
    else:
        shown = [(one.name, MARKS[one.state], f"{one.text} {one.todo}".strip()) for one in rows]
        put_table(f"Connection {found[0].key}", ("Check", "", "Finding"), shown)
        if create_subscription and ok:
            click.echo(f"Let the topic push to https://<this installation>{address}, or name the queue or")
            click.echo("subscription as event_queue of the connection, and it is pulled.")
    if any(one.state == "failed" for one in rows):
        sys.exit(4)


def _members(pairs: tuple[str, ...]) -> dict[str, str]:
    members = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ConfigError(DESTINATION_UNCLEAR, f"It is {name!r}.")
        if value.startswith(_ENV):
            variable = value.removeprefix(_ENV)
            if variable not in os.environ:
                raise ConfigError(DESTINATION_UNCLEAR, f"{name}: the variable {variable} is not set.")
            value = os.environ[variable]
        members[name] = value
    return members
