"""Google Pub/Sub as far as pulling goes, over real HTTP: it checks the signed assertion as Google's token service does."""

from __future__ import annotations

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

SUBSCRIPTION = "projects/northwind/subscriptions/dotbridge"
ACCOUNT = "dotbridge@northwind.example"
SCOPE = "https://www.googleapis.com/auth/pubsub"
_DEADLINE = 0.2  # seconds until an unacknowledged message comes again


class PubSubServer:
    """One subscription, and the account that may pull from it."""

    def __init__(self) -> None:
        self._key = generate_private_key(public_exponent=65537, key_size=2048)
        self._held: dict[str, tuple[dict[str, Any], float]] = {}
        self._guard = threading.Lock()
        self._token = ""
        self.tokens = 0
        self._allowed = True
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with server._guard:
                    status, answer = server._answer(self.path, self.headers.get("Authorization", ""), body)
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.settings = {
            "event_queue": SUBSCRIPTION,
            "event_queue_secret": self.key_of(ACCOUNT),
            "event_queue_api": self.url,
            "allow_private": True,
        }

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def key_of(self, account: str) -> str:
        """The JSON key of a service account."""
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return json.dumps(
            {
                "type": "service_account",
                "client_email": account,
                "private_key_id": "key-1",
                "private_key": pem,
                "token_uri": f"{self.url}/token",
            }
        )

    def put(self, *bodies: str) -> None:
        with self._guard:
            for body in bodies:
                name = str(len(self._held) + 1)
                data = base64.b64encode(body.encode()).decode()
                self._held[name] = ({"data": data, "messageId": name, "attributes": {}}, 0.0)

    def left(self) -> int:
        """Messages that were not acknowledged."""
        return len(self._held)

    def comes_again(self) -> None:
        """The deadline of what was pulled has passed."""
        with self._guard:
            self._held = {name: (message, 0.0) for name, (message, _) in self._held.items()}

    def empty(self) -> None:
        with self._guard:
            self._held.clear()
            self._token, self.tokens, self._allowed = "", 0, True

    def revoke(self) -> None:
        """The token holds no more."""
        self._token = "revoked"

    def forbid(self) -> None:
        """The account has no role on the subscription."""
        self._allowed = False

    def _answer(self, path: str, authorization: str, body: bytes) -> tuple[int, dict[str, Any]]:
        if path == "/token":
            return self._give_token(parse_qs(body.decode()))
        if authorization != f"Bearer {self._token}":
            return 401, {"error": {"status": "UNAUTHENTICATED"}}
        name, _, verb = path.removeprefix("/v1/").partition(":")
        document = json.loads(body)
        if verb == "testIamPermissions" and name == SUBSCRIPTION:
            return 200, {"permissions": document["permissions"]} if self._allowed else {}
        if not self._allowed:
            return 403, {"error": {"status": "PERMISSION_DENIED"}}
        if name != SUBSCRIPTION:
            return 404, {"error": {"status": "NOT_FOUND"}}
        if verb == "acknowledge":
            for one in document["ackIds"]:
                self._held.pop(one, None)
            return 200, {}
        return 200, self._pull(int(document["maxMessages"]))

    def _pull(self, most: int) -> dict[str, Any]:
        now = time.monotonic()
        free = [name for name, (_, until) in self._held.items() if until <= now][:most]
        for name in free:
            self._held[name] = (self._held[name][0], now + _DEADLINE)
        found = [{"ackId": name, "message": self._held[name][0]} for name in free]
        return {"receivedMessages": found} if found else {}

    def _give_token(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        head, claims, signature = form["assertion"][0].split(".")
        try:
            self._key.public_key().verify(_bytes(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            return 400, {"error": "invalid_grant"}
        told = json.loads(_bytes(claims))
        fits = json.loads(_bytes(head))["alg"] == "RS256" and told["aud"] == f"{self.url}/token"
        lasts = told["iat"] - 60 < time.time() < told["exp"] <= told["iat"] + 3600
        if not fits or not lasts or told["iss"] != ACCOUNT or told["scope"] != SCOPE:
            return 400, {"error": "invalid_grant"}
        self.tokens += 1
        self._token = f"ya29.{self.tokens}"
        return 200, {"access_token": self._token, "expires_in": 3599, "token_type": "Bearer"}


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
