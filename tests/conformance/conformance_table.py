"""Writes docs/reference/conformance.md: which case each platform passes, from the cases and the benches themselves.

A cell says "yes" where the suite runs the case and so must pass it, or the bench's reason why it does not apply.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE.parent), str(_HERE.parent.parent)]

from dotbridge.config.reference.markdown import table  # noqa: E402 - found through the path above
from dotbridge.sources.registry import PLATFORMS, platform  # noqa: E402
from support.benches import BENCHES, bench  # noqa: E402

PAGE = _HERE.parents[1] / "docs" / "reference" / "conformance.md"
_INTRODUCTION = """# Conformance

What every platform is held to, by one suite that runs against a real server or sandbox of each. It is written by
`make docs`; "yes" means that the suite runs the case, and fails if it does not hold.

"""


def cases() -> dict[str, str]:
    """Name of each case -> what it says, in words."""
    tree = ast.parse((_HERE / "test_conformance.py").read_text())
    names = [part.name for part in tree.body if isinstance(part, ast.FunctionDef) and part.name.startswith("test_")]
    return {name: name.removeprefix("test_").replace("_", " ").capitalize() for name in names}


def page() -> str:
    """The page, with a column for each way of a platform; KeyError for a registered platform without a bench."""
    keys = [key for key in PLATFORMS if key != "toy"]
    benches = [bench(one) for key in keys for one in (key, *[way for way in BENCHES if way.startswith(f"{key}/")])]
    rows = [(words, *[one.without.get(name, "yes") for one in benches]) for name, words in cases().items()]
    labels = [", ".join(filter(None, (platform(one.platform).label, one.way))) for one in benches]
    return _INTRODUCTION + table(("Case", *labels), rows)


if __name__ == "__main__":
    PAGE.write_text(page())
