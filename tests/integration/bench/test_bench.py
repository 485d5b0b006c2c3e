"""The benchmark runs from end to end on a small store. Its figures are printed for people and are no gate."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from support.mariadb import MariaDb
from support.postgresql import PostgreSql

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
@pytest.mark.mariadb
@pytest.mark.parametrize("platform", ["magento1", "magento2"])
def test_floor_and_product_carry_the_same_orders_and_print_their_figures(platform: str) -> None:
    if not MariaDb.available():
        if os.environ.get("DOTBRIDGE_REQUIRE_SERVICES") == "1":
            pytest.fail("MariaDB is not installed")
        pytest.skip("MariaDB is not installed")
    command = [sys.executable, "-m", "bench", "--json", "--orders=2000", "--rounds=1", "--no-memory"]
    command.append(f"--platform={platform}")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    result = orjson.loads(done.stdout)
    assert result["orders"] == 2000
    assert result["missing"] == []
    for name in ("plain", "obligations", "product", "unchanged"):
        assert result[name]["cpu_us"] > 0, name
    assert result["sales"]["records"] == 2000
    for what, records in (("contacts", 1000), ("catalog", 750)) if platform == "magento1" else ():
        assert result[what]["records"] == records
        assert result[what]["ratio_obligations"] > 1
    assert result["ratio_obligations"] > 1
    if PostgreSql.available():
        assert result["postgresql"]["ratio_obligations"] > 1
        assert result["workers"]["one"]["per_second"] > 0
        assert result["workers"]["two"]["cpu_us"] > 0
