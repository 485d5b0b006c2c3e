"""One sandbox process for this folder, wiped before each test, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.dotdigital_calls import Dotdigital
from support.dotdigital_sandbox import AMERICAN, PASSWORD, USER, Sandbox
from support.published_payloads import Scene

NOON = "2026-03-01T12:00:00Z"


@pytest.fixture(scope="session")
def process() -> Iterator[Sandbox]:
    with Sandbox([(USER, PASSWORD, "r1"), (AMERICAN, PASSWORD, "r2")]) as running:
        yield running


@pytest.fixture
def sandbox(process: Sandbox) -> Sandbox:
    process.delete_control("faults")
    process.post_control("reset")
    process.post_control("clock", {"set": NOON})
    return process


@pytest.fixture
def dotdigital(sandbox: Sandbox) -> Dotdigital:
    return Dotdigital(sandbox)


@pytest.fixture
def scene(sandbox: Sandbox, dotdigital: Dotdigital) -> Scene:
    return Scene(sandbox, dotdigital)
