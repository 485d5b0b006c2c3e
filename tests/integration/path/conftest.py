"""One installation with a toy shop and the Dotdigital sandbox, all of them real and on this machine."""

from __future__ import annotations

import pytest

from support.contact_files import TRANSPORT, ways
from support.dotdigital_sandbox import Sandbox
from support.fixtures_toy import dotbridge, sandbox, sandbox_server, shop
from support.installation import Installation
from support.toy_shop import ToyShop, person

__all__ = ["dotbridge", "sandbox", "sandbox_server", "shop"]


@pytest.fixture
def by_file(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> Installation:
    """Ada, Olu and Vic are subscribed customers on both sides; contacts go by file."""
    for number in (1, 2, 3):
        shop.put("customers", person(number))
    dotbridge.configure(non_subscribers="send", **{TRANSPORT: "v2"})
    dotbridge.sync()
    assert ways() == {("v2", "settled"): 1}
    return dotbridge
