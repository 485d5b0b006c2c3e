"""A machine that follows the log of a Magento database."""

from __future__ import annotations

import json
from typing import Any

import yaml

from support.benches.magento1 import Magento1Bench
from support.dotdigital_sandbox import PASSWORD, USER, Sandbox
from support.toy_machine import SHORT, Machine

#: What lets a MariaDB keep a log that can be followed.
LOGGED = ("--log-bin=binlog", "--binlog-format=ROW", "--server-id=7")


class Follower(Machine):
    """An installation with the shop at the bench, synced, its feed at the log's end."""

    def follow(self, sandbox: Sandbox, shop: Magento1Bench) -> None:
        server = shop.server
        settings = {
            "host": server.host,
            "port": server.port,
            "user": server.user,
            "password": server.password,
            "database": shop.database,
            "change_feed": True,
        }
        configuration = {
            "accounts": {"main": {"username": USER, "password": PASSWORD, "hosts": {"r1": sandbox.url}}},
            "connections": {"shop": {"platform": shop.platform, "account": "main", "settings": settings}},
            "confirmed_by": "Ada",
            "settings": {**SHORT, "overlap_seconds": 120, "non_subscribers": "send"},
        }
        (self.folder / "dotbridge.yaml").write_text(yaml.safe_dump(configuration))
        self.run("apply", str(self.folder / "dotbridge.yaml"))
        self.run("account", "prepare", "--yes")
        self.run("sync", "all")
        self.run("sync", "change_feed")

    def told(self) -> set[str]:
        """Orders that wait to be read again."""
        return {row[0] for row in self.sql("SELECT source_id FROM waiting_id WHERE stream = 'orders'")}

    def position(self) -> dict[str, Any]:
        """Where the feed stands."""
        found: dict[str, Any] = json.loads(self.sql("SELECT cursor FROM checkpoint WHERE stream = 'change_feed'")[0][0])
        return found
