"""A ledger as Northwind's may look on a working day, put together through the tables; and the fixed cast of people.

Two websites, one live and one whose history is being read; records in every state, batches in most of theirs.
"""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from django.contrib.auth.models import Group, User

from dotbridge.accounts.roles import ensure_roles
from dotbridge.jobs.schedule import plan_jobs
from dotbridge.ledger import models as ledger

PASSWORD = "a bridge of dots"


def cast() -> dict[str, User]:
    """Ada the admin, Olu the operator, Vic the viewer, Oda the owner, and Nat who has no role yet."""
    ensure_roles()
    people = {}
    for name, role in (("ada", "admin"), ("olu", "operator"), ("vic", "viewer"), ("oda", "owner"), ("nat", "")):
        person = User.objects.create_user(name, password=PASSWORD)
        if role:
            person.groups.add(Group.objects.get(name=role))
        people[name] = person
    return people


class Northwind:
    """Fills the ledger; the rows that tests ask for are attributes."""

    def __init__(self) -> None:
        self.now = time.time()
        self._account()
        self._websites()
        self._batches()
        self._people()
        self._orders()
        self._others()
        self._jobs()
        self._events()

    def _events(self) -> None:
        for number, (stream, ids) in enumerate((("orders", ["1001"]), ("products", [str(n) for n in range(200, 212)]))):
            ledger.Event.objects.create(
                connection=self.live.connection,
                event_id=f"event-{number}",
                stream=stream,
                ids=json.dumps(ids),
                received_at=self.now - 40 * (number + 1),
            )
        ledger.WaitingId.objects.create(
            website=self.live, stream="products", source_id="200", due_at=self.now, received_at=self.now - 2
        )

    def _account(self) -> None:
        self.account = ledger.DotdigitalAccount.objects.create(
            key="northwind",
            label="Northwind Traders",
            endpoint="https://r1-api.dotdigital.com",
            username="apiuser",
            password="not-a-real-one",
            state="surveyed",
            surveyed_at=self.now - 86_400,
            canary="passed",
            currency="GBP",
        )
        for tier, rate, tokens in (("high", 33.0, 140.0), ("low", 3.0, 6.0)):
            ledger.Budget.objects.create(
                account=self.account, tier=tier, rate=rate, capacity=rate * 6.6, tokens=tokens, at=self.now
            )

    def _websites(self) -> None:
        shop = ledger.Connection.objects.create(
            key="northwind", label="Northwind shop", platform="magento2", account=self.account
        )
        base: dict[str, Any] = {"connection": shop, "account": self.account, "timezone": "Europe/London"}
        self.live = ledger.Website.objects.create(
            source_id="1", code="base", name="Northwind", base_currency="GBP", state="live", facts_complete=True, **base
        )
        self.reading = ledger.Website.objects.create(
            source_id="2", code="trade", name="Northwind Trade", base_currency="EUR", state="history", **base
        )
        for stream, age, read in (
            ("customers", 200, 620),
            ("subscribers", 220, 410),
            ("orders", 90, 1210),
            ("carts", 95, 80),
            ("products", 1500, 260),
            ("reviews", 21_000, 44),
        ):
            ledger.Checkpoint.objects.create(
                website=self.live, stream=stream, cursor="{}", read=read, moved_at=self.now - age
            )
        ledger.Checkpoint.objects.create(
            website=self.reading, stream="customers", cursor="{}", read=84, moved_at=self.now
        )

    def batch(self, number: int, state: str, **values: Any) -> ledger.EmailImporter:
        """A batch; ``values`` overrides what it would be."""
        row: dict[str, Any] = {
            "id": number,
            "account": self.account,
            "website": self.live,
            "kind": "insight",
            "record_table": "email_order",
            "collection": "Orders",
            "state": state,
            "records": 200,
            "size": 91_000,
            "created_at": self.now - 400,
        }
        if state in ("submitted", "settled"):
            row |= {"import_id": f"3f2a-{number}", "submitted_at": self.now - 380}
        if state == "settled":
            row |= {"settled_at": self.now - 300, "accepted": 196, "rejected": 4}
        return ledger.EmailImporter.objects.create(**(row | values))

    def _batches(self) -> None:
        self.batch(
            7001,
            "settled",
            canary=1,
            website=None,
            kind="contacts",
            record_table="email_contact",
            collection="Contacts",
            records=100,
            accepted=100,
            rejected=0,
        )
        self.settled = self.batch(7002, "settled")
        self.under_way = self.batch(7003, "submitted", records=12, created_at=self.now - 60, submitted_at=self.now - 40)
        self.batch(
            7004,
            "queued",
            records=30,
            record_table="email_catalog",
            collection="Catalog_base_default",
            created_at=self.now - 20,
        )
        self.parked = self.batch(
            7005,
            "parked",
            waits_for="person",
            code="DDG-CONTACT-LIMIT",
            detail="",
            website=None,
            kind="contacts",
            record_table="email_contact",
            collection="Contacts",
            records=8,
            created_at=self.now - 3600,
        )
        self.batch(7006, "unknown", records=5, code="IMP-OUTCOME-UNKNOWN", created_at=self.now - 900)

    def _progress(self, index: int, state: str, code: str = "", detail: str = "", **more: Any) -> dict[str, Any]:
        taken = state == "accepted"
        return {
            "state": state,
            "code": code,
            "detail": detail,
            "version": 1,
            "digest": hashlib.blake2b(b"%d" % index, digest_size=16).digest(),
            "accepted_at": self.now - 300 if taken else None,
            "read_started": self.now - 420 - index,
            **more,
        }

    def _consent(self) -> None:
        """One person unsubscribed in Dotdigital and came back in the shop; another waits for a shop without rights."""
        back, gone = self.contacts[9], self.contacts[12]
        sources = ledger.ContactSource.objects
        sources.filter(contact=back).update(subscription="subscribed", subscription_seen=self.now - 100)
        sources.filter(contact=gone).update(subscription="subscribed")
        ledger.EmailContact.objects.filter(pk=back.pk).update(channel_status="subscribed", opt_in="confirmed")
        ledger.EmailContact.objects.filter(pk=gone.pk).update(channel_status="unsubscribed")
        for contact, direction, word, ago, source, outcome in (
            (back, "dotdigital", "unsubscribed", 900, "feed", "unsubscribe_shop:unsubscribe_wins"),
            (back, "to_shop", "unsubscribed", 890, "write_back", None),
            (back, "shop", "subscribed", 100, "subscriber", "resubscribe_dotdigital:opted_in_since"),
            (back, "to_dotdigital", "subscribed", 98, "account", None),
            (gone, "dotdigital", "unsubscribed", 3000, "feed", "CON-NOT-WRITABLE"),
        ):
            event = ledger.ConsentEvent.objects.create(
                account=self.account,
                contact=contact,
                website=self.live,
                direction=direction,
                word=word,
                at="2026-11-22T06:00:00Z" if direction in ("shop", "dotdigital") else "",
                seen_at=self.now - ago,
                source=source,
            )
            if outcome is not None:
                ledger.ConsentDelivery.objects.create(
                    event=event,
                    account=self.account,
                    contact=contact,
                    website=self.live,
                    side="shop" if direction == "dotdigital" else "dotdigital",
                    done_at=None if outcome.startswith("CON-") else self.now - ago + 5,
                    outcome=outcome,
                )

    def _people(self) -> None:
        self.contacts = []
        for index in range(60):
            state, code, detail = "accepted", "", ""
            if index in (5, 6, 7):
                state, code = "rejected", "IMP-CONTACT-INVALID-EMAIL"
                detail = f"Dotdigital does not take this e-mail address. 'Person{index}@Northwind.example'"
            elif index % 11 == 0:
                state, code = "excluded", "not_subscribed"
            elif index % 17 == 0:
                state, code = "suppressed", "IMP-CONTACT-HARD-BOUNCED"
            road = {"batch": self.parked.pk, "batch_version": 1} if index in (40, 41) else {}
            address = f"Person{index}@Northwind.example"
            contact = ledger.EmailContact.objects.create(
                account=self.account,
                email=address,
                email_key=address.lower(),
                contact_id=9000 + index,
                dirty=1,
                mapped=1,
                subscriber_status="subscribed",
                **self._progress(index, "staged" if road else state, "" if road else code, detail, **road),
            )
            self.contacts.append(contact)
            website = self.reading if index % 6 == 5 else self.live
            kinds = ["customer", "subscriber"] if index % 3 == 0 else ["guest" if index % 5 == 1 else "customer"]
            for kind in kinds:
                ledger.ContactSource.objects.create(
                    website=website,
                    kind=kind,
                    contact=contact,
                    email=address,
                    read_started=self.now - 500,
                    source_id=address.lower() if kind == "guest" else str(500 + index),
                )
        self._consent()
        ledger.ContactSource.objects.create(
            website=self.live,
            kind="subscriber",
            source_id="999",
            email="not an@address@x",
            contact=None,
            code="COM-EMAIL-INVALID",
            detail="The address is 'not an@address@x'.",
            read_started=self.now - 800,
        )

    def _orders(self) -> None:
        self.orders = []
        for index in range(130):
            state, code, detail, more = "accepted", "", "", {}
            if index < 58:
                state, code = "rejected", "IMP-INSIGHT-JSON-VALUE-INCOMPATIBLE-WITH-SCHEMA"
                detail = "A member has another type than the records that the collection holds. deliveryTotal: text"
            elif index < 62:
                state, code, detail = "rejected", "MAP-ORDER-EMPTY", "The order has no lines."
            elif index < 70:
                state, more = "staged", {"batch": self.under_way.pk, "batch_version": 1}
            elif index < 75:
                state, more = "pending", {"waits_for": "contact"}
            elif index < 80:
                state, code = "suppressed", "LED-CONTACT-SUPPRESSED"
            elif index < 84:
                state = "removed"
            number = f"1{index:08d}"
            contact = self.contacts[index % len(self.contacts)]
            self.orders.append(
                ledger.EmailOrder.objects.create(
                    website=self.live,
                    account=self.account,
                    collection="Orders",
                    source_id=str(index),
                    key=number,
                    contact=contact,
                    source_updated="2026-11-20T10:00:00Z",
                    **self._progress(index, state, code, detail, **more),
                )
            )
            ledger.OrderFact.objects.create(
                website=self.live,
                source_id=str(index),
                contact=contact,
                number=number,
                placed_at="2026-11-20T09:58:00Z",
                status="complete",
                state="complete",
                total=199_900,
                refunded=0,
                base_total=199_900,
                base_refunded=0,
            )

    def _others(self) -> None:
        note = json.dumps(
            [["MAP-IMAGE-MISSING", "image", "The product has no image and cannot be recommended."]],
            separators=(",", ":"),
        )
        self.products = []
        for index in range(40):
            state, code, warnings = "accepted", "", ""
            if index % 9 == 0:
                warnings = note
            elif index % 13 == 0:
                state, code = "rejected", "MAP-PRICE-MISSING"
            elif index % 10 == 1:
                state, code = "excluded", "product_visibility"
            self.products.append(
                ledger.EmailCatalog.objects.create(
                    website=self.live,
                    account=self.account,
                    collection="Catalog_base_default",
                    scope="1",
                    source_id=str(index),
                    key=f"p{index}",
                    warnings=warnings,
                    **self._progress(index, state, code),
                )
            )
            ledger.ProductFact.objects.create(
                website=self.live, product_id=str(index), sku=f"NW-{index:03d}", name=f"Lantern {index}"
            )
        for index in range(12):
            state, code = ("excluded", "cart_ordered") if index % 2 else ("accepted", "")
            ledger.EmailQuote.objects.create(
                website=self.live,
                account=self.account,
                collection="CartInsight",
                source_id=str(index),
                key=f"c{index}",
                contact=self.contacts[index],
                **self._progress(index, state, code),
            )

    def _jobs(self) -> None:
        plan_jobs()
        jobs = {(job.kind, job.website_id): job for job in ledger.Job.objects.all()}
        for job in jobs.values():
            job.due_at, job.finished_at = self.now + 400, self.now - 100
            job.save()
        self.job = jobs["order_and_quote_sync", self.live.pk]
        ledger.Run.objects.create(
            job=self.job,
            started_at=self.now - 120,
            ended_at=self.now - 100,
            result="partial",
            counts={"staged": 12, "unchanged": 40, "rejected": 4},
        )
        ledger.Job.objects.filter(kind="history", website=self.reading).update(
            state="running",
            lease_until=self.now + 150,
            token="t",
            progress={
                "phase": "orders",
                "step": 7,
                "steps": 10,
                "read": 8400,
                "total": 21_300,
                "seconds_left": 94,
            },
        )
        ledger.Job.objects.filter(kind="reviews_and_wishlist", website=self.live).update(
            code="JOB-BROKEN", detail="", attempts=2
        )
        ledger.Job.objects.filter(kind="catalog_sync", website=self.reading).update(state="paused", paused=1)
