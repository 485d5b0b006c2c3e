"""The how-to lists exactly the scopes that the check tries."""

from __future__ import annotations

import re
from pathlib import Path

from dotbridge.sources.commercetools.rights import RIGHTS, UNPROBED

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "connect-commercetools.md"


def test_the_page_has_a_row_for_every_scope_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| (?:`(\S+)`)? ?\| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    expected = [(right.scope, right.path, right.without) for right in RIGHTS]
    assert rows == [*expected, *[(scope, "", without) for scope, without in UNPROBED]]
