"""`dotbridge demo`: a sample shop, the Dotdigital sandbox, the connector and its console, on this machine alone."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from dotbridge.cli.output import as_json, put_json
from dotbridge.cli.server_process import ServerProcess

_USER, _PASSWORD = "apiuser-demo@apiconnector.com", "sandbox-1"


@click.command()
@click.option("--once", is_flag=True, help="Until everything has arrived, then end; exit 0 only if it balances.")
@click.option("--port", default=8321, show_default=True, help="Port of the console on loopback; 0 chooses one.")
@click.option("--seed", default=7, show_default=True, help="Another seed is another shop.")
@as_json
def command(once: bool, port: int, seed: int, json_: bool) -> None:
    """Show the whole path on this machine: nothing to install, no account, nothing left behind."""
    started = time.monotonic()
    # A stop must pass through the context managers below, or the servers would outlive the demo.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="dotbridge-demo-") as folder:
        _own_folder(Path(folder))
        living = [] if once else ["--living", "6"]
        sandbox = ServerProcess(
            "dotbridge.sandbox.dotdigital",
            ["--port", "0", "--database", f"{folder}/dotdigital.sqlite3", "--seed-account", f"{_USER}:{_PASSWORD}:r1"],
        )
        shop = ServerProcess(
            "dotbridge.sandbox.northwind",
            ["--port", "0", "--database", f"{folder}/northwind.sqlite3", "--seed", str(seed), *living],
        )
        with sandbox, shop:
            _prepare(shop.ready, sandbox.ready["url"])
            if once:
                _once(started, json_)
            else:
                _serve(port, shop.ready["url"], sandbox.ready["url"])


def _own_folder(folder: Path) -> None:
    """The demo never touches an installation of the same user."""
    for name in [name for name in os.environ if name.startswith("DOTBRIDGE_") and name != "DOTBRIDGE_KILL_AT"]:
        del os.environ[name]
    os.environ["DOTBRIDGE_DATA"] = str(folder / "dotbridge")


def _prepare(shop: dict[str, Any], sandbox: str) -> None:
    from dotbridge.setup.start import start

    start(level="error")
    from dotbridge.importer.prepare import prepare_account
    from dotbridge.ledger.models import DotdigitalAccount
    from dotbridge.setup.configuration import File, apply, checked

    file = File(
        accounts={"demo": {"username": _USER, "password": _PASSWORD, "hosts": {"r1": sandbox}, "currency": "GBP"}},
        connections={
            "northwind": {
                "label": "Northwind",
                "platform": "magento2",
                "account": "demo",
                "settings": {"base_url": shop["url"], "allow_private": True, **shop["oauth"]},
            }
        },
        settings={"non_subscribers": "send", "importer.poll_seconds": 0, "overlap_seconds": 30, **_QUICK},
        confirmed_by="the demonstration",
    )
    apply(checked(file), "demo")
    prepare_account(DotdigitalAccount.objects.get())


_QUICK = {
    "jobs.customer_subscriber_guest_sync.every": 10,
    "jobs.order_and_quote_sync.every": 10,
    "jobs.catalog_sync.every": 60,
    "jobs.reconcile.every": 120,
    "jobs.importer.every": 5,
    "compare.products.every": 600,
}


def _once(started: float, json_: bool) -> None:
    from dotbridge.jobs.balance import audit_all, held_by_dotdigital
    from dotbridge.jobs.once import run_until_quiet
    from dotbridge.reconcile.audit import is_balanced

    def tell(kind: str, counts: Counter[str]) -> None:
        if not json_:
            click.echo(f"{kind:32} {', '.join(f'{n:,} {what}' for what, n in sorted(counts.items()))}")

    run_until_quiet(tell)
    rows = audit_all()
    shop: Counter[str] = Counter()
    for row in rows:
        shop[row.collection] += row.shop
    balanced = is_balanced(rows) and not any(row.in_flight for row in rows)
    result = {
        "shop": dict(shop),
        "dotdigital": {name: number for name, number in held_by_dotdigital().items() if name in shop},
        "exceptions": sum(row.rejected for row in rows),
        "balanced": balanced,
        "seconds": round(time.monotonic() - started, 1),
    }
    if json_:
        put_json(result)
    else:
        click.echo(f"{'Balanced' if balanced else 'Not balanced'} after {result['seconds']} s: {result}")
    if not balanced:
        sys.exit(1)


def _serve(port: int, shop: str, sandbox: str) -> None:
    from dotbridge.accounts.people import add_person
    from dotbridge.accounts.roles import ensure_roles
    from dotbridge.cli.up import Serving

    password = secrets.token_urlsafe(9)
    ensure_roles()
    add_person("ada", "admin", password, "demo")
    with Serving(port) as serving:
        click.echo(
            f"\n  Console     {serving.url}\n  Login       ada / {password}\n"
            f"  Shop        {shop}\n  Dotdigital  {sandbox} (sandbox)\n\n"
            "  The shop changes every few seconds. Ctrl-C ends everything and leaves nothing behind.\n"
        )
        sys.stdout.flush()
        serving.wait()
