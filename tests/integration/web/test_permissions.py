"""Every address of the console for every role: who sees it, who is refused, who is sent to the login."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from dotbridge.accounts.models import AuditEvent
from dotbridge.accounts.roles import Role
from support.northwind_ledger import Northwind

As = Callable[[str], Client]
ROLES = ("", "nat", "vic", "olu", "ada", "oda")


class Address(NamedTuple):
    name: str
    least: str
    method: str = "get"
    answer: int = 200


ADDRESSES = [
    Address("home", "vic"),
    Address("live", "vic"),
    Address("live_now", "vic"),
    Address("events", "vic"),
    Address("event_door", "", "post", 401),
    Address("exceptions", "vic"),
    Address("group", "vic"),
    Address("records", "vic"),
    Address("record", "vic"),
    Address("batches", "vic"),
    Address("jobs", "vic"),
    Address("retry", "olu", "post", 302),
    Address("retry_record", "olu", "post", 302),
    Address("release", "olu", "post", 302),
    Address("pause", "olu", "post", 302),
    Address("resume", "olu", "post", 302),
    Address("run", "olu", "post", 302),
    Address("audit", "ada"),
    Address("login", ""),
    Address("logout", "", "post", 302),
    Address("healthz", ""),
    Address("readyz", ""),
    Address("metrics", ""),
]


def place(name: str, northwind: Northwind) -> str:
    group = {"shelf": "orders", "state": "rejected", "code": "MAP-ORDER-EMPTY"}
    record = {"shelf": "orders", "record_id": northwind.orders[0].pk}
    job = {"job_id": northwind.job.pk}
    needs = {
        "event_door": {"key": "northwind"},
        "group": group,
        "retry": group,
        "record": record,
        "retry_record": record,
        "release": {"batch_id": northwind.parked.pk},
        "pause": job,
        "resume": job,
        "run": job,
    }
    return reverse(name, kwargs=needs.get(name))


def test_the_matrix_names_every_address_of_the_console() -> None:
    assert {one.name for one in ADDRESSES} == {name for name in get_resolver().reverse_dict if isinstance(name, str)}


def expected(address: Address, person: str) -> int:
    if address.name == "login" and person:
        return 302
    if not address.least or (person and ROLES.index(person) >= ROLES.index(address.least)):
        return address.answer
    return 403 if person else 302


@pytest.mark.parametrize("person", ROLES)
def test_every_address_opens_from_its_role_upwards(person: str, northwind: Northwind, as_: As) -> None:
    for address in ADDRESSES:
        answer = getattr(as_(person), address.method)(place(address.name, northwind))
        assert answer.status_code == expected(address, person), address.name
        if address.least and not person:
            assert answer["Location"].startswith("/login?next="), address.name
        if answer.status_code == 403:
            assert "Not for your role" in answer.content.decode()


def test_a_change_is_never_made_by_looking(northwind: Northwind, as_: As) -> None:
    for address in ADDRESSES:
        if address.method == "post" and address.least:
            assert as_("oda").get(place(address.name, northwind)).status_code == 405
    assert not AuditEvent.objects.exists()


def test_a_change_without_the_forms_token_is_refused(northwind: Northwind, people: dict[str, object]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people["olu"])  # type: ignore[arg-type]  # the cast
    answer = browser.post(place("release", northwind))
    assert answer.status_code == 403
    assert "Please try again" in answer.content.decode()


def test_a_person_who_was_switched_off_is_out_at_once(northwind: Northwind, people: dict[str, object]) -> None:
    browser = Client()
    browser.force_login(people["vic"])  # type: ignore[arg-type]  # the cast
    people["vic"].is_active = False  # type: ignore[attr-defined]
    people["vic"].save()  # type: ignore[attr-defined]
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_do_what_the_roles_before_it_may(role: Role) -> None:
    order = list(Role)
    assert [role.covers(other) for other in order] == [order.index(other) <= order.index(role) for other in order]
