"""Adobe as the sender of events: a key pair, a server that publishes the public key, and the headers of a delivery."""

from __future__ import annotations

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY, STRANGER = (generate_private_key(65537, 2048) for _ in range(2))
PATH = "/prod/keys/pub-key-1.pem"


def signed_by_adobe(body: bytes, key: RSAPrivateKey = KEY, path: str = PATH) -> dict[str, str]:
    """The headers of a delivery of this body."""
    signature = base64.b64encode(key.sign(body, PKCS1v15(), SHA256())).decode()
    return {"x-adobe-digital-signature-1": signature, "x-adobe-public-key1-path": path}


class KeyServer:
    """Adobe's public keys, and nothing else; ``asked`` are the paths that were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                known = self.path == PATH
                self.send_response(200 if known else 404)
                self.end_headers()
                if known:
                    self.wfile.write(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
