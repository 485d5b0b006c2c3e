"""The client on real sockets that reset, cut off, stall and lie."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dotbridge.errors import ConfigError, DotbridgeError, FatalError, RetryableError
from dotbridge.http import codes
from dotbridge.http.auth import Basic
from dotbridge.http.budget import Rate, TokenBuckets
from dotbridge.http.client import HttpClient
from dotbridge.http.errors import OutcomeUnknown, RateLimited, Transient
from dotbridge.http.operation import Operation
from dotbridge.http.retry import Retries
from dotbridge.observe.private import Secret
from integration.client.scripted import Answer, Scripted, as_json

READ = Operation("things.read", "GET", tier="high")
IMPORT = Operation("things.import", "PUT", tier="low")
UPSERT = Operation("things.upsert", "PUT", tier="medium", repeatable=True)
QUICK = Retries(attempts=3, total=5.0, first=0.01, most=0.02)
HTML = Answer(503, b"<html>Service Unavailable</html>", {"Content-Type": "text/html"})
FAULTS = {
    "reset": (Answer(reset=True), codes.INTERRUPTED),
    "truncated": (Answer(body=b'{"id": 123456}', cut=5), codes.INTERRUPTED),
    "html 503": (HTML, codes.UNAVAILABLE),
    "html 200": (Answer(200, b"<html>", {"Content-Type": "text/html"}), codes.ANSWER_UNREADABLE),
    "empty 502": (Answer(502), codes.UNAVAILABLE),
    "too late": (Answer(delay=0.6), codes.TIMED_OUT),
}


@pytest.fixture
def client(server: Scripted) -> HttpClient:
    auth = Basic("apiuser-1@apiconnector.com", Secret("swordfish"))
    return HttpClient(server.url, auth=auth, timeout=0.3, retries=QUICK, allow_private=True)


def test_an_answer_comes_with_its_json(server: Scripted, client: HttpClient) -> None:
    server.answers(as_json({"id": 1}))
    assert client.request(READ, "/v2/things", query={"select": 10}).json() == {"id": 1}
    (request,) = server.requests
    assert (request.method, request.path) == ("GET", "/v2/things?select=10")
    assert request.headers["Authorization"] == "Basic YXBpdXNlci0xQGFwaWNvbm5lY3Rvci5jb206c3dvcmRmaXNo"
    assert request.headers["Host"] == f"127.0.0.1:{server.port}"


def test_gzipped_answers_are_unpacked(server: Scripted, client: HttpClient) -> None:
    server.answers(Answer(body=gzip.compress(b"[1,2]"), headers={"Content-Encoding": "gzip"}))
    assert client.request(READ, "/").json() == [1, 2]
    assert "gzip" in server.requests[0].headers["Accept-Encoding"]


@pytest.mark.parametrize("name", FAULTS)
def test_a_read_is_repeated_until_it_succeeds(name: str, server: Scripted, client: HttpClient) -> None:
    fault, _ = FAULTS[name]
    server.answers(fault, fault, as_json("here"))
    assert client.request(READ, "/").json() == "here"
    assert len(server.requests) == 3


@pytest.mark.parametrize("name", FAULTS)
def test_a_read_that_keeps_failing_says_how(name: str, server: Scripted, client: HttpClient) -> None:
    fault, code = FAULTS[name]
    server.answers(fault, fault, fault)
    with pytest.raises(Transient) as failed:
        client.request(READ, "/")
    assert failed.value.code is code
    assert len(server.requests) == 3


@pytest.mark.parametrize("name", FAULTS)
def test_an_import_is_sent_once_and_its_outcome_is_unknown(name: str, server: Scripted, client: HttpClient) -> None:
    fault, _ = FAULTS[name]
    server.answers(fault)
    with pytest.raises(OutcomeUnknown) as lost:
        client.request(IMPORT, "/import", body=b"{}")
    assert lost.value.code is codes.OUTCOME_UNKNOWN
    assert len(server.requests) == 1


def test_a_write_that_may_be_repeated_is(server: Scripted, client: HttpClient) -> None:
    server.answers(Answer(reset=True), as_json(1))
    assert client.request(UPSERT, "/", body=b"{}").ok
    assert [request.body for request in server.requests] == [b"{}", b"{}"]


def test_an_import_never_goes_over_a_kept_connection(server: Scripted, client: HttpClient) -> None:
    server.answers(as_json(1), as_json(2), as_json(3))
    client.request(READ, "/")
    client.request(READ, "/")
    client.request(IMPORT, "/", body=b"{}")
    kept, again, own = (request.connection for request in server.requests)
    assert kept == again != own


def test_an_import_that_found_no_connection_was_not_sent_and_may_go_again(client: HttpClient, server: Scripted) -> None:
    server.close()
    with pytest.raises(Transient) as failed:
        client.request(IMPORT, "/", body=b"{}")
    assert failed.value.code is codes.UNREACHABLE


def test_a_429_was_not_taken_so_even_an_import_waits_for_its_turn(server: Scripted, client: HttpClient) -> None:
    server.answers(Answer(429, headers={"Retry-After": "0"}), as_json("taken", 202))
    assert client.request(IMPORT, "/", body=b"{}").json() == "taken"


def test_a_wait_beyond_the_bound_is_handed_to_the_caller(server: Scripted, client: HttpClient) -> None:
    server.answers(Answer(429, headers={"Retry-After": "3600"}))
    started = time.monotonic()
    with pytest.raises(RateLimited) as limited:
        client.request(READ, "/")
    assert limited.value.retry_after == 3600.0
    assert time.monotonic() - started < 1.0


def test_a_refusal_for_the_rate_closes_the_tier_for_all_threads(server: Scripted) -> None:
    budget = TokenBuckets({"high": Rate(1000)})
    client = HttpClient(server.url, retries=QUICK, budget=budget, allow_private=True)
    server.answers(Answer(429, headers={"Retry-After": "3600"}))
    with pytest.raises(RateLimited):
        client.request(READ, "/")
    with pytest.raises(RateLimited) as held:
        client.request(READ, "/")
    assert held.value.code is codes.BUDGET_SPENT
    assert len(server.requests) == 1


def test_the_budget_learns_from_each_answer(server: Scripted) -> None:
    budget = TokenBuckets()
    client = HttpClient(server.url, retries=QUICK, budget=budget, allow_private=True)
    server.answers(as_json(1, X_RateLimit_Limit="5", X_RateLimit_Remaining="0", X_RateLimit_Reset="50"))
    client.request(READ, "/")
    assert 40 < budget.acquire("high", "consent") <= 50


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (401, ConfigError, codes.CREDENTIALS_REFUSED),
        (403, ConfigError, codes.FORBIDDEN),
        (404, FatalError, codes.REFUSED),
        (418, FatalError, codes.REFUSED),
    ],
)
def test_a_refusal_is_not_repeated(
    status: int, kind: type[DotbridgeError], code: object, server: Scripted, client: HttpClient
) -> None:
    server.answers(Answer(status))
    with pytest.raises(kind) as refused:
        client.request(READ, "/")
    assert refused.value.code is code
    assert len(server.requests) == 1


def test_a_status_that_the_caller_expects_is_an_answer(server: Scripted, client: HttpClient) -> None:
    server.answers(Answer(404))
    assert client.request(READ, "/", accept={404}).status == 404


def test_credentials_that_can_be_renewed_are_tried_once_more(server: Scripted) -> None:
    class Tokens:
        token = "old"

        def header(self) -> str:
            return f"Bearer {self.token}"

        def renew(self) -> bool:
            self.token = "new"
            return True

    server.answers(Answer(401), as_json("in"))
    client = HttpClient(server.url, auth=Tokens(), retries=QUICK, allow_private=True)
    assert client.request(READ, "/").json() == "in"
    assert [request.headers["Authorization"] for request in server.requests] == ["Bearer old", "Bearer new"]


def test_a_read_follows_a_redirect_within_its_host(server: Scripted) -> None:
    client = HttpClient(f"{server.url}/r1", retries=QUICK, allow_private=True)
    server.answers(Answer(301, headers={"Location": "/r1/new?x=1"}), as_json("moved"))
    assert client.request(READ, "/old").json() == "moved"
    assert [request.path for request in server.requests] == ["/r1/old", "/r1/new?x=1"]


@pytest.mark.parametrize("location", ["http://169.254.169.254/latest", "https://127.0.0.1/", "//example.com/x"])
def test_a_redirect_to_another_host_is_not_followed(location: str, server: Scripted, client: HttpClient) -> None:
    server.answers(Answer(302, headers={"Location": location}))
    with pytest.raises(ConfigError) as refused:
        client.request(READ, "/")
    assert refused.value.code is codes.REDIRECTED
    assert len(server.requests) == 1


def test_a_write_follows_no_redirect(server: Scripted, client: HttpClient) -> None:
    server.answers(Answer(307, headers={"Location": "/elsewhere"}))
    with pytest.raises(ConfigError):
        client.request(IMPORT, "/", body=b"{}")


def test_redirects_in_a_circle_end(server: Scripted, client: HttpClient) -> None:
    server.answers(*[Answer(302, headers={"Location": "/again"})] * 9)
    with pytest.raises(ConfigError):
        client.request(READ, "/")


def test_a_private_address_is_refused_unless_allowed(server: Scripted) -> None:
    with pytest.raises(ConfigError) as refused:
        HttpClient(server.url, retries=QUICK).request(READ, "/")
    assert refused.value.code is codes.ADDRESS_PRIVATE
    assert server.requests == []


def test_the_platform_explains_its_own_refusals(server: Scripted) -> None:
    soon = RetryableError(codes.UNAVAILABLE, "restoring", retry_after=1.0)
    client = HttpClient(server.url, retries=QUICK, allow_private=True, explain=lambda _: soon)
    server.answers(as_json({"message": "Error: RESTORING"}, 503))
    with pytest.raises(RetryableError) as explained:
        client.request(READ, "/")
    assert explained.value is soon
    assert len(server.requests) == 1


def test_neither_path_nor_credentials_stand_in_an_error(server: Scripted, client: HttpClient) -> None:
    server.answers(Answer(404))
    with pytest.raises(FatalError) as refused:
        client.request(READ, "/contacts/v3/email/ada@example.com")
    assert "ada@" not in str(refused.value)
    assert "swordfish" not in repr(vars(client))


def test_threads_share_one_client(server: Scripted) -> None:
    client = HttpClient(server.url, retries=QUICK, allow_private=True)
    server.answers(*[as_json(number) for number in range(60)])
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: client.request(READ, "/").json(), range(60)))
    assert sorted(answers) == list(range(60))


def test_a_server_that_drops_kept_connections_costs_no_read(server: Scripted, client: HttpClient) -> None:
    server.answers(Answer(body=b"1", headers={"Connection": "close"}), as_json(2))
    client.request(READ, "/")
    assert client.request(READ, "/").json() == 2


def test_silence_after_the_connection_ends_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []
        threading.Thread(target=lambda: held.append(listener.accept()[0]), daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        client = HttpClient(url, timeout=0.2, retries=Retries(attempts=1), allow_private=True)
        with pytest.raises(OutcomeUnknown):
            client.request(IMPORT, "/", body=b"{}")
        for connection in held:
            connection.close()
