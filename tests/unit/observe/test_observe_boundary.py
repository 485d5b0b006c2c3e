"""A boundary is nothing in production and a sudden death where a test asks for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

PROGRAM = """
from dotbridge.observe.boundary import reach
for number in range(3):
    reach("other")
    reach("importer.submitted")
    print(number, flush=True)
"""


def run(kill_at: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DOTBRIDGE_KILL_AT"}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    if kill_at is not None:
        environment["DOTBRIDGE_KILL_AT"] = kill_at
    return subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False)


def test_without_the_variable_nothing_happens() -> None:
    assert (run(None).returncode, run(None).stdout.split()) == (0, ["0", "1", "2"])


@pytest.mark.parametrize(
    ("kill_at", "printed"),
    [
        ("importer.submitted", []),
        ("importer.submitted:1", []),
        ("importer.submitted:3", ["0", "1"]),
        ("other:2", ["0"]),
    ],
)
def test_the_process_dies_at_the_chosen_pass(kill_at: str, printed: list[str]) -> None:
    died = run(kill_at)
    assert died.returncode == -signal.SIGKILL
    assert died.stdout.split() == printed


def test_a_boundary_that_is_never_reached_kills_nobody() -> None:
    assert run("importer.settled").returncode == 0
