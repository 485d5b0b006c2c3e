"""Logging in, and what slows guessing down."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dotbridge.accounts import throttle
from dotbridge.accounts.models import AuditEvent
from dotbridge.web.forms import REFUSED
from support.northwind_ledger import PASSWORD

pytestmark = pytest.mark.django_db


def enter(name: str, password: str, address: str = "10.0.0.1") -> object:
    return Client(REMOTE_ADDR=address).post("/login", {"username": name, "password": password})


def test_ada_logs_in_and_out(people: dict[str, User]) -> None:
    browser = Client()
    answer = browser.post("/login", {"username": "ada", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert browser.get("/").status_code == 200
    assert browser.post("/logout")["Location"] == "/login"
    assert browser.get("/").status_code == 302


def test_after_the_login_a_person_stands_where_they_wanted_to_go_and_never_elsewhere(people: dict[str, User]) -> None:
    wanted = {"username": "ada", "password": PASSWORD, "next": "/jobs"}
    assert Client().post("/login", wanted)["Location"] == "/jobs"
    assert Client().post("/login", {**wanted, "next": "https://evil.example/"})["Location"] == "/"


def test_the_answer_is_the_same_for_a_wrong_password_an_unknown_name_and_too_many_attempts(
    people: dict[str, User],
) -> None:
    def body(answer: object, name: str) -> str:
        page = answer.content.decode()  # type: ignore[attr-defined]
        token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
        return page.replace(token, "").replace(f'value="{name}"', "")

    wrong, unknown = enter("ada", "no"), enter("eve", "no")
    for _ in range(6):
        throttled = enter("olu", "no")
    assert body(wrong, "ada") == body(unknown, "eve") == body(throttled, "olu")
    assert {wrong.status_code, unknown.status_code, throttled.status_code} == {200}  # type: ignore[attr-defined]


def test_after_five_failures_the_right_password_does_not_open_either(people: dict[str, User]) -> None:
    for _ in range(throttle.FAILURES):
        enter("ada", "wrong")
    answer = enter("ada", PASSWORD)
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert REFUSED in answer.content.decode()  # type: ignore[attr-defined]


def test_others_and_other_addresses_are_not_slowed_down(people: dict[str, User]) -> None:
    for _ in range(throttle.FAILURES):
        enter("ada", "wrong")
    assert enter("olu", PASSWORD).status_code == 302  # type: ignore[attr-defined]
    assert enter("ada", PASSWORD, address="10.0.0.2").status_code == 302  # type: ignore[attr-defined]


def test_a_spelling_of_the_name_gives_no_further_attempts(people: dict[str, User]) -> None:
    for name in ("ada", "ADA", " ada", "Ada ", "aDa"):
        enter(name, "wrong")
    assert enter("ada", PASSWORD).status_code == 200  # type: ignore[attr-defined]


def test_a_success_forgives_the_failures_before_it(people: dict[str, User]) -> None:
    for _ in range(3):
        for _ in range(throttle.FAILURES - 1):
            enter("ada", "wrong")
        assert enter("ada", PASSWORD).status_code == 302  # type: ignore[attr-defined]


def test_a_quarter_of_an_hour_later_the_name_has_its_attempts_back(people: dict[str, User]) -> None:
    for _ in range(throttle.FAILURES):
        enter("ada", "wrong")
    for event in AuditEvent.objects.all():
        event.at -= throttle.WINDOW + 1
        event.save()
    assert enter("ada", PASSWORD).status_code == 302  # type: ignore[attr-defined]


def test_what_was_typed_as_a_name_is_not_kept(people: dict[str, User]) -> None:
    enter("a password typed into the wrong field", "x")
    assert "password" not in str(list(AuditEvent.objects.values()))
