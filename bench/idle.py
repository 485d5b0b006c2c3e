"""What waiting costs: an installation whose shop does nothing, with its pollers, its live lane and its change feed.

``python -m bench.idle`` prints one JSON object: for a minute without and with the change feed, the share of one core that
the whole of `dotbridge up` takes, and the statements that the shop's database was asked.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

import orjson
from tests.support.mariadb import MariaDb

from bench import store
from bench.rounds import ROOT, environment

ORDERS = 200
#: Seconds in which everything must have been read for the first time, and how long nothing must be due after that.
PATIENCE, REST = 180.0, 5.0
_LOGGED = ("--log-bin=binlog", "--binlog-format=ROW", "--server-id=7")


def main() -> None:
    """Measures both in fresh processes."""
    parser = argparse.ArgumentParser(prog="python -m bench.idle", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--platform", choices=("magento1", "magento2"), default="magento2")
    parser.add_argument("--task", type=orjson.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        print(orjson.dumps(wait(options.task)).decode())
        return
    found = {}
    with MariaDb(*_LOGGED) as server:
        store.make(server, "idle", ORDERS, options.platform)
        sink = subprocess.Popen([sys.executable, "-m", "bench.sink"], stdout=subprocess.PIPE, cwd=ROOT)
        assert sink.stdout is not None
        port = int(sink.stdout.readline())
        try:
            for name, feed in (("without a feed", False), ("with a feed", True)):
                shop = {"host": server.host, "port": server.port, "user": server.user}
                shop |= {"password": server.password, "database": "idle", "change_feed": feed}
                with tempfile.TemporaryDirectory(prefix="dotbridge-bench-") as folder:
                    task = {"shop": shop, "sink": port, "folder": f"{folder}/data", "seconds": options.seconds}
                    task["platform"] = options.platform
                    command = [sys.executable, "-m", "bench.idle", "--task", orjson.dumps(task).decode()]
                    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, env=environment())
                found[name] = orjson.loads(done.stdout)
        finally:
            sink.kill()
            sink.wait()
            sink.stdout.close()
    print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())


def wait(task: dict[str, Any]) -> dict[str, Any]:
    """The figures of one installation."""
    import pymysql

    from bench.product import configure

    configure(task)
    from dotbridge.cli.up import Serving

    shop = {name: task["shop"][name] for name in ("host", "port", "user", "password")}
    with (
        redirect_stderr(StringIO()),
        redirect_stdout(StringIO()),
        pymysql.connect(**shop, autocommit=True) as watch,
        watch.cursor() as cursor,
        Serving(0),
    ):

        def asked() -> int:
            cursor.execute("SHOW GLOBAL STATUS LIKE 'Questions'")
            return int(cursor.fetchone()[1])

        _come_to_rest()
        cpu, wall, before = time.process_time(), time.monotonic(), asked()
        time.sleep(task["seconds"])
        cpu, wall, statements = time.process_time() - cpu, time.monotonic() - wall, asked() - before - 1
    return {"seconds": round(wall), "core_percent": round(100 * cpu / wall, 2), "statements": statements}


def _come_to_rest() -> None:
    """Until every job but the feed's has had its turn."""
    from dotbridge.ledger import hot

    busy = "SELECT COUNT(*) FROM job WHERE kind <> 'change_feed' AND (state = 'running' OR due_at < %s)"
    until, quiet = time.monotonic() + PATIENCE, 0.0
    while quiet < REST:
        time.sleep(0.5)
        quiet = quiet + 0.5 if hot.rows(busy, [time.time() + 1])[0][0] == 0 else 0.0
        assert time.monotonic() < until, "it never came to rest"


if __name__ == "__main__":
    main()
