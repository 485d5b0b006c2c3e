"""The suite leaves no platform out, and its table says what it does."""

from __future__ import annotations

from conformance_table import PAGE, cases, page

from dotbridge.sources import registry
from support.benches import BENCHES, bench
from support.toy_shop import Toy


def test_every_registered_platform_has_a_bench() -> None:
    assert [key for key in registry.PLATFORMS if key not in BENCHES] == []
    assert [key for key in BENCHES if bench(key).platform != key.partition("/")[0]] == []


def test_what_does_not_apply_is_a_case_that_there_is() -> None:
    assert [name for key in BENCHES for name in bench(key).without if name not in cases()] == []


def test_the_table_is_what_the_suite_runs() -> None:
    assert PAGE.read_text() == page(), "run `make docs`"


def test_one_line_in_the_registry_makes_a_platform() -> None:
    assert registry.PLATFORMS["toy"] == "support.toy_shop:Toy"
    assert registry.platform("toy") is Toy
