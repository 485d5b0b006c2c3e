"""A shop of each platform that can be asked to hold given records, for the conformance suite.

A new platform adds one file here and one line below; the suite fails for a registered platform without one. Another way
of reading the same platform has a line of its own, its key is the platform's with the way behind a slash.
"""

from __future__ import annotations

from importlib import import_module

from support.benches.base import Bench

BENCHES = {
    "commercetools": "support.benches.commercetools:CommercetoolsBench",
    "magento1": "support.benches.magento1:Magento1Bench",
    "magento2": "support.benches.magento2:Magento2Bench",
    "magento2/database": "support.benches.magento2_tables:Magento2TablesBench",
    "orocommerce": "support.benches.orocommerce:OroApiBench",
    "orocommerce/database": "support.benches.orocommerce:OroDatabaseBench",
    "toy": "support.benches.toy:ToyBench",
}


def bench(key: str) -> type[Bench]:
    """The class that keeps a shop of this platform and way; KeyError for one that has none yet."""
    module, _, name = BENCHES[key].partition(":")
    found: type[Bench] = getattr(import_module(module), name)
    return found
