"""A shop plugin that posts to the event door, over HTTP or in this process."""

from __future__ import annotations

import itertools
import json
import time
import urllib.error
import urllib.request
from typing import Any

from django.test import Client

from dotbridge.events.plain import sign

_names = itertools.count()
SECRET = "event-secret-of-northwind"


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The two headers of the plain form."""
    stamp = str(int(time.time() if at is None else at))
    return {"Dotbridge-Timestamp": stamp, "Dotbridge-Signature": sign(secret, stamp, body)}


def tell(kind: str, *ids: int | str, connection: str = "shop", **more: Any) -> Any:
    """Posts the plain form to the door of this process and gives its answer."""
    body = json.dumps({"kind": kind, "ids": list(ids), "id": f"evt-{next(_names)}", **more}).encode()
    return post(body, signed(body), connection=connection)


def post(body: bytes, headers: dict[str, str], *, connection: str = "shop") -> Any:
    """Posts whatever it is to the door of this process."""
    return Client(HTTP_HOST="localhost").post(
        f"/events/{connection}/", body, content_type="application/json", headers=headers
    )


def tell_over_http(url: str, kind: str, *ids: int | str, secret: str = SECRET, patience: float = 30) -> int:
    """Posts the plain form to a running door; gives the status."""
    body = json.dumps({"kind": kind, "ids": list(ids)}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **signed(body, secret=secret)})
    try:
        with urllib.request.urlopen(request, timeout=patience) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
