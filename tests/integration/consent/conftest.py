"""One installation with a toy shop and the Dotdigital sandbox, all of them real and on this machine."""

from __future__ import annotations

import pytest

from support.both_sides import status
from support.dotdigital_sandbox import Sandbox
from support.fixtures_toy import dotbridge, sandbox, sandbox_server, shop
from support.installation import Installation
from support.toy_shop import ToyShop, person

__all__ = ["dotbridge", "sandbox", "sandbox_server", "shop"]


@pytest.fixture
def ada(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> Installation:
    """Ada is a subscribed customer on both sides."""
    shop.put("customers", person(1))
    dotbridge.configure()
    dotbridge.sync()
    assert status(sandbox) == "Subscribed"
    return dotbridge
