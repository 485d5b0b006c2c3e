"""The ledger's statements under every order of events, beside a plain model of shop and Dotdigital.

A few records live through changes, older and newer reads, batches that are sent, settled, lost or given up, imports
that end late, departures and returns. Whatever the order, in the end Dotdigital holds what the shop holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from dotbridge.ledger import hot, records, removals
from dotbridge.ledger.hot import BatchRow, Refusal
from dotbridge.ledger.ids import new_batch_id
from dotbridge.ledger.keys import create_keyring, keyring
from dotbridge.ledger.models import Connection, DotdigitalAccount, EmailImporter, EmailOrder, Website
from dotbridge.ledger.records import RecordRow, Standing

TABLE = "email_order"
KEYS = ("1", "2", "3")
EVENTS = (
    *["shop_changes", "collector_reads_and_stages", "importer_sends", "import_settles"] * 2,
    "shop_deletes",
    "collector_reads",
    "collector_stages_what_it_read",
    "collector_reads_what_waits",
    "collector_compares_ids",
    "outcome_is_never_known",
    "import_is_given_up_as_late",
    "late_import_takes_effect",
    "late_end_is_seen",
    "batch_is_lost_before_it_went",
    "batch_is_split",
    "importer_removes",
)

#: Of the versions of a record, every fourth is one that Dotdigital refuses.
_REFUSED = 4


@dataclass
class Import:
    """What went to Dotdigital, and whether it has taken effect there."""

    documents: dict[str, bytes]
    ended: bool = False


@dataclass
class Read:
    """What the shop held of these records at a time."""

    at: float
    rows: dict[str, tuple[str, bytes]]


@dataclass
class Batch:
    """The bodies of a batch, and its import once it was sent."""

    documents: dict[str, bytes]
    sent: Import | None = None


@dataclass
class World:
    """The shop (version by id), Dotdigital (content by key), and everything between them."""

    shop: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KEYS, 0))
    dotdigital: dict[str, bytes] = field(default_factory=dict)
    batches: dict[int, Batch] = field(default_factory=dict)
    reads: list[Read] = field(default_factory=list)
    newest: dict[str, tuple[str, float]] = field(default_factory=dict)
    stirred: set[str] = field(default_factory=set)


def content(key: str, version: int) -> bytes:
    return f"{key} in version {version}".encode()


def is_refused(document: bytes) -> bool:
    return int(document.split()[-1]) % _REFUSED == 0


class Ledger(RuleBasedStateMachine):
    """Events in any order; ``teardown`` lets everything come to rest and compares."""

    def __init__(self) -> None:
        super().__init__()
        for model in (EmailOrder, EmailImporter, Website, Connection, DotdigitalAccount):
            model.objects.all().delete()
        self.account = DotdigitalAccount.objects.create(key="a", username="u", password="p")
        shop = Connection.objects.create(key="c", platform="toy", account=self.account)
        place = {"connection": shop, "account": self.account, "source_id": "1", "code": "uk", "name": "UK"}
        self.website = Website.objects.create(**place)
        self.world = World()
        self.clock = 0.0

    def now(self) -> float:
        self.clock += 1
        return self.clock

    @rule(event=st.sampled_from(EVENTS), chosen=st.sets(st.sampled_from(KEYS), min_size=1), pick=st.integers(0, 5))
    def comes(self, event: str, chosen: set[str], pick: int) -> None:
        """One rule for all events, since hypothesis leaves out whole rules; ``pick`` is which batch or read it meets."""
        getattr(self, event)(chosen, pick)

    # The shop

    def shop_changes(self, chosen: set[str], _: int) -> None:
        for key in chosen:
            self.world.versions[key] += 1
            self.world.shop[key] = self.world.versions[key]

    def shop_deletes(self, chosen: set[str], _: int) -> None:
        self.world.shop.pop(min(chosen), None)

    # The collector

    def read(self, chosen: set[str]) -> Read:
        shop = self.world.shop
        found = {key: (f"{shop[key]:020}", content(key, shop[key])) for key in sorted(chosen) if key in shop}
        return Read(self.now(), found)

    def collector_reads_and_stages(self, chosen: set[str], _: int) -> None:
        self.stage(self.read(chosen))

    def collector_reads(self, chosen: set[str], _: int) -> None:
        self.world.reads.append(self.read(chosen))

    def collector_stages_what_it_read(self, _: set[str], pick: int) -> None:
        if self.world.reads:
            self.stage(self.world.reads.pop(pick % len(self.world.reads)))

    def collector_reads_what_waits(self, *_: Any) -> None:
        waiting = {
            row[0] for row in hot.rows(f"SELECT source_id FROM {TABLE} WHERE waits_for = 'read' AND batch IS NULL")
        }
        if waiting:
            read = self.read(waiting)
            self.stage(read)
            removals.mark_departed(TABLE, self.website.pk, sorted(waiting - set(read.rows)))

    def collector_compares_ids(self, *_: Any) -> None:
        gone = hot.rows(
            f"SELECT source_id FROM {TABLE} WHERE state NOT IN ('removed', 'erased') AND waits_for <> 'removal'"
        )
        removals.mark_departed(TABLE, self.website.pk, sorted({row[0] for row in gone} - set(self.world.shop)))

    def stage(self, read: Read) -> None:
        known = records.known(TABLE, self.website.pk, [("", key) for key in read.rows])
        number, rows = new_batch_id(), []
        for key, (updated, document) in read.rows.items():
            held = known.get(("", key))
            if held and held.digest == document[-16:] and held.state in ("staged", "accepted", "rejected"):
                continue
            rows.append(self.row(key, updated, read.at, document, number))
            self.world.newest[key] = max(self.world.newest.get(key, ("", 0.0)), (updated, read.at))
        if rows:
            self.insert(number, {row.key: read.rows[row.key][1] for row in rows})
            records.stage(TABLE, rows)

    def row(self, key: str, updated: str, at: float, document: bytes, batch: int) -> RecordRow:
        standing = Standing(self.website.pk, self.account.pk, "Orders", "", at, 1, "staged", batch=batch)
        return RecordRow(standing, key, key, None, updated, "", document[-16:])

    def insert(self, number: int, documents: dict[str, bytes]) -> None:
        body = ("", "", len(documents), 1)
        road = ("insight", TABLE, "Orders", "contact", "orders", "bulk", 20, 0)
        hot.insert_batch(BatchRow(number, self.account.pk, self.website.pk, *road, *body))
        self.world.batches[number] = Batch(documents)

    # The importer

    def of_state(self, *states: str) -> list[int]:
        return sorted(EmailImporter.objects.filter(state__in=states).values_list("pk", flat=True))

    def one(self, pick: int, *states: str) -> int | None:
        found = self.of_state(*states)
        return found[pick % len(found)] if found else None

    def importer_sends(self, _: set[str], pick: int) -> None:
        if number := self.one(pick, "queued"):
            self.send(number)

    def send(self, number: int) -> None:
        batch = self.world.batches[number]
        may_go = hot.pointing(number, TABLE)
        documents = {key: doc for key, doc in batch.documents.items() if may_go is None or key in may_go}
        if documents:
            batch.sent = Import(documents)
            assert hot.move_batch(number, ["queued"], "submitted", import_id="i", submitted_at=1.0)
        else:
            hot.move_batch(number, ["queued"], "settled")
            hot.release(TABLE, number)

    def take_effect(self, number: int) -> None:
        sent = self.world.batches[number].sent
        assert sent is not None
        if not sent.ended:
            sent.ended = True
            self.world.dotdigital.update({key: doc for key, doc in sent.documents.items() if not is_refused(doc)})

    def import_settles(self, _: set[str], pick: int) -> None:
        if number := self.one(pick, "submitted"):
            self.settle(number)

    def settle(self, number: int) -> None:
        self.take_effect(number)
        sent = self.world.batches[number].sent
        assert sent is not None
        refused = [Refusal("rejected", "", "NO", "no", key) for key, doc in sent.documents.items() if is_refused(doc)]
        assert hot.move_batch(number, ["submitted"], "settled")
        hot.settle_refused(TABLE, number, refused)
        hot.settle_rest(TABLE, number)

    def outcome_is_never_known(self, chosen: set[str], pick: int) -> None:
        if number := self.one(pick, "submitted"):
            if len(chosen) > 1:
                self.take_effect(number)
            hot.move_batch(number, ["submitted"], "expired", import_id="")
            hot.release(TABLE, number, perhaps_taken=True)

    def import_is_given_up_as_late(self, _: set[str], pick: int) -> None:
        if number := self.one(pick, "submitted"):
            hot.move_batch(number, ["submitted"], "expired")
            hot.release(TABLE, number, perhaps_taken=True)

    def late(self) -> list[int]:
        return sorted(EmailImporter.objects.filter(state="expired").exclude(import_id="").values_list("pk", flat=True))

    def late_import_takes_effect(self, _: set[str], pick: int) -> None:
        if found := self.late():
            number = found[pick % len(found)]
            self.take_effect(number)
            self.world.stirred.update(self.world.batches[number].documents)

    def late_end_is_seen(self, _: set[str], pick: int) -> None:
        if found := self.late():
            self.see_late_end(found[pick % len(found)])

    def see_late_end(self, number: int) -> None:
        self.take_effect(number)
        batch = self.world.batches[number]
        assert hot.move_batch(number, ["expired"], "settled", import_id="")
        hot.resend(TABLE, self.account.pk, "Orders", list(batch.documents))
        others = {key for one in self.late() if (sent := self.world.batches[one].sent) for key in sent.documents}
        self.world.stirred -= set(batch.documents) - others

    def batch_is_lost_before_it_went(self, _: set[str], pick: int) -> None:
        if number := self.one(pick, "queued"):
            hot.move_batch(number, ["queued"], "expired")
            hot.release(TABLE, number)

    def batch_is_split(self, _: set[str], pick: int) -> None:
        number = self.one(pick, "queued")
        if number is None:
            return
        batch = self.world.batches[number]
        hot.move_batch(number, ["queued"], "split")
        items = sorted(batch.documents.items())
        for part in (items[: len(items) // 2], items[len(items) // 2 :]):
            if part:
                child = new_batch_id()
                self.insert(child, dict(part))
                hot.rehang(TABLE, number, child, [key for key, _ in part])
        hot.release(TABLE, number)

    def importer_removes(self, *_: Any) -> None:
        due = removals.due_removals(TABLE, self.account.pk, 10)
        for one in due:
            self.world.dotdigital.pop(one.key, None)
        removals.settle_removals(TABLE, due)

    # What must hold at any time

    @invariant()
    def a_key_is_on_the_road_once_at_most(self) -> None:
        sent = [self.world.batches[number].sent for number in self.of_state("submitted")]
        under_way = [key for one in sent if one is not None for key in one.documents]
        assert len(under_way) == len(set(under_way))

    @invariant()
    def what_counts_as_taken_is_what_dotdigital_holds(self) -> None:
        for row in EmailOrder.objects.exclude(accepted_digest=None):
            on_road = [self.world.batches[n].sent for n in self.of_state("submitted")]
            arrived = any(one.ended and row.key in one.documents for one in on_road if one)
            if row.key not in self.world.stirred and not arrived:
                assert self.world.dotdigital[row.key][-16:] == bytes(row.accepted_digest)

    @invariant()
    def an_older_read_never_overwrites_a_newer_one(self) -> None:
        for row in EmailOrder.objects.all():
            assert (row.source_updated, row.read_started) == self.world.newest[row.key]

    @invariant()
    def a_staged_row_is_in_an_open_batch(self) -> None:
        open_ones = set(self.of_state("queued", "submitted"))
        assert {row.batch for row in EmailOrder.objects.filter(state="staged")} <= open_ones

    def come_to_rest(self) -> None:
        """Some syncs of the whole shop in which nothing goes wrong."""
        for _ in range(4):
            for number in self.of_state("queued"):
                self.send(number)
            for number in self.of_state("submitted"):
                self.settle(number)
            self.stage(self.read(set(KEYS)))
            self.collector_reads_what_waits()
            self.collector_compares_ids()
            self.importer_removes()

    def teardown(self) -> None:
        """No import is late for ever; those that are left end when everything else has come to rest."""
        self.come_to_rest()
        for number in self.late():
            self.see_late_end(number)
        self.come_to_rest()
        rows = {row.key: row for row in EmailOrder.objects.all()}
        for key in KEYS:
            if key not in self.world.shop:
                assert key not in self.world.dotdigital
                assert key not in rows or rows[key].state == "removed"
                continue
            wanted = content(key, self.world.shop[key])
            assert rows[key].state == ("rejected" if is_refused(wanted) else "accepted")
            assert is_refused(wanted) or self.world.dotdigital[key] == wanted


@pytest.fixture
def keys_of_its_own(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A keyring for the account's password."""
    settings.KEY_FILE = str(tmp_path / "keys")
    keyring.cache_clear()
    create_keyring()
    yield
    keyring.cache_clear()


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db
def test_whatever_happens_dotdigital_holds_in_the_end_what_the_shop_holds(keys_of_its_own: None) -> None:
    calm = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    given = examples(
        max_examples=300 if connection.vendor == "sqlite" else 20,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=calm,
        print_blob=True,
    )
    run_state_machine_as_test(Ledger, settings=given)
