"""The how-to lists exactly the rights that the check tries."""

from __future__ import annotations

import re
from pathlib import Path

from dotbridge.sources.magento2.rights import RIGHTS, UNPROBED

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "magento2-access.md"


def test_the_page_has_a_row_for_every_right_and_no_other() -> None:
    rows = re.findall(r"^\| `(Magento\S+)` \| (?:`(\S+)`)? ?\| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    expected = [(right.resource, right.path, right.without) for right in RIGHTS]
    assert rows == [*expected, *[(resource, "", without) for resource, without in UNPROBED]]
