"""The way in to the REST API: scope, route, rights, answer, ``fields``; every refusal in Magento's words."""

from __future__ import annotations

import re
from typing import Any

import orjson
from werkzeug import Request, Response

from dotbridge.sandbox.northwind.rest import projection, routes
from dotbridge.sandbox.northwind.rest.authorisation import Doorkeeper
from dotbridge.sandbox.northwind.rest.call import ALL, Call
from dotbridge.sandbox.northwind.rest.errors import RestError, no_route
from dotbridge.sandbox.northwind.shop import Shop
from dotbridge.sandbox.northwind.views import BY_CODE

_PATH = re.compile(r"/rest(?:/(?P<scope>(?!V1/)[^/]+))?/V1(?P<path>/.*)")


class Entrance:
    """Answers calls below ``/rest/``."""

    def __init__(self, shop: Shop, doorkeeper: Doorkeeper, maximum_page_size: int | None) -> None:
        self._shop = shop
        self._doorkeeper = doorkeeper
        self._maximum_page_size = maximum_page_size

    def __call__(self, request: Request) -> Response:
        try:
            answer, status = self._answer(request), 200
        except RestError as error:
            answer, status = error.body, error.status
        return Response(orjson.dumps(answer), status, content_type="application/json; charset=utf-8")

    def _answer(self, request: Request) -> Any:
        found = _PATH.fullmatch(request.path)
        if not found:
            raise no_route()
        scope = found["scope"] or ""
        if scope and scope != ALL and scope not in BY_CODE:
            raise RestError(400, "Specified request cannot be processed.")
        answer, resource, arguments = routes.find(request.method, found["path"])
        query = request.query_string.decode("latin-1")
        header = request.headers.get("Authorization", "")
        if resource != routes.ANONYMOUS:
            # the shop signs the path as it was sent, before it is decoded
            url = request.host_url.rstrip("/") + str(request.environ["RAW_URI"]).partition("?")[0]
            self._doorkeeper.check(header, resource, method=request.method, url=url, query=query)
        call = Call(
            self._shop,
            scope,
            request.host_url.rstrip("/"),
            list(request.args.items(multi=True)),
            request.get_data(),
            self._maximum_page_size,
        )
        result = answer(call, **arguments)
        wanted = request.args.get("fields")
        return projection.trim(result, projection.parse(wanted)) if wanted else result
