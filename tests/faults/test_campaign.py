"""A few rounds of the fault campaign; ``make faults ROUNDS=60 MODE=distributed`` runs many."""

from __future__ import annotations

import os
from typing import get_args

import pytest

from faults.conftest import SEED
from support.campaign.fleet import Mode
from support.campaign.premises import Premises
from support.campaign.rounds import RECORDS, play
from support.mariadb import MariaDb
from support.postgresql import PostgreSql
from support.rabbitmq import RabbitMq

pytestmark = [pytest.mark.slow, pytest.mark.mariadb, pytest.mark.postgresql, pytest.mark.rabbitmq]


@pytest.mark.parametrize("mode", get_args(Mode))
def test_whatever_is_killed_cut_filled_or_skewed_the_shop_arrives_whole(mode: Mode) -> None:
    absent = [server.__name__ for server in (MariaDb, PostgreSql, RabbitMq) if not server.available()]
    if absent and os.environ.get("DOTBRIDGE_REQUIRE_SERVICES") != "1":
        pytest.skip(f"{absent[0]} is not installed")
    seed = f"{SEED}/1"
    print(f"python -m support.campaign --mode {mode} --seed {seed}")
    with Premises(mode) as premises:
        outcome = play(premises, seed)
    assert outcome.breaches == [], outcome.faults
    assert outcome.records <= RECORDS
