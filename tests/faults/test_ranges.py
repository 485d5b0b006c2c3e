"""A history read by several workers: ranges in any order, whoever is killed; figures first, people once, then orders."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from support.dotdigital_sandbox import Sandbox
from support.northwind_shop import Northwind
from support.postgresql import PostgreSql
from support.rabbitmq import RabbitMq
from support.road import number, statuses
from support.toy_cluster import LANES, Cluster
from support.toy_shop import ToyShop, order, person

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.rabbitmq]
PEOPLE, ORDERS, RANGE = 12, 120, 20
#: Every range that there was, kept by the database itself. A page takes as long as ``slow`` says; while one job reads
#: alone, each of its pages waits as long as ``alone`` says for another to begin.
_BOOK = """CREATE TABLE taken (stream text, number int, job bigint, state text);
CREATE TABLE slow (seconds double precision);
CREATE TABLE alone (seconds int);
CREATE FUNCTION write_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 INSERT INTO taken VALUES (NEW.stream, NEW.number, COALESCE(NEW.job_id, OLD.job_id), NEW.state);
 IF NEW.read > OLD.read THEN
  PERFORM pg_sleep(COALESCE(MAX(seconds), 0)) FROM slow;
  FOR tenth IN 1 .. (SELECT 10 * COALESCE(MAX(seconds), 0) FROM alone) LOOP
   EXIT WHEN (SELECT COUNT(DISTINCT job) FROM taken) > 1;
   PERFORM pg_sleep(0.1);
  END LOOP;
 END IF; RETURN NEW; END $$;
CREATE TRIGGER write_down AFTER UPDATE ON history_range FOR EACH ROW EXECUTE FUNCTION write_down();"""


@pytest.fixture
def cluster(
    postgresql: PostgreSql, rabbitmq: RabbitMq, sandbox: Sandbox, shop: ToyShop, tmp_path: Path
) -> Iterator[Cluster]:
    """A shop of 120 orders, whose history is cut into ranges of twenty."""
    sandbox.post_control("settings", {"import_polls": 0, "import_seconds": 0.2})
    for one in range(1, PEOPLE + 1):
        shop.put("customers", person(one))
    for one in range(1, ORDERS + 1):
        shop.put("orders", order(one, customer=1 + one % PEOPLE, status="new"))
    cluster = Cluster(tmp_path / "cluster", shop.path, postgresql, rabbitmq)
    often = {"jobs.order_and_quote_sync.every": 1, "jobs.announce_again_seconds": 1}
    cluster.configure(sandbox, page_size=5, **{"history.range": RANGE, "history.workers": 3}, **often)
    cluster.sql(_BOOK)
    yield cluster
    cluster.close()
    for lane in LANES:
        rabbitmq.purge(lane)


def is_live(cluster: Cluster) -> bool:
    return (
        cluster.sql("SELECT COUNT(*) FROM website WHERE state = 'history'") == [(0,)]
        and cluster.sql("SELECT COUNT(*) FROM email_order WHERE state = 'accepted'") == [(ORDERS,)]
        and cluster.broken_rules() == []
    )


def test_several_workers_read_one_history_and_a_killed_one_loses_nothing(cluster: Cluster, sandbox: Sandbox) -> None:
    # Else one worker may have read it all before another has looked.
    cluster.sql("INSERT INTO alone VALUES (3)")
    cluster.begin("beat")
    workers = [cluster.begin("worker", "--processes", "1") for _ in range(3)]
    cluster.wait_for(lambda: bool(cluster.sql("SELECT 1 FROM taken WHERE state = 'reading'")))
    cluster.kill(workers.pop())
    cluster.wait_for(lambda: is_live(cluster), 120)
    assert statuses(sandbox) == {number(one): "new" for one in range(1, ORDERS + 1)}
    assert cluster.sql("SELECT COUNT(*) FROM order_fact") == [(ORDERS,)]
    done = dict(cluster.sql("SELECT stream, COUNT(DISTINCT number) FROM taken WHERE state = 'done' GROUP BY stream"))
    assert done == {"order_facts": 6, "orders": 6}
    assert cluster.sql("SELECT COUNT(DISTINCT job) FROM taken")[0][0] > 1
    assert cluster.sql("SELECT COUNT(*) FROM history_range") == [(0,)]
    assert [row for row in cluster.audit() if row["unexplained"]] == []
    assert_people_were_sent_once_with_all_their_figures(sandbox)


def assert_people_were_sent_once_with_all_their_figures(sandbox: Sandbox) -> None:
    """Every contact import but the two of the canary and the others carries people whom no other carries."""
    sent: Counter[str] = Counter()
    for request in sandbox.requests(bodies=True):
        if request["method"] == "PUT" and request["path"].startswith("/contacts/v3/import") and request["status"] < 300:
            sent.update(set(re.findall(r"person\d+@example.com", json.dumps(request["body"]))))
    assert set(sent.values()) == {1}, sent
    fields = [one["fields"] for one in sandbox.state()["contacts"].values()]
    assert {one["NUMBER_OF_ORDERS"] for one in fields} == {ORDERS // PEOPLE}


def test_a_shop_that_is_read_over_rest_is_read_by_several_workers_too(
    postgresql: PostgreSql, rabbitmq: RabbitMq, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.post_control("settings", {"import_polls": 0, "import_seconds": 0.2})
    cluster = Cluster(tmp_path / "cluster", Path(), postgresql, rabbitmq)
    with Northwind(orders=ORDERS // 2, customers=20, products=10, carts=5) as northwind, closing(cluster):
        settings = {"base_url": northwind.url, "bearer_token": northwind.bearer, "allow_private": True}
        cluster.configure(
            sandbox,
            connection={"platform": "magento2", "settings": settings},
            page_size=5,
            overlap_seconds=1,
            **{"history.range": RANGE // 2, "history.workers": 3, "jobs.announce_again_seconds": 1},
        )
        cluster.sql(_BOOK)
        cluster.sql("INSERT INTO alone VALUES (3)")
        cluster.begin("beat")
        cluster.begin("worker", "--processes", "3")
        cluster.wait_for(lambda: cluster.sql("SELECT COUNT(*) FROM website WHERE state <> 'live'") == [(0,)], 120)
        held = cluster.sql("SELECT COUNT(*), COUNT(DISTINCT source_id) FROM order_fact")
        assert held == [(ORDERS // 2, ORDERS // 2)]
        taken = cluster.sql(
            "SELECT COUNT(DISTINCT number), COUNT(DISTINCT job) FROM taken WHERE stream = 'order_facts'"
        )
        assert taken[0][0] > 2
        assert taken[0][1] > 1
        quiet = "SELECT COUNT(*) FROM email_importer WHERE state IN ('queued', 'submitting', 'submitted', 'unknown')"
        cluster.wait_for(lambda: cluster.sql(quiet) == [(0,)], 60)
        assert [row for row in cluster.audit() if row["unexplained"]] == []
        assert len(statuses(sandbox)) == ORDERS // 2
    for lane in LANES:
        rabbitmq.purge(lane)


def test_a_history_is_paused_resumed_and_given_up_by_a_person(
    cluster: Cluster, sandbox: Sandbox, shop: ToyShop
) -> None:
    # Slow enough that the figures are not through before the pause is there.
    cluster.sql("INSERT INTO slow VALUES (0.6)")
    cluster.begin("beat")
    cluster.begin("worker", "--processes", "2")
    cluster.wait_for(lambda: bool(cluster.sql("SELECT 1 FROM taken WHERE state = 'reading'")))
    cluster.run("history", "pause", "uk")
    cluster.sql("DELETE FROM slow")
    cluster.wait_for(lambda: not cluster.sql("SELECT 1 FROM job WHERE kind LIKE 'history%' AND state = 'running'"))
    stood = cluster.sql("SELECT SUM(read) FROM history_range")
    assert 0 < stood[0][0] < ORDERS
    time.sleep(2)
    assert cluster.sql("SELECT SUM(read) FROM history_range") == stood
    (shown,) = [row for row in json.loads(cluster.run("history", "--json").stdout) if row["website"] == "uk"]
    assert shown["state"] == "paused"
    cluster.run("history", "resume", "uk")
    cluster.wait_for(lambda: cluster.sql("SELECT SUM(read) FROM history_range") != stood)
    if cluster.run("history", "cancel", "uk", codes=(0, 4)).returncode == 0:
        assert cluster.sql("SELECT state FROM website WHERE code = 'uk'") == [("new",)]
        assert cluster.sql("SELECT COUNT(*) FROM history_range") == [(0,)]
        cluster.run("apply", str(cluster.folder / "dotbridge.yaml"))
        cluster.sql("UPDATE job SET due_at = 0 WHERE kind = 'history'")
    cluster.wait_for(lambda: is_live(cluster), 120)
    assert statuses(sandbox) == {number(one): "new" for one in range(1, ORDERS + 1)}
    assert "JOB-HISTORY-OVER" in cluster.run("history", "cancel", "uk", codes=(4,)).stderr
