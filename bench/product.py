"""The product's order path, measured from outside: the jobs that the command line runs, in a fresh process.

Contacts are put into the ledger as accepted, so that orders need not wait for them. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import yaml

from bench.measure import Stopwatch
from bench.store import PEOPLE
from bench.store_full import OWN


def configure(task: dict[str, Any]) -> None:
    """An installation of its own in ``folder``, connected to store and sink by the command line, its website live."""
    os.environ["DOTBRIDGE_DATA"] = task["folder"]
    os.environ["DJANGO_SETTINGS_MODULE"] = "dotbridge.config.settings"
    if task.get("database"):
        os.environ["DOTBRIDGE_DATABASE"] = task["database"]
    from dotbridge.cli.main import cli

    file = Path(task["folder"]) / "bench.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(_configuration(task)))
    with redirect_stdout(StringIO()):
        for command in (["apply", str(file)], ["account", "prepare", "--yes"]):
            cli(command, standalone_mode=False)
    from dotbridge.jobs.schedule import plan_jobs
    from dotbridge.ledger.models import DotdigitalAccount, Website

    DotdigitalAccount.objects.update(canary=DotdigitalAccount.Canary.PASSED)
    Website.objects.update(state=Website.State.LIVE, facts_complete=True)
    if "what" not in task:
        _accept_contacts(DotdigitalAccount.objects.get().pk, Website.objects.get().pk)
    plan_jobs()


def _configuration(task: dict[str, Any]) -> dict[str, Any]:
    shop = {name: value for name, value in task["shop"].items() if name != "charset"}
    hosts = {"r1": f"http://127.0.0.1:{task['sink']}"}
    return {
        "accounts": {"main": {"username": "bench", "password": "bench", "hosts": hosts, "currency": "GBP"}},
        "connections": {"shop": {"platform": task["platform"], "account": "main", "settings": shop}},
        "settings": {
            "non_subscribers": "send",
            "importer.poll_seconds": 0,
            **({"contacts.attributes": {code: code.upper() for code in OWN}} if "what" in task else {}),
            **({"history.range": task["range"], "history.workers": task["processes"]} if "range" in task else {}),
        },
        "confirmed_by": "the benchmark",
    }


def _accept_contacts(account_id: int, website_id: int) -> None:
    """Everybody who may have ordered, as if Dotdigital had taken them already."""
    from dotbridge.ledger import hot
    from dotbridge.ledger.transaction import writing

    numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {PEOPLE} - 1)"
    source = (
        "INSERT INTO contact_source (website_id, kind, source_id, email, contact_id, code, detail, source_updated,"
        " read_started) {numbers} SELECT {website}, '{kind}', {key}, c.email, c.id, '', '', '', 0"
        " FROM n JOIN email_contact c ON c.email_key = 'user' || n.i || '@example.com'"
    )
    with writing():
        hot.execute(
            "INSERT INTO email_contact (account_id, email_key, email, state, waits_for, code, detail, warnings, version,"
            " batch_version, attempts, mapping_version, read_started, dirty, mapped, is_guest, is_subscriber,"
            f" subscriber_status, suppressed_reason, contact_id) {numbers} SELECT {account_id},"
            " 'user' || i || '@example.com', 'user' || i || '@example.com', 'accepted', '', '', '', '', 1, 1, 0, 0, 0,"
            " 0, 0, 0, 1, 'subscribed', '', i + 1 FROM n"
        )
        for kind, key in (("customer", "CAST(n.i + 1 AS TEXT)"), ("guest", "c.email_key")):
            hot.execute(source.format(numbers=numbers, website=website_id, kind=kind, key=key))


def read_orders(work: ModuleType, run_job: Callable[[str], Counter[str]]) -> int:
    """Runs order_and_quote_sync without its contacts, which are measured by themselves; gives how many were staged."""
    mapping = work.map_contacts
    work.map_contacts = lambda scope, lease=None: (Counter(), False)  # noqa: ARG005 - the names of its parameters
    try:
        return run_job("order_and_quote_sync")["staged"]
    finally:
        work.map_contacts = mapping


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Orders read, staged, sent and settled; then once more unchanged; then their contacts."""
    from dotbridge.jobs import work
    from dotbridge.jobs.once import run_job
    from dotbridge.ledger import hot
    from dotbridge.ledger.models import Checkpoint

    orders, result = task["orders"], {}
    watch = Stopwatch()
    staged = read_orders(work, run_job)
    result["collected"] = watch.read(orders)
    run_job("importer")
    result["orders"] = watch.read(orders)
    accepted = hot.rows("SELECT COUNT(*) FROM email_order WHERE state = 'accepted'")[0][0]
    assert (staged, accepted) == (orders, orders), (staged, accepted)
    if task.get("more"):
        Checkpoint.objects.all().delete()
        watch.again()
        assert read_orders(work, run_job) == 0
        result["unchanged"] = watch.read(orders)
        watch.again()
        run_job("order_and_quote_sync")
        run_job("importer")
        contacts = hot.rows("SELECT COUNT(*) FROM email_contact WHERE accepted_digest IS NOT NULL")[0][0]
        result["contacts"] = watch.read(contacts)
    return result


#: Of contacts and of the catalogue: the job that reads them, and their table.
_JOBS = {
    "contacts": ("customer_subscriber_guest_sync", "email_contact"),
    "catalog": ("catalog_sync", "email_catalog"),
}


def run_one(task: dict[str, Any]) -> dict[str, Any]:
    """Contacts, or the catalogue, from a shop that nothing has been read of: read, staged, sent and settled."""
    from dotbridge.jobs.once import run_job
    from dotbridge.ledger import hot

    job, table = _JOBS[task["what"]]
    watch = Stopwatch()
    run_job(job)
    run_job("importer")
    result = watch.read(task["records"])
    accepted = hot.rows(f"SELECT COUNT(*) FROM {table} WHERE state = 'accepted'")[0][0]
    assert accepted == task["records"], accepted
    return result


def main() -> None:
    """Runs once over the store."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", type=orjson.loads, help="shop, sink, folder and orders as JSON; or what, and records")
    task = parser.parse_args().task
    configure(task)
    print(orjson.dumps(run_one(task) if "what" in task else run(task)).decode())


if __name__ == "__main__":
    main()
