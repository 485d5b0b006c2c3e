"""What stands in the way is said with what to do, leaves nothing half written, and is made good by the next sync."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from dotbridge.errors import ConfigError, DotbridgeError, RetryableError
from dotbridge.ledger import hot, keys
from dotbridge.ledger.models import Checkpoint, Connection, Job
from support.doorway import Doorway
from support.installation import Installation
from support.moves import last_request, moves
from support.premises import Premises, Synced
from support.real_store import RealStore

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

NOW = "updated_at = UTC_TIMESTAMP()"


def touch(shop: RealStore, count: int = 1) -> set[tuple[str, str]]:
    """Gives some orders another status and says which."""
    chosen = shop.rows(
        f"SELECT entity_id, increment_id FROM sales_flat_order WHERE status = 'processing' LIMIT {count}"
    )
    ids = ", ".join(str(row[0]) for row in chosen)
    shop.change(f"UPDATE sales_flat_order SET status = 'awaiting_stock', {NOW} WHERE entity_id IN ({ids})")
    return {("Orders", row[1]) for row in chosen}


def assert_nothing_half_written() -> None:
    """No row is on the road without a batch that carries it, and no batch carries nothing."""
    for table in ("email_contact", "email_order", "email_quote", "email_catalog", "email_review", "email_wishlist"):
        assert not hot.rows(
            f"SELECT 1 FROM {table} r WHERE (r.state = 'staged') <> (r.batch IS NOT NULL)"
            " OR r.batch IS NOT NULL AND NOT EXISTS (SELECT 1 FROM email_importer b WHERE b.id = r.batch)"
        )


def fails(dotbridge: Installation, kind: type[DotbridgeError], code: str, **sync: Any) -> DotbridgeError:
    """The error of a sync that fails for this reason, with what to do."""
    with pytest.raises(kind) as failed:
        dotbridge.sync(**sync)
    assert failed.value.code.id == code
    assert failed.value.code.todo in str(failed.value)
    assert_nothing_half_written()
    return failed.value


def recovers(dotbridge: Installation, premises: Premises, since: int, expected: set[tuple[str, str]]) -> None:
    """The next sync sends exactly what is due, and everything is accounted for."""
    dotbridge.sync()
    moved = moves(premises.sandbox.requests(since, bodies=True))
    assert set(moved.records) == expected
    assert set(moved.records.values()) == {1}
    assert not moved.people
    for row in dotbridge.audit().values():
        assert (row.unexplained, row.in_flight, row.rejected) == (0, 0, 0), row


def test_wrong_credentials_are_refused_before_anything_is_written(premises: Premises, shop: RealStore) -> None:
    with premises.lent():
        dotbridge = premises.installation(shop=shop)
        dotbridge.configuration["connections"]["shop"]["settings"]["password"] = "not-the-password"
        with pytest.raises(ConfigError) as refused:
            dotbridge.configure()
        assert refused.value.code.id == "SRC-CREDENTIALS-REFUSED"
        assert "not-the-password" not in str(refused.value)
        assert not Connection.objects.exists()


def test_credentials_that_are_withdrawn_stop_the_job_for_a_person(
    dotbridge: Installation, premises: Premises, shop: RealStore
) -> None:
    connection = Connection.objects.get()
    held, connection.secrets = connection.secrets, '{"password": "withdrawn"}'
    connection.save()
    since, expected = last_request(premises.sandbox), touch(shop)
    fails(dotbridge, ConfigError, "SRC-CREDENTIALS-REFUSED")
    assert {row.code for row in Job.objects.exclude(code="")} == {"SRC-CREDENTIALS-REFUSED"}
    connection.secrets = held
    connection.save()
    recovers(dotbridge, premises, since, expected)


def test_a_database_that_goes_away_in_the_middle_is_tried_later(
    dotbridge: Installation, premises: Premises, shop: RealStore
) -> None:
    dotbridge.configure(page_size=200)
    since, expected = last_request(premises.sandbox), touch(shop, 40)
    connection = Connection.objects.get()
    home = dict(connection.settings)
    with Doorway(home["port"], shut_after=3_000_000) as doorway:
        connection.settings = {**home, "port": doorway.port}
        connection.save()
        fails(dotbridge, RetryableError, "SRC-SHOP-UNREACHABLE", full=True)
    # It stopped between two pages of orders, and goes on from there.
    assert Checkpoint.objects.filter(stream="orders", cursor__contains='"after"').exists()
    connection.settings = home
    connection.save()
    recovers(dotbridge, premises, since, expected)


def test_a_table_that_goes_missing_is_named_and_nothing_is_taken_for_deleted(
    dotbridge: Installation, premises: Premises, shop: RealStore
) -> None:
    since = last_request(premises.sandbox)
    shop.change("DROP TABLE sales_flat_order_item")
    error = fails(dotbridge, ConfigError, "LED-STREAM-GONE")
    assert "orders of base" in str(error)
    assert not moves(premises.sandbox.requests(since, bodies=True))
    shop.put_back()
    recovers(dotbridge, premises, since, touch(shop))


def test_without_the_key_file_nothing_is_read_or_sent(
    dotbridge: Installation, premises: Premises, shop: RealStore, synced: Synced
) -> None:
    since, expected = last_request(premises.sandbox), touch(shop)
    path = Path(settings.KEY_FILE)
    held = path.read_text()
    path.unlink()
    keys.keyring.cache_clear()
    error = fails(dotbridge, ConfigError, "LED-KEY-MISSING")
    assert str(path) in str(error)
    path.write_text(held)
    keys.keyring.cache_clear()
    recovers(dotbridge, premises, since, expected)
