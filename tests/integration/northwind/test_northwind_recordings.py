"""Each answer has the members and JSON types that a real Magento 2 store answered with."""

from __future__ import annotations
