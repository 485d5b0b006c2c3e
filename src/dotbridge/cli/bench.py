"""`dotbridge bench`: how fast this machine is, against a floor that does the same job in the shortest way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from dotbridge.cli.codes import BENCH_ABSENT
from dotbridge.cli.output import as_json
from dotbridge.errors import ConfigError

_ROOT = Path(__file__).resolve().parents[3]


@click.command()
@click.option("--orders", default=40_000, show_default=True, help="How many orders the sample store has.")
@click.option("--rounds", default=3, show_default=True, help="How often the three programs run, turn about.")
@click.option("--large", is_flag=True, help="Measure memory at a million orders too; some ten minutes more.")
@as_json
def command(orders: int, rounds: int, large: bool, json_: bool) -> None:
    """Measure floor, floor with obligations and dotbridge, on SQLite and, where it is there, PostgreSQL; needs MariaDB."""
    if not (_ROOT / "bench" / "__main__.py").exists():
        raise ConfigError(BENCH_ABSENT)
    command = [
        sys.executable,
        "-m",
        "bench",
        f"--orders={orders}",
        f"--rounds={rounds}",
        *(["--large"] if large else []),
    ]
    sys.exit(subprocess.run([*command, *(["--json"] if json_ else [])], cwd=_ROOT, check=False).returncode)
