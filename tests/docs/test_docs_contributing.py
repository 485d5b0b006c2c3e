"""CONTRIBUTING says which files a platform and a collection touch; here they are looked for."""

from __future__ import annotations

import re

import pytest
from doc_pages import ROOT

from dotbridge.collector.history import PHASES
from dotbridge.jobs.kinds import KINDS
from dotbridge.ledger.people import RECORD_TABLES
from dotbridge.ledger.settings import SETTINGS
from dotbridge.mapping.registry import COLLECTIONS
from dotbridge.sources.registry import PLATFORMS, platform

SOURCE = ROOT / "src" / "dotbridge"


@pytest.mark.parametrize("key", PLATFORMS)
def test_a_platform_is_one_folder_of_the_usual_files(key: str) -> None:
    folder = SOURCE / "sources" / key
    assert (folder / "source.py").is_file()
    assert list((folder / "streams").glob("*.py"))
    assert (folder / "to_commerce").is_dir() or (folder / "to_commerce.py").is_file()


@pytest.mark.parametrize("key", PLATFORMS)
def test_a_platform_declares_itself(key: str) -> None:
    declared = platform(key)
    assert declared.key == key
    assert declared.label
    assert declared.version_range
    assert set(declared.collections) <= set(PHASES)


@pytest.mark.parametrize("key", PLATFORMS)
def test_nothing_else_knows_a_platforms_name(key: str) -> None:
    own = SOURCE / "sources"
    allowed = {SOURCE / "cli" / "demo.py"}
    others = [path for path in SOURCE.rglob("*.py") if not path.is_relative_to(own) and path not in allowed]
    others = [path for path in others if not path.is_relative_to(SOURCE / "sandbox")]
    assert [path.name for path in others if re.search(rf"[\"']{key}[\"']", path.read_text())] == []


@pytest.mark.parametrize("key", COLLECTIONS)
def test_a_collection_is_read_compared_and_part_of_history(key: str) -> None:
    collection = COLLECTIONS[key]
    assert (SOURCE / "mapping" / f"{key}.py").is_file()
    assert collection.table in RECORD_TABLES
    assert collection.stream in PHASES
    assert f"compare.{collection.stream}.every" in SETTINGS
    jobs = [kind for kind in KINDS.values() if key in kind.collections]
    assert [kind for kind in jobs if collection.stream in kind.streams] == jobs
    assert len(jobs) == 1


def test_every_path_that_contributing_names_exists() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text()
    paths = re.findall(r"`((?:src|tests|docs)/[^`<]+)`", page)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
