"""Who is whom, on the real store: every way in which one person is several, or several are one, changed by SQL."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from dotbridge.ledger.models import ContactSource, EmailContact
from support.dotdigital_sandbox import USER
from support.moves import Moves
from support.premises import Premises, Seen, Synced
from support.real_store import RealStore

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

NOW = "updated_at = UTC_TIMESTAMP()"
#: Addresses that arise during the scene.
MOVED, TAKEN, CLASH, LOST = "moved.away@example.com", "taken@example.com", "clash@example.com", "lost.moved@example.com"
UNICODE, PUNYCODE = "Anna@Bücher.example", "anna@xn--bcher-kva.example"
_ALONE = (
    "(SELECT COUNT(*) FROM customer_entity d WHERE d.email = c.email) = 1"
    " AND NOT EXISTS (SELECT 1 FROM sales_flat_order g WHERE g.customer_id IS NULL AND g.customer_email = c.email)"
)


class Somebody(NamedTuple):
    """A customer."""

    id: int
    email: str

    @property
    def key(self) -> str:
        return self.email.lower()


class Cast(NamedTuple):
    """Who is changed; nobody plays two parts."""

    mover: Somebody
    taken: Somebody
    clash: Somebody
    lost: Somebody
    forgotten: Somebody
    twin: Somebody
    plus: Somebody
    leaver: Somebody
    guest: str
    both: str
    stays: str


class Scene(NamedTuple):
    """The shop before, after the changes, and after who had left came back; numbers are Dotdigital's ids before."""

    cast: Cast
    before: Synced
    seen: Seen
    back: Seen
    again: Moves
    numbers: dict[str, int]
    ledger: dict[str, tuple[int | None, str]]
    sources: dict[str, list[tuple[str, str]]]


def customer(key: int, email: str, website: int, *, like: int) -> list[str]:
    """Statements for a new customer like another one."""
    store = 1 if website == 1 else 3
    return [
        f"CREATE TEMPORARY TABLE fresh SELECT * FROM customer_entity WHERE entity_id = {like}",
        f"UPDATE fresh SET entity_id = {key}, email = '{email}', website_id = {website}, store_id = {store}, {NOW}",
        "INSERT INTO customer_entity SELECT * FROM fresh",
        "DROP TEMPORARY TABLE fresh",
    ]


def choose(store: RealStore) -> Cast:
    """Customers of the UK website with a newsletter row of their own and an order, and three others."""
    people = [
        Somebody(*row)
        for row in store.rows(
            "SELECT c.entity_id, c.email FROM customer_entity c JOIN newsletter_subscriber n ON n.customer_id = c.entity_id"
            " AND n.subscriber_email = c.email AND n.subscriber_status = 1 WHERE c.website_id = 1"
            " AND EXISTS (SELECT 1 FROM sales_flat_order o WHERE o.customer_id = c.entity_id)"
            f" AND (SELECT COUNT(*) FROM newsletter_subscriber m WHERE m.subscriber_email = c.email) = 1 AND {_ALONE}"
            " ORDER BY c.entity_id LIMIT 7"
        )
    ]
    leaver = Somebody(
        *store.rows(
            f"SELECT c.entity_id, c.email FROM customer_entity c WHERE c.website_id = 1 AND {_ALONE}"
            " AND NOT EXISTS (SELECT 1 FROM newsletter_subscriber n WHERE n.subscriber_email = c.email)"
            " AND NOT EXISTS (SELECT 1 FROM sales_flat_order o WHERE o.customer_email = c.email)"
            " ORDER BY c.entity_id LIMIT 1"
        )[0]
    )
    guest = store.one(
        "SELECT o.customer_email FROM sales_flat_order o WHERE o.customer_id IS NULL AND o.store_id IN (1, 2)"
        " AND o.customer_email NOT IN (SELECT email FROM customer_entity)"
        " AND o.customer_email NOT IN (SELECT subscriber_email FROM newsletter_subscriber) ORDER BY o.entity_id LIMIT 1"
    )
    both, stays = (
        row[0]
        for row in store.rows(
            "SELECT a.email FROM customer_entity a JOIN customer_entity b ON b.email = a.email AND b.website_id = 2"
            " WHERE a.website_id = 1 AND EXISTS (SELECT 1 FROM sales_flat_order o WHERE o.customer_id = a.entity_id)"
            " AND EXISTS (SELECT 1 FROM sales_flat_order o WHERE o.customer_id = b.entity_id)"
            " ORDER BY a.entity_id LIMIT 2"
        )
    )
    return Cast(*people, leaver, guest, both, stays)


def happen(store: RealStore, cast: Cast) -> None:
    """Everything that moves in the shop, in one go."""
    renames = {cast.mover: MOVED, cast.taken: TAKEN, cast.clash: CLASH, cast.lost: LOST}
    for one, email in renames.items():
        store.change(
            f"UPDATE customer_entity SET email = '{email}', {NOW} WHERE entity_id = {one.id}",
            f"UPDATE newsletter_subscriber SET subscriber_email = '{email}' WHERE customer_id = {one.id}",
        )
    local, domain = cast.plus.email.split("@")
    store.change(
        # As in a shop from before the index: one address twice in a website, in two spellings.
        "ALTER TABLE customer_entity DROP INDEX UNQ_CUSTOMER_ENTITY_EMAIL_WEBSITE_ID",
        *customer(900_001, cast.guest, 1, like=cast.leaver.id),
        *customer(900_002, cast.twin.email.upper(), 1, like=cast.leaver.id),
        *customer(900_003, f"{local}+shop@{domain}", 1, like=cast.leaver.id),
        *customer(900_004, UNICODE, 1, like=cast.leaver.id),
        *customer(900_005, PUNYCODE, 2, like=cast.leaver.id),
        f"UPDATE customer_entity SET group_id = 2, {NOW} WHERE entity_id = {cast.forgotten.id}",
        f"DELETE FROM customer_entity WHERE entity_id = {cast.leaver.id}",
        f"DELETE FROM customer_entity WHERE email = '{cast.stays}' AND website_id = 2",
        f"DELETE FROM newsletter_subscriber WHERE subscriber_email = '{cast.stays}' AND store_id IN (3, 4)",
        f"DELETE FROM sales_flat_order WHERE customer_email = '{cast.stays}' AND store_id IN (3, 4)",
    )


def ledger() -> dict[str, tuple[int | None, str]]:
    """(Dotdigital's number, state) by normalised address."""
    return {
        key: (number, state)
        for key, number, state in EmailContact.objects.values_list("email_key", "contact_id", "state")
    }


@pytest.fixture(scope="module")
def scene(premises: Premises, synced: Synced, store: RealStore) -> Scene:
    cast = choose(store)
    sandbox = premises.sandbox
    with premises.lent(synced.moment):
        installation = premises.installation(shop=store)
        numbers = {key: number for key, (number, _) in ledger().items() if number is not None}
        happen(store, cast)
        for email in (TAKEN, CLASH):
            sandbox.call("POST", "/v2/contacts", {"email": email})
        for one in (cast.lost, cast.forgotten):
            assert sandbox.call("DELETE", f"/contacts/v3/email/{one.email}").status == 200
        sandbox.call("POST", "/v2/accounts/empty-recycle-bin")
        # The sandbox knows one spelling of the conflict; Dotdigital's description has two.
        answer = {"errorCode": "contacts:idAlreadyExists", "description": "The identifier is in use."}
        fault = {"match": "PATCH", "contains": CLASH, "kind": "status", "status": 409, "times": 1}
        sandbox.post_control("faults", [{**fault, "body": json.dumps(answer), "content_type": "application/json"}])
        seen = premises.sync(installation, user=USER)
        sandbox.delete_control("faults")
        held, sources = ledger(), {}
        for key, website, kind in ContactSource.objects.values_list("contact__email_key", "website__code", "kind"):
            sources.setdefault(key, []).append((website, kind))
        store.change(*customer(cast.leaver.id, cast.leaver.email, 1, like=cast.forgotten.id))
        back = premises.sync(installation, user=USER)
        again = premises.sync(installation, full=True).moves
        return Scene(cast, synced, seen, back, again, numbers, held, sources)


def contact(scene: Scene, email: str) -> dict[str, Any]:
    held: dict[str, Any] = scene.seen.state["contacts"][email.lower()]
    return held


def lists(seen: Seen, email: str) -> set[str]:
    """The lists of a person, without the one that holds everybody."""
    return set(seen.state["contacts"][email.lower()]["lists"]) - {"All Contacts"}


def owned(seen: Seen, email: str) -> set[str]:
    """The orders of a person."""
    return {key for key, owner in seen.state["owners"]["Orders"].items() if owner == email.lower()}


def test_a_guest_who_registers_stays_one_person_and_keeps_the_orders(scene: Scene) -> None:
    key = scene.cast.guest.lower()
    assert scene.ledger[key] == (scene.numbers[key], "accepted")
    assert set(scene.sources[key]) == {("base", "guest"), ("base", "customer")}
    assert owned(scene.seen, key) == owned(scene.before.seen, key) != set()
    assert {one.rpartition(" ")[2] for one in lists(scene.seen, key)} == {"Guests", "Customers"}


def test_two_customers_with_one_address_in_two_spellings_are_one_person(scene: Scene) -> None:
    key = scene.cast.twin.key
    assert scene.ledger[key] == (scene.numbers[key], "accepted")
    assert sorted(scene.sources[key]) == [("base", "customer"), ("base", "customer"), ("base", "subscriber")]
    assert owned(scene.seen, key) == owned(scene.before.seen, key)


def test_a_person_of_two_websites_is_one_contact_with_the_lists_and_orders_of_both(scene: Scene) -> None:
    key = scene.cast.both.lower()
    assert {website for website, _ in scene.sources[key]} == {"base", "us"}
    named = [one for one in lists(scene.seen, key) if one.endswith("Customers")]
    assert len(named) == 2
    stores = {scene.seen.state["insight"]["Orders"][number]["storeName"] for number in owned(scene.seen, key)}
    assert len(stores) > 1
    assert contact(scene, key)["fields"]["NUMBER_OF_ORDERS"] > 1


def test_a_plus_address_is_another_person(scene: Scene) -> None:
    local, domain = scene.cast.plus.key.split("@")
    other = f"{local}+shop@{domain}"
    assert scene.ledger[other][1] == scene.ledger[scene.cast.plus.key][1] == "accepted"
    assert scene.ledger[other][0] != scene.ledger[scene.cast.plus.key][0] == scene.numbers[scene.cast.plus.key]


def test_a_domain_in_unicode_and_in_punycode_is_one_persons(scene: Scene) -> None:
    key = UNICODE.lower()
    assert sorted(scene.sources[key]) == [("base", "customer"), ("us", "customer")]
    assert scene.ledger[key][1] == "accepted"
    assert PUNYCODE not in scene.ledger
    assert len([email for email in scene.seen.state["contacts"] if email.startswith("anna@")]) == 1


def test_a_customer_and_their_newsletter_row_are_renamed_once_with_all_that_is_theirs(scene: Scene) -> None:
    mover = scene.cast.mover
    assert scene.ledger[MOVED] == (scene.numbers[mover.key], "accepted")
    assert mover.key not in scene.seen.state["contacts"]
    assert sorted(scene.sources[MOVED]) == [("base", "customer"), ("base", "subscriber")]
    assert owned(scene.seen, MOVED) == owned(scene.before.seen, mover.key) != set()
    assert lists(scene.seen, MOVED) == lists(scene.before.seen, mover.key)
    patches = [
        one for one in scene.seen.moves.other if one == f"PATCH /contacts/v3/contactId/{scene.numbers[mover.key]}"
    ]
    assert len(patches) == 1


@pytest.mark.parametrize(
    ("part", "email"), [("taken", TAKEN), ("clash", CLASH)], ids=["identifierConflict", "idAlreadyExists"]
)
def test_a_new_address_that_dotdigital_holds_takes_the_persons_place_in_either_spelling_of_the_conflict(
    part: str, email: str, scene: Scene
) -> None:
    before: Somebody = getattr(scene.cast, part)
    number, state = scene.ledger[email]
    assert state == "accepted"
    assert number not in (None, scene.numbers[before.key])
    assert contact(scene, email)["fields"]["FIRSTNAME"]
    assert {one.rpartition(" ")[2] for one in lists(scene.seen, email)} == {"Customers", "Subscribers"}
    assert lists(scene.seen, before.key) == set()
    assert owned(scene.seen, email) == owned(scene.before.seen, before.key) != set()


def test_a_person_whom_dotdigital_has_lost_is_found_again_under_a_new_number(scene: Scene) -> None:
    forgotten = scene.cast.forgotten
    number, state = scene.ledger[forgotten.key]
    assert state == "accepted"
    assert number not in (None, scene.numbers[forgotten.key])
    assert contact(scene, forgotten.email)["fields"]["CUSTOMER_ID"] == forgotten.id


def test_a_person_whom_dotdigital_has_lost_is_made_anew_at_the_new_address(scene: Scene) -> None:
    number, state = scene.ledger[LOST]
    assert state == "accepted"
    assert number not in (None, scene.numbers[scene.cast.lost.key])
    assert scene.cast.lost.key not in scene.seen.state["contacts"]
    assert owned(scene.seen, LOST) == owned(scene.before.seen, scene.cast.lost.key) != set()


def test_who_leaves_one_website_of_two_leaves_its_lists_alone(scene: Scene) -> None:
    key = scene.cast.stays.lower()
    assert {website for website, _ in scene.sources[key]} == {"base"}
    assert scene.ledger[key] == (scene.numbers[key], "accepted")
    left = lists(scene.before.seen, key) - lists(scene.seen, key)
    assert left
    assert {one.rpartition(" ")[0] for one in left} & {
        one.rpartition(" ")[0] for one in lists(scene.seen, key)
    } == set()
    assert len([one for one in lists(scene.seen, key) if one.endswith("Customers")]) == 1


def test_whom_no_website_knows_is_removed_and_may_come_back_as_the_same_contact(scene: Scene) -> None:
    key = scene.cast.leaver.key
    assert scene.ledger[key] == (scene.numbers[key], "removed")
    assert lists(scene.seen, key) == set()
    assert scene.back.people[key].state == "accepted"
    assert {one.rpartition(" ")[2] for one in lists(scene.back, key)} == {"Customers"}


def test_everybody_is_accounted_for_and_a_full_compare_finds_nothing_more(scene: Scene) -> None:
    for row in (*scene.seen.balances.values(), *scene.back.balances.values()):
        assert (row.unexplained, row.unexplained_ids, row.in_flight, row.rejected) == (0, [], 0, 0), row
    assert not scene.again
