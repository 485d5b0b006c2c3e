"""One WSGI application: the REST API, the shop's own controls under ``/northwind/``, and the storefront."""

from __future__ import annotations

import gzip
import inspect
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

import orjson
from werkzeug import Request, Response

from dotbridge.sandbox.northwind import instants, storefront
from dotbridge.sandbox.northwind.changes import CHANGES
from dotbridge.sandbox.northwind.changes.chosen import NothingToChangeError
from dotbridge.sandbox.northwind.counts import count
from dotbridge.sandbox.northwind.rest.authorisation import Credentials, Doorkeeper
from dotbridge.sandbox.northwind.rest.entrance import Entrance
from dotbridge.sandbox.northwind.rest.errors import internal
from dotbridge.sandbox.northwind.shop import Shop

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)
_WORTH_PACKING = 2_000


class Northwind:
    """The shop as a WSGI application."""

    def __init__(self, shop: Shop, credentials: Credentials, *, maximum_page_size: int | None = None) -> None:
        self.shop = shop
        self._rest = Entrance(shop, Doorkeeper(credentials), maximum_page_size)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self._answer(request)
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            response = _json(internal().body, 500)
        return _packed(request, response)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        path = request.path
        if path.startswith("/rest/"):
            return self._rest(request)
        if path == "/northwind/counts" and request.method == "GET":
            return _json(count(self.shop.connection))
        if path == "/northwind/change" and request.method == "POST":
            return self._change(request)
        if request.method in {"GET", "HEAD"}:
            page = storefront.answer(self.shop.connection, path, instants.now()[:10])
            if page is not None:
                return page
        return Response("Not found\n", 404, content_type="text/plain; charset=utf-8")

    def _change(self, request: Request) -> Response:
        """Let one named change happen now: ``{"kind": ..., further arguments}``; the answer names what changed."""
        try:
            arguments = orjson.loads(request.get_data())
            change = CHANGES[arguments.pop("kind")]
            inspect.signature(change).bind(None, **arguments)
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
            return _json({"error": f"not a change: {error}", "kinds": {n: _arguments(n) for n in CHANGES}}, 400)
        try:
            with self.shop.change() as session:
                return _json(change(session, **arguments) | {"at": session.at})
        except (NothingToChangeError, KeyError) as error:
            return _json({"error": f"nothing to change: {error}"}, 409)


def _arguments(kind: str) -> list[str]:
    return [name for name in inspect.signature(CHANGES[kind]).parameters if name != "session"]


def _json(document: object, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, content_type="application/json; charset=utf-8")


def _packed(request: Request, response: Response) -> Response:
    """Compress what is long, for callers that accept it (7)."""
    if request.accept_encodings["gzip"] and len(response.data) > _WORTH_PACKING:
        response.data = gzip.compress(response.data, compresslevel=1, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return response
