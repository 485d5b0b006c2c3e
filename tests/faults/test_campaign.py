"""A round of the fault campaign; ``make faults ROUNDS=60 MODE=distributed`` runs many."""

from __future__ import annotations

import os
import random
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


def test_whatever_is_killed_cut_filled_or_skewed_the_shop_arrives_whole(chance: random.Random) -> None:
    absent = [server.__name__ for server in (MariaDb, PostgreSql, RabbitMq) if not server.available()]
    if absent and os.environ.get("DOTBRIDGE_REQUIRE_SERVICES") != "1":
        pytest.skip(f"{absent[0]} is not installed")
    mode: Mode = chance.choice(get_args(Mode))
    seed = f"{SEED}/1"
    print(f"python -m support.campaign --mode {mode} --start history --seed {seed}")
    with Premises(mode) as premises:
        outcome = play(premises, seed, "history")
    assert outcome.breaches == [], outcome.faults
    assert 0 < outcome.records <= RECORDS
